// The session with the server: finds it, starts it, starts it again when it crashes, and carries requests. It knows the
// methods by their types only, and shows nothing: what became of the server is its state, for others to tell the user.
import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  RevealOutputChannelOn,
  State,
  TransportKind,
  WorkDoneProgress,
  type LanguageClientOptions,
} from 'vscode-languageclient/node';

import { HglsError, asHglsError, type HglsErrorKind } from '../protocol/errors';
import type { MethodName, ParamsOf, ResultOf } from '../protocol/methods';
import {
  CLASSES,
  PROTOCOL_VERSION,
  type DidChangeRepositoryParams,
  type DidChangeStatusParams,
} from '../protocol/types';
import type { Settings } from '../settings/settings';
import { HglsClient } from './client';
import { find, type Found } from './find';
import { RestartLimit } from './restarts';
import { withTimeLimit } from './timeLimit';
import { parseVersion, probe, serves } from './version';

/** What became of the server. */
export type SessionState =
  | { readonly is: 'starting' }
  | { readonly is: 'running'; readonly program: string; readonly version: string }
  /** Nothing was found where it was looked for. `setting` is what the setting names, when it names something. */
  | { readonly is: 'notFound'; readonly setting: string }
  /** What was found is of a version that does not speak this protocol. */
  | { readonly is: 'wrongVersion'; readonly found: Found; readonly version: string }
  /** What was found could not be started, or crashed too often. */
  | { readonly is: 'failed'; readonly message: string }
  | { readonly is: 'stopped' };

/** How far a long request is, as the server tells it. */
export interface Progress {
  readonly message?: string;
  /** 0 to 100. */
  readonly percentage?: number;
}

/** What the features ask for answers. */
export interface Session {
  readonly state: SessionState;
  readonly onDidChangeState: vscode.Event<SessionState>;
  readonly onDidChangeRepository: vscode.Event<DidChangeRepositoryParams>;
  readonly onDidChangeStatus: vscode.Event<DidChangeStatusParams>;
  /**
   * Sends a request, once the server runs. Rejects with `HglsError` and nothing else; when the token is cancelled, with
   * one of the kind `cancelled`. Every request but one that changes a repository ends within a time limit.
   */
  request<M extends MethodName>(
    method: M,
    params: ParamsOf<M>,
    token?: vscode.CancellationToken,
    onProgress?: (progress: Progress) => void,
  ): Promise<ResultOf<M>>;
}

/** What should not happen. Other errors are answers: whoever asked says what they mean. */
const DEFECTS: ReadonlySet<HglsErrorKind> = new Set([
  'internal',
  'io',
  'store',
  'corruptObject',
  'invalidArgument',
  'busy',
  'noServer',
]);

/** How long an answer may take. The longest are the first annotate and log of a large repository. */
const TIME_LIMIT_MS = 5 * 60 * 1000;
const CRASH_LIMIT = 4;
const CRASH_SPAN_MS = 3 * 60 * 1000;

export class ServerSession implements Session, vscode.Disposable {
  #state: SessionState = { is: 'stopped' };
  #client: HglsClient | undefined;
  /** The last start or stop that was asked for; the next one waits for it. */
  #turn: Promise<void> = Promise.resolve();
  #tokens = 0;
  readonly #restarts = new RestartLimit(CRASH_LIMIT, CRASH_SPAN_MS);
  readonly #stateChanged = new vscode.EventEmitter<SessionState>();
  readonly #repositoryChanged = new vscode.EventEmitter<DidChangeRepositoryParams>();
  readonly #statusChanged = new vscode.EventEmitter<DidChangeStatusParams>();
  readonly #subscriptions: vscode.Disposable[];

  readonly onDidChangeState = this.#stateChanged.event;
  readonly onDidChangeRepository = this.#repositoryChanged.event;
  readonly onDidChangeStatus = this.#statusChanged.event;

