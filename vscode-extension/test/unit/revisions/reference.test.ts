import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changesetReference, fileReference } from '../../../src/revisions/reference';

const node = '5b2c80b027ce3f3f1b8b8b8d1a1f9d1c1f3e7a5e';

test('a reference has an address and a node, and nothing else is taken along', () => {
  assert.deepEqual(changesetReference({ root: 'file:///home/me', node, more: 1 }), { root: 'file:///home/me', node });
  assert.deepEqual(fileReference({ uri: 'file:///home/me/a', node }), { uri: 'file:///home/me/a', node });
  assert.deepEqual(fileReference({ uri: 'file:///a', node, line: 3 }), { uri: 'file:///a', node, line: 3 });
});

test('what is none is none', () => {
  for (const argument of [undefined, null, 7, 'x', [], {}, { root: 'file:///a' }, { root: 'http://a', node }]) {
    assert.equal(changesetReference(argument), undefined);
  }
  assert.equal(changesetReference({ root: 'file:///a', node: '--help' }), undefined);
  assert.equal(fileReference({ uri: 'file:///a', node: node.slice(1) }), undefined);
});

test('a line that is none is left out', () => {
  for (const line of [-1, 1.5, NaN, '3']) {
    assert.deepEqual(fileReference({ uri: 'file:///a', node, line }), { uri: 'file:///a', node });
  }
});
