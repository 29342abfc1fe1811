// The window that suites of one place have in turn: opened when one needs it, made tidy for the next. Knows nothing of the
// tests.
import type { Combination } from './combinations';
import { open, type Opened } from './opening';
import type { TestRepository } from './repository';
import type { Stage } from './stage';
import type { Place } from './suite';

export class SharedWindow {
  readonly #place: Place;
  readonly #isShared: boolean;
  readonly #combination: Combination;
  readonly #stage: Stage;
  #opened: Opened | undefined;
  /** What the repository was when the window was opened. */
  #repository = '';

  constructor(place: Place, isShared: boolean, combination: Combination, stage: Stage) {
    this.#place = place;
    this.#isShared = isShared;
    this.#combination = combination;
    this.#stage = stage;
  }

  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  /** The window; `title` is that of the suite that is to have it. */
  async open(title: string): Promise<Opened> {
    if (!this.#opened) {
      this.#opened = await open(this.#place, title, this.#combination, this.#stage);
      if (this.#isShared) this.#repository = state(this.#opened.surroundings.repository);
    }
    return this.#opened;
  }

  /** Makes the window as it was when it was opened; fails where a suite left more than can be closed. */
  async tidy(): Promise<void> {
    if (!this.#opened) return;
    const { workbench, repository } = this.#opened.surroundings;
    await workbench.closeEditors();
    await workbench.notifications.clear();
    await workbench.run('View: Show Explorer');
    const now = state(repository);
    if (now !== this.#repository) throw new Error(`the repository was:\n${this.#repository}\nand is:\n${now}`);
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.close();
  }
}

/** The changed files, what is checked out, and where all names point. */
function state(repository: TestRepository): string {
  // Looking must not write the index.
  const status = repository.git('--no-optional-locks', 'status', '--porcelain', '--branch');
  return `${status}\n${repository.git('show-ref', '--head')}`;
}
