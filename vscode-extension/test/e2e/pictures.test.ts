// The pictures of the documents, of one repository that looks like those of users: many authors, ages and branches. That
// what the pictures are to show is there is asserted, and what the other tests' small repositories have not.
import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';

import { suite, type Place } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';
import type { Workbench } from '../workbench/workbench';
import { decorated, shownHover, stripes } from './annotated';
import { PANEL_ON } from './history';
import { changeProject, EARLIER, FORECAST, makeProject, makeProjectConflicts, PROJECT, REPORT } from './project';
import { forecast } from './projectFiles';
import { rows } from './views';

/** Small enough to be read where documents show it. */
const SIZE = { width: 1280, height: 800 };

const place: Place = {
  name: PROJECT,
  make: repository => {
    makeProject(repository);
    changeProject(repository);
  },
  settings: { ...PANEL_ON, 'breadcrumbs.enabled': false },
};

/** The line of the forecast that contains this, counted from one. */
const lineOf = (text: string): number =>
  forecast(10)
    .split('\n')
    .findIndex(line => line.includes(text)) + 1;

/** Opens the file of many ages, with the annotation beside it, at a line that leaves room behind it. */
async function annotate(workbench: Workbench): Promise<void> {
  await workbench.page.setViewportSize(SIZE);
  await workbench.open(FORECAST);
  await workbench.run('hgls: Toggle File Annotation');
  for (const author of ['Ines Caldeira', 'Jonas Ekström', 'Mei Tanaka', 'Priya Raman'])
    await decorated(workbench, new RegExp(`^ ${author} `));
  await workbench.goToLine(lineOf('Metres(sum)'));
  await decorated(workbench, /^Jonas Ekström, last year • Heights are metres above chart datum$/);
  await until('stripes of many ages', async () => (await stripes(workbench)).length >= 5);
}

/** Makes the side bar so wide, by its edge. */
async function widen({ page }: Workbench, width: number): Promise<void> {
  const bar = page.locator('.part.sidebar');
  const edge = async (): Promise<{ left: number; right: number }> => {
    const { x = 0, width = 0 } = (await bar.boundingBox()) ?? {};
    return { left: x, right: x + width };
  };
  const { left, right } = await edge();
  await page.mouse.move(right, SIZE.height / 2);
  await page.mouse.down();
  await page.mouse.move(left + width, SIZE.height / 2, { steps: 5 });
  await page.mouse.up();
  await until('the side bar to be as wide', async () => Math.abs((await edge()).right - left - width) < 4);
}

/** Folds a view of the side bar, to leave its room to the others, or unfolds it. */
async function fold({ page }: Workbench, title: string, fold = true): Promise<void> {
  const header = page.locator(`.pane-header[aria-label^="${title}"]`).first();
  await until(`${title} to be folded or not`, async () => {
    if ((await header.getAttribute('aria-expanded')) === String(!fold)) return true;
    await header.click();
    return false;
  });
}

/** Opens the graph, and gives its page once its rows are there. */
async function openGraph(workbench: Workbench): Promise<FrameLocator> {
  await workbench.run('hgls: Show Log Graph');
  const page = workbench.webview();
  await page.locator('.row .summary', { hasText: 'Say in the README' }).waitFor();
  return page;
}

/** The columns that changesets stand in, of the rows that are drawn. */
async function columnsOf(page: FrameLocator): Promise<number> {
  const columns = await page.locator('.row circle.dot').evaluateAll(dots => dots.map(dot => dot.getAttribute('cx')));
  return new Set(columns).size;
}

// The pictures are of what hgls shows, and of nothing twice.
const git = 'off';

