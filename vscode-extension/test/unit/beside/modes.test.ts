import assert from 'node:assert/strict';
import { it } from 'node:test';

import { gitDoes, shown } from '../../../src/beside/modes';

it('beside the git extension nothing is shown twice, unless the user asks for it', () => {
  for (const git of ['shows', 'waits', 'alone', 'unknown'] as const) {
    const isAlone = git === 'alone';
    assert.deepEqual(shown({ panel: 'on', quickDiff: 'on', git }), { panel: 'whole', quickDiff: true });
    assert.deepEqual(shown({ panel: 'off', quickDiff: 'off', git }), { panel: 'none', quickDiff: false });
    const auto = { panel: isAlone ? 'whole' : 'none', quickDiff: isAlone };
    assert.deepEqual(shown({ panel: 'auto', quickDiff: 'auto', git }), auto);
    assert.deepEqual(shown({ panel: 'on', quickDiff: 'auto', git }), { panel: 'whole', quickDiff: isAlone });
  }
});

it('marks without a panel have a source control with files and without a commit box', () => {
  assert.deepEqual(shown({ panel: 'off', quickDiff: 'on', git: 'shows' }), { panel: 'files', quickDiff: true });
  assert.deepEqual(shown({ panel: 'auto', quickDiff: 'on', git: 'shows' }), { panel: 'files', quickDiff: true });
});

it('a nested repository is left to the git extension where that will open it with its first file', () => {
  assert.equal(gitDoes(true, true, true), 'shows');
  assert.equal(gitDoes(false, true, true), 'waits');
  assert.equal(gitDoes(false, true, false), 'alone');
  assert.equal(gitDoes(false, false, true), 'alone');
});
