// What a screen reader is given, as far as a machine can say: the browser's accessibility tree of the graph's page and of the
// window. And what is there without a mouse, without motion, and without faint colours.
import assert from 'node:assert/strict';

import { heard, heardInWebview, type Heard } from '../workbench/accessibility';
import { inTime, STEP } from '../workbench/attempt';
import { suite } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';
import type { Workbench } from '../workbench/workbench';
import { GREETER } from './history';

const LIST = 'Changesets, newest first';
const FIELD = 'Search with a revision set';

/** The graph's page, once something of it is so. */
async function graph(
  workbench: Workbench,
  what: string,
  isSo: (nodes: readonly Heard[]) => boolean,
): Promise<readonly Heard[]> {
  return until(what, async () => {
    const nodes = await heardInWebview(workbench.page);
    return isSo(nodes) ? nodes : undefined;
  });
}

function named(nodes: readonly Heard[], role: string, name: string): Heard | undefined {
  return nodes.find(node => node.role === role && node.name.startsWith(name));
}

/** The row that keys go on from, as the list says. */
function active(nodes: readonly Heard[]): string {
  const name = named(nodes, 'listbox', LIST)?.properties.activedescendant;
  return typeof name === 'string' ? name : '';
}

suite('screen reader', { place: GREETER, floor: true }, test => {
  test('is given the graph as a list, with all of a row in words', async ({ workbench }) => {
    await workbench.run('hgls: Show Log Graph');
    const nodes = await graph(workbench, 'the rows', all => named(all, 'option', 'Ask for a name') !== undefined);
    assert.ok(
      nodes.some(({ role }) => role === 'search'),
      'the field is a place to go to',
    );
    assert.ok(named(nodes, 'textbox', FIELD));
    assert.match(named(nodes, 'listbox', LIST)?.description ?? '', /^Enter opens the changes/u);
    const rows = nodes.filter(({ role }) => role === 'option').map(({ name }) => name);
    assert.deepEqual(
      rows.map(name => name.split(',')[0]),
      [
        'Working directory: no changes',
        'Ask for a name',
        'The greeting is for the whole world',
        'Greet whoever runs the program',
      ],
    );
    assert.match(
      rows[1] ?? '',
      /^Ask for a name, checked out, Active bookmark main, Alan Turing, .* ago, draft, revision 2, [0-9a-f]{12}$/u,
    );
    assert.match(rows[2] ?? '', /Bookmark plain, Grace Hopper/u);
    const pictures = nodes.filter(({ role }) => /^(img|image|graphics|Svg)/iu.test(role));
    assert.deepEqual(pictures, [], 'the drawing says nothing that the rows do not say');
    const unnamed = nodes.filter(
      ({ role, name }) => ['button', 'textbox', 'listbox', 'option'].includes(role) && !name,
    );
    assert.deepEqual(unnamed, [], 'everything that can be used has a name');
  });

  test('hears where in the list a row is', async ({ workbench }) => {
    const page = workbench.webview();
    const places = (): Promise<string[]> =>
      page
        .locator('.row')
        .evaluateAll(rows =>
          rows.map(row => `${String(row.getAttribute('aria-posinset'))}/${String(row.getAttribute('aria-setsize'))}`),
        );
    await untilEqual('the places', places, ['1/4', '2/4', '3/4', '4/4']);
  });

  test('goes by keys from the field to the rows, to what is said of one, and back', async ({ workbench }) => {
    const { keyboard } = workbench.page;
    await workbench.webview().locator('.revset').focus();
    await keyboard.press('Tab');
    await graph(workbench, 'the first row', all => active(all).startsWith('Working directory'));
    await keyboard.press('ArrowDown');
    const nodes = await graph(workbench, 'the next row', all => {
      return active(all).startsWith('Ask for a name') && named(all, 'button', 'Open Changes') !== undefined;
    });
    assert.equal(named(nodes, 'option', 'Ask for a name')?.properties.selected, true);
    assert.ok(named(nodes, 'region', 'The selected changeset'));
    // What opens it, and its parent.
    await keyboard.press('Tab');
    await graph(workbench, 'what opens it', all => {
      return named(all, 'button', 'Open Changes')?.properties.focused === true;
    });
    await keyboard.press('Tab');
    await graph(workbench, 'the parent', all => named(all, 'button', '1:')?.properties.focused === true);
    await keyboard.press('Enter');
    await graph(workbench, 'the parent to be selected', all => active(all).startsWith('The greeting'));
    await until('the focus in the list', async () => {
      await keyboard.press('Shift+Tab');
      const all = await heardInWebview(workbench.page);
      return named(all, 'listbox', LIST)?.properties.focused === true;
    });
  });

  test('has the menu of a row by a key', async ({ workbench }) => {
    const item = workbench.page.locator('.monaco-menu .action-label', { hasText: 'Create Bookmark Here' }).first();
    await until('the menu', async () => {
      if (await item.isVisible()) return true;
      await workbench.webview().locator('.list').press('Shift+F10');
      // Pressed again too early, it would close the menu that comes.
      return inTime(() => item.waitFor({ timeout: STEP }));
    });
    await workbench.page.keyboard.press('Escape');
    await item.waitFor({ state: 'hidden' });
  });

  test('hears what came of a search', async ({ workbench }) => {
    const field = workbench.webview().locator('.revset');
    await field.fill('user("grace")');
    await field.press('Enter');
    const nodes = await graph(workbench, 'the number', all =>
      all.some(({ role, name, properties }) => role === 'StaticText' && name === '1 changeset' && properties),
    );
    const status = nodes.find(({ role }) => role === 'status');
    assert.equal(status?.properties.live, 'polite');
    await field.fill('user(');
    await field.press('Enter');
    const wrong = await graph(workbench, 'the mistake', all =>
      all.some(({ role, name }) => role === 'StaticText' && name.includes('parse error')),
    );
    assert.equal(wrong.find(({ role }) => role === 'alert')?.properties.live, 'assertive');
    const text = named(wrong, 'textbox', FIELD);
    assert.equal(text?.properties.invalid, 'true');
    assert.match(text.description, /parse error/u, 'it is said with the field, too');
    await field.fill('');
    await field.press('Enter');
    await graph(workbench, 'all rows', all => named(all, 'option', 'Greet whoever') !== undefined);
  });

  test('sees nothing move', async ({ workbench }) => {
    const moving = await workbench
      .webview()
      .locator('body, body *')
      .evaluateAll(
        elements =>
          elements.filter(element => {
            const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element);
            return animationName !== 'none' || !/^0s(, 0s)*$/u.test(transitionDuration) || scrollBehavior !== 'auto';
          }).length,
      );
    assert.equal(moving, 0);
  });

  test('hears who made a line', async ({ workbench }) => {
    await workbench.open('src/greet.rs');
    await workbench.goToLine(2);
    await workbench.run("hgls: Read the Current Line's Annotation Aloud");
    await until('what is read aloud', async () => {
      const nodes = await heard(workbench.page);
      return nodes.some(({ name }) => /Line 2: Grace Hopper, .*: The greeting is for the whole world\./u.test(name));
    });
  });
});
