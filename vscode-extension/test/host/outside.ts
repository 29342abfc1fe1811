// Starts VS Code with the extension under development, has it run test/host/index.ts inside its extension host, and passes
// each result on. Knows nothing of what is tested.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format } from 'node:util';

import { openWindow } from '../workbench/browser';
import { hasChromium } from '../workbench/chromium';
import { combinations, describe, readChoice, runsIn, type Combination } from '../workbench/combinations';
import { EXTENSION, findServer } from '../workbench/environment';
import { Broken, Watch } from '../workbench/health';
import { Report, type Result } from '../workbench/report';
import { home } from '../workbench/repository';
import { CodeServer } from '../workbench/server';
import { Stage } from '../workbench/stage';
import { within } from '../workbench/wait';
import { makeWorkspace } from './workspace';

/** How long the whole run may take, in milliseconds. */
const LIMIT = 900_000;

if (!hasChromium()) process.exit(1);
const choice = readChoice(process.argv.slice(2));
const report = new Report();
const stage = new Stage(report, false);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
for (const combination of combinations(choice)) {
  if (!runsIn({ git: 'both', floor: true }, combination, choice)) continue;
  report.heading(`host: ${describe(combination)}`);
  const results = await runInside(combination).catch((error: unknown) => {
    if (!(error instanceof Broken)) throw error;
    report.remark(`${describe(combination)}: ${error.message}. The tests are run once more.`);
    return runInside(combination);
  });
  for (const result of results) report.test(result);
  report.count(describe(combination), results);
}
await stage.end();
process.exit(report.end());

/** Rejects with `Broken` when VS Code does not come up, or goes away. */
async function runInside(combination: Combination): Promise<Result[]> {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hgls-host-')));
  const file = path.join(folder, 'results.json');
  const closers: (() => Promise<void>)[] = [];
  try {
    const environment = home(path.join(folder, 'home'));
    const workspace = makeWorkspace(folder, environment);
    const installed = await stage.installed(combination.preset);
    const server = await stage.twice('VS Code', () =>
      CodeServer.start(installed, {
        folder: path.join(folder, 'vscode'),
        settings: { 'git.enabled': combination.git, 'hgls.server.path': findServer(), 'hgls.scm.mode': 'on' },
        environment: { ...environment, HGLS_RESULTS: file },
        testDriver: true,
      }),
    );
    closers.push(() => server.stop());
    const lines: string[] = [];
    let end: (code: unknown) => void = () => undefined;
    const ended = new Promise<unknown>(done => (end = done));
    const remote = (place: string): string => `vscode-remote://127.0.0.1:${server.port}${place}`;
    const { context, page } = await openWindow(await stage.browser(), server, workspace, {
      payload: [
        ['extensionDevelopmentPath', remote(EXTENSION)],
        ['extensionTestsPath', remote(path.join(EXTENSION, 'out', 'host', 'index.js'))],
        ['skipWelcome', 'true'],
      ],
      // VS Code calls these when the tests are over, and with each line that the extension host writes.
      before: async page => {
        await page.exposeFunction('codeAutomationExit', (code: unknown) => {
          end(code);
        });
        await page.exposeFunction('codeAutomationLog', (_kind: string, args: unknown[]) => lines.push(format(...args)));
      },
    }).catch((error: unknown) => {
      throw new Broken(`VS Code did not open: ${String(error)}`);
    });
    closers.push(() => context.close());
    const watch = new Watch(page, server);
    closers.push(() => {
      watch.end();
      return Promise.resolve();
    });
    const code = await within(LIMIT, Promise.race([ended, watch.broken]), () => new Error('no answer')).catch(
      (error: unknown) => {
        // The host ends after the tests did, whether or not the page says so first.
        if (error instanceof Broken && !fs.existsSync(file)) throw error;
        return String(error);
      },
    );
    const results = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Result[]) : [];
    if (results.length > 0) return results;
    return [
      { name: 'to its end', milliseconds: 0, error: `ended with ${String(code)}:\n${lines.slice(-200).join('\n')}` },
    ];
  } finally {
    for (const closer of closers.reverse()) await closer().catch(() => undefined);
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
