import assert from 'node:assert/strict';
import { it } from 'node:test';

import { centred, drawn, moved, nearsEnd, pageOf, revealing } from '../../../src/log/webview/viewport';

it('what is seen is drawn, also in part, with some rows to spare, and nothing beyond the ends', () => {
  assert.deepEqual(drawn({ top: 0, height: 100 }, 20, 1000, 0), { start: 0, end: 5 });
  assert.deepEqual(drawn({ top: 10, height: 100 }, 20, 1000, 0), { start: 0, end: 6 });
  assert.deepEqual(drawn({ top: 2000, height: 100 }, 20, 1000, 10), { start: 90, end: 115 });
  assert.deepEqual(drawn({ top: 19_950, height: 100 }, 20, 1000, 10), { start: 987, end: 1000 });
  assert.deepEqual(drawn({ top: 500, height: 100 }, 20, 3, 1), { start: 3, end: 3 });
});

it('however long the list is, what is drawn is as little', () => {
  const { start, end } = drawn({ top: 20 * 60_000, height: 900 }, 20, 100_000, 20);
  assert.ok(end - start <= 86);
});

it('a row that is seen is not scrolled to; others as little as can be', () => {
  const viewport = { top: 200, height: 100 };
  assert.equal(revealing(12, viewport, 20), 200);
  assert.equal(revealing(10, viewport, 20), 200);
  assert.equal(revealing(9, viewport, 20), 180);
  assert.equal(revealing(14, viewport, 20), 200);
  assert.equal(revealing(15, viewport, 20), 220);
  assert.equal(revealing(3, { top: 0, height: 0 }, 20), 60, 'a list that has no height yet');
});

it('a row is centred, but not above the top', () => {
  assert.equal(centred(50, { top: 0, height: 100 }, 20), 960);
  assert.equal(centred(1, { top: 0, height: 100 }, 20), 0);
});

it('more is asked for before the end is seen', () => {
  assert.equal(nearsEnd({ top: 0, height: 400 }, 20, 60), true);
  assert.equal(nearsEnd({ top: 0, height: 400 }, 20, 500), false);
  assert.equal(nearsEnd({ top: 9000, height: 400 }, 20, 500), true);
});

it('keys move within the list', () => {
  const page = pageOf({ top: 0, height: 200 }, 20);
  assert.equal(page, 9);
  assert.equal(moved('ArrowDown', 3, 100, page), 4);
  assert.equal(moved('ArrowDown', 99, 100, page), 99);
  assert.equal(moved('ArrowUp', 0, 100, page), 0);
  assert.equal(moved('PageDown', 3, 100, page), 12);
  assert.equal(moved('PageUp', 3, 100, page), 0);
  assert.equal(moved('Home', 50, 100, page), 0);
  assert.equal(moved('End', 50, 100, page), 99);
  assert.equal(moved('a', 50, 100, page), undefined);
});

it('from no row, the first key leads to the first one; in an empty list nowhere', () => {
  assert.equal(moved('ArrowDown', -1, 100, 9), 0);
  assert.equal(moved('ArrowUp', -1, 100, 9), 0);
  assert.equal(moved('ArrowDown', -1, 0, 9), undefined);
});
