// Runs the tests that need VS Code: `host`, test/host, which run inside its extension host; and `e2e`, test/e2e, which click
// and type in its window. Which of them run in which VS Code is in test/README.md. VS Code itself is installed into the
// user's cache folder, the first time.
//
//   node scripts/workbench.mjs host|e2e [--all] [--vscode=floor|newest] [--git=off|on] [--pictures] [WORD...]
//
// WORDs choose the files whose names contain one of them. `--all` runs everything in every VS Code. `--pictures` also copies
// what tests leave for the documents into docs/screenshots: `npm run pictures` makes all of them.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';

const [kind, ...args] = process.argv.slice(2);
const words = args.filter(arg => !arg.startsWith('--'));
const known = /^--(all|pictures|vscode=(floor|newest)|git=(off|on))$/;
if (!['host', 'e2e'].includes(kind) || args.some(arg => arg.startsWith('--') && !known.test(arg))) {
  console.error(
    'usage: node scripts/workbench.mjs host|e2e [--all] [--vscode=floor|newest] [--git=off|on] [--pictures] [WORD...]',
  );
  process.exit(2);
}

const OUT = path.resolve('out');
const named = name => !words.length || words.some(word => name.includes(word));
const sources = readdirSync(`test/${kind}`).filter(name => name.endsWith('.test.ts') && named(name));
if (!sources.length) {
  console.error(`no file of test/${kind} has a name with ${words.join(' or ')}`);
  process.exit(2);
}

rmSync(path.join(OUT, kind), { recursive: true, force: true });
mkdirSync(path.join(OUT, 'results'), { recursive: true });
const bundle = options =>
  esbuild.build({
    bundle: true,
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    ...options,
  });
const outside = { format: 'esm', external: ['playwright-core'], outfile: path.join(OUT, kind, 'main.mjs') };
const tests = sources.map(name => `./test/${kind}/${name}`);

/** Runs a program to its end, and shows what it said only if it fails. */
function quietly(program, args, shell = false) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', shell });
  if (status === 0) return;
  console.error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  process.exit(1);
}

/** Makes a package of the extension. */
function pack(name) {
  const file = path.join(OUT, 'results', `${name}-${process.pid}.vsix`);
  process.once('exit', () => rmSync(file, { force: true }));
  quietly('npm', ['run', 'package', '--', '--out', file], process.platform === 'win32');
  return file;
}

/** Makes one that has a server in it, as `cargo xtask dist` does: here a program that becomes the server to test. */
function packWithServer() {
  const folder = path.resolve('server');
  if (existsSync(folder)) {
    console.error(`${folder} is there, which a package would take along: remove it`);
    process.exit(1);
  }
  const server = process.env.HGLS_SERVER ?? path.resolve(process.env.CARGO_TARGET_DIR ?? '../target', 'debug', 'hgls');
  try {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'hgls'), `#!/bin/sh\nexec '${server}' "$@"\n`, { mode: 0o755 });
    return pack('hgls-with-server');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (kind === 'host') {
  await bundle({ entryPoints: ['test/host/outside.ts'], ...outside });
  const entryPoints = ['test/host/index.ts', ...tests];
  await bundle({ entryPoints, outdir: 'out/host', external: ['vscode', 'mocha'] });
  quietly(process.execPath, ['scripts/bundle.mjs']);
} else {
  const contents = `${tests.map(name => `import '${name}';`).join('\n')}
    import { runSuites } from './test/workbench/run';
    process.exit(await runSuites(process.argv.slice(2)));`;
  await bundle({ stdin: { contents, resolveDir: process.cwd(), loader: 'ts' }, ...outside });
  process.env.HGLS_VSIX = pack('hgls');
  if (named('packaged')) process.env.HGLS_VSIX_WITH_SERVER = packWithServer();
}
const start = Date.now();
const main = spawnSync(process.execPath, ['--enable-source-maps', outside.outfile, ...args], { stdio: 'inherit' });
if (args.includes('--pictures')) {
  // Tests that leave one for the documents say so in its name.
  for (const place of ['newest-git-off', 'newest-git-on']) {
    const folder = path.join(OUT, 'results', 'screenshots', place);
    const names = existsSync(folder) ? readdirSync(folder).filter(name => /^docs-.*\.png$/.test(name)) : [];
    for (const name of names.filter(name => statSync(path.join(folder, name)).mtimeMs >= start)) {
      const picture = path.join('..', 'docs', 'screenshots', name.slice('docs-'.length));
      copyFileSync(path.join(folder, name), picture);
      console.log(picture);
    }
  }
}
process.exitCode = main.status ?? 1;
