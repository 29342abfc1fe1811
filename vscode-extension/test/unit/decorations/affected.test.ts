import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { affected } from '../../../src/decorations/affected';
import type { DidChangeStatusParams } from '../../../src/protocol/types';

const ROOT = 'file:///home/me/greek';
const name = (path: string): { path: string; uri: string } => ({ path, uri: `${ROOT}/${path}` });

function told(changed: readonly string[], removed: readonly string[] = []): DidChangeStatusParams {
  return {
    root: ROOT,
    generation: 1,
    changed: changed.map(path => ({ ...name(path), status: 'M' })),
    removed: removed.map(name),
  };
}

describe('the decorations that an event changes', () => {
  it('are those of the files and of the folders around them, each once', () => {
    assert.deepEqual(affected(new Set(['status']), told(['a/b/one', 'a/two'], ['three'])), [
      `${ROOT}/a/b/one`,
      `${ROOT}/a/b`,
      `${ROOT}/a`,
      `${ROOT}/a/two`,
      `${ROOT}/three`,
    ]);
  });

  it('are none where only names or history changed', () => {
    assert.deepEqual(affected(new Set(['bookmarks', 'tags', 'history', 'ignoredRevisions'])), []);
  });

  for (const what of ['parents', 'mergeState', 'server'] as const) {
    it(`may be any: ${what}`, () => {
      assert.equal(affected(new Set([what])), undefined);
    });
  }

  it('may be any where it changed what is ignored', () => {
    assert.equal(affected(new Set(['status']), told(['letters/.gitignore'])), undefined);
  });

  it('may be any where there are more than VS Code takes', () => {
    const many = Array.from({ length: 251 }, (_, index) => `file-${index}`);
    assert.equal(affected(new Set(['status']), told(many)), undefined);
    assert.equal(affected(new Set(['status']), told(many.slice(1)))?.length, 250);
  });
});
