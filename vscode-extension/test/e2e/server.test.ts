// The server as a process: it crashes, and what was shown comes back; it is missing, and the user is told. And a panel that has
// more files than it lists.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { findServer } from '../workbench/environment';
import { suite } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';

const PANEL = { 'hgls.scm.mode': 'on', 'git.enabled': false };

/** A program that notes the process it is before it becomes the server. */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hgls-server-'));
const program = path.join(folder, 'hgls');
const note = path.join(folder, 'process');
fs.writeFileSync(program, `#!/bin/sh\n[ "$1" = serve ] && echo $$ > '${note}'\nexec '${findServer()}' "$@"\n`, {
  mode: 0o755,
});
process.once('exit', () => {
  fs.rmSync(folder, { recursive: true, force: true });
});

suite(
  'a server that crashes',
  {
    make: repository => {
      repository.write('alpha.txt', 'one\n');
      repository.commit('The first letter');
      repository.write('alpha.txt', 'two\n');
    },
    settings: { ...PANEL, 'hgls.server.path': program },
  },
  test => {
    const crash = (): void => {
      process.kill(Number(fs.readFileSync(note, 'utf8')), 'SIGKILL');
      fs.rmSync(note);
    };

    test('is started again, and what is shown is true again', async ({ workbench, repository }) => {
      await workbench.panel.show();
      await untilEqual('files', () => workbench.panel.names(), ['alpha.txt']);
      await workbench.panel.type('Half a message');
      crash();
      repository.write('beta.txt', 'new\n');
      await untilEqual('files', () => workbench.panel.names(), ['alpha.txt', 'beta.txt']);
      await untilEqual(
        'the box',
        () => workbench.panel.input().locator('.view-line').textContent(),
        'Half\u00a0a\u00a0message',
      );
    });

    test('is given up when it crashes again and again, until the user wants it', async ({ workbench, repository }) => {
      for (let crashes = 0; crashes < 4; crashes += 1) {
        await until('a server', () => fs.existsSync(note) && fs.readFileSync(note, 'utf8').trim() !== '');
        crash();
      }
      const told = workbench.notifications.filter({ hasText: 'stopped 5 times' });
      await told.waitFor();
      await told.locator('.monaco-button', { hasText: 'Restart' }).click();
      repository.write('gamma.txt', 'new\n');
      await untilEqual('files', () => workbench.panel.names(), ['alpha.txt', 'beta.txt', 'gamma.txt']);
    });
  },
);

suite(
  'no server',
  {
    make: repository => {
      repository.write('alpha.txt', 'one\n');
    },
    settings: { ...PANEL, 'hgls.server.path': path.join(folder, 'nowhere') },
  },
  test => {
    test('is said, with what can be done', async ({ workbench }) => {
      const told = workbench.notifications.filter({ hasText: 'hgls.server.path' });
      await told.waitFor();
      await told.locator('.monaco-button', { hasText: 'Open Setting' }).waitFor();
    });
  },
);

suite(
  'more files than are listed',
  {
    make: repository => {
      const names = Array.from({ length: 130 }, (_, index) => `file-${String(index).padStart(3, '0')}.txt`);
      for (const name of names) repository.write(name, 'one\n');
      repository.commit('Many files');
      for (const name of names) repository.write(name, 'two\n');
    },
    settings: { ...PANEL, 'hgls.scm.limit': 100 },
  },
  test => {
    const changes = 'Changes (only the first 100 changed files are shown)';

    test('are cut, which the panel says', async ({ workbench }) => {
      await workbench.panel.show();
      await workbench.panel.view.locator(`.monaco-list-row[aria-label="${changes}"]`).waitFor();
    });

    test('are all committed', async ({ workbench, repository }) => {
      await workbench.panel.type('All of them');
      await workbench.page.keyboard.press('Control+Enter');
      await untilEqual('the commit', () => repository.git('log', '-1', '--format=%s'), 'All of them');
      await untilEqual('nothing left', () => repository.git('status', '--short'), '');
      await untilEqual('files', () => workbench.panel.names(), []);
    });
  },
);
