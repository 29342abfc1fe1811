// End-to-end tests of one workspace: a repository, a VS Code window on it with the extension installed as users get it, and
// the tests, one after the other in that window. Each test leaves a screenshot, also where it fails.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import { openWindow, startBrowser } from './browser';
import { findServer, GIT_IS_ON, OUTPUT } from './environment';
import { install } from './install';
import { chosenPreset } from './presets';
import { home, TestRepository } from './repository';
import { CodeServer } from './server';
import { Workbench } from './workbench';

export interface Surroundings {
  readonly workbench: Workbench;
  readonly repository: TestRepository;
  /** The folder that all of the suite's repositories lie in. */
  readonly folder: string;
  /** Takes a picture in the middle of a test. */
  readonly picture: (name: string) => Promise<void>;
}

export interface SuiteOptions {
  /** Fills the repository that the window opens. */
  readonly make: (repository: TestRepository, newRepository: (name: string) => TestRepository) => void;
  /** What the window opens, a path below the suite's folder; the repository when left out. */
  readonly open?: string;
  /** Settings of VS Code beside those that all tests have. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

type Test = (name: string, body: (surroundings: Surroundings) => Promise<void>) => void;

/** How long one test may take at most, in milliseconds: for a machine that is slow and busy. */
const LIMIT = 240_000;

/** Declares a suite; `tests` declares its tests. */
export function suite(title: string, options: SuiteOptions, tests: (test: Test) => void): void {
  describe(title, () => {
    let surroundings: Surroundings;
    let close: () => Promise<void>;
    before(async () => ({ surroundings, close } = await begin(title, options)), { timeout: LIMIT });
    after(async () => close(), { timeout: LIMIT });
    tests((name, body) => {
      it(name, { timeout: LIMIT }, async () => {
        const file = fileName(`${title} ${name}`);
        try {
          await body(surroundings);
          await surroundings.picture(file);
        } catch (error) {
          await surroundings.picture(`FAILED ${file}`);
          throw error;
        }
      });
    });
  });
}

async function begin(
  title: string,
  options: SuiteOptions,
): Promise<{ surroundings: Surroundings; close: () => Promise<void> }> {
  const preset = chosenPreset();
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hgls-e2e-')));
  const environment = home(path.join(folder, 'home'));
  const newRepository = (name: string): TestRepository => TestRepository.make(path.join(folder, name), environment);
  const repository = newRepository('greek');
  options.make(repository, newRepository);
  const server = await CodeServer.start(await install(preset), {
    folder: path.join(folder, 'vscode'),
    settings: { 'git.enabled': GIT_IS_ON, 'hgls.server.path': findServer(), ...options.settings },
    packages: [packaged()],
    environment,
  });
  const browser = await startBrowser();
  const pictures = path.join(OUTPUT, 'screenshots', `${preset.name}-git-${GIT_IS_ON ? 'on' : 'off'}`);
  fs.mkdirSync(pictures, { recursive: true });
  const { page } = await openWindow(browser, server, path.join(folder, options.open ?? 'greek'));
  await server.extensionsStarted();
  const picture = async (name: string): Promise<void> => {
    await page.screenshot({ path: path.join(pictures, `${fileName(name)}.png`) });
  };
  const close = async (): Promise<void> => {
    await browser.close();
    await server.stop();
    keepLogs(path.join(folder, 'vscode'), path.join(pictures, `logs-${fileName(title)}`));
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { surroundings: { workbench: new Workbench(page), repository, folder, picture }, close };
}

/** The package that whoever started the tests made. */
function packaged(): string {
  const file = process.env.HGLS_VSIX;
  if (!file) throw new Error('run the tests by `npm run e2e`');
  return file;
}

function keepLogs(from: string, to: string): void {
  fs.rmSync(to, { recursive: true, force: true });
  fs.cpSync(path.join(from, 'user', 'logs'), to, { recursive: true });
}

function fileName(title: string): string {
  return title.replace(/[^\w]+/g, '-').replace(/^-|-$/g, '');
}
