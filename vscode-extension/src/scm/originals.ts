// The committed text of files, which VS Code compares an editor's text with to mark changed lines. Its addresses stay the
// same from one commit to the next; what they stand for is announced as changed.
import { lstat } from 'node:fs/promises';
import * as vscode from 'vscode';

import { HglsError, asHglsError } from '../protocol/errors';
import type { Repositories } from '../repositories/repositories';
import type { Repository } from '../repositories/repository';
import type { Session } from '../server/session';
import { textOf } from './encoding';

const SCHEME = 'hgls-original';

export class Originals implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: vscode.Disposable[];

  readonly onDidChange = this.#changed.event;

  constructor(
    private readonly session: Session,
    repositories: Repositories,
  ) {
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      repositories.onDidChange(({ repository, what }) => {
        if (what.has('parents') || what.has('server') || what.has('mergeState')) this.#announce(repository);
      }),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const file = uri.with({ scheme: 'file', query: '' });
    try {
      const params = { textDocument: { uri: file.toString() }, rev: '.' };
      const content = await this.session.request('hg/cat', params, token);
      return await textOf(content, vscode.Uri.file(uri.query || file.path));
    } catch (error) {
      // The commit that had the file may just have been undone.
      if (error instanceof HglsError && error.kind === 'notTracked') return '';
      throw asHglsError(error);
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #announce(repository: Repository): void {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (uri.scheme === SCHEME && repository.contains(uri.with({ scheme: 'file' }))) this.#changed.fire(uri);
    }
  }
}

/**
 * What VS Code compares a file of this repository with. Nothing for what has no committed text to compare with line by
 * line: files of others, of git itself, links, and files that are new, ignored or in conflict.
 */
export async function originalOf(
  file: vscode.Uri,
  repository: Repository,
  repositories: Repositories,
  token: vscode.CancellationToken,
): Promise<vscode.Uri | undefined> {
  if (file.scheme !== 'file' || file.path.split('/').includes('.git')) return undefined;
  if ((await repositories.of(file)) !== repository) return undefined;
  try {
    if (!(await lstat(file.fsPath)).isFile()) return undefined;
    const { entries } = await repository.request(
      'hg/status',
      { paths: [file.toString()], include: ['M', 'A', 'R', '!', '?', 'I', 'C'], limit: 2 },
      token,
    );
    const [entry] = entries;
    if (!entry || entry.unresolved || entries.length > 1) return undefined;
    if (entry.status === 'M' || entry.status === 'C') return file.with({ scheme: SCHEME });
    if (entry.status !== 'A' || entry.source === undefined) return undefined;
    // A copy or new name is compared with what it was made of, and read in the encoding of its own editor.
    const source = vscode.Uri.joinPath(repository.root, entry.source);
    return source.with({ scheme: SCHEME, query: file.path });
  } catch {
    // A file that is gone, or a server that is: there are no marks then, and VS Code asks again.
    return undefined;
  }
}
