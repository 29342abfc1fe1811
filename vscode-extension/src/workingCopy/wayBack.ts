// What takes a revert back, file by file: what it overwrote comes back from the backups, what was tracked is tracked again, and
// what was not is not. Pure.
import type { EditedFile } from '../protocol/types';

/** The files, by their URIs, that were not on disk before: what a revert did to them does not tell. */
export interface Absent {
  /** Those that were tracked all the same. */
  readonly missing: ReadonlySet<string>;
  /** Those that were to be removed by the next commit. */
  readonly removed: ReadonlySet<string>;
}

export interface WayBack {
  /** Those that come back from their backups. */
  readonly restored: readonly EditedFile[];
  /** The others by their URIs: those to track, to track no more, to remove, and to take off the disk alone. */
  readonly added: readonly string[];
  readonly forgotten: readonly string[];
  readonly removed: readonly string[];
  readonly discarded: readonly string[];
}

/** `edited` is what the revert said of its files. */
export function wayBack(edited: readonly EditedFile[], { missing, removed }: Absent): WayBack {
  const uris = (isOne: (file: EditedFile) => boolean): string[] => edited.filter(isOne).map(({ uri }) => uri);
  return {
    restored: edited.filter(({ backup }) => backup !== undefined),
    // Of one that was added and is not on disk there is nothing to track.
    added: uris(({ action, uri }) => action === 'forgotten' && !missing.has(uri)),
    forgotten: uris(({ action, uri }) => action === 'undeleted' && !removed.has(uri)),
    removed: uris(({ action, uri }) => action === 'undeleted' && removed.has(uri)),
    discarded: uris(({ action, uri }) => action === 'reverted' && missing.has(uri)),
  };
}

/** How many files it leads somewhere. */
export function lengthOf(way: WayBack): number {
  const uris = [way.restored.map(({ uri }) => uri), way.added, way.forgotten, way.removed, way.discarded];
  return new Set(uris.flat()).size;
}
