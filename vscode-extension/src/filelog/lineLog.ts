// The view of some lines' history: which lines they are, and when it is read again.
import * as path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as vscode from 'vscode';

import type { Context } from '../context';
import { named, workingFile } from '../revisions/uris';
import type { Lines } from '../text/lines';
import { oneLine } from '../text/plain';
import { registerCommands } from '../ui/commands';
import { inform } from '../ui/messages';
import { afterEdits } from './range';
import { rowOfEntry } from './rows';
import { RevisionTree, type FetchRows } from './tree';

const VIEW = 'hgls.lineLog';

interface Target {
  readonly document: vscode.TextDocument;
  readonly lines: Lines;
}

class LineLog implements vscode.Disposable {
  readonly #tree = new RevisionTree(VIEW);
  readonly #subscriptions: readonly { dispose(): unknown }[];
  #target: Target | undefined;

  constructor(private readonly context: Context) {
    this.#subscriptions = [
      this.#tree,
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (this.#target?.document !== document || contentChanges.length === 0) return;
        this.#target = { document, lines: afterEdits(this.#target.lines, contentChanges) };
        this.#tree.view.description = nameOf(this.#target);
      }),
      context.repositories.onDidChange(({ repository, what }) => {
        const file = this.#target && workingFile(this.#target.document.uri);
        const concerns = file && repository.contains(file) && (what.size > 1 || !what.has('status'));
        // What the user stopped is not begun again by a change somewhere.
        if (concerns && this.#tree.view.visible && !this.#tree.isStopped) void this.refresh();
      }),
    ];
  }

  /** Lists the history of lines. */
  async show(target: Target): Promise<void> {
    this.#target = target;
    await vscode.commands.executeCommand('setContext', `${VIEW}.shown`, true);
    await vscode.commands.executeCommand(`${VIEW}.focus`);
    await this.#tree.load(this.#fetch(), nameOf(target), false);
  }

  async refresh(): Promise<void> {
    if (this.#target) await this.#tree.load(this.#fetch(), nameOf(this.#target), true);
  }

  async more(): Promise<void> {
    await this.#tree.more(this.#fetch());
  }

  stop(): void {
    this.#tree.stop();
  }

  close(): void {
    this.#target = undefined;
    this.#tree.clear();
    void vscode.commands.executeCommand('setContext', `${VIEW}.shown`, false);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #fetch(): FetchRows {
    return async (limit, cursor, token) => {
      // The session hears of an edit in the same turn as we do, perhaps after us.
      await nextTurn();
      const target = this.#target;
      if (!target) return { items: [] };
      const parameters = { ...named(target.document), range: { ...target.lines }, limit, ...(cursor && { cursor }) };
      const { entries, nextCursor } = await this.context.session.request('hg/lineLog', parameters, token);
      const working = parameters.textDocument.uri;
      return { items: entries.map(entry => rowOfEntry(entry, working)), nextCursor };
    };
  }
}

export function registerLineLog(context: Context): vscode.Disposable {
  const lineLog = new LineLog(context);
  return vscode.Disposable.from(
    lineLog,
    registerCommands({
      'lineLog.show': async (argument: unknown) => {
        const target = await targetOf(argument);
        if (target) await lineLog.show(target);
        else void inform(vscode.l10n.t('Open a file of a repository first.'));
      },
      'lineLog.refresh': () => lineLog.refresh(),
      'lineLog.more': () => lineLog.more(),
      'lineLog.stop': () => {
        lineLog.stop();
      },
      'lineLog.close': () => {
        lineLog.close();
      },
    }),
  );
}

/** The line that `{uri, line}` names, or else those of the selection. */
async function targetOf(argument: unknown): Promise<Target | undefined> {
  const editor = vscode.window.activeTextEditor;
  const { uri, line } = (argument ?? {}) as { uri?: unknown; line?: unknown };
  if (typeof uri === 'string' && typeof line === 'number') {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
    return { document, lines: { start: line, end: line + 1 } };
  }
  if (!editor || !workingFile(editor.document.uri)) return undefined;
  const { start, end } = editor.selection;
  // A selection that ends before the first character of a line has nothing of it.
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return { document: editor.document, lines: { start: start.line, end: last + 1 } };
}

function nameOf({ document, lines }: Target): string {
  const name = oneLine(path.basename(document.uri.path));
  const [first, last] = [lines.start + 1, lines.end];
  return first === last ? `${name}:${first}` : `${name}:${first}–${last}`;
}
