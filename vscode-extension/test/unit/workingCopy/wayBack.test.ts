import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { EditedFile, FileAction } from '../../../src/protocol/types';
import { lengthOf, wayBack, type Absent, type WayBack } from '../../../src/workingCopy/wayBack';

const file = (path: string, action: FileAction, backup?: string): EditedFile => ({
  path,
  action,
  uri: `file:///r/${path}`,
  backup,
});
const NONE: Absent = { missing: new Set(), removed: new Set() };
const NOWHERE: WayBack = { restored: [], added: [], forgotten: [], removed: [], discarded: [] };

describe('the way back from a revert', () => {
  it('of a modified file leads to its backup', () => {
    const modified = file('a', 'reverted', 'file:///r/.git/hgls/backups/1-revert/files/a');
    assert.deepEqual(wayBack([modified], NONE), { ...NOWHERE, restored: [modified] });
  });

  it('of an added file tracks it again', () => {
    assert.deepEqual(wayBack([file('a', 'forgotten')], NONE), { ...NOWHERE, added: ['file:///r/a'] });
  });

  it('of an added file that is not on disk leads nowhere', () => {
    const missing = new Set(['file:///r/a']);
    assert.deepEqual(wayBack([file('a', 'forgotten')], { ...NONE, missing }), NOWHERE);
  });

  it('of a removed file removes it again', () => {
    const removed = new Set(['file:///r/a']);
    const way = wayBack([file('a', 'undeleted')], { ...NONE, removed });
    assert.deepEqual(way, { ...NOWHERE, removed: ['file:///r/a'] });
  });

  it('of a forgotten file forgets it again, with what was in it', () => {
    const edited = [file('a', 'undeleted', 'file:///r/.git/hgls/backups/1-revert/files/a'), file('b', 'undeleted')];
    const way = wayBack(edited, NONE);
    assert.deepEqual(way, { ...NOWHERE, restored: edited.slice(0, 1), forgotten: ['file:///r/a', 'file:///r/b'] });
    assert.equal(lengthOf(way), 2);
  });

  it('of a missing file takes it off the disk', () => {
    const missing = new Set(['file:///r/a']);
    const way = wayBack([file('a', 'reverted')], { ...NONE, missing });
    assert.deepEqual(way, { ...NOWHERE, discarded: ['file:///r/a'] });
  });

  it('leads nowhere where nothing was done', () => {
    assert.equal(lengthOf(wayBack([file('a', 'skipped')], NONE)), 0);
  });
});
