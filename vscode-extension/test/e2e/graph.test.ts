// The log's graph, and bookmarks in the status bar.
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';

import type { TestRepository } from '../workbench/repository';
import { suite } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';
import type { Workbench } from '../workbench/workbench';

/** The row of a changeset, after searching for it in the graph. */
async function found(workbench: Workbench, description: string): Promise<Locator> {
  await workbench.run('hgls: Show Log Graph');
  const page = workbench.webview();
  await page.locator('.revset').fill(`desc("${description}")`);
  await page.locator('.revset').press('Enter');
  const row = page.locator('.row:not(.working-directory)', { hasText: description });
  await untilEqual('what was found', () => page.locator('.row:not(.working-directory)').count(), 1);
  await row.waitFor();
  return row;
}

/** The subject of what a bookmark points to; empty while there is no such bookmark. */
function pointedTo(repository: TestRepository, bookmark: string): string {
  return repository.git('for-each-ref', '--format=%(subject)', `refs/heads/${bookmark}`);
}

const HOSTILE = '<img src=x onerror="document.title=1"><b>Not bold</b>';

suite(
  'log',
  {
    floor: true,
    make: repository => {
      repository.write('alpha.txt', 'one\n');
      repository.commit('The first letters');
      repository.git('checkout', '-q', '-b', 'side');
      repository.write('beta.txt', 'beta\n');
      repository.commit(HOSTILE);
      repository.git('checkout', '-q', '-');
      repository.write('alpha.txt', 'one\ntwo\n');
      repository.commit('Two letters');
      repository.git('merge', '-q', '--no-ff', '-m', 'Merge the side', 'side');
      repository.commitAll(Array.from({ length: 400 }, (_, nth) => ({ message: `Step ${nth}` })));
      repository.git('tag', 'v1', 'side');
    },
  },
  test => {
    test('draws a graph beside the changesets', async ({ workbench }) => {
      await workbench.run('hgls: Show Log Graph');
      const page = workbench.webview();
      await page.locator('.row .summary', { hasText: 'Step 399' }).waitFor();
      await page.locator('.row.working-directory').waitFor();
      assert.equal(await page.locator('.row.checked-out .label.active').count(), 1);
      assert.ok((await page.locator('.row path.line').count()) >= 20);
      const colour = await page
        .locator('.row path.line')
        .first()
        .evaluate(line => getComputedStyle(line).stroke);
      assert.match(colour, /^rgb/u, 'lines have a colour of the theme');
    });

    test('loads what is further down, and shows merges and names as text', async ({ workbench }) => {
      const page = workbench.webview();
      await page.locator('.list').focus();
      await until('the oldest changeset', async () => {
        await workbench.page.keyboard.press('End');
        return (await page.locator('.row .summary', { hasText: 'The first letters' }).count()) === 1;
      });
      await page.locator('.row .summary', { hasText: HOSTILE }).waitFor();
      assert.equal(await page.locator('.row img, .row b').count(), 0);
      assert.equal(await page.locator('.label.tag').textContent(), 'v1');
      const columns = await page
        .locator('.row circle.dot')
        .evaluateAll(dots => dots.map(dot => dot.getAttribute('cx')));
      assert.equal(new Set(columns).size, 2);
      assert.ok((await page.locator('.row').count()) < 120, 'rows that are not seen are not drawn');
    });

    test('shows all of the changeset that the keys lead to', async ({ workbench }) => {
      const page = workbench.webview();
      await workbench.page.keyboard.press('Home');
      await workbench.page.keyboard.press('ArrowDown');
      await page.locator('.details .message', { hasText: 'Step 399' }).waitFor();
      const active = await page.locator('.list').getAttribute('aria-activedescendant');
      const label = await page.locator(`#${String(active)}`).getAttribute('aria-label');
      assert.match(label ?? '', /^Step 399, checked out, Active bookmark/u);
    });

    test('searches with a revision set', async ({ workbench }) => {
      const page = workbench.webview();
      await page.locator('.revset').fill('merge() + 0 + tag()');
      await page.locator('.revset').press('Enter');
      await untilEqual('what was found', () => page.locator('.row').count(), 3);
      assert.ok((await page.locator('path.dashed').count()) > 0, 'what lies between is left out');
    });

    test('says what is wrong with a revision set, and where', async ({ workbench }) => {
      const page = workbench.webview();
      await page.locator('.revset').fill('merge() and (draft(');
      await page.locator('.revset').press('Enter');
      await page.locator('.problem .message', { hasText: 'parse error at' }).waitFor();
      await page.locator('.problem mark').waitFor();
    });

    test('searches for words that are no revision set', async ({ workbench }) => {
      const page = workbench.webview();
      await page.locator('.revset').fill('first letters');
      await page.locator('.revset').press('Enter');
      await page.locator('.words').click();
      await untilEqual('what was found', () => page.locator('.row').count(), 1);
      await page.locator('.revset').press('Escape');
      await page.locator('.row .summary', { hasText: 'Step 399' }).waitFor();
    });

    test('keeps its selection when a commit arrives', async ({ workbench, repository }) => {
      const page = workbench.webview();
      await page.locator('.row .summary', { hasText: 'Step 398' }).click();
      repository.git('commit', '-q', '--allow-empty', '-m', 'From a terminal');
      await page.locator('.row .summary', { hasText: 'From a terminal' }).waitFor();
      await page.locator('.row.active', { hasText: 'Step 398' }).waitFor();
    });

    test('opens the changes of a changeset by Enter', async ({ workbench }) => {
      const page = workbench.webview();
      await page.locator('.revset').fill('desc("Two letters")');
      await page.locator('.revset').press('Enter');
      await untilEqual('what was found', () => page.locator('.row').count(), 1);
      await page.locator('.row').click();
      await workbench.page.keyboard.press('Enter');
      await workbench.tab('Two letters').waitFor();
      await workbench.page.locator('.multiDiffEntry', { hasText: 'alpha.txt' }).first().waitFor();
    });

    test('compares a changeset with the working copy, from its menu', async ({ workbench, repository, picture }) => {
      repository.write('alpha.txt', 'one\ntwo\nthree\n');
      const row = await found(workbench, 'Two letters');
      await row.click({ button: 'right' });
      await workbench.page.locator('.monaco-menu .action-label', { hasText: 'Create Bookmark Here' }).first().waitFor();
      await picture('log the menu of a changeset');
      await workbench.chooseFromMenu(row, 'Compare with Working Copy');
      await workbench.tab('Working copy compared with').waitFor();
      await workbench.page.locator('.multiDiffEntry', { hasText: 'alpha.txt' }).first().waitFor();
      repository.git('checkout', '-q', 'alpha.txt');
    });

    test('puts a bookmark on a changeset, and takes it to another, from its menu', async ({
      workbench,
      repository,
    }) => {
      await workbench.chooseFromMenu(await found(workbench, 'Two letters'), 'Create Bookmark Here');
      await workbench.answer('two');
      await untilEqual('the bookmark', () => pointedTo(repository, 'two'), 'Two letters');
      await workbench.chooseFromMenu(await found(workbench, 'The first letters'), 'Create Bookmark Here');
      await workbench.answer('two');
      await workbench.confirm('Move');
      await untilEqual('the bookmark', () => pointedTo(repository, 'two'), 'The first letters');
    });

    test('updates to a changeset, from its menu', async ({ workbench, repository }) => {
      await workbench.chooseFromMenu(await found(workbench, 'Two letters'), 'Update to This Changeset');
      await untilEqual('the commit', () => repository.git('log', '-1', '--format=%s'), 'Two letters');
      await workbench.webview().locator('.row.checked-out', { hasText: 'Two letters' }).waitFor();
      repository.git('checkout', '-q', 'main');
    });

    test('undoes the commit that is checked out, from its menu', async ({ workbench, repository }) => {
      await workbench.webview().locator('.revset').fill('');
      await workbench.webview().locator('.revset').press('Enter');
      const row = workbench.webview().locator('.row.checked-out', { hasText: 'From a terminal' });
      await workbench.chooseFromMenu(row, 'Uncommit');
      await untilEqual('the last commit', () => repository.git('log', '-1', '--format=%s'), 'Step 399');
      await row.waitFor({ state: 'detached' });
    });

    test('shows the log as text', async ({ workbench }) => {
      await workbench.run('hgls: Show Log as Text');
      await workbench.tab('Log of').waitFor();
      await until('the text', async () =>
        (await workbench.editor.locator('.view-lines').textContent())?.includes('changeset:'),
      );
    });

    test('switches bookmarks from the status bar', async ({ workbench, repository, picture }) => {
      const item = workbench.statusBar.locator('[id="hgls.hgls.bookmark"]');
      await item.waitFor();
      await item.click();
      const side = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'side' }).first();
      await side.waitFor();
      await picture('log the list of bookmarks');
      await side.click();
      await untilEqual('the branch', () => repository.git('symbolic-ref', '--short', 'HEAD').trim(), 'side');
      await item.filter({ hasText: 'side' }).waitFor();
    });

    test('makes a bookmark, renames it, and deletes it when it is told to', async ({ workbench, repository }) => {
      await workbench.run('hgls: Create Bookmark…');
      await workbench.answer('topic');
      await untilEqual('the branch', () => repository.git('symbolic-ref', '--short', 'HEAD').trim(), 'topic');
      await workbench.run('hgls: Rename Bookmark…');
      await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'topic' }).first().click();
      await until('the old name', async () => (await workbench.quickInput.inputValue()) === 'topic');
      await workbench.answer('subject');
      await untilEqual('the branch', () => repository.git('symbolic-ref', '--short', 'HEAD').trim(), 'subject');
      await workbench.run('hgls: Delete Bookmark…');
      await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'subject' }).first().click();
      await workbench.confirm('Delete');
      await until('the branch to be gone', () => !repository.git('branch').includes('subject'));
      assert.ok(!repository.git('branch').includes('topic'), 'the old name is gone, too');
    });
  },
);
