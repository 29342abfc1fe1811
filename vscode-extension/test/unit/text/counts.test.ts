import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formOf, inDigits } from '../../../src/text/counts';

const FORMS = { one: 'file', other: 'files' };

test('a count takes the form that the language has for it', () => {
  assert.deepEqual(
    [0, 1, 2, 21].map(count => formOf(count, 'en', FORMS)),
    ['files', 'file', 'files', 'files'],
  );
  assert.equal(formOf(0, 'fr', FORMS), 'file', 'French has none in the singular');
});

test('digits are in groups', () => {
  assert.equal(inDigits(30_000, 'en'), '30,000');
  assert.equal(inDigits(30_000, 'de'), '30.000');
});

test('a language that is none is taken for English', () => {
  assert.equal(formOf(1, 'no such language', FORMS), 'file');
  assert.equal(inDigits(1234, 'no such language'), '1,234');
});
