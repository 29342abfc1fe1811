// Has panels drawn once more that changed at the same moment as others, one after another. VS Code's view draws one panel at a
// time, and of those that change meanwhile it remembers the last one alone: the others stay as they were until something
// else of theirs changes. Pure.

/** What changes within this of something else changes at the same moment. */
const SETTLE_MS = 600;

/**
 * From one panel to the next, so that VS Code has drawn it by then or remembers it: soon for those who wait for it, and once
 * more for a machine that takes long to draw. What it has drawn already costs it little.
 */
const APART_MS = [200, 1000];

interface Turn<Panel> {
  readonly panel: Panel;
  /** How long the next one waits. */
  readonly pause: number;
}

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
      if (this.#changed.size > 1) this.#draw(this.#turns());
      else this.#changed.clear();
    }, SETTLE_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changed.clear();
  }

  /** Which panel is drawn when. Who is interrupted by another change begins again with the panels of both. */
  #turns(): readonly Turn<Panel>[] {
    return APART_MS.flatMap(pause => [...this.#changed].map(panel => ({ panel, pause })));
  }

  #draw([turn, ...later]: readonly Turn<Panel>[]): void {
    if (!turn) {
      this.#changed.clear();
      return;
    }
    this.drawAgain(turn.panel);
    this.#timer = setTimeout(() => {
      this.#draw(later);
    }, turn.pause);
  }
}
