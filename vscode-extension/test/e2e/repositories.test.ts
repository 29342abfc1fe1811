// Several repositories in one folder, a nested one, a submodule and a worktree among them: each has its own panel.
import assert from 'node:assert/strict';

import { suite } from '../workbench/suite';
import { untilEqual } from '../workbench/wait';
import type { Workbench } from '../workbench/workbench';

suite(
  'several repositories',
  {
    make: (repository, newRepository) => {
      const library = newRepository('library');
      library.write('shared.txt', 'shared\n');
      library.commit('A library');
      repository.write('alpha.txt', 'one\n');
      repository.commit('The first letter');
      repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.folder, 'sub');
      repository.commit('With a submodule');
      repository.git('worktree', 'add', '--quiet', '-b', 'beside', '../worktree');
      const nested = newRepository('greek/parts/nested');
      nested.write('inner.txt', 'inner\n');
      nested.commit('Inside');
      nested.write('inner.txt', 'changed\n');
      repository.write('sub/shared.txt', 'changed\n');
      repository.write('../worktree/alpha.txt', 'changed\n');
    },
    open: '',
    git: 'off',
    settings: { 'scm.alwaysShowRepositories': true },
  },
  test => {
    /** The panels' names and below each its files, as VS Code says them aloud. It orders panels by when they came. */
    const lines = async ({ panel }: Workbench): Promise<string[]> =>
      panel.view
        .locator('.monaco-list-row:has(.scm-provider), .monaco-list-row:has(.resource)')
        .evaluateAll(rows => rows.map(row => row.getAttribute('aria-label') ?? ''));
    const isPanel = (line: string): boolean => line.endsWith(' hgls');

    test('each have their own panel, with their own files', async ({ workbench, picture }) => {
      await workbench.panel.show();
      const panels = async (): Promise<string[]> =>
        (await lines(workbench))
          .reduce<string[]>((found, line) => {
            if (isPanel(line)) return [...found, line];
            return [...found.slice(0, -1), `${found.at(-1) ?? ''}: ${line}`];
          }, [])
          .sort();
      await untilEqual('the panels', panels, [
        'greek hgls: sub, Modified, greek',
        'library hgls',
        'nested hgls: inner.txt, Modified, greek/parts/nested',
        'sub hgls: shared.txt, Modified, greek/sub',
        'worktree hgls: alpha.txt, Modified, worktree',
      ]);
      // A submodule's own folder has none.
      const badges = async (): Promise<string[]> =>
        (await workbench.generated('.scm-view .monaco-icon-label')).filter(text => /^\w$/.test(text));
      await untilEqual('badges', badges, ['M', 'M', 'M']);
      await workbench.calm();
      await picture('docs repositories');
    });

    test('a commit is one of the repository whose box it was typed in', async ({ workbench, repository }) => {
      const nested = (await lines(workbench)).filter(isPanel).indexOf('nested hgls');
      await workbench.panel.commit('Changed inside', nested);
      await untilEqual(
        'the commit',
        () => repository.git('-C', 'parts/nested', 'log', '-1', '--format=%s'),
        'Changed inside',
      );
      assert.equal(repository.git('log', '-1', '--format=%s'), 'With a submodule');
    });
  },
);
