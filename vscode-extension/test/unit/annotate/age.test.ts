import assert from 'node:assert/strict';
import { test } from 'node:test';

import { age, AGES } from '../../../src/annotate/age';

const DAY = 86_400;
const NOW = 1_700_000_000;

test('each step begins where the one before ends', () => {
  const steps = [0, 6.99, 7, 30, 91, 183, 365, 730, 1825, 20_000].map(days => age(NOW - days * DAY, NOW));
  assert.deepEqual(steps, [0, 0, 1, 2, 3, 4, 5, 6, 7, 7]);
  assert.equal(AGES, 8);
});

test('the future is new', () => {
  assert.equal(age(NOW + DAY, NOW), 0);
});
