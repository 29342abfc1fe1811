// Where the log is shown: a view beside source control, which follows the repository that the user is at, and panels in the
// place of editors, one a repository.
import * as vscode from 'vscode';

import type { Context } from '../context';
import type { CurrentRepository } from '../repositories/current';
import type { Repository } from '../repositories/repository';
import { LogPage } from './page';

const VIEW = 'hgls.graph';

export class LogPlaces implements vscode.Disposable, vscode.WebviewViewProvider {
  #view: vscode.WebviewView | undefined;
  #viewPage: LogPage | undefined;
  readonly #panels = new Map<Repository, { panel: vscode.WebviewPanel; page: LogPage }>();
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(
    private readonly context: Context,
    private readonly current: CurrentRepository,
  ) {
    this.#subscriptions = [
      vscode.window.registerWebviewViewProvider(VIEW, this),
      current.onDidChange(() => {
        this.#fillView();
      }),
      context.repositories.onDidClose(repository => {
        this.#panels.get(repository)?.panel.dispose();
      }),
    ];
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    view.onDidDispose(() => {
      this.#viewPage?.dispose();
      this.#viewPage = undefined;
      this.#view = undefined;
    });
    this.#fillView();
  }

  /** Shows the log of a repository in the place of an editor. */
  open(repository: Repository, paths?: readonly string[]): void {
    const page = this.#panels.get(repository)?.page ?? this.#make(repository);
    this.#panels.get(repository)?.panel.reveal();
    if (paths !== undefined) page.only(paths);
  }

  /** Where a revision set can be typed: in the panel that is seen, else in the view. */
  async focusSearch(): Promise<void> {
    const active = [...this.#panels.values()].find(({ panel }) => panel.active);
    if (active) {
      active.page.focusSearch();
      return;
    }
    await vscode.commands.executeCommand(`${VIEW}.focus`);
    this.#viewPage?.focusSearch();
  }

  /** What the log of a repository that is seen is limited to. */
  limitsOf(repository: Repository): { readonly revset: string; readonly paths: readonly string[] } {
    const page = this.#panels.get(repository)?.page;
    const seen = page ?? (this.#viewPage?.repository === repository ? this.#viewPage : undefined);
    return { revset: seen?.revset ?? '', paths: seen?.paths ?? [] };
  }

  refresh(): void {
    this.#viewPage?.refreshSoon();
    for (const { page } of this.#panels.values()) page.refreshSoon();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#viewPage?.dispose();
    for (const { panel } of this.#panels.values()) panel.dispose();
  }

  #fillView(): void {
    const { repository } = this.current;
    if (!this.#view || this.#viewPage?.repository === repository) return;
    this.#viewPage?.dispose();
    this.#viewPage = repository && new LogPage(this.context, this.#view.webview, repository);
    this.#view.description = this.context.repositories.all.length > 1 ? repository?.name : undefined;
  }

  #make(repository: Repository): LogPage {
    const title = vscode.l10n.t('Log: {0}', repository.name);
    const panel = vscode.window.createWebviewPanel(VIEW, title, vscode.ViewColumn.Active, {
      // A page that is behind another tab keeps its place and selection.
      retainContextWhenHidden: true,
    });
    const page = new LogPage(this.context, panel.webview, repository);
    this.#panels.set(repository, { panel, page });
    panel.onDidDispose(() => {
      page.dispose();
      this.#panels.delete(repository);
    });
    return page;
  }
}
