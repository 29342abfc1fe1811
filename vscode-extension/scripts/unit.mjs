// Runs the unit tests, test/unit/**/*.test.ts, with node's own runner. A module that needs VS Code cannot be bundled here,
// and so is not tested here. Arguments: words that the names of the files contain; all files without.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import esbuild from 'esbuild';

const words = process.argv.slice(2);
const entryPoints = readdirSync('test/unit', { recursive: true })
  .filter(name => name.endsWith('.test.ts') && words.every(word => name.includes(word)))
  .map(name => `test/unit/${name}`);

rmSync('out/unit', { recursive: true, force: true });
await esbuild.build({
  entryPoints,
  bundle: true,
  outdir: 'out/unit',
  outbase: 'test/unit',
  outExtension: { '.js': '.mjs' },
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: 'inline',
  logLevel: 'warning',
});
const files = entryPoints.map(name => name.replace(/^test/, 'out').replace(/ts$/, 'mjs'));
const { status } = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...files], { stdio: 'inherit' });
process.exitCode = status ?? 1;
