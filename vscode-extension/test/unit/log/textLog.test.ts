import assert from 'node:assert/strict';
import { it } from 'node:test';

import { textLog } from '../../../src/log/textLog';
import { changeset, nodeOf } from '../changesets';

const WORDS = {
  changeset: 'changeset',
  bookmarks: 'bookmarks',
  tags: 'tags',
  parents: 'parents',
  phase: 'phase',
  user: 'user',
  date: 'date',
  checkedOut: 'checked out',
  more: 'the first {0}',
  empty: 'none',
};

it('has a line for each thing that there is to say, and all of the message', () => {
  const merge = changeset(9, {
    parents: [nodeOf(8), nodeOf(5)],
    bookmarks: ['main'],
    remoteBookmarks: ['origin/main'],
    tags: ['tip', 'v1'],
    phase: 'public',
    desc: 'Merge\n\nbecause it is time\u202e',
  });
  assert.equal(
    textLog([merge, changeset(8)], true, [nodeOf(9)], WORDS),
    `changeset: 9:${nodeOf(9).slice(0, 12)} (checked out)
bookmarks: main origin/main
tags: v1
parents: ${nodeOf(8).slice(0, 12)} ${nodeOf(5).slice(0, 12)}
phase: public
user: Ada <ada@example.org>
date: 1970-01-12 13:46 +0000

    Merge

    because it is time

changeset: 8:${nodeOf(8).slice(0, 12)}
phase: draft
user: Ada <ada@example.org>
date: 1970-01-12 13:46 +0000

    Change 8

the first 2
`,
  );
});

it('says so when there is nothing', () => {
  assert.equal(textLog([], false, [], WORDS), 'none\n');
});
