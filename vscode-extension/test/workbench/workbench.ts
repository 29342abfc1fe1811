// VS Code's window as a user sees it: what there is to click and to read. Names the places of the workbench's page, which
// are the same in all versions that the tests run in, so that the tests need not.
import { errors, type Frame, type FrameLocator, type Locator, type Page } from 'playwright-core';

import { until } from './wait';

/** How long a list may take to show what was asked for, before it is asked once more; in milliseconds. */
const SHORT = 15_000;

export class Workbench {
  /** What is typed into above a list, or alone. */
  readonly quickInput: Locator;
  /** The part of the editor area that shows the active file. */
  readonly editor: Locator;
  readonly panel: Panel;
  readonly explorer: Locator;
  readonly statusBar: Locator;
  readonly notifications: Locator;

  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.quickInput = page.locator('.quick-input-widget:not(.hidden) input[type="text"]').first();
    this.editor = page.locator('.editor-group-container.active .editor-instance');
    this.panel = new Panel(page);
    this.explorer = page.locator('.explorer-folders-view');
    this.statusBar = page.locator('.part.statusbar');
    this.notifications = page.locator('.notification-toast');
  }

  /** Runs a command by its title in the palette, such as `hgls: Show Log`. */
  async run(title: string): Promise<void> {
    await this.#summon('F1', title, `>${title}`);
  }

  /**
   * Opens a list by a key and takes a row of it; again when the list goes away: an editor that opens late takes the
   * focus, and lists close without it.
   */
  async #summon(key: string, label: string, text: string): Promise<void> {
    await until(`${label} in a list`, async () => {
      await this.page.keyboard.press(key);
      try {
        await this.quickInput.fill(text, { timeout: SHORT });
        await this.row(label).click({ timeout: SHORT });
        return true;
      } catch (error) {
        if (!(error instanceof errors.TimeoutError)) throw error;
        await this.page.keyboard.press('Escape');
        return false;
      }
    });
  }

  /** Takes a row of the list that is open, after typing `text` to find it. */
  async pick(label: string, text?: string): Promise<void> {
    await this.quickInput.waitFor();
    if (text !== undefined) await this.quickInput.fill(text);
    await this.row(label).click();
  }

  /** The row of an open list whose label begins so. Labels are cut where they are highlighted, so it goes by the spoken name. */
  row(label: string): Locator {
    return this.page.locator(`.quick-input-list .monaco-list-row[aria-label^=${JSON.stringify(label)}]`).first();
  }

  /** Types into the input that is open, and confirms it. */
  async answer(text: string): Promise<void> {
    await this.quickInput.waitFor();
    await this.quickInput.fill(text);
    await this.quickInput.press('Enter');
  }

  /** Opens a file of the workspace by its name. */
  async open(name: string): Promise<void> {
    const base = name.slice(name.lastIndexOf('/') + 1);
    await this.#summon('Control+P', base, name);
    await this.tab(base).waitFor();
    await this.editor.locator('.view-line').first().waitFor();
  }

  /** The tab in front, if its title contains this. */
  tab(title: string): Locator {
    return this.page.locator('.tab.active').filter({ hasText: title });
  }

  /** Puts the cursor at the start of a line, counted from one. */
  async goToLine(line: number): Promise<void> {
    await this.editor.locator('.monaco-editor').first().click();
    await this.page.keyboard.press('Control+G');
    await this.answer(`:${line}`);
  }

  /** The texts that decorations put behind or before the text of lines, which are in the style sheet and not in the page. */
  async decorations(): Promise<string[]> {
    return this.generated('.editor-instance .view-line span');
  }

  /** The badges of the explorer, such as `alpha.txt M`, by name. */
  async badges(): Promise<string[]> {
    const found: string[] = [];
    for (const item of await this.explorer.locator('.monaco-list-row .monaco-icon-label').all()) {
      const name = (await item.locator('.label-name').first().textContent()) ?? '';
      const badge = await item.evaluate(element => getComputedStyle(element, '::after').content);
      if (/^".+"$/.test(badge)) found.push(`${name} ${badge.slice(1, -1)}`);
    }
    return found.sort();
  }

  /** What the style sheet writes before and after the elements. Blanks that do not break are plain ones here. */
  async generated(selector: string): Promise<string[]> {
    const contents = await this.page
      .locator(selector)
      .evaluateAll(elements =>
        elements.flatMap(element => ['::before', '::after'].map(place => getComputedStyle(element, place).content)),
      );
    return contents.filter(text => /^".+"$/.test(text)).map(text => text.slice(1, -1).replaceAll('\u00a0', ' '));
  }

  /** The page inside the web view in front: VS Code puts it into two frames. */
  webview(index = 0): FrameLocator {
    return this.page
      .locator('iframe.webview.ready')
      .nth(index)
      .contentFrame()
      .locator('iframe#active-frame')
      .contentFrame();
  }

  /** The same as a frame, which runs functions. */
  async webviewFrame(): Promise<Frame> {
    return until('a web view', () => this.page.frames().find(frame => frame.name() === 'active-frame'));
  }

  /** Presses a button of the question that is open. */
  async confirm(button: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box .monaco-button', { hasText: button }).click();
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
    await this.page.locator('.tab.active:not(.dirty)').first().waitFor();
  }
}

/** The source control panel. */
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
    await this.#page.keyboard.press('Control+Shift+G');
    await this.view.locator('.monaco-list-row').first().waitFor();
  }

  async names(): Promise<string[]> {
    return (await this.files.locator('.label-name').allTextContents()).sort();
  }

  /** The box for the message of the provider that is shown at this place. */
  input(index = 0): Locator {
    return this.view.locator('.scm-input .monaco-editor').nth(index);
  }

  async type(message: string): Promise<void> {
    await this.input().click();
    await this.#page.keyboard.insertText(message);
  }
}
