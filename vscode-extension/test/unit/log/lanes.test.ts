import assert from 'node:assert/strict';
import { it } from 'node:test';

import { Lanes, type Edge, type GraphNode, type Row } from '../../../src/log/lanes';

const COLOURS = 6;

function node(name: string, ...parents: string[]): GraphNode {
  return { node: name, edges: parents.map((parent): Edge => ({ node: parent, kind: 'parent' })) };
}

function layOut(nodes: readonly GraphNode[]): Row[] {
  const lanes = new Lanes(COLOURS);
  return nodes.map(each => lanes.add(each));
}

function rowOf(row: Row | undefined): Row {
  assert.ok(row);
  return row;
}

/** A row in short: the node's column, and its links as `kind from>to`, sorted. */
function short(row: Row): string {
  const links = row.links.map(link => `${link.kind} ${link.from}>${link.to}`).sort();
  return `${row.column}: ${links.join(', ')}`;
}

it('a line of changesets is one column of one colour', () => {
  const rows = layOut([node('c', 'b'), node('b', 'a'), node('a')]);
  assert.deepEqual(rows.map(short), ['0: out 0>0', '0: in 0>0, out 0>0', '0: in 0>0']);
  assert.equal(new Set(rows.map(row => row.colour)).size, 1);
  assert.deepEqual(
    rows.map(row => row.columns),
    [1, 1, 1],
  );
});

it('the second parent of a merge opens a lane on the right, in a colour of its own', () => {
  const rows = layOut([node('m', 'a', 'b'), node('b', 'base'), node('a', 'base'), node('base')]);
  assert.deepEqual(rows.map(short), [
    '0: out 0>0, out 0>1',
    '1: in 1>1, out 1>1, through 0>0',
    // The lane of the other side comes over to the column of the line that ends in it.
    '0: in 0>0, out 0>0, through 1>0',
    '0: in 0>0',
  ]);
  assert.notEqual(rows[0]?.colour, rows[1]?.colour);
  assert.equal(rows[0]?.colour, rows[2]?.colour);
  assert.deepEqual(
    rows.map(row => row.columns),
    [2, 2, 2, 1],
  );
});

it("a merge's line to its second parent has the colour of the lane that it leads to", () => {
  const [merge, side] = layOut([node('m', 'a', 'b'), node('b')]);
  const line = merge?.links.find(link => link.to === 1);
  assert.equal(line?.colour, side?.colour);
});

it('an octopus merge has a line to each parent, also to those that others wait for', () => {
  const rows = layOut([node('x', 'b'), node('m', 'a', 'b', 'c', 'd')]);
  assert.equal(short(rowOf(rows[1])), '1: out 1>0, out 1>1, out 1>2, out 1>3, through 0>0');
  assert.equal(rows[1]?.columns, 4);
});

it('a parent that is named twice has one line', () => {
  assert.equal(short(rowOf(layOut([node('m', 'a', 'a')])[0])), '0: out 0>0');
});

it('a lane that was closed is filled by the next head', () => {
  const rows = layOut([node('a', 'r'), node('b'), node('c', 'r'), node('r')]);
  assert.deepEqual(
    rows.map(row => row.column),
    [0, 1, 1, 0],
  );
});

it('past nodes that are left out the line is dashed, until a child joins it without a gap', () => {
  const lanes = new Lanes(COLOURS);
  const first = lanes.add({ node: 'd', edges: [{ node: 'a', kind: 'elided' }] });
  assert.deepEqual(
    first.links.map(link => link.dashed),
    [true],
  );
  const second = lanes.add(node('c', 'a'));
  const through = second.links.filter(link => link.kind === 'through');
  assert.deepEqual(
    through.map(link => link.dashed),
    [true],
  );
  const last = lanes.add(node('a'));
  assert.deepEqual(
    last.links.map(link => [link.kind, link.dashed]),
    [['in', false]],
  );
});

it('a parent that never comes is an end, and keeps no lane open', () => {
  const lanes = new Lanes(COLOURS);
  const row = lanes.add({ node: 'b', edges: [{ node: 'a', kind: 'missing' }] });
  assert.equal(short(row), '0: end 0>0');
  assert.equal(lanes.open, 0);
});

it('a line keeps its colour when changesets are added above it', () => {
  const old = [node('m', 'a', 'b'), node('b', 'base'), node('a', 'base'), node('base')];
  const rows = layOut(old);
  const before = new Map(old.map((each, nth) => [each.node, rows[nth]?.colour]));
  const lanes = new Lanes(COLOURS, name => before.get(name));
  const added = [node('other', 'base'), node('n2', 'n1'), node('n1', 'm'), ...old];
  const again = new Map(added.map(each => [each.node, lanes.add(each).colour]));
  for (const [name, colour] of before) {
    assert.equal(again.get(name), colour, name);
  }
});

