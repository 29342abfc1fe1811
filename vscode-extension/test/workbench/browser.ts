// A headless Chromium, and windows of VS Code in it.
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

import { findChromium } from './chromium';
import type { CodeServer } from './server';
import { PATIENCE } from './wait';

const SIZE = { width: 1400, height: 900 };

/** VS Code marks its own start with these, in this order; after the last one the palette knows the extensions' commands. */
const MARKS = ['code/didStartWorkbench', 'code/LifecyclePhase/Restored', 'code/didLoadExtensions'];

export async function startBrowser(): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--no-first-run',
  ];
  args.push('--disable-component-update', '--disable-sync', '--force-color-profile=srgb');
  // Nothing but the server on this machine can be reached.
  args.push('--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1');
  return chromium.launch({ executablePath: findChromium(process.env), args, timeout: PATIENCE });
}

export interface WindowOptions {
  /** What else the address says, such as the tests to run inside the extension host. */
  readonly payload?: readonly (readonly [string, string])[];
  /** Runs before the page is loaded. */
  readonly before?: (page: Page) => Promise<void>;
}

/** Opens a folder, or a file that ends in `.code-workspace`, in a window with storage of its own. */
export async function openWindow(
  browser: Browser,
  server: CodeServer,
  folder: string,
  options: WindowOptions = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: SIZE, permissions: ['clipboard-read', 'clipboard-write'] });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  await options.before?.(page);
  const query = new URLSearchParams({ [folder.endsWith('.code-workspace') ? 'workspace' : 'folder']: folder });
  if (options.payload) query.set('payload', JSON.stringify(options.payload));
  await page.goto(`${server.url}/?${query.toString()}`, { waitUntil: 'domcontentloaded' });
  for (const mark of MARKS) {
    await page.waitForFunction(name => performance.getEntriesByName(name).length > 0, mark, { polling: 50 });
  }
  return { context, page };
}
