// What VS Code's own git extension shows: which repositories it has open. Its interface is others' and may be absent or
// another one, so each member is looked at before it is used.
import { sep } from 'node:path';
import * as vscode from 'vscode';

import { gitDoes, type Situation } from './modes';

interface GitApi {
  readonly state: 'uninitialized' | 'initialized';
  readonly repositories: readonly { readonly rootUri: vscode.Uri }[];
  readonly onDidChangeState: vscode.Event<unknown>;
  readonly onDidOpenRepository: vscode.Event<unknown>;
  readonly onDidCloseRepository: vscode.Event<unknown>;
}

interface GitExtension {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: vscode.Event<boolean>;
  getAPI(version: 1): GitApi;
}

export class GitBeside implements vscode.Disposable {
  #git: GitExtension | undefined;
  /** Whether it is still to be seen what the extension is. */
  #starting = true;
  #subscriptions: vscode.Disposable[] = [];
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #extensions: vscode.Disposable;
  readonly #settings: vscode.Disposable;

  readonly onDidChange = this.#changed.event;

  constructor(private readonly log: vscode.LogOutputChannel) {
    this.#settings = vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('git.autoRepositoryDetection')) this.#changed.fire();
    });
    this.#extensions = vscode.extensions.onDidChange(() => void this.#look());
    void this.#look();
  }

  /** What it does with the repository at this root. */
  with(root: vscode.Uri): Situation['git'] {
    if (this.#starting) return 'unknown';
    if (!this.#git?.enabled) return 'alone';
    try {
      const { repositories, state } = this.#git.getAPI(1);
      const roots = repositories.map(({ rootUri }) => rootUri.fsPath);
      const detects: unknown = vscode.workspace.getConfiguration('git', root).get('autoRepositoryDetection');
      const does = gitDoes(
        roots.includes(root.fsPath),
        roots.some(around => root.fsPath.startsWith(around + sep)),
        detects === true || detects === 'openEditors',
      );
      return does === 'alone' && state !== 'initialized' ? 'unknown' : does;
    } catch {
      // It has no git to run.
      return 'alone';
    }
  }

  dispose(): void {
    this.#extensions.dispose();
    this.#settings.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  async #look(): Promise<void> {
    const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
    try {
      this.#git = await extension?.activate();
      this.#watch();
    } catch (error) {
      this.#git = undefined;
      this.log.info(`the git extension cannot be asked: ${String(error)}`);
    }
    this.#starting = false;
    this.#changed.fire();
  }

  /** Its repositories can be asked for only while it is enabled, so they are looked up anew when that changes. */
  #watch(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#subscriptions = [];
    const git = this.#git;
    if (!git) return;
    const changed = (): void => {
      this.#changed.fire();
    };
    this.#subscriptions.push(
      git.onDidChangeEnablement(() => {
        this.#watch();
        this.#changed.fire();
      }),
    );
    if (!git.enabled) return;
    const api = git.getAPI(1);
    this.#subscriptions.push(
      api.onDidChangeState(changed),
      api.onDidOpenRepository(changed),
      api.onDidCloseRepository(changed),
    );
  }
}
