// The source control panel: what it shows, commits and takes back, by clicks and keys. Without the git extension, whose
// panel would list the same files; beside.test.ts is about the two together.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import type { Locator } from 'playwright-core';

import type { TestRepository } from '../workbench/repository';
import { suite } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';
import type { Workbench } from '../workbench/workbench';
import { makeConflicts } from './history';

const NUMBERS = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
const text = (change: Readonly<Record<number, string>>): string =>
  NUMBERS.map((line, index) => change[index + 1] ?? line).join('\n') + '\n';

/** The row of a file, by its name. */
const row = (workbench: Workbench, file: string): Locator =>
  workbench.panel.view.locator(`.monaco-list-row[aria-label^=${JSON.stringify(file)}]`).first();

/** What the panel says, a line each, without the commit box. */
async function listed(workbench: Workbench): Promise<string[]> {
  const labels = await workbench.panel.view
    .locator('.monaco-list-row:has(.resource), .monaco-list-row:has(.resource-group)')
    .evaluateAll(rows => rows.map(element => element.getAttribute('aria-label') ?? ''));
  return labels.filter(Boolean);
}

async function press(workbench: Workbench, file: string, action: string): Promise<void> {
  await workbench.press(row(workbench, file), action);
}

const settings = { 'hgls.scm.mode': 'on', 'hgls.quickDiff.mode': 'on' };

