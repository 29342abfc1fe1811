// Much of everything: thousands of changed files, ten repositories, and typing in a long file. What is measured is printed;
// what is asserted is that all of it is right.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { ADA, type TestRepository } from '../workbench/repository';
import { suite, type SuiteOptions } from '../workbench/suite';
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

/** The keys that are pressed in the long file. */
const KEYS = 'the quick brown fox jumps over the lazy dog and goes on';
const LINES = 50_000;

const typing: SuiteOptions = {
  make: repository => {
    makeLongFile(repository);
  },
  settings: { 'git.enabled': false, 'hgls.annotate.statusBar': 'on', 'hgls.quickDiff.mode': 'on' },
};

function makeLongFile(repository: TestRepository): void {
  repository.write('long.txt', Array.from({ length: LINES }, (_, line) => `line ${line + 1}\n`).join(''));
  repository.commit('A long file', ADA);
}

suite('typing in 50,000 lines', typing, test => {
  test('keeps the annotations of the file right', async ({ workbench, remark }) => {
    await workbench.open('long.txt');
    await workbench.run('hgls: Toggle File Annotation');
    await until('the gutter', async () =>
      (await workbench.decorations()).some(text => text.startsWith(' Ada Lovelace')),
    );
    await workbench.goToLine(25_000);
    await until('the annotation', async () =>
      (await workbench.decorations()).some(text => text.includes('• A long file')),
    );
    remark(`typing in ${LINES} lines with annotations: ${await measured(workbench)}`);
    await until('the line that was typed in not to be committed', async () =>
      (await workbench.decorations()).some(text => text.startsWith('Not committed yet')),
    );
    await workbench.goToLine(25_001);
    await until('the line below to be', async () =>
      (await workbench.decorations()).some(text => text.includes('• A long file')),
    );
  });
});

suite('typing in 50,000 lines without hgls', { ...typing, extension: 'none' }, test => {
  test('is what to compare with', async ({ workbench, remark }) => {
    await workbench.open('long.txt');
    await workbench.goToLine(25_000);
    remark(`typing in ${LINES} lines without hgls: ${await measured(workbench)}`);
  });
});

/** Types, and says how long it took from each key to the frame that showed it. */
async function measured({ page, editor }: Workbench): Promise<string> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(globalThis, { hglsTimes: times });
    document.addEventListener(
      'keydown',
      event => {
        requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - event.timeStamp)));
      },
      true,
    );
  });
  const times = (): Promise<number[]> =>
    page.evaluate(() => (globalThis as unknown as { hglsTimes: number[] }).hglsTimes);
  for (const [index, key] of KEYS.split('').entries()) {
    await page.keyboard.press(key === ' ' ? 'Space' : key);
    await until('the key to be shown', async () => (await times()).length > index);
  }
  await editor.locator('.view-line', { hasText: KEYS.replaceAll(' ', '\u00a0') }).waitFor();
  const sorted = (await times()).sort((one, other) => one - other);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(0);
  return `from a key to its frame ${at(0.5)} ms, at most ${at(1)} ms, of ${sorted.length} keys`;
}
