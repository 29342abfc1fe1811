// The views beside source control that list revisions.
import type { Locator } from 'playwright-core';

import type { Workbench } from '../workbench/workbench';

/** A view of the side bar, by its title. */
export function view(workbench: Workbench, title: string): Locator {
  return workbench.page.locator(`.pane:has(> .pane-header[aria-label^="${title}"])`);
}

/** The rows of a view. Other views list the same changesets. */
export function rows(workbench: Workbench, title: string): Locator {
  return view(workbench, title).locator('.monaco-list-row');
}
