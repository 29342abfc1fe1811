// The panel of source control: what it lists, committing from it, and reverting a change from the marks beside the lines.
import assert from 'node:assert/strict';

import { suite } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';
import { ASKED, makeHistory, PANEL_ON } from './history';

const CHANGED = ASKED.replace('hello, world', 'good morning').replace('}\n', '    // Done.\n}\n');

suite(
  'panel',
  {
    git: 'off',
    make: repository => {
      makeHistory(repository);
      repository.write('src/greet.rs', CHANGED);
      repository.write('notes.txt', 'Not tracked.\n');
    },
    settings: PANEL_ON,
  },
  test => {
    test('lists changed and untracked files in groups', async ({ workbench }) => {
      await workbench.panel.show();
      await untilEqual('files', () => workbench.panel.names(), ['greet.rs', 'notes.txt']);
      const groups = await workbench.panel.groups.allTextContents();
      assert.match(groups.join(' | '), /Changes.*1.*Untracked.*1/);
    });

    test('marks changed lines beside the text', async ({ workbench }) => {
      await workbench.open('src/greet.rs');
      await workbench.editor.locator('.dirty-diff-modified').first().waitFor();
      await workbench.editor.locator('.dirty-diff-added').first().waitFor();
    });

    test('reverts one change from its mark', async ({ workbench, repository }) => {
      const peek = await workbench.openChange(workbench.editor.locator('.dirty-diff-modified').first());
      await peek.locator('.peekview-title').filter({ hasText: 'greet.rs' }).waitFor();
      await peek.locator('[aria-label="Revert This Change"]').first().click();
      await workbench.editor.locator('.dirty-diff-modified').first().waitFor({ state: 'detached' });
      await workbench.page.keyboard.press('Escape');
      await workbench.save();
      await untilEqual('the file', () => repository.read('src/greet.rs'), ASKED.replace('}\n', '    // Done.\n}\n'));
    });

    test('commits with the message that was typed', async ({ workbench, repository }) => {
      await workbench.panel.show();
      await workbench.panel.commit('Say when it is done');
      await untilEqual('the commit', () => repository.git('log', '-1', '--format=%s'), 'Say when it is done');
      await untilEqual('files', () => workbench.panel.names(), ['notes.txt']);
      await untilEqual('no marks', () => workbench.editor.locator('.dirty-diff-added').count(), 0);
    });

    test('shows what git does in a terminal', async ({ workbench, repository }) => {
      repository.write('README.md', '# Greeter\n\nIt greets.\n');
      await untilEqual('files', () => workbench.panel.names(), ['README.md', 'notes.txt']);
      repository.git('add', 'README.md');
      repository.git('commit', '--quiet', '--message', 'Read me');
      await untilEqual('files', () => workbench.panel.names(), ['notes.txt']);
    });

    test('gives the message back when a commit is undone', async ({ workbench, repository }) => {
      await workbench.run('hgls: Uncommit');
      await untilEqual('the last commit', () => repository.git('log', '-1', '--format=%s'), 'Say when it is done');
      await until('the message', async () => (await workbench.panel.message()).includes('Read'));
      await untilEqual('files', () => workbench.panel.names(), ['README.md', 'notes.txt']);
    });
  },
);
