// The view of a file's history: which file it is of, and when it is read again.
import * as path from 'node:path';
import * as vscode from 'vscode';

import type { Context } from '../context';
import type { Repository } from '../repositories/repository';
import { revisionOf, workingFile } from '../revisions/uris';
import type { Session } from '../server/session';
import { oneLine } from '../text/plain';
import { registerCommands } from '../ui/commands';
import { rowOfRevision } from './rows';
import { RevisionTree, type FetchRows } from './tree';

const VIEW = 'hgls.fileLog';

/** A file whose history is listed, as of a revision where an older version of it is meant. */
interface Target {
  readonly file: vscode.Uri;
  readonly rev: string | undefined;
}

class FileLog implements vscode.Disposable {
  readonly #tree = new RevisionTree(VIEW);
  readonly #subscriptions: readonly { dispose(): unknown }[];
  #target: Target | undefined;
  /** Whether the view stays with its file, whichever editor is active. */
  #pinned = false;
  /** Whether what is listed may be old, or was never read: a view that nobody sees reads nothing. */
  #stale = true;

  constructor(
    private readonly session: Session,
    { repositories }: Pick<Context, 'repositories'>,
  ) {
    this.#subscriptions = [
      this.#tree,
      this.#tree.view.onDidChangeVisibility(() => {
        this.#follow();
        this.#update();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.#follow();
        this.#update();
      }),
      repositories.onDidOpen(repository => {
        this.#changed(repository);
      }),
      repositories.onDidChange(({ repository, what }) => {
        if (what.size > 1 || !what.has('status')) this.#changed(repository);
      }),
    ];
    this.#follow();
  }

  /** Lists the history of a file, and stays with it unless it is that of the active editor. */
  async show(uri: vscode.Uri | undefined): Promise<void> {
    const meant = uri ?? vscode.window.activeTextEditor?.document.uri;
    const target = meant && targetOf(meant);
    this.#pin(target !== undefined && !isSame(target, active()));
    if (target) this.#aim(target);
    await vscode.commands.executeCommand(`${VIEW}.focus`);
    this.#update();
  }

  pin(pinned: boolean): void {
    this.#pin(pinned);
    this.#follow();
    this.#update();
  }

  refresh(): void {
    this.#stale = true;
    this.#update();
  }

  stop(): void {
    this.#tree.stop();
  }

  async more(): Promise<void> {
    if (this.#target) await this.#tree.more(this.#fetch(this.#target));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #pin(pinned: boolean): void {
    this.#pinned = pinned;
    void vscode.commands.executeCommand('setContext', `${VIEW}.pinned`, pinned);
  }

  /** Goes along with the active editor. One that shows no file leaves the view as it is. */
  #follow(): void {
    const target = active();
    if (target && !this.#pinned) this.#aim(target);
  }

  #aim(target: Target): void {
    if (isSame(target, this.#target)) return;
    this.#target = target;
    this.#tree.clear(nameOf(target));
    this.#stale = true;
  }

  #changed(repository: Repository): void {
    // What the user stopped is not begun again by a change somewhere.
    if (!this.#target || !repository.contains(this.#target.file) || this.#tree.isStopped) return;
    this.#stale = true;
    this.#update();
  }

  #update(): void {
    const target = this.#target;
    if (!target || !this.#stale || !this.#tree.view.visible) return;
    this.#stale = false;
    void this.#tree.load(this.#fetch(target), nameOf(target), true);
  }

  #fetch({ file, rev }: Target): FetchRows {
    const working = file.toString();
    return async (limit, cursor, token) => {
      const parameters = { textDocument: { uri: working }, limit, ...(rev && { rev }), ...(cursor && { cursor }) };
      const { revisions, nextCursor } = await this.session.request('hg/fileLog', parameters, token);
      return { items: revisions.map(revision => rowOfRevision(revision, working)), nextCursor };
    };
  }
}

export function registerFileLog({ session, repositories }: Context): vscode.Disposable {
  const fileLog = new FileLog(session, { repositories });
  return vscode.Disposable.from(
    fileLog,
    registerCommands({
      'fileLog.show': (uri: unknown) => fileLog.show(uri instanceof vscode.Uri ? uri : undefined),
      'fileLog.pin': () => {
        fileLog.pin(true);
      },
      'fileLog.unpin': () => {
        fileLog.pin(false);
      },
      'fileLog.refresh': () => {
        fileLog.refresh();
      },
      'fileLog.more': () => fileLog.more(),
      'fileLog.stop': () => {
        fileLog.stop();
      },
    }),
  );
}

/** The working file that the active editor shows. Who reads an older version has come from the list, and wants to go back. */
function active(): Target | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === 'file' ? targetOf(uri) : undefined;
}

function targetOf(uri: vscode.Uri): Target | undefined {
  const file = workingFile(uri);
  return file && { file, rev: revisionOf(uri)?.rev };
}

function isSame(one: Target, other: Target | undefined): boolean {
  return one.rev === other?.rev && one.file.toString() === other?.file.toString();
}

function nameOf({ file, rev }: Target): string {
  const name = oneLine(path.basename(file.fsPath));
  return rev === undefined ? name : `${name} @ ${rev.slice(0, 12)}`;
}
