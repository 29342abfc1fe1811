import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { HglsError, asHglsError, isCancelled } from '../../src/protocol/errors';

describe('an error of a request', () => {
  it('has the kind and the hint that the server gave', () => {
    const thrown = Object.assign(new Error('nothing changed'), {
      code: -32803,
      data: { kind: 'nothingToCommit', hint: 'change something' },
    });
    assert.deepEqual(asHglsError(thrown), new HglsError('nothingToCommit', 'nothing changed', 'change something'));
    assert.equal(asHglsError(thrown).hint, 'change something');
  });

  it('is a cancellation by its code', () => {
    assert.ok(isCancelled(asHglsError(Object.assign(new Error('cancelled'), { code: -32800 }))));
    assert.ok(!isCancelled(asHglsError(new Error('cancelled'))));
  });

  it('is one of a server that is gone when the connection ended before the answer', () => {
    assert.equal(
      asHglsError(Object.assign(new Error('Pending response rejected since connection got disposed'), { code: -32097 }))
        .kind,
      'noServer',
    );
  });

  it('survives whatever was thrown', () => {
    for (const thrown of [undefined, null, 'text', 7, { data: null }, { data: { kind: 7, hint: {} } }]) {
      const error = asHglsError(thrown);
      assert.equal(error.kind, 'internal');
      assert.equal(error.hint, undefined);
    }
  });
});