/** A small generator of numbers (xorshift), so that a failure can be repeated by its seed. */
function random(seed: number): (below: number) => number {
  let state = seed | 1;
  return below => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A history of so many nodes, newest first, each older than all its children. */
function history(next: (below: number) => number, count: number): GraphNode[] {
  return Array.from({ length: count }, (_, nth) => {
    const older = count - nth - 1;
    const wanted = [0, 1, 1, 1, 1, 2, 2, 3, 6][next(9)] ?? 0;
    const parents = new Set<string>();
    for (let tries = 0; tries < wanted && older > 0; tries++) {
      parents.add(String(nth + 1 + next(Math.min(older, next(8) === 0 ? 40 : 5))));
    }
    const kinds = ['parent', 'parent', 'parent', 'elided', 'missing'] as const;
    const edges = [...parents].map((parent): Edge => {
      const kind = kinds[next(kinds.length)] ?? 'parent';
      return { node: kind === 'missing' ? `gone ${parent}` : parent, kind };
    });
    return { node: String(nth), edges };
  });
}

/** Follows every line from its child down, by the links alone, and says at which nodes the lines arrive. */
function arrivals(nodes: readonly GraphNode[], rows: readonly Row[]): string[] {
  /** For each column at the lower edge of the row above: whose lines come down there. */
  let above = new Map<number, string[]>();
  const arrived: string[] = [];
  nodes.forEach(({ node: name }, nth) => {
    const row = rowOf(rows[nth]);
    const below = new Map<number, string[]>();
    const add = (column: number, children: readonly string[]): void => {
      below.set(column, [...(below.get(column) ?? []), ...children]);
    };
    const taken = new Set<number>();
    for (const link of row.links) {
      if (link.kind === 'in') {
        assert.equal(link.to, row.column);
        arrived.push(...(above.get(link.from) ?? []).map(child => `${child}>${name}`));
        taken.add(link.from);
      } else if (link.kind === 'through') {
        assert.ok(above.has(link.from), 'a line through begins above');
        assert.ok(!taken.has(link.from), 'a column has one line');
        taken.add(link.from);
        add(link.to, above.get(link.from) ?? []);
      } else {
        assert.equal(link.from, row.column);
        if (link.kind === 'out') {
          add(link.to, [name]);
        }
      }
      assert.ok(link.colour >= 0 && link.colour < COLOURS);
      assert.ok(Math.max(link.from, link.to) < row.columns);
    }
    assert.deepEqual([...above.keys()].sort(), [...taken].sort(), 'no line ends between two rows');
    above = below;
  });
  assert.equal(above.size, 0, 'no line is left open below the oldest');
  return arrived;
}

it('in random histories every line arrives at the parent that it comes from, and nowhere else', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const nodes = history(random(seed * 2654435761), 1 + (seed % 90));
    const rows = layOut(nodes);
    const expected = nodes.flatMap(({ node: child, edges }) =>
      edges.filter(edge => edge.kind !== 'missing').map(edge => `${child}>${edge.node}`),
    );
    assert.deepEqual(arrivals(nodes, rows).sort(), expected.sort(), `seed ${seed}`);
    const ends = rows.map(row => row.links.filter(link => link.kind === 'end').length);
    const missing = nodes.map(({ edges }) => edges.filter(edge => edge.kind === 'missing').length);
    assert.deepEqual(ends, missing, `seed ${seed}`);
  }
});

it('in random histories there is one lane a node waited for', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const nodes = history(random(seed * 40503), 60);
    const lanes = new Lanes(COLOURS);
    const waiting = new Set<string>();
    for (const each of nodes) {
      lanes.add(each);
      waiting.delete(each.node);
      each.edges.filter(edge => edge.kind !== 'missing').forEach(edge => waiting.add(edge.node));
      assert.equal(lanes.open, waiting.size, `seed ${seed}`);
    }
  }
});

it('rows do not depend on how they were put into pages', () => {
  const nodes = history(random(77), 200);
  const whole = layOut(nodes);
  const lanes = new Lanes(COLOURS);
  const first = nodes.slice(0, 70).map(each => lanes.add(each));
  const rest = nodes.slice(70).map(each => lanes.add(each));
  assert.deepEqual([...first, ...rest], whole);
});