  constructor(
    private readonly extension: vscode.ExtensionContext,
    private readonly settings: Settings,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#subscriptions = [
      settings.onDidChange(['server.path'], () => void this.restart()),
      settings.onDidChange(['index'], () => void this.#tellSettings()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#tellSettings()),
    ];
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Starts the server, or another one in its place. What came of it is the state. */
  restart(): Promise<void> {
    this.#restarts.reset();
    this.#turn = this.#turn.then(async () => {
      await this.#stop();
      await this.#start();
    });
    return this.#turn;
  }

  async request<M extends MethodName>(
    method: M,
    params: ParamsOf<M>,
    token?: vscode.CancellationToken,
    onProgress?: (progress: Progress) => void,
  ): Promise<ResultOf<M>> {
    await this.#turn;
    const client = this.#client;
    if (!client || this.#state.is === 'failed')
      throw new HglsError('noServer', vscode.l10n.t('The hgls server does not run.'));
    const workDoneToken = onProgress && `hgls-${++this.#tokens}`;
    const reports =
      workDoneToken === undefined
        ? undefined
        : client.onProgress(WorkDoneProgress.type, workDoneToken, report => {
            if (report.kind !== 'end') onProgress?.(report);
          });
    const send = (token: vscode.CancellationToken): Promise<ResultOf<M>> =>
      client.sendRequest<ResultOf<M>>(method, workDoneToken ? { ...params, workDoneToken } : params, token);
    try {
      return await withTimeLimit(send, CLASSES[method] === 'write' ? undefined : TIME_LIMIT_MS, token);
    } catch (error) {
      const failure = asHglsError(error);
      const line = `${method}: ${failure.kind}: ${failure.message}`;
      if (DEFECTS.has(failure.kind)) this.log.warn(line);
      else this.log.debug(line);
      throw failure;
    } finally {
      reports?.dispose();
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    void this.#turn.then(() => this.#stop());
    this.#repositoryChanged.dispose();
    this.#statusChanged.dispose();
    this.#stateChanged.dispose();
  }

  async #start(): Promise<void> {
    this.#become({ is: 'starting' });
    const setting = this.settings.get<string>('server.path');
    const found = find(
      {
        setting,
        extension: this.extension.extensionPath,
        searchPath: process.env.PATH ?? '',
        home: homedir(),
        platform: process.platform,
      },
      isProgram,
    );
    if (!found) {
      this.#become({ is: 'notFound', setting });
      return;
    }
    try {
      const version = await probe(found.program);
      const wanted = parseVersion(PROTOCOL_VERSION);
      if (wanted && !serves(version, wanted)) {
        this.#become({ is: 'wrongVersion', found, version: version.text });
        return;
      }
      this.log.info(`${found.program}, version ${version.text}, found by ${found.origin}`);
      const client = this.#connect(found, version.text);
      this.#client = client;
      await client.start();
    } catch (error) {
      this.#become({ is: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (!client) return;
    try {
      // Also ends a server that no longer answers.
      await client.dispose();
    } catch (error) {
      this.log.warn(`the server did not stop in order: ${String(error)}`);
    }
    this.#become({ is: 'stopped' });
  }

  #connect(found: Found, version: string): HglsClient {
    const options: LanguageClientOptions = {
      documentSelector: [{ scheme: 'file' }],
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: () => this.#serverSettings(),
      // Whoever asked tells the user, by `failed`.
      initializationFailedHandler: () => false,
      middleware: {
        workspace: {
          configuration: params => params.items.map(() => this.#serverSettings()),
        },
      },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue }),
        closed: () => {
          if (this.#restarts.allows(Date.now())) return { action: CloseAction.Restart, handled: true };
          this.#become({
            is: 'failed',
            message: vscode.l10n.t('The hgls server stopped {0} times within minutes.', CRASH_LIMIT + 1),
          });
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
    const program = { command: found.program, args: ['serve'], transport: TransportKind.stdio };
    const client = new HglsClient('hgls', 'hgls', program, options);
    client.onDidChangeState(({ newState }) => {
      if (client !== this.#client) return;
      if (newState === State.Starting) this.#become({ is: 'starting' });
      if (newState === State.Running) this.#become({ is: 'running', program: found.program, version });
    });
    client.onNotification('hg/didChangeRepository', (params: DidChangeRepositoryParams) => {
      this.#repositoryChanged.fire(params);
    });
    client.onNotification('hg/didChangeStatus', (params: DidChangeStatusParams) => {
      this.#statusChanged.fire(params);
    });
    return client;
  }

  /** What the server shall do of itself. The extension shows everything itself. */
  #serverSettings(): object {
    return {
      autoIndex: this.settings.get<boolean>('index.automatic'),
      hover: false,
      inlayHints: false,
      codeLens: false,
      codeActions: false,
      trusted: vscode.workspace.isTrusted,
    };
  }

  async #tellSettings(): Promise<void> {
    await this.#turn;
    if (this.#state.is !== 'running') return;
    await this.#client?.sendNotification('workspace/didChangeConfiguration', {
      settings: { hgls: this.#serverSettings() },
    });
  }

  #become(state: SessionState): void {
    if (state.is === 'starting' && this.#state.is === 'starting') return;
    this.log.info(`server: ${JSON.stringify(state)}`);
    this.#state = state;
    this.#stateChanged.fire(state);
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, process.platform === 'win32' ? constants.F_OK : constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
