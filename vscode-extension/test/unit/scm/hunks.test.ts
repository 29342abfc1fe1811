import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { DiffHunk } from '../../../src/protocol/types';
import { describe as inWords, linesOfChange, nameOf, takingBack, touching } from '../../../src/scm/hunks';

/** The hunk that turns `oldLines` at `oldStart` into `newLines` at `newStart`. */
const hunk = (oldStart: number, oldLines: string[], newStart: number, newLines: string[]): DiffHunk => ({
  kind: oldLines.length === 0 ? 'added' : newLines.length === 0 ? 'removed' : 'changed',
  oldStart,
  oldCount: oldLines.length,
  newStart,
  newCount: newLines.length,
  oldText: oldLines.join(''),
  newText: newLines.join(''),
});

describe('the hunks that lines mean', () => {
  const added = hunk(2, [], 2, ['x\n', 'y\n']);
  const changed = hunk(5, ['a\n'], 7, ['b\n']);
  const removed = hunk(9, ['gone\n'], 11, []);
  const all = [added, changed, removed];

  it('are those that overlap them', () => {
    assert.deepEqual(touching(all, [{ start: 3, end: 4 }]), [added]);
    assert.deepEqual(touching(all, [{ start: 3, end: 8 }]), [added, changed]);
    assert.deepEqual(touching(all, [{ start: 4, end: 7 }]), []);
    assert.deepEqual(
      touching(all, [
        { start: 2, end: 3 },
        { start: 7, end: 8 },
      ]),
      [added, changed],
    );
  });

  it('of lines that are gone, those on either side of their place', () => {
    assert.deepEqual(touching(all, [{ start: 10, end: 11 }]), [removed]);
    assert.deepEqual(touching(all, [{ start: 11, end: 12 }]), [removed]);
    assert.deepEqual(touching(all, [{ start: 12, end: 13 }]), []);
  });

  it('are found by what the diff editor says of a change', () => {
    const at = (modifiedStartLineNumber: number, modifiedEndLineNumber: number): DiffHunk[] =>
      touching(all, [linesOfChange({ modifiedStartLineNumber, modifiedEndLineNumber })]);
    assert.deepEqual(at(3, 4), [added]);
    assert.deepEqual(at(8, 8), [changed]);
    assert.deepEqual(at(11, 0), [removed]);
  });

  it('are named to the server by their places alone', () => {
    assert.deepEqual(nameOf(changed), { oldStart: 5, oldCount: 1, newStart: 7, newCount: 1 });
  });
});

describe('the edit that takes a hunk back', () => {
  /** What VS Code makes of the edit. */
  const applied = (text: string, hunk: DiffHunk): string => {
    const lines = text.split('\n');
    const { start, end, text: replacement } = takingBack(hunk, lines.length, lines.at(-1)?.length ?? 0);
    const offset = (line: number, character: number): number =>
      lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
    return (
      text.slice(0, offset(start.line, start.character)) + replacement + text.slice(offset(end.line, end.character))
    );
  };

  it('removes what was added, also at the end', () => {
    assert.equal(applied('a\nnew\nb\n', hunk(1, [], 1, ['new\n'])), 'a\nb\n');
    assert.equal(applied('a\nnew\n', hunk(1, [], 1, ['new\n'])), 'a\n');
    assert.equal(applied('only\n', hunk(0, [], 0, ['only\n'])), '');
  });

  it('brings back what was removed, at the begin, between lines, at the end', () => {
    assert.equal(applied('b\n', hunk(0, ['a\n'], 0, [])), 'a\nb\n');
    assert.equal(applied('a\nc\n', hunk(1, ['b\n'], 1, [])), 'a\nb\nc\n');
    assert.equal(applied('a\n', hunk(1, ['b\n'], 1, [])), 'a\nb\n');
    assert.equal(applied('', hunk(0, ['a\n'], 0, [])), 'a\n');
  });

  it('brings a last line end back, and takes one away', () => {
    assert.equal(applied('a\nb', hunk(1, ['b\n'], 1, ['b'])), 'a\nb\n');
    assert.equal(applied('a\nb\n', hunk(1, ['b'], 1, ['b\n'])), 'a\nb');
    assert.equal(applied('a', hunk(0, ['a\n', 'b\n'], 0, ['a'])), 'a\nb\n');
  });
});

describe('a hunk in a list', () => {
  it('says where it is and how it begins', () => {
    assert.deepEqual(inWords(hunk(2, [], 2, ['\n', '  x = 1;\n'])), { lines: '3-4', preview: '+ x = 1;' });
    assert.deepEqual(inWords(hunk(4, ['gone\n'], 4, [])), { lines: '5', preview: '- gone' });
  });
});
