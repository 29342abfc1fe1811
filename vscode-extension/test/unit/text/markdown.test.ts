import assert from 'node:assert/strict';
import { test } from 'node:test';

import { escapeLine, escapeText } from '../../../src/text/markdown';

test('no punctuation keeps its meaning', () => {
  assert.equal(escapeLine('[x](command:evil)'), '\\[x\\]\\(command\\:evil\\)');
  assert.equal(escapeLine('<img src=x> &amp;'), '\\<img src\\=x\\> \\&amp\\;');
  assert.equal(
    escapeLine('# *a* `b` ~~c~~ | 1. - $(zap)'),
    '\\# \\*a\\* \\`b\\` \\~\\~c\\~\\~ \\| 1\\. \\- \\$\\(zap\\)',
  );
});

test('no address becomes a link by itself', () => {
  assert.equal(
    escapeLine('https://example.org www.example.org a@example.org'),
    'https\\:\\/\\/example\\.org www\\.example\\.org a\\@example\\.org',
  );
});

test('an indented line is no code, and shows its indentation', () => {
  assert.equal(escapeLine('    four\t'), '&nbsp;&nbsp;&nbsp;&nbsp;four');
  assert.equal(escapeLine('\tx'), '&nbsp;&nbsp;&nbsp;&nbsp;x');
});

test('lines stay lines, and paragraphs paragraphs', () => {
  assert.equal(escapeText('one\ntwo\n\n \n\nthree\n'), 'one  \ntwo\n\nthree');
  assert.equal(escapeText('a\r\nb'), 'a  \nb');
  assert.equal(escapeText(' \n '), '');
});

test('a line of dashes or equals signs makes no heading of the one above', () => {
  assert.equal(escapeText('Title\n====='), 'Title  \n\\=\\=\\=\\=\\=');
});
