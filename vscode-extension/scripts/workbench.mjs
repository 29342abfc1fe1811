// Runs the tests that need VS Code: `host`, test/host, which run inside its extension host; and `e2e`, test/e2e, which click
// and type in its window. Each in the oldest VS Code that is supported and in the newest, with VS Code's own git extension
// off and on. VS Code itself is installed into the user's cache folder, the first time.
//
//   node scripts/workbench.mjs host|e2e [--vscode=floor|newest] [--git=off|on] [--pictures] [WORD...]
//
// WORDs choose the files whose names contain one of them. `--pictures` also writes what docs/screenshots shows.
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { spawnSync } from 'node:child_process';
import esbuild from 'esbuild';

const [kind, ...args] = process.argv.slice(2);
const chosen = (name, all) =>
  all.filter(value => !args.some(arg => arg.startsWith(`--${name}=`)) || args.includes(`--${name}=${value}`));
const presets = chosen('vscode', ['floor', 'newest']);
const gits = chosen('git', ['off', 'on']);
const words = args.filter(arg => !arg.startsWith('--'));
if (!['host', 'e2e'].includes(kind) || !presets.length || !gits.length) {
  console.error(
    'usage: node scripts/workbench.mjs host|e2e [--vscode=floor|newest] [--git=off|on] [--pictures] [WORD...]',
  );
  process.exit(2);
}

/** The pictures of README.md, and the tests that leave them. */
const PICTURES = {
  annotate: 'annotate-says-who-made-each-line-of-a-file',
  explorer: 'explorer-shows-badges-of-files',
  graph: 'log-loads-what-is-further-down-and-shows-merges-and-names-as-text',
  'file-log': 'file-log-compares-a-file-with-a-version-that-is-chosen',
  log: 'log-loads-what-is-further-down-and-shows-merges-and-names-as-text',
  panel: 'panel-marks-changed-lines-beside-the-text',
};

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
const outside = { format: 'esm', outExtension: { '.js': '.mjs' }, external: ['playwright-core'] };
const tests = sources.map(name => `test/${kind}/${name}`);

/** What the tests run, and the package of the extension that they install. */
async function prepare() {
  if (kind === 'host') {
    await bundle({ entryPoints: ['test/host/outside.ts'], outdir: 'out/host', ...outside });
    await bundle({ entryPoints: ['test/host/index.ts', ...tests], outdir: 'out/host', external: ['vscode', 'mocha'] });
    const made = spawnSync(process.execPath, ['scripts/bundle.mjs'], { stdio: 'inherit' });
    if (made.status !== 0) process.exit(1);
    return ['out/host/outside.mjs'];
  }
  await bundle({ entryPoints: tests, outdir: 'out/e2e', ...outside });
  process.env.HGLS_VSIX = path.join(OUT, 'results', `hgls-${process.pid}.vsix`);
  const vsce = ['run', 'package', '--', '--out', process.env.HGLS_VSIX];
  const made = spawnSync('npm', vsce, { encoding: 'utf8', shell: process.platform === 'win32' });
  if (made.status !== 0) {
    console.error(`the extension cannot be packaged:\n${made.stdout}${made.stderr}`);
    process.exit(1);
  }
  return sources.map(name => `out/e2e/${name.replace(/ts$/, 'mjs')}`);
}

/** Runs the files one after the other, and gives how many tests passed and failed. */
async function runAll(files) {
  const tally = { passed: 0, failed: 0 };
  const stream = run({ files: files.map(file => path.resolve(file)), concurrency: 1 });
  const leaf = event => event.details.type !== 'suite' && !files.some(file => event.name === path.resolve(file));
  stream.on('test:pass', event => {
    // A test that was skipped has not passed.
    if (leaf(event)) event.skip === undefined && event.todo === undefined ? tally.passed++ : tally.failed++;
  });
  stream.on('test:fail', event => {
    // A suite that fails by itself has tests that could not begin.
    if (leaf(event) || event.details.error?.failureType === 'hookFailed') tally.failed++;
  });
  const report = stream.compose(new spec());
  for await (const text of report) process.stdout.write(text);
  return tally;
}

const files = await prepare();
const total = { passed: 0, failed: 0 };
for (const preset of presets) {
  for (const git of gits) {
    console.log(`\n# ${kind}: VS Code ${preset}, its git extension ${git}`);
    Object.assign(process.env, {
      HGLS_VSCODE: preset,
      HGLS_GIT: git,
      HGLS_PICTURES: args.includes('--pictures') ? '1' : '',
    });
    const { passed, failed } = await runAll(files);
    total.passed += passed;
    total.failed += failed;
  }
}
if (args.includes('--pictures')) {
  for (const [name, test] of Object.entries(PICTURES)) {
    copyFileSync(
      path.join(OUT, 'results', 'screenshots', `${presets.at(-1)}-git-off`, `${test}.png`),
      `../docs/screenshots/${name}.png`,
    );
  }
}
if (process.env.HGLS_VSIX) rmSync(process.env.HGLS_VSIX, { force: true });
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
