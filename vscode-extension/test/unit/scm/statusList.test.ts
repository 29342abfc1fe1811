import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { DidChangeStatusParams, StatusCode, StatusEntry } from '../../../src/protocol/types';
import { StatusList } from '../../../src/scm/statusList';

const entry = (path: string, status: StatusCode): StatusEntry => ({ path, status, uri: `file:///r/${path}` });
const change = (generation: number, changed: StatusEntry[], ...removed: string[]): DidChangeStatusParams => ({
  root: 'file:///r',
  generation,
  changed,
  removed: removed.map(path => ({ path, uri: `file:///r/${path}` })),
});
const filled = (limit: number, generation: number, truncated: boolean, ...entries: StatusEntry[]): StatusList => {
  const list = new StatusList(limit);
  list.asking();
  list.answered({ entries, generation, truncated });
  return list;
};
const shown = (list: StatusList): string[] => list.entries.map(({ status, path }) => `${status} ${path}`);

describe('a list of statuses', () => {
  it('is in the order of hg, whatever came in when', () => {
    const list = filled(9, 1, false, entry('b', '?'), entry('z', 'M'), entry('a', 'M'), entry('c', 'R'));
    list.told(change(2, [entry('x', 'A'), entry('y', '!')]));
    assert.deepEqual(shown(list), ['M a', 'M z', 'A x', 'R c', '! y', '? b']);
  });

  it('takes changes over, and leaves old ones alone', () => {
    const list = filled(9, 5, false, entry('a', 'M'), entry('b', 'M'));
    assert.ok(list.told(change(6, [entry('c', '?')], 'a')));
    assert.deepEqual(shown(list), ['M b', '? c']);
    assert.ok(list.told(change(6, [entry('a', 'M')])));
    assert.ok(list.told(change(3, [], 'b')));
    assert.deepEqual(shown(list), ['M b', '? c']);
  });

  it('loses nothing that is told while it is asked for', () => {
    const list = filled(9, 5, false, entry('a', 'M'));
    list.asking();
    assert.ok(list.told(change(6, [entry('b', 'M')])));
    assert.ok(list.told(change(8, [entry('c', 'M')])));
    assert.ok(list.answered({ entries: [entry('b', 'M')], generation: 7, truncated: false }));
    assert.deepEqual(shown(list), ['M b', 'M c']);
  });

  it('has to be asked for before changes mean anything', () => {
    assert.equal(new StatusList(9).told(change(1, [entry('a', 'M')])), false);
  });

  it('has to be asked for anew when it was cut off, or grows beyond what it may hold', () => {
    assert.equal(filled(9, 1, true, entry('a', 'M')).told(change(2, [], 'a')), false);
    assert.equal(filled(1, 1, false, entry('a', 'M')).told(change(2, [entry('b', 'M')])), false);
    const list = filled(9, 1, false);
    list.asking();
    list.told(change(3, [entry('a', 'M')]));
    assert.equal(list.answered({ entries: [], generation: 2, truncated: true }), false);
  });

  it('begins anew with another server, which counts from the beginning', () => {
    const list = filled(9, 50, false, entry('a', 'M'));
    list.asking();
    list.answered({ entries: [entry('b', 'M')], generation: 1, truncated: false });
    assert.ok(list.told(change(2, [entry('c', 'M')])));
    assert.deepEqual(shown(list), ['M b', 'M c']);
  });

  it('holds no more than it may', () => {
    const list = filled(2, 1, false, entry('a', 'M'), entry('b', 'M'), entry('c', 'M'));
    assert.equal(list.entries.length, 2);
    assert.ok(list.isCut);
  });
});
