// The log's graph, and bookmarks in the status bar.
import assert from 'node:assert/strict';

import { suite } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';

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
      for (let nth = 0; nth < 400; nth++) repository.git('commit', '-q', '--allow-empty', '-m', `Step ${nth}`);
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
      await workbench.page.locator('.tab.active', { hasText: 'Two letters' }).waitFor();
    });

    test('shows the log as text', async ({ workbench }) => {
      await workbench.run('hgls: Show Log as Text');
      await workbench.tab('Log of').waitFor();
      await until('the text', async () =>
        (await workbench.editor.locator('.view-lines').textContent())?.includes('changeset:'),
      );
    });

    test('switches bookmarks from the status bar', async ({ workbench, repository }) => {
      const item = workbench.statusBar.locator('[id="hgls.hgls.bookmark"]');
      await item.waitFor();
      await item.click();
      await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'side' }).first().click();
      await untilEqual('the branch', () => repository.git('symbolic-ref', '--short', 'HEAD').trim(), 'side');
      await item.filter({ hasText: 'side' }).waitFor();
    });

    test('makes a bookmark, and deletes it when it is told to', async ({ workbench, repository }) => {
      await workbench.run('hgls: Create Bookmark…');
      await workbench.answer('topic');
      await untilEqual('the branch', () => repository.git('symbolic-ref', '--short', 'HEAD').trim(), 'topic');
      await workbench.run('hgls: Delete Bookmark…');
      await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'topic' }).first().click();
      await workbench.confirm('Delete');
      await until('the branch to be gone', () => !repository.git('branch').includes('topic'));
    });
  },
);
