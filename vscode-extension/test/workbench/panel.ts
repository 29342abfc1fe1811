// The source control panel as a user sees it.
import type { Locator, Page } from 'playwright-core';

import { inTime, STEP } from './attempt';
import { until, untilEqual } from './wait';

export class Panel {
  readonly view: Locator;
  readonly groups: Locator;
  readonly files: Locator;

  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.view = page.locator('.scm-view');
    this.groups = this.view.locator('.resource-group');
    this.files = this.view.locator('.monaco-list-row .resource');
  }

  async show(): Promise<void> {
    const first = this.view.locator('.monaco-list-row').first();
    await until('the panel', async () => {
      if (await first.isVisible()) return true;
      await this.#page.keyboard.press('Control+Shift+G');
      return inTime(() => first.waitFor({ timeout: STEP }));
    });
  }

  async names(): Promise<string[]> {
    return (await this.files.locator('.label-name').allTextContents()).sort();
  }

  /** The box for the message of the provider that is shown at this place. */
  input(index = 0): Locator {
    return this.view.locator('.scm-input .monaco-editor').nth(index);
  }

  /** What stands in the box. */
  async message(index = 0): Promise<string> {
    const lines = await this.input(index).locator('.view-line').allTextContents();
    return lines.map(line => line.replaceAll('\u00a0', ' ')).join('\n');
  }

  /** Types a message into the box, behind what is there. */
  async type(message: string, index = 0): Promise<void> {
    await this.#focus(index);
    await this.#page.keyboard.insertText(message);
    await until(`'${message}' in the box`, async () => (await this.message(index)).includes(message));
  }

  /** Takes everything out of the box. */
  async clear(index = 0): Promise<void> {
    await this.#focus(index);
    await this.#page.keyboard.press('Control+A');
    await this.#page.keyboard.press('Delete');
    await untilEqual('an empty box', () => this.message(index), '');
  }

  /** Commits by the key that does so in the box, after typing the message. */
  async commit(message: string, index = 0): Promise<void> {
    if (message) await this.type(message, index);
    await this.#focus(index);
    await this.#page.keyboard.press('Control+Enter');
  }

  async #focus(index: number): Promise<void> {
    const box = this.input(index);
    await until('the focus in the box', async () => {
      if (await box.evaluate(element => element.contains(document.activeElement))) return true;
      await inTime(() => box.click({ timeout: STEP }));
      return false;
    });
  }
}
