// What tests of annotations look at: the text beside lines, the hover, and the stripes that tell ages.
import type { Locator } from 'playwright-core';

import { inTime, STEP } from '../workbench/attempt';
import { until } from '../workbench/wait';
import type { Workbench } from '../workbench/workbench';

/** Waits until a decoration of the editor reads so. */
export async function decorated(workbench: Workbench, wanted: RegExp): Promise<void> {
  await until(`a decoration like ${String(wanted)}`, async () =>
    (await workbench.decorations()).some(text => wanted.test(text)),
  ).catch(async (error: unknown) => {
    throw new Error(`${String(error)}; there are ${JSON.stringify(await workbench.decorations())}`);
  });
}

/** The hover of the line that the cursor is on, once it contains this text. It goes away when something else happens. */
export async function shownHover(workbench: Workbench, text: string): Promise<Locator> {
  const hover = workbench.page.locator('.monaco-hover:visible').filter({ hasText: text }).first();
  await until(`a hover with ${text}`, async () => {
    if (await hover.isVisible()) return true;
    await workbench.run('Show or Focus Hover');
    return inTime(() => hover.waitFor({ timeout: STEP }));
  });
  return hover;
}

/** The colours of the stripes that tell ages, each once. */
export async function stripes(workbench: Workbench): Promise<string[]> {
  const all = await workbench.editor.locator('.view-overlays .cdr').evaluateAll(elements => {
    const styles = elements.map(element => getComputedStyle(element));
    return styles.filter(style => style.borderLeftWidth === '4px').map(style => style.borderLeftColor);
  });
  return [...new Set(all)];
}
