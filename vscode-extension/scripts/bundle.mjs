// Bundles the extension: src/extension.ts to dist/extension.js, and each src/AREA/webview/main.ts, which runs in a browser's
// frame, to dist/AREA.webview.js. With `--production` the code is made small, with `--watch` bundled again on each change.
import { existsSync, readdirSync } from 'node:fs';
import esbuild from 'esbuild';

const production = process.argv.includes('--production');
const common = { bundle: true, minify: production, sourcemap: production ? false : 'linked', logLevel: 'warning' };
const areas = readdirSync('src').filter(area => existsSync(`src/${area}/webview/main.ts`));

const builds = [
  {
    ...common,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
  },
  ...areas.map(area => ({
    ...common,
    entryPoints: [`src/${area}/webview/main.ts`],
    outfile: `dist/${area}.webview.js`,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
  })),
];

if (process.argv.includes('--watch')) {
  await Promise.all(builds.map(async build => (await esbuild.context(build)).watch()));
} else {
  await Promise.all(builds.map(build => esbuild.build(build)));
}
