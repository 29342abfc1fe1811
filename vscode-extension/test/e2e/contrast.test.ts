// The high-contrast themes, dark and light: what the extension draws itself can be read in them.
import assert from 'node:assert/strict';

import { contrast, DRAWN, TEXT } from '../contrast';
import { suite } from '../workbench/suite';
import { until } from '../workbench/wait';
import { stripes } from './annotated';
import { GREETER } from './history';

for (const [name, theme] of [
  ['high contrast', 'Dark High Contrast'],
  ['high contrast light', 'Light High Contrast'],
] as const) {
  suite(name, { place: GREETER }, test => {
    test('shows annotations', async ({ workbench }) => {
      await workbench.chooseTheme(theme);
      await workbench.open('src/greet.rs');
      await workbench.goToLine(2);
      await workbench.run('hgls: Toggle File Annotation');
      for (const author of ['Ada', 'Grace', 'Alan'])
        await until(`lines of ${author}`, async () =>
          (await workbench.decorations()).some(text => text.startsWith(` ${author}`)),
        );
      const background = await workbench.editor
        .locator('.monaco-editor-background')
        .first()
        .evaluate(element => getComputedStyle(element).backgroundColor);
      const colours = await workbench.editor.locator('.view-line span').evaluateAll(elements =>
        elements.flatMap(element =>
          ['::before', '::after'].flatMap(place => {
            const style = getComputedStyle(element, place);
            return /Ada|Grace|Alan/.test(style.content) ? [style.color] : [];
          }),
        ),
      );
      assert.ok(colours.length > 3, `${colours.length} annotations`);
      for (const colour of colours)
        assert.ok(contrast(colour, background) >= TEXT, `${colour} on ${background} can hardly be read`);
      const ages = await stripes(workbench);
      assert.ok(ages.length > 0, 'there are stripes');
      for (const colour of ages)
        assert.ok(contrast(colour, background) >= DRAWN, `${colour} on ${background} is hardly seen`);
    });

    test('shows the graph', async ({ workbench }) => {
      await workbench.run('hgls: Show Log Graph');
      const page = workbench.webview();
      await page.locator('.row .summary', { hasText: 'Ask for a name' }).waitFor();
      // The page is transparent: what is behind it is the editor's colour.
      const background = await page
        .locator('html')
        .evaluate(element => getComputedStyle(element).getPropertyValue('--vscode-editor-background').trim());
      const texts = await page
        .locator('.row .summary, .row .user, .row .when, .row .name')
        .evaluateAll(elements => elements.map(element => getComputedStyle(element).color));
      const strokes = await page
        .locator('.row path.line')
        .evaluateAll(elements => elements.map(element => getComputedStyle(element).stroke));
      assert.ok(texts.length > 8 && strokes.length > 2, `${texts.length} texts, ${strokes.length} lines`);
      for (const colour of texts)
        assert.ok(contrast(colour, background) >= TEXT, `${colour} on ${background} can hardly be read`);
      const faint = await page
        .locator('.row *, .status *')
        .evaluateAll(elements => elements.filter(element => getComputedStyle(element).opacity !== '1').length);
      assert.equal(faint, 0, 'nothing is faint');
      for (const colour of strokes)
        assert.ok(contrast(colour, background) >= DRAWN, `${colour} on ${background} is hardly seen`);
    });

    test('outlines what has the focus in the graph', async ({ workbench }) => {
      const page = workbench.webview();
      await page.locator('.row', { hasText: 'Ask for a name' }).click();
      const outline = (selector: string): Promise<{ width: string; style: string; colour: string }> =>
        page.locator(selector).evaluate(element => {
          const { outlineWidth, outlineStyle, outlineColor } = getComputedStyle(element);
          return { width: outlineWidth, style: outlineStyle, colour: outlineColor };
        });
      const background = await page
        .locator('html')
        .evaluate(element => getComputedStyle(element).getPropertyValue('--vscode-editor-background').trim());
      const seen = async (what: string, selector: string, style: string): Promise<void> => {
        await until(`an outline of ${what}`, async () => (await outline(selector)).style === style);
        const { width, colour } = await outline(selector);
        assert.notEqual(width, '0px');
        assert.ok(contrast(colour, background) >= DRAWN, `${what}: ${colour} on ${background} is hardly seen`);
      };
      await seen('the row that has the focus', '.row.active', 'solid');
      await workbench.page.keyboard.press('Tab');
      await seen('the button that has the focus', '.open:focus', 'solid');
      await workbench.page.keyboard.press('Tab');
      await seen('the link that has the focus', '.link:focus', 'solid');
      await seen('the row that is selected', '.row.active', 'dotted');
      await page.locator('.row', { hasText: 'Greet whoever' }).hover();
      await seen('the row below the mouse', '.row:hover', 'dashed');
      await workbench.chooseTheme('Dark Modern');
    });
  });
}
