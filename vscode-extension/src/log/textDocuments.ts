// The log as a document that cannot be written to: made of the server's answer, and made again when the repository changes.
import * as vscode from 'vscode';

import type { Context } from '../context';
import { HglsError } from '../protocol/errors';
import type { Repository } from '../repositories/repository';
import { textLog } from './textLog';

/** What a log is limited to; empty: nothing. */
interface Limits {
  readonly revset: string;
  readonly paths: readonly string[];
}

const SCHEME = 'hgls-log';
/** More are not read in one piece. */
const LIMIT = 500;

export class TextLogs implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: readonly vscode.Disposable[];

  readonly onDidChange = this.#changed.event;

  constructor(private readonly context: Context) {
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      context.repositories.onDidChange(({ repository, what }) => {
        if (what.size === 1 && what.has('status')) return;
        for (const { uri } of vscode.workspace.textDocuments) {
          if (uri.scheme === SCHEME && uri.path.startsWith(`${repository.root.path}/`)) this.#changed.fire(uri);
        }
      }),
    ];
  }

  async show(repository: Repository, limits: Limits): Promise<void> {
    const name = `${vscode.l10n.t('Log of {0}', repository.name).replaceAll('/', ' ')}.txt`;
    const uri = vscode.Uri.from({
      scheme: SCHEME,
      path: `${repository.root.path}/${name}`,
      query: JSON.stringify(limits),
    });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const root = vscode.Uri.file(uri.path.slice(0, uri.path.lastIndexOf('/')));
    const repository = this.context.repositories.at(root);
    if (!repository) throw new HglsError('notInRepository', vscode.l10n.t('The repository is no longer open.'));
    const { revset, paths } = limitsIn(uri.query);
    const [{ parents }, { changesets, nextCursor }] = await Promise.all([
      repository.request('hg/identify', {}, token),
      repository.request('hg/log', { ...(revset !== '' && { revset }), paths: [...paths], limit: LIMIT }, token),
    ]);
    const { l10n } = vscode;
    return textLog(changesets, nextCursor !== undefined, parents, {
      changeset: l10n.t('changeset'),
      bookmarks: l10n.t('bookmarks'),
      tags: l10n.t('tags'),
      parents: l10n.t('parents'),
      phase: l10n.t('phase'),
      user: l10n.t('user'),
      date: l10n.t('date'),
      checkedOut: l10n.t('checked out'),
      more: l10n.t('These are the first {0}. Search the log with a revision set to see others.'),
      empty: l10n.t('There are no changesets.'),
    });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}

/** The limits that an address says. Addresses may come from anywhere. */
function limitsIn(query: string): Limits {
  try {
    const { revset, paths } = JSON.parse(query) as Partial<Record<string, unknown>>;
    const isText = (value: unknown): value is string => typeof value === 'string';
    return { revset: isText(revset) ? revset : '', paths: Array.isArray(paths) ? paths.filter(isText) : [] };
  } catch {
    return { revset: '', paths: [] };
  }
}
