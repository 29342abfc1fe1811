// Starts VS Code with the extension under development, has it run test/host/index.ts inside its extension host, and passes
// each result on as a test of its own. Knows nothing of what is tested.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { format } from 'node:util';

import { openWindow, startBrowser } from '../workbench/browser';
import { EXTENSION, findServer, GIT_IS_ON } from '../workbench/environment';
import { install } from '../workbench/install';
import { chosenPreset } from '../workbench/presets';
import { home } from '../workbench/repository';
import { CodeServer } from '../workbench/server';
import type { HostResult } from './index';
import { makeWorkspace } from './workspace';

/** How long the whole run may take, in milliseconds. */
const LIMIT = 900_000;

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hgls-host-')));
const file = path.join(folder, 'results.json');
const { code, told } = await runInside();
const results = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as HostResult[]) : [];

describe('inside the extension host', () => {
  after(() => {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  for (const { title, error } of results) {
    it(title, () => {
      if (error) throw new Error(error);
    });
  }
  // An extension host that crashes is no failure to VS Code, so its word alone does not count.
  it('came to its end', () => {
    const failed = results.some(result => result.error);
    assert.ok(results.length > 0 && (code === 0) === !failed, `VS Code ended the tests with ${String(code)}:\n${told}`);
  });
});

async function runInside(): Promise<{ code: unknown; told: string }> {
  const environment = home(path.join(folder, 'home'));
  const workspace = makeWorkspace(folder, environment);
  const server = await CodeServer.start(await install(chosenPreset()), {
    folder: path.join(folder, 'vscode'),
    settings: { 'git.enabled': GIT_IS_ON, 'hgls.server.path': findServer() },
    environment: { ...environment, HGLS_RESULTS: file },
    testDriver: true,
  });
  const browser = await startBrowser();
  const lines: string[] = [];
  let end: (code: unknown) => void = () => undefined;
  const ended = new Promise<unknown>(done => (end = done));
  const remote = (place: string): string => `vscode-remote://127.0.0.1:${server.port}${place}`;
  try {
    await openWindow(browser, server, workspace, {
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
    });
    const limit = setTimeout(() => {
      end('no answer');
    }, LIMIT);
    const code = await ended;
    clearTimeout(limit);
    return { code, told: lines.slice(-200).join('\n') };
  } finally {
    await browser.close();
    await server.stop();
  }
}
