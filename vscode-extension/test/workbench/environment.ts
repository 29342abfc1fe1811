// Where things are on this machine: the extension, the server that cargo built, and where results go.
import fs from 'node:fs';
import path from 'node:path';

/** The folder of the extension: the tests are run from there. */
export const EXTENSION = process.cwd();

/** Where results and screenshots go. */
export const OUTPUT = path.join(EXTENSION, 'out', 'results');

/** Whether VS Code's own git extension is on in this run. */
export const GIT_IS_ON = process.env.HGLS_GIT === 'on';

/** The server to test: what `HGLS_SERVER` names, or else what cargo built last for tests. */
export function findServer(): string {
  const named = process.env.HGLS_SERVER;
  const target = process.env.CARGO_TARGET_DIR ?? path.join(EXTENSION, '..', 'target');
  const file = named ?? path.join(target, 'debug', process.platform === 'win32' ? 'hgls.exe' : 'hgls');
  if (!fs.existsSync(file)) throw new Error(`there is no ${file}: build it with \`cargo build -p hgls\``);
  return file;
}
