// A VS Code server on this machine, with folders of its own: no setting and no extension of the user is in it.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import type { Installed } from './install';
import { sleep, until } from './wait';

/** Quiet: nothing that pops up, asks the network, moves, or depends on the clock. */
const QUIET: Readonly<Record<string, unknown>> = {
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'editor.accessibilitySupport': 'off',
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  'editor.quickSuggestions': { comments: false, other: false, strings: false },
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.simpleDialog.enable': true,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'window.commandCenter': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Variables that would change how the server or its extension host run. */
const HARMFUL = [
  'NODE_OPTIONS',
  'NODE_TEST_CONTEXT',
  'ELECTRON_RUN_AS_NODE',
  'VSCODE_IPC_HOOK_CLI',
  'VSCODE_PROXY_URI',
];

export interface ServerOptions {
  /** A folder that is the server's alone. */
  readonly folder: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Packaged extensions to install. */
  readonly packages?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** For tests that run inside the extension host. */
  readonly testDriver?: boolean;
}

export class CodeServer {
  readonly port: number;
  readonly folder: string;
  readonly #group: number;
  readonly #ended: Promise<void>;

  private constructor(port: number, folder: string, group: number, ended: Promise<void>) {
    this.port = port;
    this.folder = folder;
    this.#group = group;
    this.#ended = ended;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts a server, and waits until it listens. */
  static async start(installed: Installed, options: ServerOptions): Promise<CodeServer> {
    const { folder } = options;
    const folders = prepareFolders(folder, { ...QUIET, ...options.settings });
    const environment = environmentOf(options);
    for (const file of options.packages ?? []) {
      const args = [installed.server, '--install-extension', file, '--force', ...folders];
      execFileSync(installed.node, args, { env: environment, stdio: 'pipe' });
    }
    const log = fs.openSync(path.join(folder, 'server.log'), 'w');
    const args = [installed.server, '--host', '127.0.0.1', '--port', '0', '--without-connection-token', ...folders];
    args.push(
      '--disable-workspace-trust',
      '--disable-getting-started-override',
      '--disable-update-check',
      '--disable-telemetry',
    );
    if (options.testDriver) args.push('--enable-smoke-test-driver');
    // A process group of its own, so that its extension hosts end with it.
    const child = spawn(installed.node, args, { env: environment, stdio: ['ignore', log, log], detached: true });
    fs.closeSync(log);
    const group = child.pid;
    if (group === undefined) throw new Error('the VS Code server cannot be started');
    process.once('exit', () => signal(group, 'SIGKILL'));
    let gone = false;
    const ended = new Promise<void>(done => {
      child.once('exit', () => {
        gone = true;
        done();
      });
    });
    const listening = (): string | undefined => {
      const said = fs.readFileSync(path.join(folder, 'server.log'), 'utf8');
      if (gone) throw new Error(`the VS Code server ended:\n${said}`);
      return /^Extension host agent listening on (\d+)/m.exec(said)?.[1];
    };
    const port = await until('the VS Code server to listen', listening);
    return new CodeServer(Number(port), folder, group, ended);
  }

  /** Waits until the extensions that start with the `count`-th window have started. */
  async extensionsStarted(count = 1): Promise<void> {
    const logs = path.join(this.folder, 'user', 'logs');
    await until('extensions to start', () => {
      const hosts = fs
        .readdirSync(logs, { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('remoteexthost.log'));
      const started = hosts.filter(name =>
        fs.readFileSync(path.join(logs, name), 'utf8').includes('Eager extensions activated'),
      );
      return started.length >= count;
    });
  }

  /** Ends the server with all that it started. */
  async stop(): Promise<void> {
    signal(this.#group, 'SIGTERM');
    await Promise.race([this.#ended, sleep(5000)]);
    for (let rest = 40; rest > 0 && signal(this.#group, 0); rest -= 1) await sleep(50);
    signal(this.#group, 'SIGKILL');
  }
}

function prepareFolders(folder: string, settings: object): string[] {
  const [user, server, extensions] = ['user', 'server', 'extensions'].map(name => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [...['User', 'Machine', 'logs'].map(name => path.join(user, name)), server, extensions])
    fs.mkdirSync(each, { recursive: true });
  // The user's settings, and the machine's: a window on a server takes what names a program from the latter alone.
  for (const place of ['User', 'Machine'])
    fs.writeFileSync(path.join(user, place, 'settings.json'), JSON.stringify(settings, null, 2));
  const folders = ['--user-data-dir', user, '--server-data-dir', server, '--extensions-dir', extensions];
  return [...folders, '--accept-server-license-terms', '--telemetry-level', 'off'];
}

function environmentOf(options: ServerOptions): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  for (const name of HARMFUL) environment[name] = undefined;
  // Without VSCODE_CLI the extension host takes its environment from a login shell and not from here.
  return { ...environment, VSCODE_CLI: '1', EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...options.environment };
}

/** Whether the process group was there to be signalled. */
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, name);
    return true;
  } catch {
    return false;
  }
}
