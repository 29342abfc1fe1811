// A list of revisions as a view: rows, and at its end one that loads more. What takes long can be stopped, and asked for
// again. Knows neither whose history it is nor where the rows come from.
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
/** The row that loads what was stopped before there was any. */
const AGAIN = 'again';
type Element = Row | typeof MORE | typeof AGAIN;

/** What loads in less has no button that stops it: one that flashes up helps nobody. */
const QUIET_MS = 400;

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

  /** How many pieces of work have not ended: of those that another took the place of, too. */
  #running = 0;
  #loading: NodeJS.Timeout | undefined;
  #isStopped = false;

  readonly onDidChangeTreeData = this.#changed.event;

  /** The view's name. Its commands `more`, `refresh` and `stop` begin with it, and its context key `isLoading`. */
  constructor(private readonly id: string) {
    this.#view = vscode.window.createTreeView(id, {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: false,
    });
  }

  get view(): vscode.TreeView<unknown> {
    return this.#view;
  }

  /** The user stopped what was being loaded, and has not asked for it again. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Stops what is being loaded. What is listed stays. */
  stop(): void {
    if (this.#running === 0) return;
    this.#latest.cancel();
    this.#isStopped = true;
    this.#view.message = vscode.l10n.t('Stopped.');
    this.#changed.fire();
  }

  /** Lists nothing. `description` and `message` say why. */
  clear(description?: string, message?: string): void {
    this.#latest.cancel();
    this.#isStopped = false;
    this.#pages.clear();
    this.#view.description = description;
    this.#view.message = message;
    this.#changed.fire();
  }

  /** Lists what `fetch` gives, as far as the list went before when it is `again` the same one. */
  async load(fetch: FetchRows, description: string, again: boolean): Promise<void> {
    if (!again) this.clear(description);
    const changed = await this.#run(token => this.#pages.reload((limit, cursor) => fetch(limit, cursor, token)));
    if (changed && this.#pages.items.length === 0) this.#view.message = vscode.l10n.t('No revision is committed yet.');
  }

  /** Lists a page more. */
  async more(fetch: FetchRows): Promise<void> {
    await this.#run(token => this.#pages.more((limit, cursor) => fetch(limit, cursor, token)));
  }

  getChildren(element?: Element): Element[] {
    if (element) return [];
    const { items, hasMore } = this.#pages;
    if (this.#isStopped && items.length === 0) return [AGAIN];
    return hasMore ? [...items, MORE] : [...items];
  }

  getTreeItem(element: Element): vscode.TreeItem {
    if (element === MORE) return this.#offer(element, 'more', 'ellipsis', vscode.l10n.t('Load More…'));
    if (element === AGAIN) return this.#offer(element, 'refresh', 'refresh', vscode.l10n.t('Load Again'));
    return item(element);
  }

  dispose(): void {
    this.#latest.cancel();
    clearTimeout(this.#loading);
    this.#view.dispose();
    this.#changed.dispose();
  }

  /** Does the work in place of what is under way. Says whether the list is another one for it. */
  async #run(work: (token: vscode.CancellationToken) => Promise<boolean>): Promise<boolean> {
    if (this.#isStopped) {
      this.#isStopped = false;
      this.#view.message = undefined;
      this.#changed.fire();
    }
    this.#begun();
    try {
      const changed = await vscode.window.withProgress({ location: { viewId: this.id } }, () =>
        this.#latest.run(source => work(source.token)),
      );
      if (!changed) return false;
      this.#view.message = undefined;
      this.#changed.fire();
      return true;
    } catch (error) {
      const { kind, message } = asHglsError(error);
      // What is listed may still be read.
      if (kind !== 'cancelled') this.#view.message = oneLine(message);
      return false;
    } finally {
      this.#ended();
    }
  }

  #begun(): void {
    this.#running++;
    this.#loading ??= setTimeout(() => {
      void vscode.commands.executeCommand('setContext', `${this.id}.isLoading`, true);
    }, QUIET_MS);
  }

  #ended(): void {
    if (--this.#running > 0) return;
    clearTimeout(this.#loading);
    this.#loading = undefined;
    void vscode.commands.executeCommand('setContext', `${this.id}.isLoading`, false);
  }

  /** A row that is a button. */
  #offer(id: string, command: string, icon: string, title: string): vscode.TreeItem {
    const item = new vscode.TreeItem(title);
    item.id = id;
    item.iconPath = new vscode.ThemeIcon(icon);
    item.command = { command: `${this.id}.${command}`, title };
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
