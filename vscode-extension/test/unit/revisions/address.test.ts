import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { isFixed, read, write } from '../../../src/revisions/address';

const alpha = { path: '/home/me/greek/alpha', authority: '' };

describe('the address of a file at a revision', () => {
  it('is what the server calls the document', () => {
    assert.deepEqual(write({ ...alpha, rev: '1' }), { scheme: 'hgls', ...alpha, query: 'rev=1' });
  });
  for (const rev of ['.', 'tip', 'a=b', 'feature/x&y?#', 'ü 100%', 'max(branch(default))']) {
    it(`reads again what it wrote: ${rev}`, () => {
      assert.deepEqual(read(write({ ...alpha, rev })), { ...alpha, rev });
    });
  }
  it('keeps the machine of a network path', () => {
    const shared = { path: '/share/f', authority: 'machine', rev: '.' };
    assert.deepEqual(read(write(shared)), shared);
  });
  it('takes an escape that is none as it stands', () => {
    assert.equal(read({ ...alpha, query: 'rev=100%' })?.rev, '100%');
  });
  for (const query of ['', 'rev', 'rev=', 'changeset=1']) {
    it(`is nothing when the query is '${query}'`, () => {
      assert.equal(read({ ...alpha, query }), undefined);
    });
  }
});

describe('a revision', () => {
  it('that is named by its node always means the same', () => {
    assert.ok(isFixed('5b2c80b027ce3f3f1b8b8b8d1a1f9d1c1f3e7a5e'));
  });
  for (const rev of ['.', '12', 'tip', '5b2c80b027ce', 'main']) {
    it(`that is named ${rev} may mean another one later`, () => {
      assert.ok(!isFixed(rev));
    });
  }
});
