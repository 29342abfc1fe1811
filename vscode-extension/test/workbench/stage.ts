// What the suites share: one browser, and for each VS Code a folder with the packaged extension installed in it as users
// get it. Each window has a VS Code server of its own.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';

import { startBrowser } from './browser';
import { install, type Installed } from './install';
import type { Preset } from './presets';
import type { Report } from './report';
import { installExtension } from './server';

export class Stage {
  readonly report: Report;
  /** Whether times are worth taking. */
  readonly measures: boolean;
  /** A folder for what lasts as long as the run. */
  readonly #folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hgls-stage-')));
  readonly #installed = new Map<Preset, Promise<Installed>>();
  readonly #extensions = new Map<string, string>();
  #browser: Browser | undefined;

  constructor(report: Report, measures: boolean) {
    this.report = report;
    this.measures = measures;
    // Also when the run is interrupted.
    process.once('exit', () => {
      fs.rmSync(this.#folder, { recursive: true, force: true });
    });
  }

  /** The VS Code, installed. */
  installed(preset: Preset): Promise<Installed> {
    const known = this.#installed.get(preset) ?? install(preset);
    this.#installed.set(preset, known);
    return known;
  }

  /** The browser; another one when it is gone. One that does not start is started once more. */
  async browser(): Promise<Browser> {
    if (this.#browser?.isConnected()) return this.#browser;
    return (this.#browser = await this.twice('the browser', startBrowser));
  }

  /** The folder of extensions that a package was installed into, for servers of this VS Code. */
  async extensions(preset: Preset, file: string): Promise<string> {
    const key = `${preset.name}-${path.basename(file, '.vsix')}`;
    const known = this.#extensions.get(key);
    if (known !== undefined) return known;
    const folder = path.join(this.#folder, key);
    const installed = await this.installed(preset);
    await this.twice('the installation of the extension', () => {
      installExtension(installed, file, folder);
      return Promise.resolve();
    });
    const extensions = path.join(folder, 'extensions');
    this.#extensions.set(key, extensions);
    return extensions;
  }

  /** Starts something; once more when it does not start, which is said. */
  async twice<T>(what: string, start: () => Promise<T>): Promise<T> {
    try {
      return await start();
    } catch (error) {
      this.report.remark(`${what} did not start, and is started once more: ${String(error)}`);
      return start();
    }
  }

  async end(): Promise<void> {
    await this.#browser?.close();
  }
}
