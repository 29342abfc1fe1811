// The file log: the revisions of the active file, and two of them compared.
import type { Locator } from 'playwright-core';

import { suite } from '../workbench/suite';
import { untilEqual } from '../workbench/wait';
import type { Workbench } from '../workbench/workbench';
import { makeHistory, PANEL_ON } from './history';

/** The rows of the view. Other views list the same changesets. */
function fileLog({ page }: Workbench): Locator {
  const header = page.locator('.pane-header', { hasText: /file log/i });
  return page.locator('.pane').filter({ has: header }).locator('.monaco-list-row');
}

suite('file log', { make: makeHistory, settings: PANEL_ON, git: 'both' }, test => {
  test('lists the revisions of a file, across its rename', async ({ workbench }) => {
    await workbench.open('src/greet.rs');
    await workbench.run('hgls: File Log');
    const rows = fileLog(workbench);
    for (const subject of ['Ask for a name', 'The greeting is for the whole world', 'Greet whoever runs the program']) {
      await rows.filter({ hasText: subject }).first().waitFor();
    }
  });

  test('compares a revision with the one before', async ({ workbench }) => {
    await fileLog(workbench).filter({ hasText: 'The greeting is for the whole world' }).first().click();
    await workbench.page.locator('.monaco-diff-editor .line-insert, .multiDiffEntry .line-insert').first().waitFor();
  });

  test('compares a file with a version that is chosen', async ({ workbench }) => {
    await workbench.run('View: Close All Editors');
    await workbench.open('src/greet.rs');
    await workbench.run('hgls: Compare File with Revision…');
    await workbench.pick('The greeting is for the whole world');
    await workbench.tab('greet.rs').filter({ hasText: 'Working Copy' }).waitFor();
    await workbench.page.locator('.monaco-diff-editor .line-insert').first().waitFor();
  });

  test('opens a version, which cannot be changed', async ({ workbench }) => {
    await workbench.run('View: Close All Editors');
    await workbench.open('src/greet.rs');
    await workbench.run('hgls: Open File at Revision…');
    await workbench.answer('1');
    await untilEqual(
      'the text of the revision',
      async () => (await workbench.editor.locator('.view-line').allTextContents()).join('').includes('args'),
      false,
    );
    await workbench.focusEditor();
    await workbench.page.keyboard.type('x');
    await workbench.page
      .locator('.monaco-editor-overlaymessage')
      .filter({ hasText: /read-only/ })
      .waitFor();
  });
});
