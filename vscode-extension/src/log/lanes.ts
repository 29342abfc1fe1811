// Where the changesets of a graph and the lines between them stand, row by row from the newest down. Knows names of nodes
// and numbers, and nothing of changesets, pixels or VS Code.
//
// A lane is a line that runs down to one node that is still to come. All edges to a node share its lane, so there are never
// more lanes than nodes waited for, and a row depends on nothing but the rows above: pages can be added one after another.
// A lane keeps its column while it is open, with one exception: where a line ends in a lane further right, the lane
// comes over to the left, so that the graph does not drift to the right for ever. Lanes opened later fill the gaps.

/** What joins a node to another one further down. */
export type EdgeKind =
  /** To a parent. */
  | 'parent'
  /** To an ancestor, past nodes that are not among the rows. */
  | 'elided'
  /** To a parent that is not among the rows, nor is any ancestor of it. */
  | 'missing';

export interface Edge {
  readonly node: string;
  readonly kind: EdgeKind;
}

/** A node as it is laid out: it stands above everything that its edges lead to. */
export interface GraphNode {
  readonly node: string;
  /** In the order of the parents: the first one goes on in the node's own column where it can. */
  readonly edges: readonly Edge[];
}

/** A piece of a line within one row. Columns count from 0 at the left. */
export interface Link {
  /**
   * `through` leads from the row's upper edge to its lower one, `in` from the upper edge to the node, `out` from the node to
   * the lower edge, `end` from the node to nowhere.
   */
  readonly kind: 'through' | 'in' | 'out' | 'end';
  /** The column at the upper end; of `out` and `end` the node's. */
  readonly from: number;
  /** The column at the lower end; of `in` the node's. */
  readonly to: number;
  /** From 0 to one less than the number of colours. */
  readonly colour: number;
  /** Nodes were left out along the line. */
  readonly dashed: boolean;
}

/** One row of the graph. */
export interface Row {
  /** The node's column. */
  readonly column: number;
  readonly colour: number;
  readonly links: readonly Link[];
  /** How many columns the row takes. */
  readonly columns: number;
}

interface Lane {
  readonly target: string;
  readonly colour: number;
  readonly dashed: boolean;
}

/** A graph while it is laid out. */
export class Lanes {
  private lanes: (Lane | undefined)[] = [];
  private nextColour = 0;

  /**
   * `remembered` says which colour a node had when the graph was laid out before, so that a line keeps its colour when
   * changesets are added above it.
   */
  public constructor(
    private readonly colours: number,
    private readonly remembered: (node: string) => number | undefined = () => undefined,
  ) {}

  /** Lays the next node out. */
  public add(graphNode: GraphNode): Row {
    const { node } = graphNode;
    const edges = graphNode.edges.filter(
      (edge, nth, all) => edge.node !== node && all.findIndex(other => other.node === edge.node) === nth,
    );
    const known = this.columnOf(node);
    const column = known ?? this.gap(0);
    const incoming = this.lanes[column];
    const colour = incoming?.colour ?? this.colourOf(node, edges);

    const links: Link[] = [];
    if (incoming !== undefined) {
      links.push({ kind: 'in', from: column, to: column, colour, dashed: incoming.dashed });
    }
    this.lanes[column] = undefined;
    const before = [...this.lanes];

    const opened = new Set<string>();
    edges.forEach((edge, nth) => {
      if (edge.kind === 'missing') {
        links.push({ kind: 'end', from: column, to: column, colour, dashed: true });
      } else if (this.columnOf(edge.node) === undefined) {
        const isFree = this.lanes[column] === undefined;
        const place = isFree ? column : this.gap(column + 1);
        const hue = nth === 0 && isFree ? colour : this.colourOf(edge.node, []);
        this.lanes[place] = { target: edge.node, colour: hue, dashed: edge.kind === 'elided' };
        opened.add(edge.node);
      }
    });
    const pulled = this.pullLeft(edges, column, opened);
    for (const edge of edges) {
      this.join(edge, column, colour, links);
    }
    for (const [from, lane] of before.entries()) {
      if (lane !== undefined) {
        const to = from === pulled ? column : from;
        links.push({ kind: 'through', from, to, colour: lane.colour, dashed: lane.dashed });
      }
    }
    while (this.lanes.length > 0 && this.lanes[this.lanes.length - 1] === undefined) {
      this.lanes.pop();
    }
    const last = links.reduce((most, link) => Math.max(most, link.from, link.to), column);
    return { column, colour, links, columns: last + 1 };
  }

  /** How many lines are open below the last row. */
  public get open(): number {
    return this.lanes.filter(lane => lane !== undefined).length;
  }

  /**
   * Where no edge took the node's column, the lane of its first parent comes over, when it is further right. Says which
   * column it left.
   */
  private pullLeft(edges: readonly Edge[], column: number, opened: ReadonlySet<string>): number | undefined {
    if (this.lanes[column] !== undefined) {
      return undefined;
    }
    const first = edges.find(edge => edge.kind !== 'missing');
    const place = first === undefined || opened.has(first.node) ? undefined : this.columnOf(first.node);
    if (place === undefined || place < column) {
      return undefined;
    }
    this.lanes[column] = this.lanes[place];
    this.lanes[place] = undefined;
    return place;
  }

  private join(edge: Edge, column: number, own: number, links: Link[]): void {
    const place = edge.kind === 'missing' ? undefined : this.columnOf(edge.node);
    const lane = place === undefined ? undefined : this.lanes[place];
    if (place === undefined || lane === undefined) {
      return;
    }
    const dashed = edge.kind === 'elided';
    // A first parent's line has the colour of the branch that ends in it; others that of where they lead.
    const isOwn = edge.kind === 'parent' && links.every(link => link.kind !== 'out');
    links.push({ kind: 'out', from: column, to: place, colour: isOwn ? own : lane.colour, dashed });
    if (lane.dashed && !dashed) {
      this.lanes[place] = { ...lane, dashed: false };
    }
  }

  private columnOf(node: string): number | undefined {
    const found = this.lanes.findIndex(lane => lane?.target === node);
    return found === -1 ? undefined : found;
  }

  /** The leftmost free column from `from` on. */
  private gap(from: number): number {
    let place = from;
    while (this.lanes[place] !== undefined) {
      place++;
    }
    return place;
  }

  /** The colour of a line that begins here: the one it had, or the next that no open line has. */
  private colourOf(node: string, edges: readonly Edge[]): number {
    const before = this.remembered(node) ?? (edges[0] === undefined ? undefined : this.remembered(edges[0].node));
    if (before !== undefined && before >= 0 && before < this.colours) {
      return before;
    }
    const used = new Set(this.lanes.map(lane => lane?.colour));
    for (let step = 0; step < this.colours; step++) {
      const colour = (this.nextColour + step) % this.colours;
      if (!used.has(colour)) {
        this.nextColour = (colour + 1) % this.colours;
        return colour;
      }
    }
    const colour = this.nextColour;
    this.nextColour = (colour + 1) % this.colours;
    return colour;
  }
}
