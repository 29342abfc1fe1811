// Ten repositories in one workspace: each has a panel, its own changed files, and takes its own commits. What they cost is
// printed: the time until the files are there, and memory.
import fs from 'node:fs';
import path from 'node:path';

import { extensionHost, hglsServer } from '../workbench/processes';
import { TestRepository } from '../workbench/repository';
import { suite, type Surroundings } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';
import type { Workbench } from '../workbench/workbench';
import { decorated } from './annotated';
import { mebibytes } from './figures';

const NAMES = Array.from({ length: 10 }, (_, index) => `service-${index}`);
const COMMITS = 1000;
const FILES = 100;
/** The repositories have two changed files each, which the badge of source control counts. */
const CHANGED = 2 * NAMES.length;
/** As high as ten panels are. */
const TALL = { width: 1400, height: 2600 };
const BADGE = '.activitybar .action-item:has([aria-label^="Source Control"]) .badge-content';

suite(
  'ten repositories of a thousand commits',
  {
    git: 'off',
    make: (repository, newRepository) => {
      for (const name of NAMES) {
        const each = newRepository(name);
        each.import(history());
        each.write('file-1.txt', 'changed\n');
        each.write(`new-in-${name}.txt`, 'new\n');
      }
      const folders = NAMES.map(name => ({ path: name }));
      fs.writeFileSync(path.join(repository.folder, '..', 'ten.code-workspace'), JSON.stringify({ folders }));
    },
    open: 'ten.code-workspace',
    settings: { 'hgls.scm.mode': 'on', 'scm.alwaysShowRepositories': true },
    // The window may have them before a test can look.
    before: async page => {
      await page.addInitScript(
        ({ badge, changed }) => {
          const timer = setInterval(() => {
            if (document.querySelector(badge)?.textContent !== String(changed)) return;
            Object.assign(globalThis, { hglsListed: Date.now() });
            clearInterval(timer);
          }, 10);
        },
        { badge: BADGE, changed: CHANGED },
      );
    },
  },
  test => {
    const panels = ({ panel }: Workbench): Promise<string[]> =>
      panel.view
        .locator('.monaco-list-row:has(.scm-provider)')
        .evaluateAll(rows => rows.map(row => row.getAttribute('aria-label') ?? '').filter(Boolean));

    const told = ({ processes, figure }: Surroundings, when: string): void => {
      const [host, server] = [extensionHost(processes()), hglsServer(processes())];
      figure(
        `ten repositories, memory ${when}: extension host ${mebibytes(host?.memory)}, at most ${mebibytes(host?.mostMemory)}; ` +
          `server ${mebibytes(server?.memory)}, at most ${mebibytes(server?.mostMemory)}`,
      );
    };

    test('have their changed files', async surroundings => {
      const { workbench, folder, figure } = surroundings;
      await untilEqual('the badge', () => workbench.page.locator(BADGE).textContent(), String(CHANGED));
      const listed = await until('the moment', () =>
        workbench.page.evaluate(() => (globalThis as { hglsListed?: number }).hglsListed),
      );
      const activated = activation(folder);
      figure(`ten repositories: ${listed - activated} ms from the activation until all ${CHANGED} files were counted`);
      told(surroundings, 'then');
    });

    test('annotate a file of any of them', async surroundings => {
      const { workbench } = surroundings;
      for (const name of NAMES) {
        await workbench.open(`${name}/file-2.txt`);
        await workbench.goToLine(1);
        await decorated(workbench, /Change /);
      }
      told(surroundings, 'after a file of each was annotated');
    });

    test('each have a panel with the changes of their own', async ({ workbench }) => {
      await workbench.page.setViewportSize(TALL);
      await workbench.panel.show();
      await untilEqual(
        'the panels',
        async () => (await panels(workbench)).sort(),
        NAMES.map(name => `${name} hgls`),
      );
      await untilEqual('files', () => workbench.panel.names(), [
        ...NAMES.map(() => 'file-1.txt'),
        ...NAMES.map(name => `new-in-${name}.txt`),
      ]);
    });

    test('take a commit each for itself', async ({ workbench, folder }) => {
      const place = (await panels(workbench)).indexOf('service-7 hgls');
      await workbench.panel.commit('Only the seventh', place);
      const last = (name: string): string => TestRepository.at(path.join(folder, name)).git('log', '-1', '--format=%s');
      await untilEqual(
        'the commits',
        () => NAMES.map(last),
        NAMES.map(name => (name === 'service-7' ? 'Only the seventh' : `Change ${COMMITS}`)),
      );
      await untilEqual('files', async () => (await workbench.panel.names()).length, CHANGED - 1);
    });
  },
);

/** When VS Code began to activate the extension, in milliseconds since 1970. */
function activation(folder: string): number {
  const logs = path.join(folder, 'vscode', 'user', 'logs');
  const [log] = fs
    .readdirSync(logs, { recursive: true, encoding: 'utf8' })
    .filter(file => path.basename(file) === 'remoteexthost.log');
  const text = fs.readFileSync(path.join(logs, log ?? ''), 'utf8');
  const moment = /^(\S+) \[info\] ExtensionService#_doActivateExtension hgls\.hgls/m.exec(text)?.[1];
  if (moment === undefined) throw new Error(`no activation of hgls in:\n${text}`);
  return Date.parse(moment);
}

/** Files, each of which is changed now and then, as a stream for `git fast-import`. */
function history(): string {
  const lines: string[] = [];
  for (let nth = 1; nth <= COMMITS; nth++) {
    const message = `Change ${nth}`;
    const files = nth === 1 ? Array.from({ length: FILES }, (_, file) => file) : [nth % FILES];
    lines.push(
      'commit refs/heads/main',
      `committer Author ${nth % 7} <author@example.org> ${1_600_000_000 + nth * 3600} +0000`,
      `data ${message.length}`,
      message,
    );
    for (const file of files) {
      const text = `the file ${file}\nas of change ${nth}\n`;
      lines.push(`M 100644 inline file-${file}.txt`, `data ${text.length}`, text);
    }
  }
  return `${lines.join('\n')}\n`;
}
