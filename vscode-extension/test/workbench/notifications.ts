// What VS Code tells the user. It takes messages off the screen after a moment and keeps them in a list, where they are
// looked for then.
import type { Locator, Page } from 'playwright-core';

import { inTime } from './attempt';
import { until } from './wait';

/** How long a message is looked for before the list of all is opened, in milliseconds. */
const MOMENT = 5000;

export class Notifications {
  readonly #page: Page;
  readonly #run: (title: string) => Promise<void>;

  constructor(page: Page, run: (title: string) => Promise<void>) {
    this.#page = page;
    this.#run = run;
  }

  /** A message that is on the screen. */
  containing(text: string): Locator {
    return this.#page.locator('.notification-list-item:visible').filter({ hasText: text }).first();
  }

  /** Waits for a message that contains this. */
  async told(text: string): Promise<Locator> {
    const message = this.containing(text);
    await until(`the message '${text}'`, async () => {
      if (await inTime(() => message.waitFor({ timeout: MOMENT }))) return true;
      await this.#run('Notifications: Show Notifications');
      return false;
    });
    return message;
  }

  /** Presses a button of the message that contains this. */
  async press(text: string, button: string): Promise<void> {
    await until(`${button} below '${text}'`, async () => {
      const message = await this.told(text);
      return inTime(() => message.locator('.monaco-button', { hasText: button }).click({ timeout: MOMENT }));
    });
  }

  async clear(): Promise<void> {
    await this.#run('Notifications: Clear All Notifications');
    await until('no messages', async () => (await this.#page.locator('.notification-list-item:visible').count()) === 0);
  }
}