suite('pictures', { place, git }, test => {
  test('of badges in the explorer', async ({ workbench, picture }) => {
    await workbench.page.setViewportSize(SIZE);
    await workbench.explorer.getByText('src', { exact: true }).click();
    await workbench.explorer.getByText('docs', { exact: true }).click();
    await untilEqual('badges', () => workbench.badges(), ['moon.rs ?', 'report.rs M', 'units.md M']);
    await workbench.open(REPORT);
    await workbench.calm();
    await picture('docs explorer');
  });

  test('of the panel and of marks beside changed lines', async ({ workbench, picture }) => {
    await workbench.panel.show();
    await untilEqual('files', () => workbench.panel.names(), ['moon.rs', 'report.rs', 'stations.md', 'units.md']);
    await workbench.open(REPORT);
    await workbench.editor.locator('.dirty-diff-modified').first().waitFor();
    await workbench.editor.locator('.dirty-diff-added').first().waitFor();
    await workbench.panel.type('Shallow water is said in words');
    await picture('docs panel');
  });

  test('of one change', async ({ workbench, picture }) => {
    await workbench.openChange(workbench.editor.locator('.dirty-diff-modified').last());
    await workbench.page.locator('.peekview-actions [aria-label^="Commit This Change"]').waitFor();
    await picture('docs peek');
    await workbench.focusEditor();
    await workbench.page.keyboard.press('Escape');
  });

  test('of changes to pick from', async ({ workbench, picture }) => {
    const row = workbench.panel.view.locator('.monaco-list-row[aria-label^="report.rs"]').first();
    await workbench.chooseFromMenu(row, 'Commit Some Changes');
    const changes = workbench.page.locator('.quick-input-list .monaco-list-row');
    await untilEqual('the changes', () => changes.count(), 3);
    await changes.nth(1).locator('.monaco-checkbox, input[type="checkbox"]').first().click();
    await picture('docs commit-changes');
    await workbench.page.keyboard.press('Escape');
    await changes.first().waitFor({ state: 'hidden' });
  });

  test('of lines of all ages', async ({ workbench, picture }) => {
    await workbench.run('View: Show Explorer');
    await annotate(workbench);
    await picture('docs annotate');
  });

  test('of a hover', async ({ workbench, picture }) => {
    await workbench.goToLine(lineOf('sum += surge'));
    const hover = await shownHover(workbench, 'A hectopascal is a centimetre');
    assert.match(await hover.innerText(), /Priya Raman.*5 months ago/su);
    await picture('docs hover');
    await workbench.run('hgls: Toggle File Annotation');
  });

  test('of a file log across a rename', async ({ workbench, picture }) => {
    await workbench.run('hgls: File Log');
    await widen(workbench, 400);
    await fold(workbench, 'Changes');
    const revisions = rows(workbench, 'File Log');
    await revisions.filter({ hasText: `from ${EARLIER}` }).waitFor();
    await revisions.filter({ hasText: 'Heights are metres above chart datum' }).click();
    await workbench.page.locator('.monaco-diff-editor .line-insert').first().waitFor();
    await picture('docs file-log');
    await workbench.closeEditors();
  });

  test('of the log of a few lines', async ({ workbench, picture }) => {
    await workbench.open(FORECAST);
    await workbench.goToLine(lineOf('pub fn height'));
    for (let lines = 7; lines > 0; lines--) await workbench.page.keyboard.press('Shift+ArrowDown');
    await workbench.run('hgls: Line Log of the Selection');
    await rows(workbench, 'Line Log').filter({ hasText: 'Low pressure lets the water rise' }).waitFor();
    await picture('docs line-log');
    await workbench.closeEditors();
    await fold(workbench, 'Changes', false);
    await widen(workbench, 300);
  });

  test('of the graph, with branches, merges and names', async ({ workbench, picture }) => {
    await workbench.run('View: Show Explorer');
    const page = await openGraph(workbench);
    await page.locator('.row', { hasText: 'Merge clocks' }).click();
    await page.locator('.details .message', { hasText: 'in October it came twice' }).waitFor();
    assert.ok((await columnsOf(page)) >= 3, 'branches stand beside each other');
    for (const [kind, name] of [
      ['active', 'main'],
      ['bookmark', 'wind'],
      ['bookmark', 'ascii-chart'],
      ['remote', 'origin/main'],
      ['tag', '1.1'],
    ] as const)
      assert.equal(await page.locator(`.label.${kind}`, { hasText: name }).count(), 1, name);
    await picture('docs log');
  });

  test('of the menu of a changeset', async ({ workbench, picture }) => {
    const page = workbench.webview();
    await page
      .locator('.row', { hasText: 'Wind from the sea' })
      .click({ button: 'right', position: { x: 320, y: 12 } });
    await workbench.page.locator('.monaco-menu .action-label', { hasText: 'Create Bookmark Here' }).first().waitFor();
    await picture('docs log-menu');
    await workbench.page.keyboard.press('Escape');
    await workbench.page.locator('.monaco-menu').first().waitFor({ state: 'detached' });
  });

  test('of the list of bookmarks', async ({ workbench, picture }) => {
    await workbench.statusBar.locator('[id="hgls.hgls.bookmark"]').click();
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'ascii-chart' }).first().waitFor();
    await picture('docs bookmarks');
    await workbench.page.keyboard.press('Escape');
    await workbench.closeEditors();
  });

  test('of the graph beside source control, where it is narrow', async ({ workbench, picture }) => {
    await workbench.open(REPORT);
    await workbench.run('hgls: Search Log');
    for (const title of ['File Log', 'Line Log']) await fold(workbench, title);
    const page = workbench.webview();
    await page.locator('.row .summary', { hasText: 'Say in the README' }).waitFor();
    const list = page.locator('.list');
    const overflow = await list.evaluate(element => element.scrollWidth - element.clientWidth);
    assert.equal(overflow, 0, 'nothing reaches beyond the side bar');
    const widths = await page
      .locator('.row .summary')
      .evaluateAll(elements => elements.map(element => element.clientWidth));
    assert.ok(Math.min(...widths) >= 60, `room for messages: ${widths.join(', ')} pixels`);
    await picture('docs log-beside');
  });
});

