import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Latest } from '../../../src/ui/latest';

class Source {
  cancelled = false;
  disposed = false;
  cancel(): void {
    this.cancelled = true;
  }
  dispose(): void {
    this.disposed = true;
  }
}

test('the later cancels the earlier, whose result or error is dropped', async () => {
  const made: Source[] = [];
  const latest = new Latest(() => {
    const source = new Source();
    made.push(source);
    return source;
  });
  let fail: (error: Error) => void = () => undefined;
  const first = latest.run(
    () =>
      new Promise<number>((_, reject) => {
        fail = reject;
      }),
  );
  const second = latest.run(() => Promise.resolve(2));
  fail(new Error('cancelled'));
  assert.equal(await first, undefined);
  assert.equal(await second, 2);
  assert.deepEqual(
    made.map(source => [source.cancelled, source.disposed]),
    [
      [true, true],
      [false, true],
    ],
  );
});

test("an error of the latest is its caller's", async () => {
  const latest = new Latest(() => new Source());
  await assert.rejects(
    latest.run(() => Promise.reject(new Error('no'))),
    /no/u,
  );
});
