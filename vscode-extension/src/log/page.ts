// The log of one repository in a webview: brings what is loaded to the page, and does what the page asks for. Knows
// neither where the webview is nor what commands do.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

import type { Context } from '../context';
import { HglsError } from '../protocol/errors';
import type { Repository } from '../repositories/repository';
import { timestamp } from '../text/ago';
import { harmless, oneLine } from '../text/plain';
import { Changelog } from './changelog';
import { pageOf } from './html';
import { fromPage, type Details, type FromPage, type ToPage } from './messages';
import { keywordSearch } from './revsetError';
import { NULL_NODE } from './rows';
import { texts } from './texts';

/** Changes come in groups: a commit moves parents, bookmarks and status one after another. */
const SETTLE_MS = 150;

export class LogPage implements vscode.Disposable {
  readonly #changelog: Changelog;
  readonly #subscriptions: readonly vscode.Disposable[];
  #isReady = false;
  /** What the page is to be told once it can be. */
  #waiting: ToPage[] = [];
  #settling: NodeJS.Timeout | undefined;
  /** Whose details were asked for last. */
  #selected: string | undefined;

  constructor(
    context: Context,
    private readonly webview: vscode.Webview,
    readonly repository: Repository,
  ) {
    const media = vscode.Uri.joinPath(context.extension.extensionUri, 'media');
    const dist = vscode.Uri.joinPath(context.extension.extensionUri, 'dist');
    this.#changelog = new Changelog(
      (query, signal) => cancellable(signal, token => repository.request('hg/log', { ...query, graph: true }, token)),
      signal => cancellable(signal, token => repository.request('hg/identify', {}, token)),
      {
        rows: splice => {
          this.#tell({ type: 'rows', splice });
        },
        state: state => {
          this.#tell({ type: 'state', ...state });
        },
      },
    );
    webview.options = { enableScripts: true, enableForms: true, localResourceRoots: [media, dist] };
    this.#subscriptions = [
      webview.onDidReceiveMessage((message: unknown) => {
        const sound = fromPage(message);
        if (sound) void this.#take(sound);
      }),
      context.repositories.onDidChange(event => {
        // What the user stopped is not begun again by a change somewhere.
        if (event.repository !== repository || this.#changelog.state.isStopped) return;
        const isStatusOnly = event.what.size === 1 && event.what.has('status');
        if (!isStatusOnly) this.refreshSoon();
        else if (this.#isReady && !this.#settling) void this.#changelog.touch();
      }),
    ];
    webview.html = pageOf({
      nonce: randomBytes(16).toString('hex'),
      script: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'log.webview.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(media, 'log.css')).toString(),
      source: webview.cspSource,
      language: vscode.env.language,
      title: vscode.l10n.t('Log of {0}', repository.name),
    });
  }

  /** What is searched for now. */
  get revset(): string {
    return this.#changelog.state.revset;
  }

  /** Loads everything again, once things have come to rest. */
  refreshSoon(): void {
    if (!this.#isReady || this.#settling) return;
    this.#settling = setTimeout(() => {
      this.#settling = undefined;
      void this.#changelog.refresh();
    }, SETTLE_MS);
  }

  /** Which files and folders it is limited to. */
  get paths(): readonly string[] {
    return this.#changelog.state.paths;
  }

  /** Shows only what touches some files or folders. */
  only(paths: readonly string[]): void {
    void this.#changelog.only(paths);
  }

  search(revset: string): void {
    void this.#changelog.search(revset);
  }

  focusSearch(): void {
    this.#tell({ type: 'focusSearch' });
  }

  dispose(): void {
    clearTimeout(this.#settling);
    this.#settling = undefined;
    this.#isReady = false;
    this.#changelog.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #take(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready':
        // Also when the page was hidden and is made again: it knows nothing then.
        await this.#begin();
        return;
      case 'more':
        return this.#changelog.more();
      case 'search':
        return this.#changelog.search(message.revset);
      case 'searchWords':
        return this.#changelog.search(keywordSearch(message.words));
      case 'allPaths':
        return this.#changelog.only([]);
      case 'stop':
        this.#changelog.stop();
        return;
      case 'again':
        return this.#changelog.again();
      case 'select': {
        this.#selected = message.node;
        const details = await this.#details(message.node);
        if (details && message.node === this.#selected) this.#tell({ type: 'details', details });
        return;
      }
      case 'open':
        await vscode.commands.executeCommand('hgls.graph.openRow', {
          root: this.repository.rootUri,
          node: message.node,
        });
    }
  }

  async #begin(): Promise<void> {
    this.#isReady = true;
    this.#tell({
      type: 'begin',
      texts: texts(),
      language: vscode.env.language,
      repository: this.repository.name,
      root: this.repository.rootUri,
    });
    for (const message of this.#waiting) void this.webview.postMessage(message);
    this.#waiting = [];
    const { rows, state } = this.#changelog;
    if (rows.length > 0) this.#tell({ type: 'rows', splice: { start: 0, remove: 0, items: rows } });
    this.#tell({ type: 'state', ...state });
    if (!state.isStopped) await this.#changelog.refresh();
  }

  async #details(node: string): Promise<Details | undefined> {
    const changeset = this.#changelog.changeset(node);
    if (!changeset) return undefined;
    const { rev, phase } = changeset;
    return {
      node,
      rev,
      phase,
      message: harmless(changeset.desc),
      user: oneLine(changeset.user),
      date: timestamp(changeset.date),
      parents: await Promise.all(
        changeset.parents
          .filter(parent => parent !== NULL_NODE)
          .map(async parent => ({ node: parent, rev: await this.#revOf(parent) })),
      ),
    };
  }

  /** The number of a changeset, be it among those that are listed or not. */
  async #revOf(node: string): Promise<number | undefined> {
    const known = this.#changelog.changeset(node);
    if (known) return known.rev;
    const found = await this.repository.request('hg/lookup', { rev: node }).catch(() => undefined);
    return found?.changeset.rev;
  }

  #tell(message: ToPage): void {
    if (this.#isReady) void this.webview.postMessage(message);
    // What is loaded is told when the page begins; the rest must not be lost.
    else if (message.type === 'focusSearch' || message.type === 'reveal') this.#waiting.push(message);
  }
}

/** Does something that VS Code's tokens cancel as long as the signal does not. */
async function cancellable<Result>(
  signal: AbortSignal,
  work: (token: vscode.CancellationToken) => Promise<Result>,
): Promise<Result> {
  if (signal.aborted) throw new HglsError('cancelled', 'no longer wanted');
  const source = new vscode.CancellationTokenSource();
  const cancel = (): void => {
    source.cancel();
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await work(source.token);
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}
