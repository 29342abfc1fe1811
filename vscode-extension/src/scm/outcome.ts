// What to tell the user of files that were changed: what was refused, and where that is kept what was overwritten. Pure.
import type { EditedFile, Warning } from '../protocol/types';

export interface Outcome {
  /** What was done to how many files; the others were skipped. */
  readonly done: number;
  readonly refused: readonly string[];
  readonly remarks: readonly string[];
  /** The folder that all backups lie in, as a URI. */
  readonly backups: string | undefined;
}

export function outcome(files: readonly EditedFile[], warnings: readonly Warning[]): Outcome {
  return {
    done: files.filter(file => file.action !== 'skipped').length,
    refused: warnings.filter(warning => warning.refused).map(warning => warning.message),
    remarks: warnings.filter(warning => !warning.refused).map(warning => warning.message),
    backups: commonFolder(files.flatMap(file => file.backup ?? [])),
  };
}

/** The innermost folder that all of them lie in. */
function commonFolder(uris: readonly string[]): string | undefined {
  const [first, ...others] = uris.map(uri => uri.split('/').slice(0, -1));
  if (!first) return undefined;
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && other[same] === first[same]) same++;
    length = same;
  }
  return first.slice(0, length).join('/');
}

/** So many lines of a list as a message can hold, and how many more there are. */
export function shortList(lines: readonly string[], limit = 4): { readonly text: string; readonly more: number } {
  return { text: lines.slice(0, limit).join('; '), more: Math.max(0, lines.length - limit) };
}
