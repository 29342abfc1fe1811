// A list of revisions as a view: rows, and at its end one that loads more. Knows neither whose history it is nor where the
// rows come from.
import * as vscode from 'vscode';

import { asHglsError } from '../protocol/errors';
import { said } from '../revisions/said';
import { ago, now } from '../text/ago';
import { changesetName, oneLine, personName, subject } from '../text/plain';
import { Latest } from '../ui/latest';
import { Pages, type Page } from './pages';
import type { Row, RowKind } from './rows';

/** Rows that are loaded at once. */
const PAGE_SIZE = 100;

/** The row that loads more. */
const MORE = 'more';
type Element = Row | typeof MORE;

/** Asks for rows. */
export type FetchRows = (
  limit: number,
  cursor: string | undefined,
  token: vscode.CancellationToken,
) => Promise<Page<Row>>;

const ICONS: Record<RowKind, string> = {
  added: 'diff-added',
  changed: 'git-commit',
  from: 'diff-renamed',
  removed: 'diff-removed',
};

export class RevisionTree implements vscode.TreeDataProvider<Element>, vscode.Disposable {
  readonly #view: vscode.TreeView<Element>;
  readonly #pages = new Pages<Row>(PAGE_SIZE);
  readonly #latest = new Latest(() => new vscode.CancellationTokenSource());
  readonly #changed = new vscode.EventEmitter<void>();

  readonly onDidChangeTreeData = this.#changed.event;

  /** `moreCommand` is run by the last row, and calls `more`. */
  constructor(
    private readonly id: string,
    private readonly moreCommand: string,
  ) {
    this.#view = vscode.window.createTreeView(id, {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: false,
    });
  }

  get view(): vscode.TreeView<unknown> {
    return this.#view;
  }

  /** Lists nothing. `description` and `message` say why. */
  clear(description?: string, message?: string): void {
    this.#latest.cancel();
    this.#pages.clear();
    this.#view.description = description;
    this.#view.message = message;
    this.#changed.fire();
  }

  /** Lists what `fetch` gives, as far as the list went before when it is `again` the same one. */
  async load(fetch: FetchRows, description: string, again: boolean): Promise<void> {
    if (!again) this.clear(description);
    await this.#run(token => this.#pages.reload((limit, cursor) => fetch(limit, cursor, token)));
    if (this.#pages.items.length === 0) this.#view.message ??= vscode.l10n.t('No revision is committed yet.');
  }

  /** Lists a page more. */
  async more(fetch: FetchRows): Promise<void> {
    await this.#run(token => this.#pages.more((limit, cursor) => fetch(limit, cursor, token)));
  }

  getChildren(element?: Element): Element[] {
    if (element) return [];
    return this.#pages.hasMore ? [...this.#pages.items, MORE] : [...this.#pages.items];
  }

  getTreeItem(element: Element): vscode.TreeItem {
    return element === MORE ? this.#moreItem() : item(element);
  }

  dispose(): void {
    this.#latest.cancel();
    this.#view.dispose();
    this.#changed.dispose();
  }

  async #run(work: (token: vscode.CancellationToken) => Promise<boolean>): Promise<void> {
    try {
      const changed = await vscode.window.withProgress({ location: { viewId: this.id } }, () =>
        this.#latest.run(source => work(source.token)),
      );
      if (!changed) return;
      this.#view.message = undefined;
    } catch (error) {
      const { kind, message } = asHglsError(error);
      if (kind === 'cancelled') return;
      // What is listed may still be read.
      this.#view.message = oneLine(message);
    }
    this.#changed.fire();
  }

  #moreItem(): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.l10n.t('Load More…'));
    item.id = MORE;
    item.iconPath = new vscode.ThemeIcon('ellipsis');
    item.command = { command: `hgls.${this.moreCommand}`, title: vscode.l10n.t('Load More') };
    return item;
  }
}

function item(row: Row): vscode.TreeItem {
  const { changeset } = row;
  const summary = subject(changeset.desc) || changesetName(changeset);
  const who = `${personName(changeset.user)}, ${ago(changeset.date, now(), vscode.env.language)}`;
  const did = whatWasDone(row);
  const item = new vscode.TreeItem(summary);
  item.description = [did, who].filter(part => part !== '').join(' · ');
  item.tooltip = said(changeset);
  item.iconPath = new vscode.ThemeIcon(ICONS[row.kind]);
  item.contextValue = row.kind === 'removed' ? 'revision removed' : 'revision';
  item.accessibilityInformation = { label: [summary, did, who, changesetName(changeset)].filter(Boolean).join(', ') };
  item.command = {
    command: 'hgls.revision.compareWithPrevious',
    title: vscode.l10n.t('Compare with Previous Revision'),
    arguments: [row],
  };
  return item;
}

/** In words, what is no plain change. */
function whatWasDone({ kind, source = '' }: Row): string {
  switch (kind) {
    case 'added':
      return vscode.l10n.t('added');
    case 'removed':
      return vscode.l10n.t('removed');
    case 'from':
      return vscode.l10n.t('from {0}', oneLine(source));
    case 'changed':
      return '';
  }
}
