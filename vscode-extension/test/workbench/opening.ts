// Opens a window: a repository, a VS Code on it with the extension installed as users get it, and what the tests are given.
// Knows nothing of the tests.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { openWindow } from './browser';
import type { Combination } from './combinations';
import { findPackage, findServer, OUTPUT } from './environment';
import { Broken, Watch } from './health';
import { home, TestRepository } from './repository';
import { CodeServer } from './server';
import type { Stage } from './stage';
import type { Place, Surroundings } from './suite';
import { Workbench } from './workbench';

export interface Opened {
  readonly surroundings: Surroundings;
  readonly watch: Watch;
  /** What stands in the extension's log, the last lines. */
  readonly log: () => string;
  readonly close: () => Promise<void>;
}

/** How long a picture may take, in milliseconds. One that cannot be taken fails no test. */
const PICTURE = 30_000;

/** `title` is for the names of files that it leaves. Rejects with `Broken` when VS Code does not come up. */
export async function open(place: Place, title: string, combination: Combination, stage: Stage): Promise<Opened> {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hgls-e2e-')));
  const removed = (): void => {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  const environment = home(path.join(folder, 'home'));
  const newRepository = (name: string): TestRepository => TestRepository.make(path.join(folder, name), environment);
  const { name = 'greek' } = place;
  const repository = newRepository(name);
  place.make(repository, newRepository);
  const pictures = path.join(OUTPUT, 'screenshots', folderName(combination));
  fs.mkdirSync(pictures, { recursive: true });

  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    // What is gone already need not be closed.
    for (const closer of closers.reverse()) await closer().catch(() => undefined);
    keepLogs(path.join(folder, 'vscode'), path.join(pictures, `logs-${fileName(title)}`));
    removed();
  };
  try {
    const installed = await stage.installed(combination.preset);
    const kind = place.extension ?? 'without server';
    const extensions =
      kind === 'none' ? undefined : await stage.extensions(combination.preset, findPackage(kind === 'with server'));
    const server = await stage.twice('VS Code', () =>
      CodeServer.start(installed, {
        folder: path.join(folder, 'vscode'),
        settings: {
          'git.enabled': combination.git,
          ...(kind === 'without server' ? { 'hgls.server.path': findServer() } : {}),
          ...place.settings,
        },
        extensions,
        environment,
        asksTrust: place.asksTrust,
      }),
    );
    closers.push(() => server.stop());
    const browser = await stage.browser();
    const { context, page } = await openWindow(browser, server, path.join(folder, place.open ?? name), {
      ...(place.before && { before: place.before }),
    });
    closers.push(() => context.close());
    await server.extensionsStarted();
    const watch = new Watch(page, server);
    closers.push(() => {
      watch.end();
      return Promise.resolve();
    });
    const picture = async (name: string): Promise<void> => {
      const file = path.join(pictures, `${fileName(name)}.png`);
      await page.screenshot({ path: file, animations: 'disabled', timeout: PICTURE }).catch((error: unknown) => {
        stage.report.remark(`no picture ${name}: ${String(error)}`);
      });
    };
    const figure = (text: string): void => {
      if (stage.measures) stage.report.remark(text);
    };
    return {
      surroundings: {
        workbench: new Workbench(page),
        repository,
        folder,
        picture,
        processes: () => server.processes(),
        measures: stage.measures,
        figure,
      },
      watch,
      log: () => server.logs('hgls.log').join('').split('\n').slice(-15).join('\n'),
      close,
    };
  } catch (error) {
    await close();
    throw new Broken(`VS Code did not open: ${String(error)}`);
  }
}

function keepLogs(from: string, to: string): void {
  const logs = path.join(from, 'user', 'logs');
  fs.rmSync(to, { recursive: true, force: true });
  if (fs.existsSync(logs)) fs.cpSync(logs, to, { recursive: true });
}

/** The folder of a combination's pictures. */
function folderName({ preset, git }: Combination): string {
  return `${preset.name}-git-${git ? 'on' : 'off'}`;
}

export function fileName(title: string): string {
  return title.replace(/[^\w]+/g, '-').replace(/^-|-$/g, '');
}
