import assert from 'node:assert/strict';
import { it } from 'node:test';

import { shown } from '../../../src/scm/modes';

it('beside the git extension nothing is shown twice, unless the user asks for it', () => {
  const both = (panel: boolean, quickDiff = panel) => ({ panel, quickDiff });
  for (const git of ['shows', 'alone', 'unknown'] as const) {
    assert.deepEqual(shown({ panel: 'on', quickDiff: 'on', git }), both(true));
    assert.deepEqual(shown({ panel: 'off', quickDiff: 'off', git }), both(false));
    assert.deepEqual(shown({ panel: 'auto', quickDiff: 'auto', git }), both(git === 'alone'));
    assert.deepEqual(shown({ panel: 'on', quickDiff: 'auto', git }), both(true, git === 'alone'));
  }
});
