// Badges and colours in the explorer, and files that are renamed there.
import assert from 'node:assert/strict';

import { suite } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';

suite(
  'explorer',
  {
    git: 'both',
    make: repository => {
      repository.write('.gitignore', '*.log\n');
      repository.write('alpha.txt', 'one\ntwo\nthree\n');
      repository.write('letters/beta.txt', 'beta\n');
      repository.write('letters/gamma.txt', 'gamma\n');
      repository.write('quiet/delta.txt', 'delta\n');
      repository.commit('The first letters');
      repository.write('alpha.txt', 'one\n2\nthree\n');
      repository.write('letters/new.txt', 'new\n');
      repository.write('debug.log', 'ignored\n');
    },
    settings: { 'hgls.explorer.decorations': 'on', 'git.decorations.enabled': false },
  },
  test => {
    test('shows badges of files', async ({ workbench }) => {
      await until('the explorer', async () => (await workbench.explorer.locator('.monaco-list-row').count()) > 4);
      await workbench.explorer.getByText('letters', { exact: true }).click();
      await untilEqual('badges', () => workbench.badges(), ['alpha.txt M', 'new.txt ?']);
    });

    test('colours folders by what is in them', async ({ workbench }) => {
      const colour = (name: string): Promise<string> =>
        workbench.explorer.getByText(name, { exact: true }).evaluate(element => getComputedStyle(element).color);
      const plain = await colour('quiet');
      await until('the colour of a folder', async () => (await colour('letters')) !== plain);
      await until('the colour of what is ignored', async () => (await colour('debug.log')) !== plain);
    });

    test('lets badges stay where they are while another file changes', async ({ workbench, repository }) => {
      // Looks at every frame.
      await workbench.page.evaluate(() => {
        const seen = { without: 0 };
        const look = (): void => {
          const labels = [...document.querySelectorAll('.explorer-folders-view .monaco-icon-label')];
          const label = labels.find(element => element.querySelector('.label-name')?.textContent === 'alpha.txt');
          if (!label || !getComputedStyle(label, '::after').content.includes('M')) seen.without += 1;
          requestAnimationFrame(look);
        };
        Object.assign(globalThis, { hglsSeen: seen });
        requestAnimationFrame(look);
      });
      repository.write('letters/beta.txt', 'changed\n');
      await untilEqual('badges', () => workbench.badges(), ['alpha.txt M', 'beta.txt M', 'new.txt ?']);
      repository.write('letters/beta.txt', 'beta\n');
      await untilEqual('badges', () => workbench.badges(), ['alpha.txt M', 'new.txt ?']);
      const { without } = await workbench.page.evaluate(
        () => (globalThis as unknown as { hglsSeen: { without: number } }).hglsSeen,
      );
      assert.equal(without, 0, 'frames without the badge of another file');
    });

    test('records a file that is renamed as renamed', async ({ workbench, repository }) => {
      await workbench.rename('gamma.txt', 'epsilon.txt');
      await untilEqual('git to know the new name', () => repository.git('ls-files', 'letters').split('\n'), [
        'letters/beta.txt',
        'letters/epsilon.txt',
      ]);
      await untilEqual('badges', () => workbench.badges(), ['alpha.txt M', 'epsilon.txt A', 'new.txt ?']);
    });
  },
);
