// A workspace that nobody has trusted yet: it can be looked at, and nothing that it brings along runs. And what a trusted one
// runs can take long, and be cancelled.
import assert from 'node:assert/strict';
import fs from 'node:fs';

import type { TestRepository } from '../workbench/repository';
import { suite } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';

function writeHook(repository: TestRepository, lines: string): void {
  fs.mkdirSync(repository.file('.git/hooks'), { recursive: true });
  fs.writeFileSync(repository.file('.git/hooks/pre-commit'), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
}

suite(
  'workspace trust',
  {
    git: 'off',
    asksTrust: true,
    make: repository => {
      repository.write('alpha.txt', 'one\n');
      repository.commit('The first letter');
      repository.write('alpha.txt', 'two\n');
      writeHook(repository, 'touch .git/ran');
    },
    settings: {
      'hgls.scm.mode': 'on',
      'security.workspace.trust.startupPrompt': 'never',
      'security.workspace.trust.emptyWindow': false,
    },
  },
  test => {
    test('is asked for before a hook runs, and nothing is committed without it', async ({ workbench, repository }) => {
      await workbench.statusBar.getByText('Restricted Mode').waitFor();
      await workbench.panel.show();
      await untilEqual('files', () => workbench.panel.names(), ['alpha.txt']);
      await workbench.panel.commit('Two');
      await workbench.notifications.told("asks to run the hook 'pre-commit', and it is not trusted");
      assert.equal(repository.git('log', '-1', '--format=%s'), 'The first letter');
      assert.ok(!fs.existsSync(repository.file('.git/ran')), 'the hook did not run');
      assert.equal(await workbench.panel.message(), 'Two');
    });

    test('is not needed where nothing would run', async ({ workbench }) => {
      await workbench.notifications.clear();
      await workbench.open('alpha.txt');
      await workbench.goToLine(1);
      await until('the annotation', async () =>
        (await workbench.decorations()).some(text => text.includes('Not committed yet')),
      );
    });

    test('is given, and hooks run from then on', async ({ workbench, repository }) => {
      const editor = workbench.page.locator('.workspace-trust-editor');
      await workbench.run('Workspaces: Manage Workspace Trust');
      await editor
        .locator('.monaco-button', { hasText: /^Trust$/ })
        .first()
        .click();
      await workbench.statusBar.getByText('Restricted Mode').waitFor({ state: 'detached' });
      await workbench.closeEditors();
      await untilEqual('files', () => workbench.panel.names(), ['alpha.txt']);
      await untilEqual('the box', () => workbench.panel.message(), 'Two');
      await workbench.panel.commit('');
      await untilEqual('the commit', () => repository.git('log', '-1', '--format=%s'), 'Two');
      await until('the hook', () => fs.existsSync(repository.file('.git/ran')));
    });
  },
);

suite(
  'a commit that takes long',
  {
    git: 'off',
    make: repository => {
      repository.write('alpha.txt', 'one\n');
      repository.commit('The first letter');
      repository.write('alpha.txt', 'two\n');
      // It ends when it is told to; it says that it has begun, and that it came to its end.
      writeHook(repository, 'touch .git/begun\nuntil [ -e .git/go ]; do sleep 0.1; done\ntouch .git/ended');
    },
    settings: { 'hgls.scm.mode': 'on' },
  },
  test => {
    test('shows that it goes on', async ({ workbench, repository }) => {
      await workbench.panel.show();
      await untilEqual('files', () => workbench.panel.names(), ['alpha.txt']);
      await workbench.panel.commit('Slowly');
      await until('the hook', () => fs.existsSync(repository.file('.git/begun')));
      await workbench.notifications.told('Committing in greek');
    });

    test('is cancelled, and nothing is committed', async ({ workbench, repository }) => {
      await workbench.notifications.press('Committing in greek', 'Cancel');
      await until('the message to go', async () => {
        return (await workbench.notifications.containing('Committing in greek').count()) === 0;
      });
      await until('no lock', () => !fs.existsSync(repository.file('.git/index.lock')));
      await untilEqual('the last commit', () => repository.git('log', '-1', '--format=%s'), 'The first letter');
      await untilEqual('files', () => workbench.panel.names(), ['alpha.txt']);
      await untilEqual('the box', () => workbench.panel.message(), 'Slowly');
    });

    test('is committed when it may go on', async ({ workbench, repository }) => {
      fs.rmSync(repository.file('.git/begun'));
      await workbench.panel.commit('');
      await until('the hook', () => fs.existsSync(repository.file('.git/begun')));
      fs.writeFileSync(repository.file('.git/go'), '');
      await untilEqual('the commit', () => repository.git('log', '-1', '--format=%s'), 'Slowly');
      await until('the hook to end', () => fs.existsSync(repository.file('.git/ended')));
      await untilEqual('files', () => workbench.panel.names(), []);
      await untilEqual('the box', () => workbench.panel.message(), '');
    });
  },
);
