// The web version of VS Code with the extension in it, for a person to look at. Runs until it is interrupted.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { EXTENSION, findServer } from './environment';
import { install } from './install';
import { NEWEST } from './presets';
import { CodeServer } from './server';

const workspace = path.resolve(process.argv[2] ?? '.');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hgls-web-'));
fs.mkdirSync(path.join(folder, 'extensions'));
fs.symlinkSync(EXTENSION, path.join(folder, 'extensions', 'hgls.hgls-0.0.0'), 'junction');
const server = await CodeServer.start(await install(NEWEST), {
  folder,
  settings: { 'hgls.server.path': findServer() },
});
const address = `${server.url}/?folder=${encodeURIComponent(workspace)}`;
console.log(`VS Code runs at ${address} until Ctrl-C.`);
if (process.stdout.isTTY) {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  // Without a browser to open, the address is there to be copied.
  spawn(opener, [address], { stdio: 'ignore' }).on('error', () => undefined);
}
process.once('SIGINT', () => void end());
process.once('SIGTERM', () => void end());

async function end(): Promise<void> {
  await server.stop();
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}