for (const [name, theme] of [
  ['light', 'Light Modern'],
  ['high-contrast', 'Dark High Contrast'],
] as const) {
  suite(`pictures in the theme ${theme}`, { place, git }, test => {
    test('of annotations', async ({ workbench, picture }) => {
      await workbench.chooseTheme(theme);
      await annotate(workbench);
      await picture(`docs annotate-${name}`);
    });

    test('of the graph', async ({ workbench, picture }) => {
      const page = await openGraph(workbench);
      await page.locator('.row', { hasText: 'Merge clocks' }).click();
      await page.locator('.details .message', { hasText: 'in October it came twice' }).waitFor();
      await picture(`docs log-${name}`);
      await workbench.chooseTheme('Dark Modern');
    });
  });
}

/** How what each step's picture says of itself begins. */
const SEEN = ['A file with', 'The revisions', 'The log', 'A message'];

suite('pictures of the first steps', { place, git }, test => {
  test('in the walkthrough', async ({ workbench, picture }) => {
    await workbench.page.setViewportSize(SIZE);
    // Its pictures are shown where there is room for them.
    await workbench.run('View: Toggle Primary Side Bar Visibility');
    await workbench.run('Welcome: Open Walkthrough...');
    await workbench.pick('Get Started with hgls', 'hgls');
    const steps = workbench.page.locator('.gettingStarted .step-title');
    await untilEqual('the steps', () => steps.allTextContents(), [
      'See who made a line',
      'See what a file was before',
      'See where it all comes from',
      'Commit',
    ]);
    for (const [index, title] of (await steps.allTextContents()).entries()) {
      await steps.nth(index).click();
      const drawing = workbench.webview().locator('svg').first();
      await until('its picture', async () =>
        (await drawing.getAttribute('aria-label'))?.startsWith(SEEN[index] ?? '-'),
      );
      await picture(`walkthrough ${title}`);
      if (index > 0) continue;
      const fills = await drawing
        .locator('rect[width="4"]')
        .evaluateAll(stripes => stripes.map(stripe => getComputedStyle(stripe).fill));
      assert.equal(new Set(fills).size, 4, `ages in colours of the theme: ${fills.join(', ')}`);
    }
  });
});

suite(
  'pictures of a merge',
  {
    ...place,
    git,
    make: repository => {
      makeProject(repository);
      makeProjectConflicts(repository);
    },
  },
  test => {
    test('that is resolved in the merge editor', async ({ workbench, picture }) => {
      await workbench.page.setViewportSize(SIZE);
      await workbench.panel.show();
      const row = workbench.panel.view.locator('.monaco-list-row[aria-label^="forecast.rs"]').first();
      await workbench.press(row, 'Resolve in Merge Editor');
      const editor = workbench.page.locator('.merge-editor');
      await until('both sides', async () => {
        const text = (await editor.locator('.view-line').allTextContents()).join('\n').replaceAll('\u00a0', ' ');
        return text.includes('station.wind.setup()') && text.includes('station.surge_at(at)');
      });
      const titles = editor.locator('.code-view .header');
      await titles.filter({ hasText: /^Mine\s*\d+:[0-9a-f]{12}.*main$/su }).waitFor();
      await titles.filter({ hasText: /^Other\s*\d+:[0-9a-f]{12}.*wind$/su }).waitFor();
      await workbench.calm();
      await picture('docs conflicts');
    });
  },
);
