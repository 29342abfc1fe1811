// A package with a server in it, as `cargo xtask dist` makes it: nothing has to be set.
import { suite } from '../workbench/suite';
import { until } from '../workbench/wait';
import { makeHistory } from './history';

suite('a packaged server', { make: makeHistory, extension: 'with server', floor: true }, test => {
  test('is found without a setting, and answers', async ({ workbench }) => {
    await workbench.open('src/greet.rs');
    await workbench.goToLine(2);
    await until('the annotation', async () =>
      (await workbench.decorations()).some(text => text.includes('Grace Hopper')),
    );
  });

  test('is the one that runs', async ({ workbench }) => {
    await workbench.run('hgls: Show Log');
    await workbench.page.locator('.part.panel .view-line', { hasText: 'bundled' }).first().waitFor();
  });
});
