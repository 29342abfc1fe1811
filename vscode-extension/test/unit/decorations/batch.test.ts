import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Batch } from '../../../src/decorations/batch';

/** A batch that answers each key with itself in capitals, and what it was asked. */
function shouting(most: number): { batch: Batch<string>; asked: string[][] } {
  const asked: string[][] = [];
  const ask = (keys: string[]): Promise<Map<string, string>> => {
    asked.push(keys);
    return Promise.resolve(new Map(keys.filter(key => key !== 'silent').map(key => [key, key.toUpperCase()])));
  };
  return { batch: new Batch(ask, most, setImmediate), asked };
}

describe('questions that come together', () => {
  it('are asked as one', async () => {
    const { batch, asked } = shouting(10);
    assert.deepEqual(await Promise.all(['a', 'b', 'c'].map(key => batch.get(key))), ['A', 'B', 'C']);
    assert.deepEqual(asked, [['a', 'b', 'c']]);
  });
  it('are asked once when they are the same', async () => {
    const { batch, asked } = shouting(10);
    assert.deepEqual(await Promise.all([batch.get('a'), batch.get('a')]), ['A', 'A']);
    assert.deepEqual(asked, [['a']]);
  });
  it('are asked in parts when they are many', async () => {
    const { batch, asked } = shouting(2);
    await Promise.all(['a', 'b', 'c'].map(key => batch.get(key)));
    assert.deepEqual(asked, [['a', 'b'], ['c']]);
  });
  it('have no answer where there is none', async () => {
    const { batch } = shouting(10);
    assert.deepEqual(await Promise.all([batch.get('silent'), batch.get('a')]), [undefined, 'A']);
  });
  it('are asked anew after the answer', async () => {
    const { batch, asked } = shouting(10);
    await batch.get('a');
    await batch.get('a');
    assert.deepEqual(asked, [['a'], ['a']]);
  });
  it('have no answers when asking fails, and the next ones have', async () => {
    let fails = true;
    const ask = (keys: string[]): Promise<Map<string, string>> =>
      fails ? Promise.reject(new Error('no server')) : Promise.resolve(new Map(keys.map(key => [key, key])));
    const batch = new Batch(ask, 10, setImmediate);
    assert.equal(await batch.get('a'), undefined);
    fails = false;
    assert.equal(await batch.get('a'), 'a');
  });
});
