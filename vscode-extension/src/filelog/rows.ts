// The rows that file log and line log list: what one changeset did to a file or to lines of it. Knows the protocol's types
// and not VS Code.
import type { Changeset, FileRevision, LineLogEntry } from '../protocol/types';

/** What a changeset did to a file. `from`: the file has come from another name, which may be gone or not. */
export type RowKind = 'added' | 'changed' | 'from' | 'removed';

/** One revision of a file. */
export interface Row {
  readonly kind: RowKind;
  readonly changeset: Changeset;
  /** The file under the name that it had there, as a URI. */
  readonly uri: string;
  readonly path: string;
  /** With `from`: the other name. */
  readonly source?: string;
  /** The first line that the row is about, where it is about lines. */
  readonly line?: number;
  /** The file of the working copy whose history this is, as a URI. */
  readonly working: string;
}

/** The row of a revision in the history of `working`. */
export function rowOfRevision(revision: FileRevision, working: string): Row {
  const { changeset, uri, path, copy } = revision;
  const row = { changeset, uri, path, working };
  if (revision.deleted) return { ...row, kind: 'removed' };
  if (copy) return { ...row, kind: 'from', source: copy.path };
  return { ...row, kind: revision.parents.length > 0 ? 'changed' : 'added' };
}

/** The row of a changeset in the history of lines of `working`. */
export function rowOfEntry({ changeset, uri, path, range }: LineLogEntry, working: string): Row {
  return { kind: 'changed', changeset, uri, path, line: range.start, working };
}

/** Two rows, the older one first. */
export function inOrder(one: Row, other: Row): [older: Row, newer: Row] {
  return one.changeset.rev <= other.changeset.rev ? [one, other] : [other, one];
}
