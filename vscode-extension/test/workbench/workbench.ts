// VS Code's window as a user sees it: what there is to click and to read. Names the places of the workbench's page, which
// are the same in all versions that the tests run in, so that the tests need not.
//
// What VS Code closes when something else takes the focus (lists, menus, hovers) is opened again until it took what it was
// opened for, and no key is pressed before the focus is where it belongs: then a slow machine makes the tests slow, and no
// more than that.
import type { Frame, FrameLocator, Locator, Page } from 'playwright-core';

import { inTime, STEP } from './attempt';
import { Notifications } from './notifications';
import { Panel } from './panel';
import { until } from './wait';

/** How long what comes with the mouse may take before the mouse is moved once more, in milliseconds. */
const MOMENT = 2000;

/** The themes that tests choose, and by what the page says that they are there. */
const THEMES = {
  'Dark Modern': 'vs-dark',
  'Light Modern': 'vs',
  'Dark High Contrast': 'hc-black',
  'Light High Contrast': 'hc-light',
} as const;

export type Theme = keyof typeof THEMES;

export class Workbench {
  /** What is typed into above a list, or alone. */
  readonly quickInput: Locator;
  /** The part of the editor area that shows the active file. */
  readonly editor: Locator;
  readonly panel: Panel;
  readonly explorer: Locator;
  readonly statusBar: Locator;
  readonly notifications: Notifications;

  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.quickInput = page.locator('.quick-input-widget:not(.hidden) input[type="text"]').first();
    this.editor = page.locator('.editor-group-container.active .editor-instance');
    this.panel = new Panel(page);
    this.explorer = page.locator('.explorer-folders-view');
    this.statusBar = page.locator('.part.statusbar');
    this.notifications = new Notifications(page, title => this.run(title));
  }

  /** Runs a command by its title in the palette, such as `hgls: Show Log`. */
  async run(title: string): Promise<void> {
    await this.#summon('F1', title, `>${title}`);
  }

  /** Opens a list by a key and takes a row of it. */
  async #summon(key: string, label: string, text: string): Promise<void> {
    await until(`${label} in a list`, async () => {
      await this.page.keyboard.press(key);
      return inTime(async () => {
        await this.quickInput.fill(text, { timeout: STEP });
        await this.row(label).click({ timeout: STEP });
      });
    });
    // What is asked next has a list or an input of its own.
    await until(`${label} to be taken`, async () => (await this.#typed()) !== text);
  }

  /** Takes a row of the list that is open, after typing `text` to find it. */
  async pick(label: string, text?: string): Promise<void> {
    if (text !== undefined) await this.quickInput.fill(text);
    await this.row(label).click();
  }

  /** The row of an open list whose label begins so. Labels are cut where they are highlighted, so it goes by the spoken name. */
  row(label: string): Locator {
    return this.page.locator(`.quick-input-list .monaco-list-row[aria-label^=${JSON.stringify(label)}]`).first();
  }

  /** Types into the input that is open, and confirms it. */
  async answer(text: string): Promise<void> {
    await this.quickInput.fill(text);
    await this.quickInput.press('Enter');
    await until(`the input to take ${text}`, async () => (await this.#typed()) !== text);
  }

  /** What stands in the open input; nothing when none is open. */
  async #typed(): Promise<string | undefined> {
    const values = await this.page
      .locator('.quick-input-widget:not(.hidden) input[type="text"]')
      .evaluateAll(inputs =>
        inputs.filter(input => input.checkVisibility()).map(input => (input as HTMLInputElement).value),
      );
    return values[0];
  }

  /** Waits until source control shows a number and no longer that something goes on. */
  async calm(): Promise<void> {
    const busy = this.page.locator('.activitybar .progress-badge, .monaco-progress-container.active');
    await until('the end of what goes on', async () => (await busy.count()) === 0);
  }

  /** Changes the theme, by its label in VS Code's list. */
  async chooseTheme(label: Theme): Promise<void> {
    await this.run('Preferences: Color Theme');
    await this.pick(label, label);
    await this.page.locator(`.monaco-workbench.${THEMES[label]}`).waitFor();
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

  /** Closes all editors; none of them has text that is not saved. */
  async closeEditors(): Promise<void> {
    await this.run('View: Close All Editors');
    await until('no editor', async () => (await this.page.locator('.tab').count()) === 0);
  }

  /** Puts the cursor at the start of a line, counted from one, and the focus into the editor. */
  async goToLine(line: number): Promise<void> {
    const place = this.statusBar.getByText(new RegExp(`^Ln ${line}, Col 1\\b`)).first();
    await until(`line ${line}`, async () => {
      await this.page.keyboard.press('Control+G');
      return inTime(async () => {
        await this.quickInput.fill(`:${line}`, { timeout: STEP });
        await this.quickInput.press('Enter', { timeout: STEP });
        await place.waitFor({ timeout: STEP });
      });
    });
    await this.focusEditor();
  }

  /** Puts the focus into the active editor, where its cursor is. */
  async focusEditor(): Promise<void> {
    await until('the focus in the editor', async () => {
      if ((await this.editor.locator('.monaco-editor.focused').count()) > 0) return true;
      await this.page.keyboard.press('Control+1');
      return false;
    });
  }

  /** Types into the active editor, at its cursor, without what VS Code would complete. */
  async type(text: string): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.insertText(text);
    await this.page.locator('.tab.active.dirty').first().waitFor();
  }

  async save(): Promise<void> {
    const saved = this.page.locator('.tab.active:not(.dirty)').first();
    await until('the file to be saved', async () => {
      await this.page.keyboard.press('Control+S');
      return inTime(() => saved.waitFor({ timeout: STEP }));
    });
  }

  /** Throws away what was typed into the active editor. */
  async revertFile(): Promise<void> {
    await this.run('File: Revert File');
    await this.page.locator('.tab.active:not(.dirty)').first().waitFor();
  }

  /** The texts that decorations put behind or before the text of lines, which are in the style sheet and not in the page. */
  async decorations(): Promise<string[]> {
    return this.generated('.editor-instance .view-line span');
  }

  /** The badges of the explorer, such as `alpha.txt M`, by name. */
  async badges(): Promise<string[]> {
    const found = await this.explorer.locator('.monaco-list-row .monaco-icon-label').evaluateAll(items =>
      items.flatMap(item => {
        const name = item.querySelector('.label-name')?.textContent ?? '';
        const badge = getComputedStyle(item, '::after').content;
        return /^".+"$/.test(badge) ? [`${name} ${badge.slice(1, -1)}`] : [];
      }),
    );
    return found.sort();
  }

  /** Renames a file that the explorer shows. */
  async rename(from: string, to: string): Promise<void> {
    const input = this.explorer.locator('input').first();
    await until(`the name of ${from} to be asked for`, async () => {
      // An editor that opens late takes the focus, and the key.
      await inTime(() => this.explorer.getByText(from, { exact: true }).click({ timeout: STEP }));
      await this.page.keyboard.press('F2');
      return inTime(async () => {
        await input.fill(to, { timeout: STEP });
        await input.press('Enter', { timeout: STEP });
      });
    });
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
    return until('a web view', async () => (await this.webview().owner().elementHandle()).contentFrame());
  }

  /** Takes an item of the menu of what is clicked by the right button. */
  async chooseFromMenu(target: Locator, label: string): Promise<void> {
    const item = this.page.locator('.monaco-menu .action-label', { hasText: label }).first();
    let clicked = false;
    await until(`${label} in a menu`, async () => {
      if (!(await item.isVisible())) {
        // It was open, and took the click: that is what closes it.
        if (clicked) return true;
        return (await inTime(() => target.click({ button: 'right', timeout: STEP }))) && false;
      }
      // A menu that has just opened takes no click for a moment.
      clicked = (await inTime(() => item.click({ timeout: STEP }))) || clicked;
      return inTime(() => item.waitFor({ state: 'hidden', timeout: 1000 }));
    });
  }

  /** Presses a button that a row shows while the mouse is on it. */
  async press(row: Locator, action: string): Promise<void> {
    const button = row.locator(`[aria-label="${action}"]`).first();
    await until(action, () =>
      inTime(async () => {
        await row.hover({ timeout: STEP });
        // A row that is drawn anew does not know of the mouse, and has no buttons until that moves.
        await button.waitFor({ timeout: MOMENT });
        await button.click({ timeout: MOMENT });
      }),
    );
  }

  /** Opens the change below a mark beside the lines: the peek. */
  async openChange(mark: Locator): Promise<Locator> {
    const peek = this.page.locator('.peekview-widget').first();
    await until('the change below its mark', async () => {
      if (await peek.isVisible()) return true;
      // Only the left edge of a mark listens.
      await inTime(() => mark.click({ position: { x: 2, y: 8 }, timeout: STEP }));
      return inTime(() => peek.waitFor({ timeout: STEP }));
    });
    return peek;
  }

  /** Presses a button of the question that is open. */
  async confirm(button: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box .monaco-button', { hasText: button }).click();
  }

  /** What is in front, for the message of a test that failed. */
  async situation(): Promise<string> {
    const seen = await this.page.evaluate(() => {
      const texts = (selector: string): string[] =>
        [...document.querySelectorAll<HTMLElement>(selector)]
          .filter(element => element.checkVisibility())
          .map(element => element.innerText.replace(/\s+/g, ' '));
      return {
        tabs: texts('.tab.active'),
        notifications: texts('.notification-list-item'),
        questions: texts('.monaco-dialog-box'),
        lists: texts('.quick-input-widget:not(.hidden)'),
        focus: document.activeElement?.className,
      };
    });
    return `the window: ${JSON.stringify(seen)}`;
  }
}
