// What ten repositories in one workspace cost: the time until their changed files are there, and memory. It is printed; what is
// asserted is that they are there.
import fs from 'node:fs';
import path from 'node:path';

import { extensionHost, hglsServer } from '../workbench/processes';
import { suite } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';
import { mebibytes } from './figures';

const REPOSITORIES = 10;
const COMMITS = 1000;
const FILES = 100;
/** The repositories have two changed files each, which the badge of source control counts. */
const CHANGED = 2 * REPOSITORIES;
const BADGE = '.activitybar .action-item:has([aria-label^="Source Control"]) .badge-content';

suite(
  'ten repositories of a thousand commits',
  {
    git: 'off',
    make: (repository, newRepository) => {
      const folders = Array.from({ length: REPOSITORIES }, (_, index) => ({ path: `service-${index}` }));
      for (const { path: name } of folders) {
        const each = newRepository(name);
        each.import(history());
        each.write('file-1.txt', 'changed\n');
        each.write('new.txt', 'new\n');
      }
      fs.writeFileSync(path.join(repository.folder, '..', 'ten.code-workspace'), JSON.stringify({ folders }));
    },
    open: 'ten.code-workspace',
    settings: { 'hgls.scm.mode': 'on' },
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
    test('have their changed files', async ({ workbench, folder, processes, remark }) => {
      await untilEqual('the badge', () => workbench.page.locator(BADGE).textContent(), String(CHANGED));
      const listed = await until('the moment', () =>
        workbench.page.evaluate(() => (globalThis as { hglsListed?: number }).hglsListed),
      );
      const activated = activation(folder);
      remark(`ten repositories: ${listed - activated} ms from the activation until all ${CHANGED} files were counted`);
      const told = (when: string): void => {
        const [host, server] = [extensionHost(processes()), hglsServer(processes())];
        remark(
          `ten repositories, memory ${when}: extension host ${mebibytes(host?.memory)}, at most ${mebibytes(host?.mostMemory)}; ` +
            `server ${mebibytes(server?.memory)}, at most ${mebibytes(server?.mostMemory)}`,
        );
      };
      told('then');
      for (let index = 0; index < REPOSITORIES; index++) {
        await workbench.open(`service-${index}/file-2.txt`);
        await workbench.goToLine(1);
        await until('the annotation', async () =>
          (await workbench.decorations()).some(text => text.includes('Change ')),
        );
      }
      told('after a file of each was annotated');
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
