// The repositories that are open: found in the workspace's folders and around open files, and told of their changes. What
// a repository is, the server says. Knows nothing of how they are shown.
import * as path from 'node:path';
import * as vscode from 'vscode';

import { HglsError, asHglsError } from '../protocol/errors';
import type { DidChangeRepositoryParams, DidChangeStatusParams, RepositoryChange } from '../protocol/types';
import type { Session } from '../server/session';
import { Repository } from './repository';
import { foldersToTry } from './scan';

/** What became of a repository. */
export interface RepositoryEvent {
  readonly repository: Repository;
  /** `server`: another server answers now, and all that was known of the repository may be old. */
  readonly what: ReadonlySet<RepositoryChange | 'status' | 'server'>;
  /** With `status`: how the status of files changed. */
  readonly status?: DidChangeStatusParams;
}

export class Repositories implements vscode.Disposable {
  readonly #session: Session;
  readonly #log: vscode.LogOutputChannel;
  readonly #open = new Map<string, Repository>();
  /** Which repository the files of a folder are of, as the server said. */
  readonly #ofFolder = new Map<string, Promise<Repository | undefined>>();
  readonly #opened = new vscode.EventEmitter<Repository>();
  readonly #closed = new vscode.EventEmitter<Repository>();
  readonly #changed = new vscode.EventEmitter<RepositoryEvent>();
  readonly #subscriptions: vscode.Disposable[];

  readonly onDidOpen = this.#opened.event;
  readonly onDidClose = this.#closed.event;
  readonly onDidChange = this.#changed.event;

  constructor(session: Session, log: vscode.LogOutputChannel) {
    this.#session = session;
    this.#log = log;
    const gitEntries = vscode.workspace.createFileSystemWatcher('**/.git', false, true, false);
    this.#subscriptions = [
      gitEntries,
      gitEntries.onDidCreate(() => void this.rescan()),
      gitEntries.onDidDelete(() => void this.rescan()),
      session.onDidChangeRepository(params => void this.#repositoryChanged(params)),
      session.onDidChangeStatus(params => {
        this.#statusChanged(params);
      }),
      session.onDidChangeState(state => {
        if (state.is === 'running') void this.#serverStarted();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.rescan()),
      vscode.workspace.onDidOpenTextDocument(document => void this.of(document.uri)),
    ];
  }

  /** All that are open, by their roots. */
  get all(): readonly Repository[] {
    return [...this.#open.values()].sort((a, b) => (a.root.path < b.root.path ? -1 : 1));
  }

  /** The repository that a file or folder belongs to, the innermost one; `undefined` when it is in none. */
  async of(uri: vscode.Uri): Promise<Repository | undefined> {
    if (uri.scheme !== 'file') return undefined;
    const known = this.#open.get(uri.fsPath);
    if (known) return known;
    // A file may be deleted or new, so it is its folder that the server is asked for.
    return this.#ofDirectory(path.dirname(uri.fsPath));
  }

  /** The repository that is open at exactly this root. */
  at(root: vscode.Uri): Repository | undefined {
    return this.#open.get(root.fsPath);
  }

  /** Looks for repositories again, and closes those that are gone. */
  async rescan(): Promise<void> {
    this.#ofFolder.clear();
    const gone = [...this.#open.values()].map(async repository => {
      if ((await this.#identify(repository.root.fsPath)) === undefined) this.#close(repository);
    });
    await Promise.all(gone);
    const folders = vscode.workspace.workspaceFolders ?? [];
    await Promise.all(
      folders
        .filter(folder => folder.uri.scheme === 'file')
        .map(async folder => {
          for (const candidate of await foldersToTry(folder.uri.fsPath)) await this.#ofDirectory(candidate);
        }),
    );
    await Promise.all(vscode.workspace.textDocuments.map(document => this.of(document.uri)));
    this.#closeOutside();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#opened.dispose();
    this.#closed.dispose();
    this.#changed.dispose();
  }

  #ofDirectory(folder: string): Promise<Repository | undefined> {
    const known = this.#ofFolder.get(folder);
    if (known) return known;
    const asked = this.#identify(folder).catch((error: unknown) => {
      // What could not be asked now may be asked again.
      this.#ofFolder.delete(folder);
      this.#log.warn(`${folder}: ${asHglsError(error).message}`);
      return undefined;
    });
    this.#ofFolder.set(folder, asked);
    return asked;
  }

  /** Asks the server, and opens what it names. `undefined`: there is no repository. */
  async #identify(folder: string): Promise<Repository | undefined> {
    try {
      const identity = await this.#session.request('hg/identify', { root: vscode.Uri.file(folder).toString() });
      const key = vscode.Uri.parse(identity.root, true).fsPath;
      const known = this.#open.get(key);
      if (known) {
        known.moved(identity);
        return known;
      }
      const repository = new Repository(this.#session, identity);
      this.#open.set(key, repository);
      this.#opened.fire(repository);
      return repository;
    } catch (error) {
      if (error instanceof HglsError && error.kind === 'notInRepository') return undefined;
      throw error;
    }
  }

  async #repositoryChanged(params: DidChangeRepositoryParams): Promise<void> {
    const folder = vscode.Uri.parse(params.root, true).fsPath;
    try {
      const repository = await this.#identify(folder);
      if (repository) this.#changed.fire({ repository, what: new Set(params.changed) });
      else await this.rescan();
    } catch (error) {
      this.#log.warn(`${folder}: ${asHglsError(error).message}`);
    }
  }

  #statusChanged(status: DidChangeStatusParams): void {
    const repository = this.#open.get(vscode.Uri.parse(status.root, true).fsPath);
    if (repository) this.#changed.fire({ repository, what: new Set(['status']), status });
  }

  async #serverStarted(): Promise<void> {
    const before = this.all;
    try {
      await this.rescan();
    } catch (error) {
      this.#log.warn(asHglsError(error).message);
    }
    for (const repository of before) {
      if (this.#open.has(repository.root.fsPath)) this.#changed.fire({ repository, what: new Set(['server']) });
    }
  }

  #close(repository: Repository): void {
    this.#open.delete(repository.root.fsPath);
    this.#ofFolder.clear();
    this.#closed.fire(repository);
  }

  /** Closes what neither a folder of the workspace nor an open file is in any more. */
  #closeOutside(): void {
    const folders = (vscode.workspace.workspaceFolders ?? []).map(folder => folder.uri);
    const documents = vscode.workspace.textDocuments.map(document => document.uri);
    for (const repository of this.all) {
      const wanted =
        folders.some(folder => repository.contains(folder) || isBelow(repository.root, folder)) ||
        documents.some(document => repository.contains(document));
      if (!wanted) this.#close(repository);
    }
  }
}

function isBelow(inner: vscode.Uri, outer: vscode.Uri): boolean {
  const relative = path.relative(outer.fsPath, inner.fsPath);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
