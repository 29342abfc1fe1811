// The server as a process: it crashes, and what was shown comes back; it is missing, and the user is told. And a panel that has
// more files than it lists.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { findServer } from '../workbench/environment';
import { suite } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';

const PANEL = { 'hgls.scm.mode': 'on' };

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
    git: 'off',
    make: repository => {
      repository.write('alpha.txt', 'one\n');
      repository.commit('The first letter');
      repository.write('alpha.txt', 'two\n');
    },
    settings: { ...PANEL, 'hgls.server.path': program },
  },
  test => {
    const crash = (): void => {
      const server = Number(fs.readFileSync(note, 'utf8'));
      // The next server writes its own as soon as this one is gone.
      fs.rmSync(note);
      process.kill(server, 'SIGKILL');
    };

    test('is started again, and what is shown is true again', async ({ workbench, repository }) => {
      await workbench.panel.show();
      await untilEqual('files', () => workbench.panel.names(), ['alpha.txt']);
      await workbench.panel.type('Half a message');
      crash();
      repository.write('beta.txt', 'new\n');
      await untilEqual('files', () => workbench.panel.names(), ['alpha.txt', 'beta.txt']);
      await untilEqual('the box', () => workbench.panel.message(), 'Half a message');
    });

    test('is given up when it crashes again and again, until the user wants it', async ({ workbench, repository }) => {
      const runs = (): boolean => fs.existsSync(note) && fs.readFileSync(note, 'utf8').trim() !== '';
      const told = workbench.notifications.containing('stopped 5 times');
      // Four times more, unless the machine is so slow that the first crash is forgotten by then.
      await until('the server to be given up', async () => {
        if (runs()) crash();
        return told.isVisible();
      });
      await workbench.notifications.press('stopped 5 times', 'Restart');
      repository.write('gamma.txt', 'new\n');
      await untilEqual('files', () => workbench.panel.names(), ['alpha.txt', 'beta.txt', 'gamma.txt']);
    });
  },
);

suite(
  'no server',
  {
    git: 'off',
    make: repository => {
      repository.write('alpha.txt', 'one\n');
    },
    settings: { ...PANEL, 'hgls.server.path': path.join(folder, 'nowhere') },
  },
  test => {
    test('is said, with what can be done', async ({ workbench }) => {
      const told = await workbench.notifications.told('hgls.server.path');
      await told.locator('.monaco-button', { hasText: 'Open Setting' }).waitFor();
    });
  },
);

suite(
  'more files than are listed',
  {
    git: 'off',
    make: repository => {
      const names = Array.from({ length: 130 }, (_, index) => `file-${String(index).padStart(3, '0')}.txt`);
      for (const name of names) repository.write(name, 'one\n');
      repository.commit('Many files');
      for (const name of names) repository.write(name, 'two\n');
    },
    settings: { ...PANEL, 'hgls.scm.limit': 100 },
  },
  test => {
    const changes = 'Changes (only 100 of 130 are shown)';

    test('are cut, which the panel says', async ({ workbench }) => {
      await workbench.panel.show();
      await workbench.panel.view.locator(`.monaco-list-row[aria-label="${changes}"]`).waitFor();
    });

    test('are all committed', async ({ workbench, repository }) => {
      await workbench.panel.commit('All of them');
      await untilEqual('the commit', () => repository.git('log', '-1', '--format=%s'), 'All of them');
      await untilEqual('nothing left', () => repository.git('status', '--short'), '');
      await untilEqual('files', () => workbench.panel.names(), []);
    });
  },
);
