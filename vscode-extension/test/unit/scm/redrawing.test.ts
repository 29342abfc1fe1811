import assert from 'node:assert/strict';
import { it, mock } from 'node:test';

import { Redrawing } from '../../../src/scm/redrawing';

/** What is drawn again after these panels changed. */
function after(...changes: string[][]): string[] {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const drawn: string[] = [];
    const redrawing = new Redrawing<string>(panel => drawn.push(panel));
    for (const change of changes) {
      for (const panel of change) redrawing.changed(panel);
      mock.timers.tick(100);
    }
    for (let second = 0; second < 10; second++) mock.timers.tick(1000);
    return drawn;
  } finally {
    mock.timers.reset();
  }
}

it('panels that change at once are drawn again, one after another, and once more for a slow machine', () => {
  assert.deepEqual(after(['a', 'b', 'c']), ['a', 'b', 'c', 'a', 'b', 'c']);
  assert.deepEqual(after(['a'], ['b'], ['a']), ['a', 'b', 'a', 'b']);
});

it('one that changes alone is not', () => {
  assert.deepEqual(after(['a'], ['a'], ['a']), []);
});
