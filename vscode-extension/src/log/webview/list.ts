// The list of rows, of which only those that are seen are elements. Moves the selection by keys and by the mouse, and keeps
// it, and what is seen, in place when rows change. A screen reader is told where the selected row is in all of the list, of
// which it finds no more than what is drawn. Knows nothing of where rows come from.
import { now } from '../../text/ago';
import { changesetName } from '../../text/plain';
import type { Texts } from '../messages';
import { WORKING_DIRECTORY, type LogRow } from '../rows';
import type { Splice } from '../splice';
import { DETAILS } from './details';
import { element } from './elements';
import { Graph } from './graph';
import type { Metrics } from './lines';
import { rowElement } from './row';
import { centred, drawn, moved, nearsEnd, pageOf, revealing, type Viewport } from './viewport';

const METRICS: Metrics = { rowHeight: 24, laneWidth: 14, margin: 12 };
/** Rows drawn above and below those that are seen. */
const SPARE = 12;
/** The part of the width that the graph may take. */
const GRAPH_SHARE = 0.4;
/** ARIA's word for it. */
const UNKNOWN_SIZE = -1;

export interface ListListener {
  /** Another row is selected. */
  selected(row: LogRow): void;
  /** A row was activated: by Enter, or a double click. */
  opened(row: LogRow): void;
  /** The end is near. */
  wantsMore(): void;
}

export class List {
  readonly element: HTMLElement;
  readonly #content = element('div', 'rows');
  readonly #graph = new Graph();
  readonly #elements = new Map<number, HTMLElement>();
  #active: string | undefined;
  #hasMore = false;
  #isScheduled = false;
  /** Characters in the longest name of a changeset. */
  #longestName = 0;

  constructor(
    private readonly texts: Texts,
    private readonly language: string,
    private readonly listener: ListListener,
    /** What a context menu is told of the selected row. */
    private readonly context: (row: LogRow) => string,
  ) {
    this.#content.setAttribute('role', 'presentation');
    this.element = element('div', 'list', this.#content);
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'listbox');
    this.element.setAttribute('aria-label', texts.log);
    this.element.setAttribute('aria-description', texts.logKeys);
    // Who comes by keys has a row to go on from.
    this.element.addEventListener('focus', () => {
      if (!this.element.matches(':focus-visible')) return;
      const first = this.#graph.rows[Math.ceil(this.#viewport().top / METRICS.rowHeight)];
      if (this.#activeRow() === undefined && first) this.select(first.node, false);
    });
    this.element.addEventListener('scroll', () => {
      this.#schedule();
    });
    this.element.addEventListener('keydown', event => {
      this.#pressed(event);
    });
    // Before the context menu, which is told of the row that is selected.
    this.element.addEventListener('mousedown', event => {
      const row = this.#rowAt(event);
      if (row) this.select(row.node, false);
    });
    this.element.addEventListener('dblclick', event => {
      const row = this.#rowAt(event);
      if (row) listener.opened(row);
    });
    new ResizeObserver(() => {
      this.#redraw();
    }).observe(this.element);
  }

  /** How many changesets there are. */
  get count(): number {
    return this.#count - (this.has(WORKING_DIRECTORY) ? 1 : 0);
  }

  /** Whether a changeset is among the rows. */
  has(node: string): boolean {
    return this.#graph.placeOf(node) >= 0;
  }

  get #count(): number {
    return this.#graph.rows.length;
  }

  /** Whether there are rows beyond those that are loaded: how many there are is not known then. */
  set hasMore(hasMore: boolean) {
    this.#hasMore = hasMore;
    this.#tellSize();
  }

  /** Replaces some rows. Where the list is scrolled, the first row that is seen stays where it is. */
  splice(splice: Splice<LogRow>): void {
    const { rowHeight } = METRICS;
    const top = this.element.scrollTop;
    const isAppended = splice.remove === 0 && splice.start === this.#count;
    const first = Math.floor(top / rowHeight);
    const anchor = this.#graph.rows[first];
    const before = this.#active === undefined ? -1 : this.#graph.placeOf(this.#active);
    this.#graph.splice(splice);
    this.#widenNames(splice.items);
    this.#content.style.height = `${this.#count * rowHeight}px`;
    if (anchor && top > 0) {
      const place = this.#graph.placeOf(anchor.node);
      if (place >= 0) this.element.scrollTop = top + (place - first) * rowHeight;
    }
    if (this.#active !== undefined && this.#graph.placeOf(this.#active) < 0) {
      // It is gone: what has come to its place is the next best.
      this.#active = this.#graph.rows[Math.min(Math.max(before, 0), this.#count - 1)]?.node;
      this.#tell();
    }
    // What stands above later rows is the same: made anew, it would be read aloud once more.
    this.#redraw(isAppended ? splice.start : 0);
    this.#tellSize();
  }

