import assert from 'node:assert/strict';
import { test } from 'node:test';

import { afterEdits, type Edit } from '../../../src/filelog/range';

const edit = (first: number, last: number, text: string): Edit => ({
  range: { start: { line: first }, end: { line: last } },
  text,
});

test('lines move with what is put above them or taken away there', () => {
  assert.deepEqual(afterEdits({ start: 10, end: 12 }, [edit(3, 3, 'one\ntwo\n')]), { start: 12, end: 14 });
  assert.deepEqual(afterEdits({ start: 10, end: 12 }, [edit(3, 5, '')]), { start: 8, end: 10 });
});

test('what happens below leaves them alone', () => {
  assert.deepEqual(afterEdits({ start: 10, end: 12 }, [edit(12, 20, '\n\n')]), { start: 10, end: 12 });
});

test('what is put into them is of them', () => {
  assert.deepEqual(afterEdits({ start: 10, end: 12 }, [edit(11, 11, 'a\r\nb')]), { start: 10, end: 13 });
});

test('a replacement over an edge takes both parts along', () => {
  assert.deepEqual(afterEdits({ start: 10, end: 12 }, [edit(8, 10, 'x')]), { start: 8, end: 10 });
  assert.deepEqual(afterEdits({ start: 10, end: 12 }, [edit(11, 14, 'x\ny')]), { start: 10, end: 13 });
});

test('a line is left where all of them are taken away', () => {
  assert.deepEqual(afterEdits({ start: 10, end: 12 }, [edit(5, 20, '')]), { start: 5, end: 6 });
});

test('edits are taken in their order', () => {
  assert.deepEqual(afterEdits({ start: 4, end: 5 }, [edit(0, 0, '\n'), edit(1, 2, '')]), { start: 4, end: 5 });
});
