// What VS Code runs inside its extension host: mocha, with the test files that were bundled beside this one. The results go
// into a file, for VS Code tells whoever waits outside no more than whether something failed.
import fs from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

import type { Result } from '../workbench/report';

/** How long one test may take at most, in milliseconds: for a machine that is slow and busy. */
const LIMIT = 300_000;

/** VS Code calls this; a rejected promise is a failure. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: LIMIT, forbidOnly: true, forbidPending: true });
  for (const name of fs.readdirSync(__dirname)) {
    if (name.endsWith('.test.js')) mocha.addFile(path.join(__dirname, name));
  }
  const results: Result[] = [];
  const failures = await new Promise<number>(done => {
    const runner = mocha.run(done);
    runner.on('pass', test => results.push({ name: test.fullTitle(), milliseconds: test.duration ?? 0 }));
    runner.on('fail', (test, error: unknown) => {
      results.push({
        name: test.fullTitle(),
        milliseconds: test.duration ?? 0,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    });
  });
  const file = process.env.HGLS_RESULTS;
  if (file) fs.writeFileSync(file, JSON.stringify(results));
  if (failures > 0) throw new Error(`${failures} failed`);
}
