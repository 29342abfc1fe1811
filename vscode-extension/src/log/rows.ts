// Changesets as rows of the log: what is shown of each, made fit to be shown. Knows the protocol's types, and neither
// VS Code nor how rows are drawn.
import type { Changeset, LogResult, Phase } from '../protocol/types';
import { cut, oneLine, personName, subject } from '../text/plain';
import type { Edge } from './lanes';

export const NULL_NODE = '0'.repeat(40);
/** The working directory, which is a changeset without a message. */
export const WORKING_DIRECTORY = 'f'.repeat(40);

/** A name that stands on a changeset. */
export interface Label {
  readonly kind: 'active' | 'bookmark' | 'remote' | 'tag';
  readonly name: string;
}

/** One row. It goes through a channel of messages, so it is plain data. */
export interface LogRow {
  readonly node: string;
  readonly rev: number;
  readonly edges: readonly Edge[];
  /** The first line of the message. */
  readonly summary: string;
  readonly user: string;
  /** Seconds since 1970, and seconds west of UTC. */
  readonly date: readonly [number, number];
  readonly phase: Phase;
  readonly labels: readonly Label[];
  /** The working directory has it as a parent. */
  readonly isCheckedOut: boolean;
}

/** What the working copy is at, as far as rows show it. */
export interface WorkingCopy {
  readonly parents: readonly string[];
  readonly dirty: boolean;
  readonly activeBookmark?: string;
}

/** Longer ones are cut: a row is one line. */
const SUMMARY_LENGTH = 300;
const NAME_LENGTH = 80;

/** The rows of one page. */
export function rowsOf(page: Pick<LogResult, 'changesets' | 'edges'>, workingCopy: WorkingCopy): LogRow[] {
  return page.changesets.map((changeset, nth) => ({
    node: changeset.node,
    rev: changeset.rev,
    edges: page.edges?.[nth] ?? [],
    summary: cut(subject(changeset.desc), SUMMARY_LENGTH),
    user: cut(personName(changeset.user), NAME_LENGTH),
    date: [changeset.date[0], changeset.date[1]],
    phase: changeset.phase,
    labels: labelsOf(changeset, workingCopy.activeBookmark),
    isCheckedOut: workingCopy.parents.includes(changeset.node),
  }));
}

/** The row above all others: what is not committed yet. Nothing before the first commit. */
export function workingDirectoryRow(workingCopy: WorkingCopy): LogRow | undefined {
  if (workingCopy.parents.length === 0) return undefined;
  return {
    node: WORKING_DIRECTORY,
    rev: 0x7fff_ffff,
    edges: workingCopy.parents.map(node => ({ node, kind: 'parent' })),
    // Its message is not written yet; whether it has changes is all there is to say.
    summary: workingCopy.dirty ? 'dirty' : '',
    user: '',
    date: [0, 0],
    phase: 'draft',
    labels: [],
    isCheckedOut: false,
  };
}

/** The names on a changeset: the active bookmark first, `tip` not at all, for it is the first row. */
export function labelsOf(
  changeset: Pick<Changeset, 'bookmarks' | 'remoteBookmarks' | 'tags'>,
  active: string | undefined,
): Label[] {
  const label = (kind: Label['kind'], name: string): Label => ({ kind, name: cut(oneLine(name), NAME_LENGTH) });
  const bookmarks = changeset.bookmarks.map(name => label(name === active ? 'active' : 'bookmark', name));
  return [
    ...bookmarks.filter(({ kind }) => kind === 'active'),
    ...bookmarks.filter(({ kind }) => kind === 'bookmark'),
    ...changeset.remoteBookmarks.map(name => label('remote', name)),
    ...changeset.tags.filter(name => name !== 'tip').map(name => label('tag', name)),
  ];
}

/** Whether nothing that is shown of two rows differs. */
export function sameRow(left: LogRow, right: LogRow): boolean {
  // Of a list that grew at its end all others are the same objects still, tens of thousands of them.
  if (left === right) return true;
  return (
    left.node === right.node &&
    left.phase === right.phase &&
    left.isCheckedOut === right.isCheckedOut &&
    left.summary === right.summary &&
    JSON.stringify([left.labels, left.edges]) === JSON.stringify([right.labels, right.edges])
  );
}
