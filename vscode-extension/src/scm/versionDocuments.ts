// Versions of files as documents that cannot be written to, under a scheme of their own. Their addresses stay the same while
// what they stand for changes, which is announced. Knows neither which versions there are nor who shows them.
import * as vscode from 'vscode';

import { HglsError, asHglsError, type HglsErrorKind } from '../protocol/errors';
import type { CatParams } from '../protocol/types';
import type { Repositories } from '../repositories/repositories';
import type { Session } from '../server/session';
import { textOf } from './encoding';

/** One version of a file. */
export interface Wanted extends Pick<CatParams, 'rev' | 'conflict'> {
  /** The file whose editor says in which encoding the text is read. */
  readonly readAs: vscode.Uri;
}

export interface Kind {
  readonly scheme: string;
  /** The version that an address stands for, where `query` is what is written behind the file; nothing when it is none. */
  wanted(file: vscode.Uri, query: string): Wanted | undefined;
  /** Errors that say that there is no such version at the moment: the text is empty then. */
  readonly absent: readonly HglsErrorKind[];
}

/** What a version may be another one after. */
const CHANGED_BY = ['parents', 'mergeState', 'server'] as const;

export class VersionDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: readonly vscode.Disposable[];

  readonly onDidChange = this.#changed.event;

  constructor(
    private readonly kind: Kind,
    private readonly session: Session,
    repositories: Repositories,
  ) {
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(kind.scheme, this),
      repositories.onDidChange(({ repository, what }) => {
        if (!CHANGED_BY.some(one => what.has(one))) return;
        for (const { uri } of vscode.workspace.textDocuments) {
          if (uri.scheme === kind.scheme && repository.contains(uri.with({ scheme: 'file' }))) this.#changed.fire(uri);
        }
      }),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const file = uri.with({ scheme: 'file', query: '' });
    const wanted = this.kind.wanted(file, uri.query);
    if (!wanted) return '';
    const { readAs, ...version } = wanted;
    try {
      const params = { textDocument: { uri: file.toString() }, ...version };
      return await textOf(await this.session.request('hg/cat', params, token), readAs);
    } catch (error) {
      if (error instanceof HglsError && this.kind.absent.includes(error.kind)) return '';
      throw asHglsError(error);
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}
