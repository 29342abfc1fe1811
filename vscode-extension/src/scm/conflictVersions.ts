// The versions of files that are in conflict, as documents that cannot be written to: the merge editor compares them. What
// they are, the server says.
import * as vscode from 'vscode';

import { HglsError } from '../protocol/errors';
import type { ConflictSide } from '../protocol/types';
import type { Repositories } from '../repositories/repositories';
import type { Session } from '../server/session';
import { textOf } from './encoding';

const SCHEME = 'hgls-conflict';
const SIDES: ReadonlySet<string> = new Set<ConflictSide>(['base', 'local', 'other']);

/** The address of one version of a file. */
export function conflictVersion(file: vscode.Uri, side: ConflictSide): vscode.Uri {
  return file.with({ scheme: SCHEME, query: side });
}

export class ConflictVersions implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: readonly vscode.Disposable[];

  readonly onDidChange = this.#changed.event;

  constructor(
    private readonly session: Session,
    repositories: Repositories,
  ) {
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      repositories.onDidChange(({ repository, what }) => {
        if (!what.has('mergeState') && !what.has('parents')) return;
        for (const { uri } of vscode.workspace.textDocuments) {
          if (uri.scheme === SCHEME && repository.contains(uri.with({ scheme: 'file' }))) this.#changed.fire(uri);
        }
      }),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const file = uri.with({ scheme: 'file', query: '' });
    if (!SIDES.has(uri.query)) return '';
    const params = { textDocument: { uri: file.toString() }, conflict: uri.query as ConflictSide };
    try {
      return await textOf(await this.session.request('hg/cat', params, token), file);
    } catch (error) {
      // A side that has no such file, and a conflict that is resolved while it is looked at, have nothing to show.
      if (error instanceof HglsError && (error.kind === 'notTracked' || error.kind === 'invalidArgument')) return '';
      throw error;
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}
