// A VS Code server on this machine, with folders of its own: no setting and no extension of the user is in it.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import type { Installed } from './install';
import { processesOf, type Process } from './processes';
import { until } from './wait';

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
  // In a browser VS Code saves by itself.
  'files.autoSave': 'off',
  'files.simpleDialog.enable': true,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'window.commandCenter': false,
  'workbench.colorTheme': 'Default Dark Modern',
  // Settings and the like open in tabs, as everywhere else.
  'workbench.editor.useModal': 'off',
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  // A list that goes away because something else takes the focus tests nothing but the machine.
  'workbench.quickOpen.closeOnFocusLost': false,
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
  /** The folder that extensions are installed in, which `installExtension` fills; an empty one when left out. */
  readonly extensions?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Asks whether a workspace is trusted, as it does with users. */
  readonly asksTrust?: boolean;
  /** For tests that run inside the extension host. */
  readonly testDriver?: boolean;
}

/** How long the installation of an extension may take, in milliseconds. */
const INSTALLATION = 300_000;

/** Installs a packaged extension into the folder `extensions` of a folder that servers share. */
export function installExtension(installed: Installed, file: string, folder: string): void {
  const folders = prepareFolders(folder, undefined, {});
  execFileSync(installed.node, [installed.server, '--install-extension', file, '--force', ...folders], {
    env: environmentOf({}),
    stdio: 'pipe',
    timeout: INSTALLATION,
  });
}

export class CodeServer {
  readonly port: number;
  readonly folder: string;
  readonly #group: number;
  readonly #ended: Promise<void>;
  #gone = false;

  private constructor(port: number, folder: string, group: number, ended: Promise<void>) {
    this.port = port;
    this.folder = folder;
    this.#group = group;
    this.#ended = ended.then(() => {
      this.#gone = true;
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What is no more though nobody ended it, if anything: the server itself, or an extension host. */
  get problem(): string | undefined {
    if (this.#gone) return 'the VS Code server ended';
    const ends = this.logs('remoteagent.log').flatMap(text => text.match(/Extension Host Process exited.*/g) ?? []);
    return ends[0];
  }

  /** Starts a server, and waits until it listens. */
  static async start(installed: Installed, options: ServerOptions): Promise<CodeServer> {
    const { folder } = options;
    const folders = prepareFolders(folder, options.extensions, { ...QUIET, ...options.settings });
    const log = fs.openSync(path.join(folder, 'server.log'), 'w');
    const args = [installed.server, '--host', '127.0.0.1', '--port', '0', '--without-connection-token', ...folders];
    args.push('--disable-getting-started-override', '--disable-update-check', '--disable-telemetry');
    if (!options.asksTrust) args.push('--disable-workspace-trust');
    if (options.testDriver) args.push('--enable-smoke-test-driver');
    // A process group of its own, so that its extension hosts end with it.
    const child = spawn(installed.node, args, {
      env: environmentOf(options.environment ?? {}),
      stdio: ['ignore', log, log],
      detached: true,
    });
    fs.closeSync(log);
    const group = child.pid;
    if (group === undefined) throw new Error('the VS Code server cannot be started');
    running.add(group);
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
    try {
      const port = await until('the VS Code server to listen', listening);
      return new CodeServer(Number(port), folder, group, ended);
    } catch (error) {
      end(group);
      throw error;
    }
  }

  /** The texts of all log files of this name. */
  logs(name: string): string[] {
    const logs = path.join(this.folder, 'user', 'logs');
    return fs
      .readdirSync(logs, { recursive: true, encoding: 'utf8' })
      .filter(file => path.basename(file) === name)
      .map(file => fs.readFileSync(path.join(logs, file), 'utf8'));
  }

  /** The server, and what it started. */
  processes(): Process[] {
    return processesOf(this.#group);
  }

  /** Waits until the extensions that start with the window have started. */
  async extensionsStarted(): Promise<void> {
    await until('extensions to start', () =>
      this.logs('remoteexthost.log').some(text => text.includes('Eager extensions activated')),
    );
  }

  /** Ends the server with all that it started, at once: its folders are thrown away, and its logs are written already. */
  async stop(): Promise<void> {
    end(this.#group);
    await this.#ended;
    await until('its processes to end', () => processesOf(this.#group).length === 0);
  }
}

function prepareFolders(folder: string, shared: string | undefined, settings: object): string[] {
  const user = path.join(folder, 'user');
  const server = path.join(folder, 'server');
  const extensions = shared ?? path.join(folder, 'extensions');
  for (const each of [...['User', 'Machine', 'logs'].map(name => path.join(user, name)), server, extensions])
    fs.mkdirSync(each, { recursive: true });
  // The user's settings, and the machine's: a window on a server takes what names a program from the latter alone.
  for (const place of ['User', 'Machine'])
    fs.writeFileSync(path.join(user, place, 'settings.json'), JSON.stringify(settings, null, 2));
  const folders = ['--user-data-dir', user, '--server-data-dir', server, '--extensions-dir', extensions];
  return [...folders, '--accept-server-license-terms', '--telemetry-level', 'off'];
}

function environmentOf(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  for (const name of HARMFUL) environment[name] = undefined;
  // Without VSCODE_CLI the extension host takes its environment from a login shell and not from here.
  return { ...environment, VSCODE_CLI: '1', EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...more };
}

/** The process groups of servers that nobody has stopped yet: none outlives the tests. */
const running = new Set<number>();
process.once('exit', () => {
  for (const group of running) signal(group, 'SIGKILL');
});

function end(group: number): void {
  running.delete(group);
  signal(group, 'SIGKILL');
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
