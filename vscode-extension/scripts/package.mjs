// Packages the extension as users get it, from a folder with nothing else in it. README.md goes along without its pictures: they
// lie beside the extension in the repository, and the page of an installed extension would show holes in their places.
//
//   node scripts/package.mjs [OPTION OF VSCE...]
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const STAGE = path.resolve('out', 'package');
/** What a package is made of; `server` is there when it is to have one. */
const PARTS = ['package.nls.json', 'l10n', 'dist', 'server', 'media', 'walkthrough', 'CHANGELOG.md', '.vscodeignore'];
const licences = readdirSync('.').filter(name => name.startsWith('LICENSE'));

function run(args, cwd) {
  const { status } = spawnSync(process.execPath, args, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run(['scripts/bundle.mjs', '--production'], process.cwd());
rmSync(STAGE, { recursive: true, force: true });
mkdirSync(STAGE, { recursive: true });
for (const part of [...PARTS, ...licences].filter(part => existsSync(part))) {
  // What a bundle of another kind left for debuggers is large.
  cpSync(part, path.join(STAGE, part), { recursive: true, filter: name => !name.endsWith('.map') });
}
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
// They are run here.
delete manifest.scripts;
writeFileSync(path.join(STAGE, 'package.json'), JSON.stringify(manifest, null, 2));
const readme = readFileSync('README.md', 'utf8')
  .replace(/^!\[[^\]]*\]\([^)]*\)\n\n/gm, '')
  // What lies outside the package cannot be opened from it.
  .replace(/\[([^\]]*)\]\(\.\.\/[^)]*\)/g, '$1');
writeFileSync(path.join(STAGE, 'README.md'), readme);
const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
run([path.resolve('node_modules', '@vscode', 'vsce', 'vsce'), 'package', ...options, ...process.argv.slice(2)], STAGE);
rmSync(STAGE, { recursive: true, force: true });
