import assert from 'node:assert/strict';
import { it } from 'node:test';

import { labelsOf, rowsOf, sameRow, workingDirectoryRow } from '../../../src/log/rows';
import { changeset, nodeOf } from '../changesets';

it('the active bookmark comes first, then bookmarks, remote ones and tags; tip goes without saying', () => {
  const names = { bookmarks: ['a', 'main'], remoteBookmarks: ['origin/main'], tags: ['tip', 'v1'] };
  assert.deepEqual(
    labelsOf(names, 'main').map(({ kind, name }) => `${kind} ${name}`),
    ['active main', 'bookmark a', 'remote origin/main', 'tag v1'],
  );
});

it('what is written by strangers is one line of plain characters, and no longer than can be shown', () => {
  const hostile = 'Fix\u202e <img src=x onerror=alert(1)>\u0007\u001b[31m\nsecond line';
  const [row] = rowsOf(
    { changesets: [changeset(3, { desc: hostile, user: `${'x'.repeat(500)} <x@y>` })], edges: [[]] },
    { parents: [], dirty: false },
  );
  assert.equal(row?.summary, 'Fix <img src=x onerror=alert(1)>[31m');
  assert.equal(Array.from(row.user).length, 80);
});

it('a row knows whether it is checked out, and has the edges that the server says', () => {
  const edges = [[{ node: nodeOf(1), kind: 'elided' as const }], []];
  const rows = rowsOf({ changesets: [changeset(3), changeset(1)], edges }, { parents: [nodeOf(1)], dirty: true });
  assert.deepEqual(
    rows.map(row => [row.isCheckedOut, row.edges.length]),
    [
      [false, 1],
      [true, 0],
    ],
  );
});

it('the working directory has a row once there is a commit, with the parents of a merge', () => {
  assert.equal(workingDirectoryRow({ parents: [], dirty: true }), undefined);
  const row = workingDirectoryRow({ parents: [nodeOf(1), nodeOf(2)], dirty: true });
  assert.equal(row?.edges.length, 2);
  assert.equal(row.summary, 'dirty');
});

it('rows differ when something that is shown does', () => {
  const row = (other = {}): ReturnType<typeof rowsOf>[number] => {
    const [made] = rowsOf({ changesets: [changeset(3, other)], edges: [[]] }, { parents: [], dirty: false });
    assert.ok(made);
    return made;
  };
  assert.ok(sameRow(row(), row()));
  assert.ok(!sameRow(row(), row({ phase: 'public' })));
  assert.ok(!sameRow(row(), row({ bookmarks: ['a'] })));
  assert.ok(!sameRow(row(), { ...row(), isCheckedOut: true }));
  assert.ok(!sameRow(row(), { ...row(), edges: [{ node: nodeOf(1), kind: 'parent' }] }));
});
