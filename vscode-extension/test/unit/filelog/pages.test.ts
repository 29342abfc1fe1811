import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Pages, type Fetch } from '../../../src/filelog/pages';

/** The numbers below `length`; a cursor is the next number. */
const numbers =
  (length: number): Fetch<number> =>
  (limit, cursor) => {
    const start = Number(cursor ?? 0);
    const end = Math.min(length, start + limit);
    const items = Array.from({ length: end - start }, (_, index) => start + index);
    return Promise.resolve(end < length ? { items, nextCursor: String(end) } : { items });
  };

test('a page is added at a time, to the last', async () => {
  const pages = new Pages<number>(2);
  assert.ok(await pages.reload(numbers(5)));
  assert.deepEqual([pages.items, pages.hasMore], [[0, 1], true]);
  await pages.more(numbers(5));
  assert.deepEqual([pages.items, pages.hasMore], [[0, 1, 2, 3], true]);
  await pages.more(numbers(5));
  assert.deepEqual([pages.items, pages.hasMore], [[0, 1, 2, 3, 4], false]);
  assert.equal(await pages.more(numbers(5)), false);
});

test('made anew, the list is as long as it was', async () => {
  const pages = new Pages<number>(2);
  await pages.reload(numbers(10));
  await pages.more(numbers(10));
  await pages.reload(numbers(10));
  assert.deepEqual(pages.items, [0, 1, 2, 3]);
});

test('an answer for a list that was begun anew meanwhile is dropped', async () => {
  const pages = new Pages<number>(2);
  let answer: (page: { items: number[] }) => void = () => undefined;
  const old = pages.reload(
    () =>
      new Promise(resolve => {
        answer = resolve;
      }),
  );
  assert.ok(await pages.reload(numbers(1)));
  answer({ items: [7, 8, 9] });
  assert.equal(await old, false);
  assert.deepEqual(pages.items, [0]);
});

test('what fails leaves the list as it was', async () => {
  const pages = new Pages<number>(2);
  await pages.reload(numbers(3));
  await assert.rejects(
    pages.more(() => Promise.reject(new Error('gone'))),
    /gone/u,
  );
  assert.deepEqual([pages.items, pages.hasMore], [[0, 1], true]);
});
