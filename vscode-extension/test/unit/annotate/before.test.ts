import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changedPlaces, lineBefore } from '../../../src/annotate/before';

const place = (oldStart: number, oldCount: number, newStart: number, newCount: number) => ({
  oldStart,
  oldCount,
  newStart,
  newCount,
});

test('lines beside changes keep their place, shifted by what is above', () => {
  const places = [place(5, 0, 5, 3), place(10, 4, 13, 1)];
  assert.equal(lineBefore(places, 4), 4);
  assert.equal(lineBefore(places, 8), 5);
  assert.equal(lineBefore(places, 12), 9);
  assert.equal(lineBefore(places, 14), 14);
});

test('a changed line stands for the one at its place in the hunk', () => {
  const places = [place(10, 2, 10, 5)];
  assert.equal(lineBefore(places, 10), 10);
  assert.equal(lineBefore(places, 11), 11);
  assert.equal(lineBefore(places, 14), 11);
});

test('an added line stands for the one it was put before', () => {
  assert.equal(lineBefore([place(7, 0, 7, 2)], 8), 7);
  assert.equal(lineBefore([], 3), 3);
});

test('a patch without context says which places changed', () => {
  const patch = [
    'diff --git a/a b/b',
    '--- a/a',
    '+++ b/b',
    '@@ -5,1 +5 @@',
    '-@@ -1,1 +1,1 @@ is a line of the file',
    '+five',
    '@@ -10,0 +11,2 @@',
    '+new',
    '+new',
    '@@ -20,3 +22,0 @@',
    '-gone',
    '',
  ].join('\n');
  assert.deepEqual(changedPlaces(patch), [place(4, 1, 4, 1), place(10, 0, 10, 2), place(19, 3, 22, 0)]);
  assert.deepEqual(changedPlaces(''), []);
});
