import assert from 'node:assert/strict';
import { it } from 'node:test';

import { RestartLimit } from '../../src/server/restarts';

it('a server is restarted so many times within the span, and again when the span is over or the user asks', () => {
  const limit = new RestartLimit(2, 1000);
  assert.deepEqual(
    [0, 10, 20].map(now => limit.allows(now)),
    [true, true, false],
  );
  assert.equal(limit.allows(1500), true);
  assert.deepEqual(
    [1501, 1502].map(now => limit.allows(now)),
    [true, false],
  );
  limit.reset();
  assert.equal(limit.allows(1503), true);
});
