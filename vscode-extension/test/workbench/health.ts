// Whether what the tests stand on is still there: the browser, the page, VS Code's server and its extension host. When it
// is not, the tests say nothing about the extension, and waiting for anything more is in vain.
import type { Page } from 'playwright-core';

import type { CodeServer } from './server';

/** What the tests stand on broke. A suite to which that happens is run once more, which is said; the second time it fails. */
export class Broken extends Error {}

const LOOK_EVERY_MS = 500;

/** Looks after an open window until `end`. */
export class Watch {
  /** Rejects with `Broken`, if ever. */
  readonly broken: Promise<never>;
  #problem: Broken | undefined;
  #tell: (problem: Broken) => void = () => undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #page: Page;

  constructor(page: Page, server: CodeServer) {
    this.#page = page;
    this.broken = new Promise((_, reject) => (this.#tell = reject));
    // Nobody may be waiting when it happens.
    this.broken.catch(() => undefined);
    page.once('crash', () => {
      this.#broke('the page crashed');
    });
    page.once('load', () => {
      this.#broke('the page was loaded anew');
    });
    page
      .context()
      .browser()
      ?.once('disconnected', () => {
        this.#broke('the browser is gone');
      });
    this.#timer = setInterval(() => {
      if (server.problem !== undefined) this.#broke(server.problem);
    }, LOOK_EVERY_MS);
  }

  /** What broke, also what only the window itself says. */
  async problem(): Promise<Broken | undefined> {
    const question = this.#page.locator('.monaco-dialog-box', { hasText: /cannot reconnect/i });
    if (!this.#problem && (await question.count().catch(() => 0)) > 0) this.#broke('the connection is lost');
    return this.#problem;
  }

  /** From now on whatever ends was meant to. */
  end(): void {
    clearInterval(this.#timer);
    this.#tell = () => undefined;
  }

  #broke(what: string): void {
    this.#problem ??= new Broken(what);
    this.#tell(this.#problem);
  }
}
