// What takes long is stopped by a button: the request is cancelled, the view says so, and it is begun again when it is wanted.
import assert from 'node:assert/strict';

import { HoldingServer } from '../workbench/holdingServer';
import { suite } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';
import { makeHistory, PANEL_ON } from './history';

const server = new HoldingServer();

suite(
  'stopping',
  { floor: true, make: makeHistory, settings: { ...PANEL_ON, 'hgls.server.path': server.program } },
  test => {
    test('a search in the graph', async ({ workbench, picture }) => {
      await workbench.run('hgls: Show Log Graph');
      const page = workbench.webview();
      const status = page.locator('.status');
      await page.locator('.row .summary', { hasText: 'Ask for a name' }).waitFor();
      server.hold('hg/log');
      await page.locator('.revset').fill('user("grace")');
      await page.locator('.revset').press('Enter');
      await status.getByText('Searching…').waitFor();
      await status.getByRole('button', { name: 'Stop' }).waitFor();
      await picture('stopping a search that takes long');
      await status.getByRole('button', { name: 'Stop' }).click();
      await status.getByText('Stopped. Shown is what was loaded before.').waitFor();
      await untilEqual('what was cancelled', () => server.cancelled(), ['hg/log']);
      assert.equal(await page.locator('.row:not(.working-directory)').count(), 3);
      assert.equal(await page.locator('.revset').inputValue(), 'user("grace")');
    });

    test('which is begun again, by the keyboard', async ({ workbench }) => {
      server.release();
      const page = workbench.webview();
      await page.locator('.status').getByRole('button', { name: 'Load Again' }).press('Enter');
      await untilEqual('what was found', () => page.locator('.row').count(), 1);
      await page.locator('.row .summary', { hasText: 'The greeting is for the whole world' }).waitFor();
      assert.equal(await page.locator('.status').getByRole('button').count(), 0);
      await until('the focus in the list', () =>
        page.locator('.list').evaluate(list => list.ownerDocument.activeElement === list),
      );
    });

    test('the file log, and loads it when it is wanted', async ({ workbench }) => {
      await workbench.open('src/greet.rs');
      server.hold('hg/fileLog');
      await workbench.run('hgls: File Log');
      const header = workbench.page.locator('.pane-header', { hasText: /file log/i });
      const view = workbench.page.locator('.pane').filter({ has: header });
      const stop = view.locator('.pane-header [aria-label^="Stop Loading"]');
      await stop.waitFor({ state: 'attached' });
      await workbench.press(view, 'Stop Loading');
      await view.getByText('Stopped.').waitFor();
      await untilEqual('what was cancelled', () => server.cancelled(), ['hg/fileLog']);
      const again = view.locator('.monaco-list-row', { hasText: 'Load Again' });
      await again.waitFor();
      await untilEqual('buttons that stop', () => stop.count(), 0);
      server.release();
      await again.click();
      await view.locator('.monaco-list-row', { hasText: 'Ask for a name' }).waitFor();
      assert.equal(await again.count(), 0);
      assert.equal(await view.getByText('Stopped.').count(), 0);
    });
  },
);