suite(
  'source control',
  {
    floor: true,
    make: repository => {
      repository.write('alpha.txt', text({}));
      repository.write('beta.txt', 'beta\n');
      repository.write('gamma.txt', 'gamma\n');
      repository.commit('The first letters');
      repository.write('alpha.txt', text({ 10: 'line ten', 25: 'line twenty-five' }));
      repository.write('beta.txt', 'beta\nmore\n');
      fs.rmSync(repository.file('gamma.txt'));
      repository.write('new.txt', 'new\n');
    },
    git: 'off',
    settings,
  },
  test => {
    test('lists what changed in groups, and counts it', async ({ workbench }) => {
      await workbench.panel.show();
      await untilEqual('the panel', () => listed(workbench), [
        'Changes',
        'alpha.txt, Modified',
        'beta.txt, Modified',
        'gamma.txt, Missing: deleted, and still tracked',
        'Untracked',
        'new.txt, Not tracked',
      ]);
      const badge = workbench.page.locator(
        '.activitybar .action-item:has([aria-label^="Source Control"]) .badge-content',
      );
      await untilEqual('the badge', () => badge.textContent(), '4');
    });

    test('opens a file beside what is committed', async ({ workbench }) => {
      await row(workbench, 'beta.txt').click();
      await workbench.tab('beta.txt (changes)').waitFor();
      await workbench.page.locator('.monaco-diff-editor .editor.modified .view-line', { hasText: 'more' }).waitFor();
    });

    test('marks changed lines, and takes one back from there', async ({ workbench, repository, picture }) => {
      await workbench.open('alpha.txt');
      const marks = workbench.editor.locator('.dirty-diff-modified');
      await untilEqual('the marks', () => marks.count(), 2);
      await workbench.openChange(marks.first());
      await picture('source control the change in the peek');
      await workbench.page.locator('.peekview-actions [aria-label^="Revert This Change"]').click();
      await untilEqual('the file', () => repository.read('alpha.txt'), text({ 25: 'line twenty-five' }));
      await untilEqual('the marks', () => marks.count(), 1);
      await workbench.focusEditor();
      await workbench.page.keyboard.press('Control+Z');
      await untilEqual('the marks', () => marks.count(), 2);
      await workbench.save();
    });

    test('commits only the change that the peek shows', async ({ workbench, repository }) => {
      await workbench.panel.type('Line ten');
      await workbench.openChange(workbench.editor.locator('.dirty-diff-modified').first());
      await workbench.page.locator('.peekview-actions [aria-label^="Commit This Change"]').click();
      await untilEqual('the commit', () => repository.git('log', '-1', '--format=%s'), 'Line ten');
      assert.equal(repository.git('show', 'HEAD:alpha.txt'), text({ 10: 'line ten' }).trimEnd());
      await untilEqual('the marks', () => workbench.editor.locator('.dirty-diff-modified').count(), 1);
    });

    test('commits only the changes that are picked from a list', async ({ workbench, repository, picture }) => {
      // Two changes again, one of which is committed and then undone, as git does it.
      const two = text({ 2: 'line two', 10: 'line ten', 25: 'line twenty-five' });
      repository.write('alpha.txt', two);
      await untilEqual('the marks', () => workbench.editor.locator('.dirty-diff-modified').count(), 2);
      await workbench.panel.type('Line two');
      await workbench.chooseFromMenu(row(workbench, 'alpha.txt'), 'Commit Some Changes');
      const change = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'line two' }).first();
      await change.locator('.monaco-checkbox, input[type="checkbox"]').first().click();
      await picture('source control changes to pick from');
      await workbench.page.locator('.quick-input-widget .monaco-button', { hasText: 'OK' }).click();
      await untilEqual('the commit', () => repository.git('log', '-1', '--format=%s'), 'Line two');
      assert.equal(repository.git('show', 'HEAD:alpha.txt'), text({ 2: 'line two', 10: 'line ten' }).trimEnd());
      assert.equal(repository.read('alpha.txt'), two);
      await untilEqual('the marks', () => workbench.editor.locator('.dirty-diff-modified').count(), 1);
    });

    test('commits only the chosen file', async ({ workbench, repository }) => {
      await workbench.panel.type('More beta');
      await workbench.chooseFromMenu(row(workbench, 'beta.txt'), 'Commit These Files');
      await untilEqual(
        'the commit',
        () => repository.git('show', '--format=%s', '--name-only'),
        'More beta\n\nbeta.txt',
      );
      await until('the file to go', async () => (await row(workbench, 'beta.txt').count()) === 0);
    });

    test('commits what is in the box, and undoes it into the box', async ({ workbench, repository, picture }) => {
      await press(workbench, 'new.txt', 'Add');
      await until('the file to be tracked', async () => (await listed(workbench)).includes('new.txt, Added'));
      await workbench.panel.commit('A new file');
      await untilEqual('the commit', () => repository.git('log', '-1', '--format=%s'), 'A new file');
      await untilEqual('the panel', () => listed(workbench), [
        'Changes',
        'gamma.txt, Missing: deleted, and still tracked',
      ]);
      await picture('source control after the commit');
      await workbench.run('hgls: Uncommit');
      await untilEqual('the commit', () => repository.git('log', '-1', '--format=%s'), 'More beta');
      await untilEqual('the box', () => workbench.panel.message(), 'A new file');
      await until('the file', async () => (await listed(workbench)).includes('new.txt, Added'));
    });

    test('amends with what is changed and what the box says', async ({ workbench, repository }) => {
      await workbench.run('hgls: Amend Last Commit');
      await untilEqual(
        'the commit',
        () => repository.git('show', '--format=%s', '--name-only'),
        'A new file\n\nalpha.txt\nbeta.txt\nnew.txt',
      );
      assert.equal(repository.git('log', '--format=%s'), 'A new file\nLine two\nLine ten\nThe first letters');
    });

    test('takes a file back once it is asked for, and undoes that', async ({ workbench, repository, picture }) => {
      repository.write('beta.txt', 'beta\nprecious\n');
      await until('the change', async () => (await listed(workbench)).includes('beta.txt, Modified'));
      await press(workbench, 'beta.txt', 'Revert');
      await workbench.page.locator('.monaco-dialog-box').waitFor();
      await picture('source control the question before a revert');
      await workbench.confirm('Revert');
      await untilEqual('the file', () => repository.read('beta.txt'), 'beta\nmore\n');
      await workbench.notifications.press('What was overwritten is kept', 'Undo');
      await untilEqual('the file as it was', () => repository.read('beta.txt'), 'beta\nprecious\n');
      await until('the change', async () => (await listed(workbench)).includes('beta.txt, Modified'));
    });

    test('takes back with a revert what was tracked and what was not', async ({ workbench, repository, picture }) => {
      await workbench.notifications.clear();
      repository.write('added.txt', 'added\n');
      repository.git('add', 'added.txt');
      repository.write('gone.txt', 'gone\n');
      repository.git('add', 'gone.txt');
      repository.git('commit', '--quiet', '--message', 'A file to remove', 'gone.txt');
      repository.git('rm', '--quiet', 'gone.txt');
      repository.git('rm', '--quiet', '--cached', 'new.txt');
      repository.write('new.txt', 'mine\n');
      const before = [
        'Changes',
        'added.txt, Added',
        'beta.txt, Modified',
        'gamma.txt, Missing: deleted, and still tracked',
        'gone.txt, Removed',
        'new.txt, Removed',
      ];
      await untilEqual('the panel', () => listed(workbench), before);
      await workbench.run('hgls: Revert All Changes');
      await workbench.confirm('Revert');
      await untilEqual('the panel', () => listed(workbench), ['Changes', 'Untracked', 'added.txt, Not tracked']);
      assert.equal(repository.read('gamma.txt'), 'gamma\n');
      assert.equal(repository.read('new.txt'), 'new\n');
      await workbench.notifications.told('Reverted 5 files');
      await picture('source control the way back from a revert');
      await workbench.notifications.press('Reverted 5 files', 'Undo');
      await untilEqual('the panel', () => listed(workbench), before);
      assert.equal(repository.read('new.txt'), 'mine\n');
      assert.equal(fs.existsSync(repository.file('gone.txt')), false);
      assert.equal(repository.git('ls-files'), 'added.txt\nalpha.txt\nbeta.txt\ngamma.txt');
      repository.git('rm', '--quiet', '--force', 'added.txt');
      repository.git('reset', '--quiet');
      repository.git('checkout', '--quiet', 'new.txt');
      fs.rmSync(repository.file('gone.txt'), { force: true });
      repository.git('rm', '--quiet', '--cached', 'gone.txt');
      repository.git('commit', '--quiet', '--message', 'It is gone');
    });

    test('leaves alone what was changed after a revert that is undone', async ({ workbench, repository }) => {
      await press(workbench, 'gamma.txt', 'Revert');
      await workbench.confirm('Revert');
      await until('the file', () => fs.existsSync(repository.file('gamma.txt')));
      const undo = await workbench.notifications.told('Reverted 1 file.');
      repository.write('gamma.txt', 'precious\n');
      await undo.locator('.monaco-button', { hasText: 'Undo' }).click();
      await workbench.notifications.told('gamma.txt was changed since, and stays.');
      assert.equal(repository.read('gamma.txt'), 'precious\n');
      fs.rmSync(repository.file('gamma.txt'));
      await until('the change', async () =>
        (await listed(workbench)).includes('gamma.txt, Missing: deleted, and still tracked'),
      );
    });

    test('adds and removes what git does not know', async ({ workbench, repository }) => {
      await workbench.notifications.clear();
      await workbench.run('hgls: Add Untracked and Remove Missing Files');
      await until('the removal', async () => (await listed(workbench)).includes('gamma.txt, Removed'));
      assert.equal(repository.git('ls-files'), 'alpha.txt\nbeta.txt\nnew.txt');
    });

    test('shows a commit that git makes', async ({ workbench, repository }) => {
      repository.commit('From a terminal');
      await untilEqual('the panel', () => listed(workbench), ['Changes']);
    });

    test('says of a public changeset why it is not amended', async ({ workbench, repository }) => {
      repository.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
      repository.git('config', 'remote.origin.url', repository.folder);
      await workbench.run('hgls: Uncommit');
      await workbench.notifications.told('is public');
      assert.equal(repository.git('log', '-1', '--format=%s'), 'From a terminal');
    });
  },
);

