import assert from 'node:assert/strict';
import { it } from 'node:test';

import type { Link } from '../../../src/log/lanes';
import { columnX, graphWidth, linesOf } from '../../../src/log/webview/lines';

const METRICS = { rowHeight: 24, laneWidth: 12, margin: 10 };

function path(link: Omit<Link, 'colour' | 'dashed'>): string | undefined {
  const row = { column: 0, colour: 0, columns: 9, links: [{ ...link, colour: 3, dashed: true }] };
  return linesOf(row, METRICS)[0]?.path;
}

it('columns stand side by side, and a row is as wide as its last one', () => {
  assert.equal(columnX(0, METRICS), 10);
  assert.equal(columnX(3, METRICS), 46);
  assert.equal(graphWidth(1, METRICS), 20);
  assert.equal(graphWidth(4, METRICS), 56);
});

it('lines end where those of the next row begin', () => {
  assert.equal(path({ kind: 'through', from: 1, to: 1 }), 'M22 0V24');
  assert.equal(path({ kind: 'through', from: 1, to: 0 }), 'M22 0C22 12 10 12 10 24');
  assert.equal(path({ kind: 'in', from: 0, to: 0 }), 'M10 0V12');
  assert.equal(path({ kind: 'out', from: 0, to: 0 }), 'M10 12V24');
});

it('a line to another column goes level with the node and round a corner, to either side', () => {
  assert.equal(path({ kind: 'out', from: 0, to: 2 }), 'M10 12H22Q34 12 34 24V24');
  assert.equal(path({ kind: 'out', from: 2, to: 0 }), 'M34 12H22Q10 12 10 24V24');
});

it('a line to what is not shown ends before the next row', () => {
  assert.equal(path({ kind: 'end', from: 0, to: 0 }), 'M10 12V22');
});

it("the node's own lines lie above those that pass by, and keep colour and dashes", () => {
  const link = (kind: Link['kind'], colour: number, dashed: boolean): Link => ({
    kind,
    from: 0,
    to: 0,
    colour,
    dashed,
  });
  const links = [link('out', 1, true), link('through', 2, false), link('in', 1, false)];
  const lines = linesOf({ column: 0, colour: 1, columns: 1, links }, METRICS);
  assert.deepEqual(
    lines.map(({ colour, dashed }) => [colour, dashed]),
    [
      [2, false],
      [1, false],
      [1, true],
    ],
  );
});

it('lines that pass by in one colour are one path, and those of the node are not among them', () => {
  const link = (kind: Link['kind'], column: number, colour: number): Link => ({
    kind,
    from: column,
    to: column,
    colour,
    dashed: false,
  });
  const links = [link('through', 1, 2), link('in', 0, 2), link('through', 2, 2), link('through', 3, 1)];
  const lines = linesOf({ column: 0, colour: 2, columns: 4, links }, METRICS);
  assert.deepEqual(
    lines.map(line => line.path),
    ['M22 0V24M34 0V24', 'M46 0V24', 'M10 0V12'],
  );
});
