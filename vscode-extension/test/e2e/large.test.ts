// Much of everything: thousands of changed files, and ten repositories. What is asserted is that all of it is right.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { suite } from '../workbench/suite';
import { PATIENCE, until, untilEqual } from '../workbench/wait';
import type { Workbench } from '../workbench/workbench';

const MANY = 10_000;
/** How long ten thousand files may take where one may take `PATIENCE`, in milliseconds. */
const PATIENT = 4 * PATIENCE;
const PANEL = { 'hgls.scm.mode': 'on' };

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
    settings: { ...PANEL, 'scm.autoReveal': false },
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

const TEN = Array.from({ length: 10 }, (_, index) => `library-${index}`);

suite(
  'ten repositories in one workspace',
  {
    git: 'off',
    make: (repository, newRepository) => {
      const made = TEN.map(name => newRepository(name));
      for (const [index, each] of made.entries()) {
        each.write('shared.txt', 'one\n');
        each.commit(`The library ${index}`);
        each.write('shared.txt', `changed ${index}\n`);
      }
      const folders = TEN.map(name => ({ path: name }));
      fs.writeFileSync(path.join(repository.folder, '..', 'ten.code-workspace'), JSON.stringify({ folders }));
    },
    open: 'ten.code-workspace',
    settings: { ...PANEL, 'scm.alwaysShowRepositories': true },
  },
  test => {
    const panels = ({ panel }: Workbench): Promise<string[]> =>
      panel.view
        .locator('.monaco-list-row:has(.scm-provider)')
        .evaluateAll(rows => rows.map(row => row.getAttribute('aria-label') ?? '').filter(Boolean));

    test('each have a panel with the change of their own', async ({ workbench }) => {
      // As high as ten panels are.
      await workbench.page.setViewportSize({ width: 1400, height: 1800 });
      await workbench.panel.show();
      await untilEqual(
        'the panels',
        async () => (await panels(workbench)).sort(),
        TEN.map(name => `${name} hgls`),
      );
      await untilEqual(
        'files',
        () => workbench.panel.names(),
        TEN.map(() => 'shared.txt'),
      );
    });

    test('take a commit each for itself', async ({ workbench, folder }) => {
      const place = (await panels(workbench)).indexOf('library-7 hgls');
      await workbench.panel.commit('Only the seventh', place);
      const last = (name: string): string => subjectOf(path.join(folder, name));
      await untilEqual('the commits', () => TEN.map(last), [
        ...TEN.slice(0, 7).map((_, index) => `The library ${index}`),
        'Only the seventh',
        'The library 8',
        'The library 9',
      ]);
      await untilEqual('files', async () => (await workbench.panel.names()).length, 9);
    });

    test('annotate a file of any of them', async ({ workbench }) => {
      await workbench.open('library-4/shared.txt');
      await workbench.goToLine(1);
      await until('the annotation', async () =>
        (await workbench.decorations()).some(text => text.includes('Not committed yet')),
      );
    });
  },
);

function subjectOf(folder: string): string {
  return (
    fs
      .readFileSync(path.join(folder, '.git', 'logs', 'HEAD'), 'utf8')
      .trim()
      .split('\n')
      .at(-1)
      ?.split(': ')[1] ?? ''
  );
}
