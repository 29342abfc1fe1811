// Thousands of changed files: they are listed, counted and committed, and the editor goes on beside them.
import assert from 'node:assert/strict';

import { suite } from '../workbench/suite';
import { PATIENCE, until, untilEqual } from '../workbench/wait';
import type { Workbench } from '../workbench/workbench';

const MANY = 10_000;
/** How long ten thousand files may take where one may take `PATIENCE`, in milliseconds. */
const PATIENT = 4 * PATIENCE;

/** The number beside the name of the panel's first group. */
function counted({ panel }: Workbench): Promise<string | null> {
  return panel.groups.locator('.monaco-count-badge').first().textContent();
}

suite(
  'ten thousand changed files',
  {
    git: 'off',
    make: repository => {
      const names = Array.from({ length: MANY }, (_, index) => {
        const number = String(index).padStart(4, '0');
        return `part-${number.slice(0, 2)}/file-${number}.txt`;
      });
      for (const name of names) repository.write(name, 'one\n');
      repository.commit('Many files');
      for (const name of names) repository.write(name, 'two\n');
    },
    // The list stays where it is: at its begin, where the commit box is.
    settings: { 'hgls.scm.mode': 'on', 'scm.autoReveal': false },
  },
  test => {
    test('are listed and counted', async ({ workbench }) => {
      await workbench.panel.show();
      await untilEqual('the number of files', () => counted(workbench), String(MANY), PATIENT);
      const drawn = await workbench.panel.files.count();
      assert.ok(drawn > 0 && drawn < 200, `${drawn} rows are drawn`);
    });

    test('one of them is committed', async ({ workbench, repository }) => {
      await workbench.panel.type('Only one');
      const row = workbench.panel.view.locator('.monaco-list-row[aria-label^="file-0002.txt"]').first();
      await workbench.chooseFromMenu(row, 'Commit These Files');
      await untilEqual(
        'the commit',
        () => repository.git('show', '--format=%s', '--name-only'),
        ['Only one', '', 'part-00/file-0002.txt'].join('\n'),
        PATIENT,
      );
      await untilEqual('the number of files', () => counted(workbench), String(MANY - 1), PATIENT);
      await until('the file to go', async () => (await row.count()) === 0);
    });

    test('a commit that git makes among them shows up', async ({ workbench, repository }) => {
      repository.git('commit', '--quiet', '--message', 'From a terminal', 'part-00/file-0001.txt');
      await untilEqual('the number of files', () => counted(workbench), String(MANY - 2), PATIENT);
    });

    test('the editor goes on beside them', async ({ workbench, repository }) => {
      await workbench.open('part-42/file-4242.txt');
      await workbench.goToLine(1);
      await workbench.type('typed\n');
      await workbench.save();
      assert.equal(repository.read('part-42/file-4242.txt'), 'typed\ntwo\n');
      await workbench.editor.locator('[class*="dirty-diff"]').first().waitFor();
    });

    test('all of them are committed', async ({ workbench, repository }) => {
      await workbench.panel.commit('All the others');
      await untilEqual('the commit', () => repository.git('log', '-1', '--format=%s'), 'All the others', PATIENT);
      assert.equal(repository.git('status', '--short'), '');
      await untilEqual('files', () => workbench.panel.names(), [], PATIENT);
    });
  },
);
