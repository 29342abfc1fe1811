import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ago, day, timestamp } from '../../../src/text/ago';

const DAY = 86_400;
const NOW = 1_700_000_000;
const before = (seconds: number): string => ago([NOW - seconds, 0], NOW, 'en');

test('whole units, rounded down', () => {
  assert.equal(before(0), 'now');
  assert.equal(before(59), '59 seconds ago');
  assert.equal(before(60), '1 minute ago');
  assert.equal(before(3599), '59 minutes ago');
  assert.equal(before(23.9 * 3600), '23 hours ago');
  assert.equal(before(DAY), 'yesterday');
  assert.equal(before(13.9 * DAY), '13 days ago');
  assert.equal(before(14 * DAY), '2 weeks ago');
  assert.equal(before(30 * DAY), '4 weeks ago');
  assert.equal(before(31 * DAY), 'last month');
  assert.equal(before(364 * DAY), '11 months ago');
  assert.equal(before(366 * DAY), 'last year');
  assert.equal(before(800 * DAY), '2 years ago');
});

test('clocks that go ahead make changesets of the future', () => {
  assert.equal(before(-3 * DAY), 'in 3 days');
});

test('in the language of the editor; in English where it is none', () => {
  assert.equal(ago([NOW - 3 * DAY, 0], NOW, 'de'), 'vor 3 Tagen');
  assert.equal(ago([NOW - 3 * DAY, 0], NOW, 'not a language'), '3 days ago');
});

test('a timestamp is where and when the author was', () => {
  assert.equal(timestamp([1_583_558_723, 18_000]), '2020-03-07 00:25 -0500');
  assert.equal(timestamp([1_583_558_723, -19_800]), '2020-03-07 10:55 +0530');
  assert.equal(timestamp([0, 0]), '1970-01-01 00:00 +0000');
  assert.equal(day([1_583_558_723, 18_000]), '2020-03-07');
});

test('a date beyond the calendar is shown as the number it is', () => {
  assert.equal(timestamp([9e15, 0]), '9000000000000000');
});
