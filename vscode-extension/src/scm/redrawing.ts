// Has panels drawn once more that changed at the same moment as others, one after another. VS Code's view draws one panel at a
// time, and of those that change meanwhile it remembers the last one alone: the others stay as they were until something
// else of theirs changes. Pure.

/** The longest that one panel after another changes in, and with it what they change by: a status for each of them. */
const SETTLE_MS = 600;
/** From one panel to the next, so that VS Code has drawn it by then or remembers it. */
const APART_MS = 200;

export class Redrawing<Panel> {
  readonly #changed = new Set<Panel>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly drawAgain: (panel: Panel) => void) {}

  /** A panel was changed. */
  changed(panel: Panel): void {
    this.#changed.add(panel);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // One that changed alone was drawn.
      if (this.#changed.size > 1) this.#next();
      else this.#changed.clear();
    }, SETTLE_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changed.clear();
  }

  #next(): void {
    const [panel] = this.#changed;
    if (panel === undefined) return;
    this.#changed.delete(panel);
    this.drawAgain(panel);
    this.#timer = setTimeout(() => {
      this.#next();
    }, APART_MS);
  }
}
