// Where Chromium is on this machine, or what to do when it is nowhere. Knows nothing of how it is run.
import fs from 'node:fs';
import path from 'node:path';

/** What systems call it, in the order in which it is looked for; `cargo xtask test` knows the same names. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** What is known of it: `PATH`, and `CHROMIUM`, which names one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Says so where there is none: without it no window opens, and no suite need be tried. */
export function hasChromium(): boolean {
  try {
    findChromium(process.env);
    return true;
  } catch (error) {
    console.error((error as Error).message);
    return false;
  }
}

/** Fails with a message for whoever runs the tests. */
export function findChromium(environment: Environment, applications = APPLICATIONS): string {
  const { CHROMIUM: named, PATH: places = '' } = environment;
  if (named) {
    if (fs.existsSync(named)) return named;
    throw new Error(`The variable CHROMIUM names ${named}, and there is no such file.`);
  }
  const folders = places.split(path.delimiter).filter(Boolean);
  const candidates = NAMES.flatMap(name => folders.map(folder => path.join(folder, name)));
  const found = [...candidates, ...applications].find(file => fs.existsSync(file));
  if (found) return found;
  throw new Error(
    `There is no Chromium on this machine, in which the tests open VS Code: ${NAMES.join(', ')} are not in PATH.\n` +
      'Please install it (on Debian: apt-get install chromium fonts-dejavu-core), or name one in the variable CHROMIUM.',
  );
}
