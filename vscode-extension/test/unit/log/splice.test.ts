import assert from 'node:assert/strict';
import { it } from 'node:test';

import { apply, difference } from '../../../src/log/splice';

const same = (left: string, right: string): boolean => left === right;

function between(before: string, after: string): unknown {
  return difference(Array.from(before), Array.from(after), same);
}

it('lists that are the same have no difference', () => {
  assert.equal(between('abc', 'abc'), undefined);
  assert.equal(between('', ''), undefined);
});

it('one place is replaced, as small as it can be', () => {
  assert.deepEqual(between('bcd', 'abcd'), { start: 0, remove: 0, items: ['a'] });
  assert.deepEqual(between('wbcd', 'xabcd'), { start: 0, remove: 1, items: ['x', 'a'] });
  assert.deepEqual(between('abcd', 'abcdef'), { start: 4, remove: 0, items: ['e', 'f'] });
  assert.deepEqual(between('abcd', 'ad'), { start: 1, remove: 2, items: [] });
  assert.deepEqual(between('aa', 'aaa'), { start: 2, remove: 0, items: ['a'] });
  assert.deepEqual(between('ab', ''), { start: 0, remove: 2, items: [] });
});

it('a list with its difference applied is the other one', () => {
  for (const [before, after] of [
    ['abcd', 'xbcy'],
    ['', 'ab'],
    ['aba', 'ababa'],
    ['abab', 'ab'],
  ] as const) {
    const found = difference(Array.from(before), Array.from(after), same);
    assert.ok(found);
    assert.deepEqual(apply(Array.from(before), found), Array.from(after));
  }
});
