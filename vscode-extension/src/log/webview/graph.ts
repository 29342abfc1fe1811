// The rows of the log with the layout of their graph, kept up to date with what the extension says. Knows no documents.
import { Lanes, type Row } from '../lanes';
import type { LogRow } from '../rows';
import { apply, type Splice } from '../splice';

/** How many colours the theme has for lines. */
export const COLOURS = 6;

export class Graph {
  #rows: readonly LogRow[] = [];
  #layout: Row[] = [];
  #lanes = new Lanes(COLOURS);
  readonly #places = new Map<string, number>();

  get rows(): readonly LogRow[] {
    return this.#rows;
  }

  /** Where the node of a row and its lines stand. */
  layout(nth: number): Row | undefined {
    return this.#layout[nth];
  }

  /** Which row a changeset is in; -1 when in none. */
  placeOf(node: string): number {
    return this.#places.get(node) ?? -1;
  }

  /** Replaces some rows. Those that are added at the end are laid out alone; else all are, in the colours they had. */
  splice(splice: Splice<LogRow>): void {
    const isAppended = splice.remove === 0 && splice.start === this.#rows.length;
    if (!isAppended) {
      const colours = new Map(this.#rows.map(({ node }, nth) => [node, this.#layout[nth]?.colour]));
      this.#lanes = new Lanes(COLOURS, node => colours.get(node));
      this.#layout = [];
      this.#places.clear();
    }
    this.#rows = apply(this.#rows, splice);
    for (const row of this.#rows.slice(this.#layout.length)) {
      this.#places.set(row.node, this.#layout.length);
      this.#layout.push(this.#lanes.add(row));
    }
  }
}
