import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  changesetName,
  columns,
  cut,
  fit,
  harmless,
  iconless,
  linkless,
  oneLine,
  personMail,
  personName,
  shortNode,
  subject,
} from '../../../src/text/plain';

test('a subject is the first line that says something', () => {
  assert.equal(subject('Mend the door\n\nIt creaked.'), 'Mend the door');
  assert.equal(subject('\n\n  Mend \t the door  \r\nmore'), 'Mend the door');
  assert.equal(subject(''), '');
});

test('characters that show as something else are taken out', () => {
  assert.equal(harmless('a\u0000b\u001b[31mc\u009bd'), 'ab[31mcd');
  assert.equal(harmless('\u202eevil\u202c \u2066x\u2069'), 'evil x');
  assert.equal(harmless('one\r\ntwo\rthree\tfour'), 'one\ntwo\nthree\tfour');
  assert.equal(oneLine('one\r\ntwo\u2028three'), 'one two three');
});

test('a cut text has the length asked for, counted in whole characters', () => {
  assert.equal(cut('abcdef', 6), 'abcdef');
  assert.equal(cut('abcdefg', 6), 'abcde…');
  assert.equal(cut('ab cdefg', 4), 'ab…');
  assert.equal(cut('😀😀😀', 2), '😀…');
  assert.equal(cut('abc', 0), '');
});

test('a user has a name and a mail, or is shown as written', () => {
  assert.equal(personName('Ann Author <ann@example.org>'), 'Ann Author');
  assert.equal(personMail('Ann Author <ann@example.org>'), 'ann@example.org');
  assert.equal(personName('<ann@example.org>'), '<ann@example.org>');
  assert.equal(personName('ann'), 'ann');
  assert.equal(personMail('ann'), '');
});

test('a node is shown with twelve digits', () => {
  assert.equal(shortNode('5b2c80b027ce3f3f1b8b8b8d1a1f9d1c1f3e7a5e'), '5b2c80b027ce');
});

test('columns are counted as a fixed font has them', () => {
  assert.equal(columns('abc'), 3);
  assert.equal(columns('国語'), 4);
  assert.equal(columns('e\u0301'), 1);
  assert.equal(fit('国語国', 5), '国語…');
  assert.equal(fit('国語国', 4), '国… ');
  assert.equal(fit('ab', 4), 'ab  ');
});

test('names that look like icons or links are shown as they are', () => {
  assert.equal(iconless('$(trash) me').includes('$('), false);
  assert.equal(linkless('[click](command:evil)').includes(']('), false);
  assert.equal(linkless('a [b] (c)'), 'a [b] (c)');
});

test('a changeset is named by number and node', () => {
  assert.equal(changesetName({ rev: 12, node: '5b2c80b027ce'.padEnd(40, '0') }), '12:5b2c80b027ce');
});
