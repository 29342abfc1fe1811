// The file log: the revisions of the active file, and two of them compared.

import { suite } from '../workbench/suite';
import { untilEqual } from '../workbench/wait';
import { GREETER } from './history';
import { rows } from './views';

suite('file log', { place: GREETER, git: 'both' }, test => {
  test('lists the revisions of a file, across its rename', async ({ workbench }) => {
    await workbench.open('src/greet.rs');
    await workbench.run('hgls: File Log');
    const revisions = rows(workbench, 'File Log');
    for (const subject of ['Ask for a name', 'The greeting is for the whole world', 'Greet whoever runs the program']) {
      await revisions.filter({ hasText: subject }).first().waitFor();
    }
  });

  test('compares a revision with the one before', async ({ workbench }) => {
    await rows(workbench, 'File Log').filter({ hasText: 'The greeting is for the whole world' }).first().click();
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
    await workbench.tab('greet.rs (1:').waitFor();
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
