import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inOrder, rowOfEntry, rowOfRevision } from '../../../src/filelog/rows';
import type { FileRevision } from '../../../src/protocol/types';
import { changeset } from '../changesets';

const THIRD = changeset(3);
const WORKING = 'file:///r/now';

function revision(members: Partial<FileRevision>): FileRevision {
  return {
    changeset: THIRD,
    deleted: false,
    filenode: '0'.repeat(40),
    filerev: 1,
    flags: '',
    linkrev: 3,
    node: THIRD.node,
    parents: [0],
    path: 'then',
    uri: 'file:///r/then',
    ...members,
  };
}

test('a row says what was done to the file', () => {
  const kinds = [
    revision({}),
    revision({ parents: [] }),
    revision({ parents: [], copy: { path: 'before', uri: 'file:///r/before', filenode: '1'.repeat(40) } }),
    revision({ deleted: true }),
  ].map(one => rowOfRevision(one, WORKING));
  assert.deepEqual(
    kinds.map(({ kind, source }) => [kind, source]),
    [
      ['changed', undefined],
      ['added', undefined],
      ['from', 'before'],
      ['removed', undefined],
    ],
  );
});

test('a row has the name that the file had, and the one that it has', () => {
  const { uri, path, working } = rowOfRevision(revision({}), WORKING);
  assert.deepEqual([uri, path, working], ['file:///r/then', 'then', WORKING]);
});

test('a row of lines knows the first of them', () => {
  const entry = { changeset: THIRD, path: 'then', uri: 'file:///r/then', range: { start: 4, end: 9 } };
  assert.equal(rowOfEntry(entry, WORKING).line, 4);
});

test('of two rows the older stands to the left', () => {
  const newer = rowOfRevision(revision({}), WORKING);
  const older = { ...newer, changeset: changeset(1) };
  assert.deepEqual(inOrder(newer, older), [older, newer]);
  assert.deepEqual(inOrder(older, newer), [older, newer]);
});
