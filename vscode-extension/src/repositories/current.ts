// The repository that the user is at: that of the editor that was used last, or else the first one. Knows nothing of who
// shows it.
import * as vscode from 'vscode';

import { iconless } from '../text/plain';
import { inform } from '../ui/messages';
import type { Repositories } from './repositories';
import type { Repository } from './repository';

export class CurrentRepository implements vscode.Disposable {
  #repository: Repository | undefined;
  /** The last editor that was asked about: answers for others come too late. */
  #asked: vscode.Uri | undefined;
  readonly #changed = new vscode.EventEmitter<Repository | undefined>();
  readonly #subscriptions: readonly vscode.Disposable[];

  readonly onDidChange = this.#changed.event;

  constructor(private readonly repositories: Repositories) {
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(editor => void this.#follow(editor)),
      repositories.onDidOpen(() => void this.#follow(vscode.window.activeTextEditor)),
      repositories.onDidClose(() => void this.#follow(vscode.window.activeTextEditor)),
    ];
    void this.#follow(vscode.window.activeTextEditor);
  }

  get repository(): Repository | undefined {
    return this.#repository;
  }

  /** Makes one the current one, until an editor of another is used. */
  choose(repository: Repository): void {
    this.#become(repository);
  }

  /** The repository that a command is about: the one that is named by a URI, the only one, or the one the user chooses. */
  async forCommand(argument: unknown): Promise<Repository | undefined> {
    if (argument instanceof vscode.Uri) return this.repositories.of(argument);
    // Right after the start nothing may have been found yet.
    if (this.repositories.all.length === 0) await this.repositories.rescan();
    const { all } = this.repositories;
    if (all.length === 0) {
      void inform(vscode.l10n.t('hgls: no repository is open.'));
      return undefined;
    }
    if (all.length === 1) return all[0];
    // The current one first, so that Enter takes it.
    const ordered = [...all].sort((a, b) => Number(b === this.#repository) - Number(a === this.#repository));
    const items = ordered.map(repository => ({
      label: iconless(repository.name),
      description: iconless(repository.root.fsPath),
      repository,
    }));
    const chosen = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which repository?') });
    return chosen?.repository;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  async #follow(editor: vscode.TextEditor | undefined): Promise<void> {
    const uri = editor?.document.uri;
    this.#asked = uri;
    const ofEditor = uri && (await this.repositories.of(uri));
    if (this.#asked !== uri) return;
    const { all } = this.repositories;
    const kept = this.#repository && all.includes(this.#repository) ? this.#repository : undefined;
    this.#become(ofEditor ?? kept ?? all[0]);
  }

  #become(repository: Repository | undefined): void {
    if (repository === this.#repository) return;
    this.#repository = repository;
    this.#changed.fire(repository);
  }
}
