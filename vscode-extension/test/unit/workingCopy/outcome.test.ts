import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { EditedFile, FileAction } from '../../../src/protocol/types';
import { outcome, shortList } from '../../../src/workingCopy/outcome';

const file = (path: string, action: FileAction, backup?: string): EditedFile => ({
  path,
  action,
  uri: `file:///r/${path}`,
  backup,
});

describe('what came of a change of files', () => {
  it('counts the files that something was done to', () => {
    assert.equal(outcome([file('a', 'reverted'), file('b', 'skipped')], []).done, 1);
  });

  it('counts a file once to which several things were done', () => {
    assert.equal(outcome([file('a', 'restored'), file('a', 'forgotten')], []).done, 1);
  });

  it('tells what was refused from what is only remarked', () => {
    const { refused, remarks } = outcome(
      [],
      [
        { message: 'not removing a', refused: true },
        { message: 'b already tracked!', refused: false },
      ],
    );
    assert.deepEqual([refused, remarks], [['not removing a'], ['b already tracked!']]);
  });

  it('names the files that have a backup', () => {
    const kept = file('a', 'reverted', 'file:///r/.git/hgls/backups/1-revert/files/a');
    assert.deepEqual(outcome([file('b', 'forgotten'), kept], []).kept, [kept]);
  });

  it('is told in few words', () => {
    assert.deepEqual(shortList(['a', 'b', 'c'], 2), { text: 'a; b', more: 1 });
    assert.deepEqual(shortList([], 2), { text: '', more: 0 });
  });
});
