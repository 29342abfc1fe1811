// The history of a file and of lines, as views: pages, renames, and comparing.
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';

import { ADA, ALAN, GRACE } from '../workbench/repository';
import { suite } from '../workbench/suite';
import { until } from '../workbench/wait';
import type { Workbench } from '../workbench/workbench';
import { rows, view } from './views';

/** Waits until the rows of a view begin with these. */
async function listed(workbench: Workbench, title: string, wanted: readonly string[]): Promise<void> {
  const seen = async (): Promise<string[]> => {
    const texts = await rows(workbench, title).locator('.label-name').allTextContents();
    return texts.slice(0, wanted.length);
  };
  await until(`${title}: ${wanted.join(', ')}`, async () => (await seen()).join('\n') === wanted.join('\n')).catch(
    async (error: unknown) => {
      throw new Error(`${String(error)}; there are ${JSON.stringify(await seen())}`);
    },
  );
}

/** Scrolls the file log by a key until it shows this. */
async function scroll(workbench: Workbench, key: 'Home' | 'End', shown: Locator): Promise<void> {
  await until('a row of the file log', async () => {
    if (await shown.isVisible()) return true;
    await view(workbench, 'File Log').locator('.monaco-list').focus();
    await workbench.page.keyboard.press(key);
    return false;
  });
}

/** The number of revisions of the long history: more than a page. */
const MANY = 130;

suite(
  'revisions',
  {
    make: repository => {
      repository.write('letters/old.txt', 'a\nb\nc\nd\ne\nf\n');
      repository.write('beta.txt', 'beta\n');
      repository.commit('The first letters', ADA);
      repository.git('mv', 'letters/old.txt', 'letters/new.txt');
      repository.write('letters/new.txt', 'a\nb\nnew\nC\nd\ne\nf\n');
      repository.commit('Rename the letters', ALAN);
      repository.write('letters/new.txt', 'a\nb\nnew\nC\nd\ne\nf\ng\n');
      repository.commit('One letter more', GRACE);
      const counts = Array.from({ length: MANY }, (_, index) => index + 1);
      repository.commitAll(
        counts.map(count => ({ message: `Count ${count}`, file: ['beta.txt', `beta ${count}\n`] as const })),
      );
    },
  },
  test => {
    test('lists the revisions of a file, under its earlier names too', async ({ workbench }) => {
      await workbench.open('new.txt');
      await workbench.run('hgls: File Log');
      await listed(workbench, 'File Log', ['One letter more', 'Rename the letters', 'The first letters']);
      const renamed = await rows(workbench, 'File Log').nth(1).innerText();
      assert.ok(renamed.includes('from letters/old.txt'), renamed);
      assert.equal(await rows(workbench, 'File Log').count(), 3);
    });

    test('compares a revision with the one before it, across a rename', async ({ workbench }) => {
      await rows(workbench, 'File Log').nth(1).click();
      await workbench.tab('letters/new.txt').waitFor();
      await workbench.page.locator('.monaco-diff-editor .line-insert').first().waitFor();
      await workbench.page.locator('.monaco-diff-editor .line-delete').first().waitFor();
    });

    test('compares a revision with the working file', async ({ workbench }) => {
      await workbench.press(rows(workbench, 'File Log').nth(2), 'Compare with Working File');
      await workbench.tab('Working Copy').waitFor();
      await workbench.page.locator('.monaco-diff-editor .line-insert').first().waitFor();
    });

    test('opens a revision', async ({ workbench }) => {
      await workbench.press(rows(workbench, 'File Log').nth(2), 'Open at This Revision');
      await workbench.tab('old.txt (0:').waitFor();
      assert.match(await workbench.editor.locator('.view-lines').innerText(), /^a\s+b\s+c\s+d\s+e\s+f/);
    });

    test('goes along with the active editor, and loads a page more', async ({ workbench }) => {
      await workbench.open('beta.txt');
      await listed(workbench, 'File Log', [`Count ${MANY}`, `Count ${MANY - 1}`]);
      await workbench.run('hgls: File Log');
      const more = rows(workbench, 'File Log').filter({ hasText: 'Load More' });
      await scroll(workbench, 'End', more);
      await more.click();
      await scroll(workbench, 'End', rows(workbench, 'File Log').filter({ hasText: 'The first letters' }));
    });

    test('shows a commit that git makes', async ({ workbench, repository }) => {
      repository.write('beta.txt', 'beta at last\n');
      repository.commit('At last', ALAN);
      await scroll(workbench, 'Home', rows(workbench, 'File Log').filter({ hasText: 'At last' }));
      await listed(workbench, 'File Log', ['At last', `Count ${MANY}`]);
    });

    test('lists the history of the selected lines', async ({ workbench }) => {
      await workbench.open('new.txt');
      await workbench.goToLine(4);
      await workbench.page.keyboard.press('Shift+End');
      await workbench.run('hgls: Line Log of the Selection');
      await listed(workbench, 'Line Log', ['Rename the letters', 'The first letters']);
      const title = await view(workbench, 'Line Log').locator('.pane-header').innerText();
      assert.match(title, /new\.txt:4$/);
    });

    test('keeps to its lines while the text is edited', async ({ workbench }) => {
      await workbench.goToLine(1);
      await workbench.type('zero\n');
      await until('the new place of the line', async () =>
        (await view(workbench, 'Line Log').locator('.pane-header').innerText()).endsWith('new.txt:5'),
      );
      await workbench.press(view(workbench, 'Line Log').locator('.pane-header'), 'Refresh');
      await listed(workbench, 'Line Log', ['Rename the letters', 'The first letters']);
      await workbench.revertFile();
    });
  },
);
