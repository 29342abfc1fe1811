// The colours that package.json declares, in the high-contrast themes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { contrast, DRAWN, TEXT } from '../contrast';

interface Colour {
  readonly id: string;
  readonly defaults: { readonly highContrast: string; readonly highContrastLight: string };
}

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: { colors: readonly Colour[] };
};

for (const [theme, background] of [
  ['highContrast', '#000000'],
  ['highContrastLight', '#ffffff'],
] as const) {
  for (const { id, defaults } of contributes.colors) {
    if (id.endsWith('Background')) continue;
    const wanted = id.endsWith('Foreground') ? TEXT : DRAWN;
    test(`${id} is seen in ${theme}`, () => {
      const reached = contrast(defaults[theme], background);
      assert.ok(reached >= wanted, `${defaults[theme]} has ${reached.toFixed(1)} of ${wanted}`);
    });
  }
}

test('what is behind the text of an annotation lets the stripe of its age be seen', () => {
  const background = contributes.colors.find(({ id }) => id === 'hgls.annotate.gutterBackground');
  for (const colour of Object.values(background?.defaults ?? {})) assert.match(colour, /^#[0-9a-f]{6}[01][0-9a-f]$/);
});

test('the contrast of colours is that of WCAG', () => {
  assert.equal(contrast('#000000', 'rgb(255, 255, 255)'), 21);
  assert.equal(contrast('#808080', '#808080'), 1);
  assert.equal(contrast('#767676', '#ffffff').toFixed(2), '4.54');
});