suite(
  'merge',
  {
    make: makeConflicts,
    git: 'off',
    settings,
  },
  test => {
    test('lists conflicts, and says that a merge goes on', async ({ workbench }) => {
      await workbench.panel.show();
      await untilEqual('the panel', () => listed(workbench), [
        'Conflicts',
        'alpha.txt, Conflict: not resolved',
        'beta.txt, Conflict: not resolved',
        'Changes',
      ]);
      await workbench.statusBar.getByText('merge in progress').waitFor();
    });

    test('commits nothing that is in conflict', async ({ workbench, repository }) => {
      await workbench.panel.commit('Both');
      await workbench.notifications.told('conflicts that are not resolved');
      assert.equal(repository.git('log', '-1', '--format=%s'), 'Ours');
      await workbench.notifications.clear();
    });

    test('takes marks, and takes them back', async ({ workbench, repository }) => {
      repository.write('alpha.txt', 'both\n');
      await press(workbench, 'alpha.txt', 'Mark as Resolved');
      await until('the mark', async () =>
        (await listed(workbench)).includes('alpha.txt, Conflict: marked as resolved'),
      );
      await press(workbench, 'alpha.txt', 'Mark as Not Resolved');
      await until('no mark', async () => (await listed(workbench)).includes('alpha.txt, Conflict: not resolved'));
      await press(workbench, 'alpha.txt', 'Mark as Resolved');
      await press(workbench, 'beta.txt', 'Mark as Resolved');
      await until('no conflicts', async () => !(await listed(workbench)).includes('Conflicts'));
    });

    test('is committed as one', async ({ workbench, repository }) => {
      await workbench.panel.commit('');
      await untilEqual('the parents', () => repository.git('log', '-1', '--format=%P').split(' ').length, 2);
      const message = repository.git('log', '-1', '--format=%B');
      assert.ok(message.includes('Both'), message);
      assert.equal(repository.read('alpha.txt'), 'both\n');
      await until(
        'nothing to go on',
        async () => (await workbench.statusBar.getByText('merge in progress').count()) === 0,
      );
    });
  },
);