  /** Selects a row and shows it. Says whether there is one of this node. */
  select(node: string, inTheMiddle: boolean): boolean {
    const place = this.#graph.placeOf(node);
    if (place < 0) return false;
    const viewport = this.#viewport();
    const reveal = inTheMiddle ? centred : revealing;
    this.element.scrollTop = reveal(place, viewport, METRICS.rowHeight);
    if (node !== this.#active) {
      this.#active = node;
      this.#tell();
    }
    this.#draw();
    return true;
  }

  /** Shows the selected row, after the list was made smaller. */
  reveal(): void {
    if (this.#active !== undefined) this.select(this.#active, false);
  }

  focus(): void {
    this.element.focus();
  }

  /** The column of names is as wide as the longest of them, so that nodes stand below each other. */
  #widenNames(rows: readonly LogRow[]): void {
    for (const { node, rev } of rows)
      if (node !== WORKING_DIRECTORY)
        this.#longestName = Math.max(this.#longestName, changesetName({ rev, node }).length);
    this.element.style.setProperty('--name-length', `${this.#longestName}ch`);
  }

  #tell(): void {
    const row = this.#activeRow();
    if (!row) {
      delete this.element.dataset.vscodeContext;
      return;
    }
    this.element.dataset.vscodeContext = this.context(row);
    this.listener.selected(row);
  }

  get #size(): string {
    return String(this.#hasMore ? UNKNOWN_SIZE : this.#count);
  }

  #tellSize(): void {
    for (const made of this.#elements.values()) made.setAttribute('aria-setsize', this.#size);
  }

  #activeRow(): LogRow | undefined {
    return this.#active === undefined ? undefined : this.#graph.rows[this.#graph.placeOf(this.#active)];
  }

  #pressed(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter') {
      const row = this.#activeRow();
      if (row) this.listener.opened(row);
      return;
    }
    const active = this.#active === undefined ? -1 : this.#graph.placeOf(this.#active);
    const page = pageOf(this.#viewport(), METRICS.rowHeight);
    const target = this.#graph.rows[moved(event.key, active, this.#count, page) ?? -1];
    if (!target) return;
    event.preventDefault();
    this.select(target.node, false);
  }

  #rowAt(event: MouseEvent): LogRow | undefined {
    const fromTop = event.clientY - this.#content.getBoundingClientRect().top;
    return this.#graph.rows[Math.floor(fromTop / METRICS.rowHeight)];
  }

  #viewport(): Viewport {
    return { top: this.element.scrollTop, height: this.element.clientHeight };
  }

  /** Draws once before the next frame, however often it is asked to. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      this.#draw();
    });
  }

  /** Draws the rows from one on anew. */
  #redraw(from = 0): void {
    for (const [nth, made] of this.#elements) {
      if (nth < from) continue;
      made.remove();
      this.#elements.delete(nth);
    }
    this.#draw();
  }

  #draw(): void {
    const viewport = this.#viewport();
    const { start, end } = drawn(viewport, METRICS.rowHeight, this.#count, SPARE);
    for (const [nth, made] of this.#elements) {
      if (nth >= start && nth < end) continue;
      made.remove();
      this.#elements.delete(nth);
    }
    const drawing = {
      texts: this.texts,
      language: this.language,
      metrics: METRICS,
      mostColumns: Math.max(3, Math.floor((this.element.clientWidth * GRAPH_SHARE) / METRICS.laneWidth)),
      now: now(),
    };
    for (let nth = start; nth < end; nth++) {
      const row = this.#graph.rows[nth];
      const layout = this.#graph.layout(nth);
      if (this.#elements.has(nth) || !row || !layout) continue;
      const made = rowElement(row, layout, drawing);
      made.id = `row-${nth}`;
      made.style.top = `${nth * METRICS.rowHeight}px`;
      made.setAttribute('aria-posinset', String(nth + 1));
      made.setAttribute('aria-setsize', this.#size);
      this.#elements.set(nth, made);
      this.#content.append(made);
    }
    this.#markActive();
    if (nearsEnd(viewport, METRICS.rowHeight, this.#count)) this.listener.wantsMore();
  }

  #markActive(): void {
    const active = this.#active === undefined ? -1 : this.#graph.placeOf(this.#active);
    for (const [nth, made] of this.#elements) {
      made.setAttribute('aria-selected', String(nth === active));
      made.classList.toggle('active', nth === active);
      if (nth === active) made.setAttribute('aria-details', DETAILS);
      else made.removeAttribute('aria-details');
    }
    if (this.#elements.has(active)) this.element.setAttribute('aria-activedescendant', `row-${active}`);
    else this.element.removeAttribute('aria-activedescendant');
  }
}
