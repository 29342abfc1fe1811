// The lines of one row of the graph as paths of an SVG. Knows pixels and lanes, and neither documents nor colours.

import type { Link, Row } from '../lanes';

/** Sizes in pixels. */
export interface Metrics {
  readonly rowHeight: number;
  /** From one column to the next. */
  readonly laneWidth: number;
  /** From the left edge to the middle of the first column. */
  readonly margin: number;
}

/** One path, and what it is drawn with. */
export interface Line {
  /** The `d` of an SVG path. */
  readonly path: string;
  readonly colour: number;
  readonly dashed: boolean;
}

/** The middle of a column. */
export function columnX(column: number, metrics: Metrics): number {
  return metrics.margin + column * metrics.laneWidth;
}

/** How wide the graph of a row is. */
export function graphWidth(columns: number, metrics: Metrics): number {
  return columnX(columns - 1, metrics) + metrics.margin;
}

/**
 * The lines of a row: those that pass by first, so that the node's own lie above them. Those that pass by in one colour are
 * one path, for a row of a wide graph would have dozens.
 */
export function linesOf(row: Row, metrics: Metrics): Line[] {
  const order = { through: 0, in: 1, end: 2, out: 3 } as const;
  const lines = new Map<string, Line>();
  for (const link of [...row.links].sort((left, right) => order[left.kind] - order[right.kind])) {
    const { colour, dashed, kind } = link;
    const key = `${kind === 'through' ? '' : lines.size} ${colour} ${String(dashed)}`;
    lines.set(key, { path: (lines.get(key)?.path ?? '') + pathOf(link, metrics), colour, dashed });
  }
  return [...lines.values()];
}

function pathOf(link: Link, metrics: Metrics): string {
  const from = columnX(link.from, metrics);
  const to = columnX(link.to, metrics);
  const bottom = metrics.rowHeight;
  const middle = bottom / 2;
  switch (link.kind) {
    case 'in':
      return `M${number(from)} 0V${number(middle)}`;
    case 'end':
      // Short of the next row: it leads nowhere.
      return `M${number(from)} ${number(middle)}V${number(bottom - 2)}`;
    case 'through':
      return from === to
        ? `M${number(from)} 0V${number(bottom)}`
        : `M${number(from)} 0C${number(from)} ${number(middle)} ${number(to)} ${number(middle)} ${number(to)} ${number(bottom)}`;
    case 'out': {
      if (from === to) {
        return `M${number(from)} ${number(middle)}V${number(bottom)}`;
      }
      // Level with the node, round the corner, and down: it stays apart from the lines that it crosses.
      const radius = Math.min(metrics.laneWidth, middle);
      const corner = to > from ? to - radius : to + radius;
      return `M${number(from)} ${number(middle)}H${number(corner)}Q${number(to)} ${number(middle)} ${number(to)} ${number(middle + radius)}V${number(bottom)}`;
    }
  }
}

/** At most two digits behind the point: paths are many, and pixels are coarse. */
function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}