suite(
  'a merge that is begun in a terminal',
  {
    make: repository => {
      repository.write('alpha.txt', 'one\n');
      repository.commit('Base');
      repository.git('checkout', '--quiet', '-b', 'theirs');
      repository.write('beta.txt', 'theirs\n');
      repository.commit('Theirs');
      repository.git('checkout', '--quiet', 'main');
    },
    git: 'off',
    settings,
  },
  test => {
    const merge = (repository: TestRepository): void => {
      repository.git('merge', '--quiet', '--no-ff', '--no-commit', 'theirs');
    };

    test('puts its message into the box, and takes it away when it is given up', async ({ workbench, repository }) => {
      await workbench.panel.show();
      await untilEqual('the box', () => workbench.panel.message(), '');
      merge(repository);
      await untilEqual('the message', () => workbench.panel.message(), "Merge branch 'theirs'");
      repository.git('merge', '--abort');
      await untilEqual('the box', () => workbench.panel.message(), '');
    });

    test('leaves what was typed', async ({ workbench, repository }) => {
      await workbench.panel.type('My own words');
      merge(repository);
      await workbench.statusBar.getByText('merge in progress').waitFor();
      await until('the file', async () => (await listed(workbench)).includes('beta.txt, Modified'));
      assert.equal(await workbench.panel.message(), 'My own words');
      repository.git('merge', '--abort');
      await until('no merge', async () => (await workbench.statusBar.getByText('merge in progress').count()) === 0);
      assert.equal(await workbench.panel.message(), 'My own words');
    });

    test('is committed by it, with what was added', async ({ workbench, repository }) => {
      await workbench.panel.clear();
      merge(repository);
      await untilEqual('the message', () => workbench.panel.message(), "Merge branch 'theirs'");
      await workbench.panel.commit(' as it came');
      await untilEqual(
        'the commit',
        () => repository.git('log', '-1', '--format=%s, %P').replace(/[0-9a-f]{40}/gu, 'parent'),
        "Merge branch 'theirs' as it came, parent parent",
      );
      await untilEqual('the box', () => workbench.panel.message(), '');
    });
  },
);
