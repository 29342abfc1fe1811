import assert from 'node:assert/strict';
import { test } from 'node:test';

import { besideLine, GUTTER_WIDTH, inGutter, spoken, type Words } from '../../../src/annotate/format';
import type { Changeset } from '../../../src/protocol/types';
import { columns } from '../../../src/text/plain';
import { changeset } from '../changesets';

const NOW = 1_700_000_000;
const WORDS: Words = {
  language: 'en',
  uncommitted: 'Not committed yet',
  spoken: ({ line, author, when, subject, name }) => [line, author, when, subject, name].join('; '),
  spokenUncommitted: line => `${String(line)}: not committed`,
};

function made(members: Partial<Changeset> = {}): Changeset {
  return changeset(12, {
    node: '5b2c80b027ce3f3f1b8b8b8d1a1f9d1c1f3e7a5e',
    user: 'Ann Author <ann@example.org>',
    date: [NOW - 3 * 86_400, 0],
    desc: 'Mend the door\n\nIt creaked.',
    bookmarks: ['master'],
    ...members,
  });
}

const WORKING_DIRECTORY = made({ rev: 2147483647, user: '', date: [0, 0], desc: '' });

test('beside a line stands what the template says', () => {
  const text = besideLine('{author} <{mail}>, {ago} • {subject} ({rev}:{node} {bookmarks} {date})', made(), NOW, WORDS);
  assert.equal(text, 'Ann Author <ann@example.org>, 3 days ago • Mend the door (12:5b2c80b027ce master 2023-11-11)');
});

test('what a template does not know stays as written', () => {
  assert.equal(besideLine('{constructor} {} {Author}', made(), NOW, WORDS), '{constructor} {} {Author}');
});

test('a message is not a template', () => {
  assert.equal(besideLine('{subject}', made({ desc: '{author} $& \u202e' }), NOW, WORDS), '{author} $&');
});

test('beside a line stands one line, and not an endless one', () => {
  const text = besideLine('{author}\n{subject}', made({ desc: 'x'.repeat(5000) }), NOW, WORDS);
  assert.equal(text.length, 120);
  assert.ok(text.startsWith('Ann Author xxx') && text.endsWith('x…'));
});

test('the gutter is as wide for everybody', () => {
  for (const user of [
    'A',
    'Ann Author <a@b>',
    'Maximilian Alexander von und zu Hohenstein',
    '😀'.repeat(40),
    '国'.repeat(40),
  ]) {
    for (const age of [0, 86_400, 400 * 86_400, -5 * 3600]) {
      const text = inGutter(made({ user, date: [NOW - age, 0] }), NOW, WORDS);
      assert.equal(columns(text), GUTTER_WIDTH, text);
    }
  }
  assert.equal(inGutter(made(), NOW, WORDS), 'Ann Author          3 days ago');
  assert.equal(inGutter(WORKING_DIRECTORY, NOW, WORDS), 'Not committed yet             ');
});

test('lines that are not committed say so', () => {
  assert.equal(besideLine('{author}', WORKING_DIRECTORY, NOW, WORDS), 'Not committed yet');
  assert.equal(spoken(4, WORKING_DIRECTORY, NOW, WORDS), '5: not committed');
});

test('aloud, lines count from one', () => {
  assert.equal(spoken(4, made(), NOW, WORDS), '5; Ann Author; 3 days ago; Mend the door; 12:5b2c80b027ce');
});
