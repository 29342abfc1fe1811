import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';

import { pageOf } from '../../../src/log/html';
import { TEXTS, fromPage, isToPage, type Texts } from '../../../src/log/messages';
import { rowsOf, workingDirectoryRow, type LogRow } from '../../../src/log/rows';
import { describe, say, titleOf } from '../../../src/log/webview/describe';
import { COLOURS, Graph } from '../../../src/log/webview/graph';
import { changeset, nodeOf } from '../changesets';

const TEXTS_HERE = {
  ...Object.fromEntries(TEXTS.map(name => [name, `${name} {0}`])),
  revision: 'revision {0}, {1}',
  checkedOut: 'checked out',
  draft: 'draft',
  public: 'public',
  noMessage: '(no message)',
  workingDirectory: 'Working directory',
  workingDirectoryDirty: 'Working directory, changed',
} as Texts;

const page = { nonce: 'abc', script: 's.js', style: 's.css', source: 'vscode-resource:', language: 'en', title: 'Log' };

it('the page loads its two files and nothing else, and runs nothing inline', () => {
  const html = pageOf(page);
  assert.match(html, /default-src 'none'; style-src vscode-resource:; script-src 'nonce-abc';/u);
  assert.doesNotMatch(html, /unsafe|https?:|data:/u);
  assert.equal(html.match(/<script/gu)?.length, 1);
  assert.match(html, /<script nonce="abc" src="s.js"><\/script>/u);
});

it('names cannot break out of the page', () => {
  const html = pageOf({ ...page, title: '"><script>alert(1)</script>' });
  assert.equal(html.match(/<script/gu)?.length, 1);
  assert.ok(!html.includes('"><script>'));
});

it('the page may send these messages and no others', () => {
  const node = 'a'.repeat(40);
  for (const sound of [
    { type: 'ready' },
    { type: 'more' },
    { type: 'stop' },
    { type: 'again' },
    { type: 'search', revset: 'draft()' },
    { type: 'searchWords', words: 'fix' },
    { type: 'select', node },
    { type: 'open', node },
  ]) {
    assert.deepEqual(fromPage({ ...sound, other: 1 }), sound);
  }
  for (const unsound of [
    undefined,
    null,
    'ready',
    {},
    { type: 'delete' },
    { type: 'search' },
    { type: 'search', revset: 5 },
    { type: 'search', revset: 'x'.repeat(20_000) },
    { type: 'open', node: '--config' },
    { type: 'open', node: `${node}\n` },
    { type: 'select', node: [node] },
  ]) {
    assert.equal(fromPage(unsound), undefined, JSON.stringify(unsound));
  }
});

it('the page listens to the extension and to nobody else', () => {
  assert.ok(isToPage({ type: 'focusSearch' }));
  for (const other of [undefined, null, 7, {}, { type: 'webpackOk' }]) assert.ok(!isToPage(other));
});

it('a row in words: the message first, then what is on it, who, when, and its number', () => {
  const found = { changesets: [changeset(7, { bookmarks: ['main'], desc: 'Fix it' })], edges: [[]] };
  const [row] = rowsOf(found, { parents: [nodeOf(7)], dirty: false, activeBookmark: 'main' });
  assert.ok(row);
  assert.equal(
    describe(row, TEXTS_HERE, 1_000_007 + 3 * 3600, 'en'),
    `Fix it, checked out, active main, Ada, 3 hours ago, draft, revision 7, ${nodeOf(7).slice(0, 12)}`,
  );
});

it('the working directory and an empty message have words, too', () => {
  const here = (dirty: boolean): LogRow => {
    const row = workingDirectoryRow({ parents: [nodeOf(1)], dirty });
    assert.ok(row);
    return row;
  };
  assert.equal(titleOf(here(false), TEXTS_HERE), 'Working directory');
  assert.equal(titleOf(here(true), TEXTS_HERE), 'Working directory, changed');
  const [silent] = rowsOf({ changesets: [changeset(1, { desc: '' })], edges: [[]] }, { parents: [], dirty: false });
  assert.ok(silent);
  assert.equal(titleOf(silent, TEXTS_HERE), '(no message)');
});

it('places in texts are filled in, and what is filled in is not read again', () => {
  assert.equal(say({ ...TEXTS_HERE, tag: 'Tag {0} of {1}' }, 'tag', '{1}', 'x'), 'Tag {1} of x');
});

it('the graph finds rows, also after some came on top, and lays later pages out alone', () => {
  const rows = (from: number, to: number): LogRow[] => {
    const revs = Array.from({ length: from - to }, (_, nth) => from - nth - 1);
    const edges = revs.map(rev => (rev === 0 ? [] : [{ node: nodeOf(rev - 1), kind: 'parent' as const }]));
    return rowsOf({ changesets: revs.map(rev => changeset(rev)), edges }, { parents: [], dirty: false });
  };
  const graph = new Graph();
  graph.splice({ start: 0, remove: 0, items: rows(10, 5) });
  const first = graph.layout(0);
  graph.splice({ start: 5, remove: 0, items: rows(5, 0) });
  assert.equal(graph.layout(0), first);
  assert.equal(graph.placeOf(nodeOf(0)), 9);
  graph.splice({ start: 0, remove: 0, items: rows(12, 10) });
  assert.equal(graph.placeOf(nodeOf(0)), 11);
  assert.equal(graph.placeOf('nowhere'), -1);
  assert.equal(graph.layout(0)?.colour, first?.colour);
});

/** How far two colours are apart in brightness, as WCAG counts it. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map(at => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

it('the colours of lines are seen on the backgrounds of all four kinds of themes', () => {
  const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    contributes: { colors: { id: string; defaults: Record<string, string> }[] };
  };
  const lines = contributes.colors.filter(({ id }) => id.startsWith('hgls.graphLine'));
  assert.equal(lines.length, COLOURS);
  const backgrounds = { dark: '#252526', light: '#f3f3f3', highContrast: '#000000', highContrastLight: '#ffffff' };
  for (const { id, defaults } of lines) {
    for (const [kind, background] of Object.entries(backgrounds)) {
      assert.ok(contrast(defaults[kind] ?? '', background) >= 4.5, `${id} ${kind}`);
    }
  }
});
