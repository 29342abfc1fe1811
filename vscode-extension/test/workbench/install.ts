// Puts a real VS Code (server, web workbench and extension host, as the npm package `code-server` ships them) into the
// user's cache folder, once. Knows nothing of the extension.
//
// Nothing is compiled: the watcher and ripgrep come ready-made from npm, and what only logs is replaced. A version is put
// together in a folder of its own and renamed into place when it is complete, so whoever finds it may use it, and two
// installations at once do no harm.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { EXTENSION } from './environment';
import type { Preset } from './presets';
import { sleep } from './wait';

/** Raised when what is put together here changes. */
const RECIPE = 1;
const RIPGREP = '1.18.0';
const TRIES = 3;

export interface Installed {
  /** The file that Node runs as the server. */
  readonly server: string;
  /** The Node to run it with. */
  readonly node: string;
}

/** Where this preset is, after installing it if need be. */
export async function install(preset: Preset): Promise<Installed> {
  const place = path.join(cache(), `${preset.name}-${preset.version}-${RECIPE}-${process.platform}-${process.arch}`);
  if (!fs.existsSync(place)) {
    console.log(`# installing VS Code ${preset.version} into ${place}`);
    fs.mkdirSync(cache(), { recursive: true });
    const workshop = fs.mkdtempSync(path.join(cache(), 'unfinished-'));
    try {
      await assemble(preset, workshop);
      removeOlder(preset);
      putInPlace(workshop, place);
    } finally {
      fs.rmSync(workshop, { recursive: true, force: true });
    }
  }
  const own = path.join(place, 'node', 'bin', 'node');
  return {
    server: path.join(place, 'vscode', 'out', 'server-main.js'),
    node: fs.existsSync(own) ? own : process.execPath,
  };
}

function cache(): string {
  const base = process.env.XDG_CACHE_HOME;
  return path.join(base ? base : path.join(os.homedir(), '.cache'), 'hgls-tests', 'vscode');
}

/** Renames, unless somebody else was faster: theirs is the same. */
function putInPlace(workshop: string, place: string): void {
  try {
    fs.renameSync(workshop, place);
  } catch (error) {
    if (!fs.existsSync(place)) throw error;
  }
}

/** Other versions of the same preset are of no use any more, and large. */
function removeOlder(preset: Preset): void {
  for (const name of fs.readdirSync(cache())) {
    if (name.startsWith(`${preset.name}-`)) fs.rmSync(path.join(cache(), name), { recursive: true, force: true });
  }
}

async function assemble(preset: Preset, folder: string): Promise<void> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < preset.node.major) {
    const system = process.platform === 'win32' ? 'win' : process.platform;
    await unpack(`node-${system}-${process.arch}`, preset.node.version, 'package/bin/node', folder, 'node/bin/node');
  }
  await unpack('code-server', preset.packaged, 'package/lib/vscode', folder, 'vscode');
  const vscode = path.join(folder, 'vscode');
  // The shipped lock file lacks a peer dependency, and `npm ci` refuses it without the flag.
  await npm(['ci', '--omit=dev', '--ignore-scripts', '--legacy-peer-deps'], vscode, folder);
  const modules = path.join(vscode, 'node_modules');
  fs.symlinkSync('node_modules', path.join(vscode, 'node_modules.asar'));
  const ripgrep = path.join(modules, '@vscode', 'ripgrep');
  if (fs.existsSync(ripgrep)) {
    fs.mkdirSync(path.join(ripgrep, 'bin'), { recursive: true });
    await unpack(`@vscode/ripgrep-${process.platform}-${process.arch}`, RIPGREP, 'package/bin/rg', ripgrep, 'bin/rg');
  }
  standIn(
    path.join(modules, '@vscode', 'spdlog'),
    fs.readFileSync(path.join(EXTENSION, 'test', 'workbench', 'logger.js')),
  );
  for (const watchdog of ['native-watchdog', path.join('@vscode', 'native-watchdog')]) {
    standIn(path.join(modules, watchdog), 'exports.start = () => {};\n');
  }
  removeWeight(vscode);
  fs.rmSync(path.join(folder, '.npm'), { recursive: true, force: true });
}

/** Puts a few lines of JavaScript in the place of a module that would have to be compiled. */
function standIn(folder: string, script: string | Buffer): void {
  if (fs.existsSync(folder)) fs.writeFileSync(path.join(folder, 'index.js'), script);
}

/** Built-in extensions that are large, and that no test needs. */
const HEAVY = ['copilot', 'mermaid-markdown-features'];

/** Removes what no test looks at and is much of the size. */
function removeWeight(vscode: string): void {
  for (const name of HEAVY) fs.rmSync(path.join(vscode, 'extensions', name), { recursive: true, force: true });
  for (const name of fs.readdirSync(vscode, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.map')) fs.rmSync(path.join(vscode, name), { force: true });
  }
}

/** Takes one member of a package, without npm's installation and the scripts that it would run. */
async function unpack(name: string, version: string, member: string, folder: string, as: string): Promise<void> {
  const into = fs.mkdtempSync(path.join(folder, 'package-'));
  await npm(['pack', '--ignore-scripts', '--silent', `${name}@${version}`], into, folder);
  const [archive] = fs.readdirSync(into);
  if (!archive) throw new Error(`npm gave nothing for ${name}@${version}`);
  execFileSync('tar', ['-xzf', archive, member], { cwd: into });
  fs.mkdirSync(path.dirname(path.join(folder, as)), { recursive: true });
  fs.renameSync(path.join(into, member), path.join(folder, as));
  fs.rmSync(into, { recursive: true });
}

/** Runs npm with a cache that is thrown away, and again when it fails: networks do. */
async function npm(args: readonly string[], cwd: string, folder: string): Promise<void> {
  const quiet = [
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=error',
    '--cache',
    path.join(folder, '.npm'),
  ];
  for (let attempt = 1; ; attempt += 1) {
    try {
      execFileSync('npm', [...args, ...quiet], {
        cwd,
        stdio: ['ignore', 'pipe', 'pipe'],
        shell: process.platform === 'win32',
      });
      return;
    } catch (error) {
      const told = (error as { stderr?: Buffer }).stderr?.toString() ?? '';
      if (attempt === TRIES) {
        throw new Error(
          `VS Code is installed by npm, which needs its registry for it: npm ${args.join(' ')} failed:\n${told}`,
          {
            cause: error,
          },
        );
      }
      console.log(`# npm ${args[0] ?? ''} failed, once more`);
      await sleep(attempt * 3000);
    }
  }
}
