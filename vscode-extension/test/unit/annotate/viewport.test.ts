import assert from 'node:assert/strict';
import { test } from 'node:test';

import { shownLines, withMargin } from '../../../src/annotate/viewport';

const range = (start: number, end: number) => ({ start: { line: start }, end: { line: end } });

test('what an editor shows, folded parts included', () => {
  assert.deepEqual(shownLines([range(10, 20), range(40, 50)], 100), { start: 10, end: 51 });
  assert.deepEqual(shownLines([range(90, 120)], 100), { start: 90, end: 100 });
  assert.equal(shownLines([], 100), undefined);
  assert.equal(shownLines([range(120, 130)], 100), undefined);
});

test('screens more on each side', () => {
  assert.deepEqual(withMargin({ start: 100, end: 150 }, 1, 50_000), { start: 50, end: 200 });
  assert.deepEqual(withMargin({ start: 500, end: 550 }, 3, 50_000), { start: 350, end: 700 });
  assert.deepEqual(withMargin({ start: 10, end: 60 }, 1, 80), { start: 0, end: 80 });
});

test('with most of a long file folded, a thousand lines are a screen', () => {
  assert.deepEqual(withMargin({ start: 5_000, end: 45_000 }, 1, 50_000), { start: 4_000, end: 7_000 });
});
