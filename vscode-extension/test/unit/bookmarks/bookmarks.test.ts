import assert from 'node:assert/strict';
import { it } from 'node:test';

import { bookmarkItem, choicesOf, orphanedBy, type Choice } from '../../../src/bookmarks/choices';
import { statusText } from '../../../src/bookmarks/statusText';
import type { Bookmark, IdentifyResult } from '../../../src/protocol/types';

const NODE = 'abcdef0123456789abcdef0123456789abcdef01';

const WORDS = {
  noBookmark: 'no active bookmark',
  noCommits: 'no commits yet',
  changed: 'changed',
  bookmark: 'bookmark',
  parent: 'parent',
  phase: { public: 'public', draft: 'draft', secret: 'secret' },
  tags: 'tags',
  operation: { merge: 'merging', rebase: 'rebasing', 'cherry-pick': 'x', revert: 'y', bisect: 'z' },
};

function identity(other: Partial<IdentifyResult> = {}): IdentifyResult {
  return {
    root: 'file:///r',
    rev: 7,
    node: NODE,
    parents: [NODE],
    activeBookmark: 'main',
    bookmarks: ['main'],
    branch: 'default',
    phase: 'draft',
    tags: ['tip'],
    dirty: false,
    indexState: 'ready',
    ...other,
  };
}

function bookmark(name: string, other: Partial<Bookmark> = {}): Bookmark {
  return { bookmark: name, node: NODE, rev: 7, active: false, ...other };
}

function short(choice: Choice): string {
  return choice.kind === 'action' ? choice.action : `${choice.kind} ${choice.bookmark.bookmark}`;
}

it('says the active bookmark, and in the tooltip where it stands', () => {
  assert.deepEqual(statusText('greek', identity(), WORDS), {
    text: '$(bookmark) main',
    tooltip: 'greek\nbookmark: main\nparent: 7:abcdef012345 (draft)',
    spoken: 'greek, bookmark: main, parent: 7:abcdef012345 (draft)',
  });
});

it('marks changes, a parent that is public, and what was begun', () => {
  const { text } = statusText('r', identity({ dirty: true, phase: 'public', operation: 'merge' }), WORDS);
  assert.equal(text, '$(bookmark) main* public (merging)');
});

it('without a bookmark says the changeset, and before the first commit that there is none', () => {
  const detached = { ...identity() };
  delete detached.activeBookmark;
  assert.equal(statusText('r', detached, WORDS).text, '$(git-commit) abcdef012345');
  assert.equal(statusText('r', identity({ parents: [], rev: -1, phase: 'public' }), WORDS).text, '$(bookmark) main');
  assert.equal(statusText('r', { ...detached, parents: [] }, WORDS).text, '$(git-commit) no commits yet');
});

it('a name is no icon, no other text, and no longer than there is room', () => {
  const name = `$(trash)\u202e${'x'.repeat(100)}`;
  const { text } = statusText('r', identity({ activeBookmark: name }), WORDS);
  assert.ok(!text.includes('$(trash)'));
  assert.ok(!text.includes('\u202e'));
  assert.ok(text.length < 60);
  assert.ok(!bookmarkItem(bookmark(name)).label.includes('$(trash)'));
});

it('offers what can be done, then local bookmarks with the active one on top, then remote ones', () => {
  const bookmarks = [bookmark('a'), bookmark('main', { active: true }), bookmark('origin/main', { remote: 'origin' })];
  assert.deepEqual(choicesOf(bookmarks, 'main').map(short), [
    'create',
    'update',
    'deactivate',
    'rename',
    'move',
    'delete',
    'bookmark main',
    'bookmark a',
    'remote origin/main',
  ]);
});

it('offers nothing that there is nothing to do with', () => {
  assert.deepEqual(choicesOf([], undefined).map(short), ['create', 'update']);
  assert.deepEqual(choicesOf([bookmark('origin/x', { remote: 'origin' })], undefined).map(short), [
    'create',
    'update',
    'remote origin/x',
  ]);
});

it('changesets are lost from sight where no other name and no parent of the working copy leads to them', () => {
  assert.equal(orphanedBy(NODE, ['1', '2', '1']), `only(${NODE}, 1 + 2)`);
  assert.equal(orphanedBy(NODE, []), `::${NODE}`);
  assert.equal(orphanedBy(NODE, ['1', NODE]), undefined);
});
