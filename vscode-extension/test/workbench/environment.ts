// Where things are on this machine: the extension, the server that cargo built, and where results go.
import fs from 'node:fs';
import path from 'node:path';

/** The folder of the extension: the tests are run from there. */
export const EXTENSION = process.cwd();

/** Where results and screenshots go. */
export const OUTPUT = path.join(EXTENSION, 'out', 'results');

/** The server to test: what `HGLS_SERVER` names, or else what cargo built last for tests. */
export function findServer(): string {
  const named = process.env.HGLS_SERVER;
  const target = process.env.CARGO_TARGET_DIR ?? path.join(EXTENSION, '..', 'target');
  const file = named ?? path.join(target, 'debug', process.platform === 'win32' ? 'hgls.exe' : 'hgls');
  if (!fs.existsSync(file)) throw new Error(`there is no ${file}: build it with \`cargo build -p hgls\``);
  return file;
}

/** The package of the extension that whoever started the tests made; another one with a server in it. */
export function findPackage(withServer: boolean): string {
  const file = process.env[withServer ? 'HGLS_VSIX_WITH_SERVER' : 'HGLS_VSIX'];
  if (!file) throw new Error('run the tests by `npm run e2e`');
  return file;
}
