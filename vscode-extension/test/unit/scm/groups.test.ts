import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { StatusEntry } from '../../../src/protocol/types';
import { group, totals, withConflicts } from '../../../src/scm/groups';

const entry = (path: string, more: Partial<StatusEntry>): StatusEntry => ({
  path,
  status: 'M',
  uri: `file:///r/${path}`,
  ...more,
});

describe('the groups of the panel', () => {
  it('are conflicts, changes and what is not tracked', () => {
    const groups = group(
      [
        entry('conflict', { unresolved: true }),
        entry('modified', {}),
        entry('added', { status: 'A' }),
        entry('removed', { status: 'R' }),
        entry('missing', { status: '!' }),
        entry('new', { status: '?' }),
      ],
      new Set(),
      new Set(),
    );
    const names = (name: keyof typeof groups): string[] =>
      groups[name].map(file => `${file.entry.path}: ${file.standing}`);
    assert.deepEqual(names('conflicts'), ['conflict: conflict']);
    assert.deepEqual(names('changes'), ['modified: modified', 'added: added', 'removed: removed', 'missing: missing']);
    assert.deepEqual(names('untracked'), ['new: untracked']);
  });

  it('have files whose conflict is marked as resolved among the changes, where the mark can be taken back', () => {
    const resolved = new Set(['file:///r/a', 'file:///r/b', 'file:///r/new']);
    const { changes, conflicts, untracked } = group(
      [entry('a', {}), entry('b', { unresolved: true }), entry('new', { status: '?' })],
      resolved,
      new Set(),
    );
    assert.deepEqual(
      changes.map(file => file.standing),
      ['resolved'],
    );
    assert.deepEqual(
      conflicts.map(file => file.entry.path),
      ['b'],
    );
    assert.deepEqual(
      untracked.map(file => file.standing),
      ['untracked'],
    );
  });

  it('have neither clean nor ignored files', () => {
    const groups = group([entry('clean', { status: 'C' }), entry('ignored', { status: 'I' })], new Set(), new Set());
    assert.deepEqual(Object.values(groups).flat(), []);
  });

  it('have no repositories that lie in this one', () => {
    const entries = [entry('nested', { status: '?' }), entry('other/', { status: '?' }), entry('new', { status: '?' })];
    const { untracked } = group(entries, new Set(), new Set(['file:///r/nested', 'file:///r/other']));
    assert.deepEqual(
      untracked.map(file => file.entry.path),
      ['new'],
    );
  });

  it('have all conflicts, also where the list ends before them', () => {
    const merging = (['a', 'b', 'c'] as const).map(path => ({
      path,
      uri: `file:///r/${path}`,
      mergestatus: path === 'c' ? ('R' as const) : ('U' as const),
    }));
    const entries = withConflicts([entry('0', {}), entry('a', { unresolved: true })], merging);
    const groups = group(entries, new Set(['file:///r/c']), new Set());
    assert.deepEqual(
      groups.conflicts.map(file => file.entry.path),
      ['a', 'b'],
    );
    assert.deepEqual(totals(groups, { M: 9 }), { conflicts: 2, changes: 7, untracked: 0 });
  });

  it('say how many there are, also of those that are not shown', () => {
    const entries = [entry('c', { unresolved: true }), entry('m', {}), entry('n', { status: '?' })];
    const groups = group(entries, new Set(), new Set());
    assert.deepEqual(totals(groups, undefined), { conflicts: 1, changes: 1, untracked: 1 });
    const counts = { M: 7, A: 2, R: 1, '!': 1, '?': 30 };
    assert.deepEqual(totals(groups, counts), { conflicts: 1, changes: 10, untracked: 30 });
  });
});
