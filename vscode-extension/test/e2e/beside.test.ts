// Beside VS Code's own git extension: what that shows is not shown twice, and what it does not show is.
import assert from 'node:assert/strict';

import { suite } from '../workbench/suite';
import { until } from '../workbench/wait';
import { ASKED, makeHistory } from './history';

suite(
  'beside git',
  {
    git: 'both',
    make: repository => {
      makeHistory(repository);
      repository.write('src/greet.rs', ASKED.replace('hello', 'good morning'));
    },
  },
  test => {
    test('shows one panel and one mark for a change', async ({ workbench }) => {
      await workbench.panel.show();
      await workbench.panel.files.filter({ hasText: 'greet.rs' }).first().waitFor();
      await workbench.open('src/greet.rs');
      await workbench.editor.locator('[class*="dirty-diff-modified"]').first().waitFor();
      await workbench.goToLine(1);
      // By then the server has answered, and so would have shown what it shows.
      await until('the annotation', async () =>
        (await workbench.decorations()).some(text => text.includes('Ada Lovelace')),
      );
      assert.deepEqual(await workbench.panel.names(), ['greet.rs']);
      assert.equal(await workbench.panel.view.locator('.scm-input .monaco-editor').count(), 1);
      assert.equal(await workbench.editor.locator('.dirty-diff-modified').count(), 1);
      const badge = (await workbench.panel.groups.allTextContents()).join(' ');
      assert.ok(badge.includes('Changes'), badge);
    });
  },
);
