// Files as of a revision, read-only, as VS Code's file systems are: bytes, so that images and any encoding show as they do
// from the disk. Knows how to ask for a file and nothing of who opens it.
import * as vscode from 'vscode';

import { HglsError } from '../protocol/errors';
import { isFixed } from '../revisions/address';
import { revisionOf } from '../revisions/uris';
import type { Session } from '../server/session';

/** What has no file to show is not found; everything else is a failure that may pass. */
const ABSENT: ReadonlySet<string> = new Set(['notTracked', 'unknownRevision', 'hiddenRevision', 'notInRepository']);

export class RevisionFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  /** What is shown of revisions that are named by something else than their node, and how often. */
  readonly #watched = new Map<string, number>();
  readonly #subscription: vscode.Disposable;

  readonly onDidChangeFile = this.#changed.event;

  constructor(private readonly session: Session) {
    this.#subscription = session.onDidChangeRepository(({ root }) => {
      this.#announce(root);
    });
  }

  watch(uri: vscode.Uri): vscode.Disposable {
    const revision = revisionOf(uri);
    if (!revision || isFixed(revision.rev)) return new vscode.Disposable(() => undefined);
    const key = uri.toString();
    this.#watched.set(key, (this.#watched.get(key) ?? 0) + 1);
    return new vscode.Disposable(() => {
      const others = (this.#watched.get(key) ?? 1) - 1;
      if (others > 0) this.#watched.set(key, others);
      else this.#watched.delete(key);
    });
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { file, rev } = this.#revision(uri);
    const params = { root: file.toString(), paths: [file.toString()], rev, sizes: true, limit: 1 };
    const { files } = await this.#ask(uri, this.session.request('hg/manifest', params));
    const [found] = files;
    if (found?.size === undefined || vscode.Uri.parse(found.uri).path !== file.path)
      throw vscode.FileSystemError.FileNotFound(uri);
    // What a node names never changes; any other name is told of by an event.
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: 0,
      size: found.size,
      permissions: vscode.FilePermission.Readonly,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { file, rev } = this.#revision(uri);
    const content = await this.#ask(
      uri,
      this.session.request('hg/cat', { textDocument: { uri: file.toString() }, rev }),
    );
    return content.base64 === undefined
      ? Buffer.from(content.text ?? '', 'utf8')
      : Buffer.from(content.base64, 'base64');
  }

  readDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.FileNotADirectory(uri);
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  #revision(uri: vscode.Uri): { readonly file: vscode.Uri; readonly rev: string } {
    const revision = revisionOf(uri);
    if (!revision) throw vscode.FileSystemError.FileNotFound(uri);
    return revision;
  }

  async #ask<Result>(uri: vscode.Uri, answer: Promise<Result>): Promise<Result> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof HglsError && ABSENT.has(error.kind)) throw vscode.FileSystemError.FileNotFound(uri);
      throw vscode.FileSystemError.Unavailable(error instanceof Error ? error.message : uri);
    }
  }

  /** Says that what is shown of a repository may be something else now. */
  #announce(root: string): void {
    const folder = vscode.Uri.parse(root).path.replace(/\/?$/, '/');
    const concerned = [...this.#watched.keys()]
      .map(key => vscode.Uri.parse(key))
      .filter(uri => uri.path.startsWith(folder));
    if (concerned.length) this.#changed.fire(concerned.map(uri => ({ type: vscode.FileChangeType.Changed, uri })));
  }
}
