// Opens a folder in the web version of VS Code with the extension as it was bundled last: for those who have no VS Code
// installed. It is the one that the tests run in, installed into the user's cache folder the first time.
//
//   node scripts/web.mjs [FOLDER]
import { spawnSync } from 'node:child_process';
import esbuild from 'esbuild';

const options = { bundle: true, platform: 'node', target: 'node20', format: 'esm', logLevel: 'warning' };
await esbuild.build({ ...options, entryPoints: ['test/workbench/web.ts'], outfile: 'out/web.mjs' });
const { status } = spawnSync(process.execPath, ['out/web.mjs', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
