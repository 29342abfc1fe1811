// Changesets for tests.
import type { Changeset } from '../../src/protocol/types';

export function nodeOf(rev: number): string {
  return rev.toString(16).padStart(40, '0').replace(/^0/u, 'a');
}

export function changeset(rev: number, other: Partial<Changeset> = {}): Changeset {
  return {
    rev,
    node: nodeOf(rev),
    parents: rev === 0 ? ['0'.repeat(40)] : [nodeOf(rev - 1)],
    phase: 'draft',
    branch: 'default',
    user: 'Ada <ada@example.org>',
    date: [1_000_000 + rev, 0],
    desc: `Change ${rev}`,
    bookmarks: [],
    remoteBookmarks: [],
    tags: [],
    ...other,
  };
}
