// Conflicts and what leads to them: an update with changes that are in its way, a merge that is resolved with tools and in
// VS Code's merge editor, and the way back from what was overwritten.
import assert from 'node:assert/strict';

import { suite } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';
import type { Workbench } from '../workbench/workbench';
import { makeConflicts } from './history';

const settings = { 'hgls.scm.mode': 'on' };

/** The panel's rows that begin so. */
const rows = (workbench: Workbench, label: string): Promise<number> =>
  workbench.panel.view.locator(`.monaco-list-row[aria-label^=${JSON.stringify(label)}]`).count();

suite(
  'conflicts',
  {
    floor: true,
    make: makeConflicts,
    git: 'off',
    settings,
  },
  test => {
    test('open in the merge editor, with both sides', async ({ workbench }) => {
      await workbench.panel.show();
      const row = workbench.panel.view.locator('.monaco-list-row[aria-label^="alpha.txt"]');
      await workbench.press(row, 'Resolve in Merge Editor');
      const editor = workbench.page.locator('.merge-editor');
      await until('both sides', async () => {
        const text = (await editor.locator('.view-line').allTextContents()).join('\n');
        return text.includes('ours') && text.includes('theirs');
      });
    });

    test('are resolved by what the other side has, and merged again', async ({ workbench, repository }) => {
      await workbench.open('beta.txt');
      await workbench.run('hgls: Accept Other');
      await untilEqual('the file', () => repository.read('beta.txt'), 'theirs\n');
      const shown = (): Promise<string> => workbench.editor.locator('.view-lines').first().innerText();
      await until('the file in the editor', async () => !(await shown()).includes('ours'));
      await until('the mark', () => rows(workbench, 'beta.txt, Conflict: marked as resolved'));
      await workbench.run('hgls: Mark as Not Resolved');
      await until('no mark', () => rows(workbench, 'beta.txt, Conflict: not resolved'));
      await workbench.run('hgls: Merge Again with Tool…');
      await workbench.pick('union');
      await untilEqual('both sides', () => repository.read('beta.txt'), 'ours\ntheirs\n');
      await until('the mark', () => rows(workbench, 'beta.txt, Conflict: marked as resolved'));
    });
  },
);

suite(
  'update',
  {
    make: repository => {
      repository.write('alpha.txt', 'one\ntwo\nthree\nfour\nfive\n');
      repository.commit('Base');
      repository.git('checkout', '--quiet', '-b', 'side');
      repository.write('alpha.txt', 'one\ntwo\nthree\nfour\nside\n');
      repository.commit('Side');
      repository.git('checkout', '--quiet', 'main');
      repository.write('beta.txt', 'beta\n');
      repository.commit('Main');
      repository.write('alpha.txt', 'mine\ntwo\nthree\nfour\nfive\n');
    },
    git: 'off',
    settings,
  },
  test => {
    test('merges changes that are in its way, once it is asked to', async ({ workbench, repository, picture }) => {
      await workbench.panel.show();
      await workbench.statusBar.getByText('main').click();
      // Its icon comes before the name.
      await workbench.page.locator('.quick-input-list .monaco-list-row[aria-label*="side"]').first().click();
      await workbench.page.locator('.monaco-dialog-box').waitFor();
      await picture('update the question');
      await workbench.confirm('Merge Changes and Update');
      await untilEqual('the bookmark', () => repository.git('symbolic-ref', '--short', 'HEAD'), 'side');
      assert.equal(repository.read('alpha.txt'), 'mine\ntwo\nthree\nfour\nside\n');
    });

    test('is followed by the way back to what was overwritten', async ({ workbench, repository }) => {
      await workbench.notifications.clear();
      await workbench.run('hgls: Backups…');
      await workbench.pick('alpha.txt');
      await workbench.page.locator('.quick-input-list .monaco-list-row[aria-label*="Compare with"]').first().click();
      await workbench.page.locator('.monaco-diff-editor .editor.modified .view-line', { hasText: 'side' }).waitFor();
      await workbench.page.locator('.monaco-diff-editor .editor.original .view-line', { hasText: 'five' }).waitFor();
      await workbench.run('hgls: Backups…');
      await workbench.pick('alpha.txt');
      await workbench.page.locator('.quick-input-list .monaco-list-row[aria-label*="Restore"]').first().click();
      await untilEqual('the file', () => repository.read('alpha.txt'), 'mine\ntwo\nthree\nfour\nfive\n');
    });
  },
);

suite(
  'marks without a panel',
  {
    make: repository => {
      repository.write('alpha.txt', 'one\n');
      repository.commit('Base');
      repository.write('alpha.txt', 'two\n');
    },
    git: 'off',
    settings: { 'hgls.scm.mode': 'off', 'hgls.quickDiff.mode': 'on' },
  },
  test => {
    test('list the files, and have no commit box', async ({ workbench }) => {
      await workbench.panel.show();
      await until('the file', () => rows(workbench, 'alpha.txt, Modified'));
      assert.equal(await workbench.panel.view.locator('.scm-input .monaco-editor').count(), 0);
      await workbench.open('alpha.txt');
      await workbench.editor.locator('.dirty-diff-modified').first().waitFor();
    });

    test('have the log of a file in the graph', async ({ workbench }) => {
      await workbench.run('hgls: Log of This in the Graph');
      const page = workbench.webview();
      await page.locator('.paths .text', { hasText: 'alpha.txt' }).waitFor();
      await page.locator('.row .summary', { hasText: 'Base' }).waitFor();
      assert.equal(await page.locator('.row.working-directory').count(), 0);
      await page.locator('.paths .lift').click();
      await page.locator('.row.working-directory').waitFor();
    });
  },
);
