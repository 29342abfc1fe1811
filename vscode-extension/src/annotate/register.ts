// Annotation as a feature: what is drawn, and the commands about the line of the cursor.
import * as path from 'node:path';
import * as vscode from 'vscode';

import type { Context } from '../context';
import { named, revisionOf } from '../revisions/uris';
import { now } from '../text/ago';
import { shortNode } from '../text/plain';
import { registerCommands } from '../ui/commands';
import { briefly, inform } from '../ui/messages';
import { withProgress } from '../ui/progress';
import { Annotations } from './annotations';
import { CurrentLine } from './currentLine';
import { spoken } from './format';
import { Gutter } from './gutter';
import { isUncommitted, type Origin } from './lines';
import { before } from './reannotate';
import { words } from './words';

/** A line that somebody asks about, and who made it. */
interface Asked {
  readonly document: vscode.TextDocument;
  readonly line: number;
  readonly origin: Origin;
}

export function registerAnnotate({ session, repositories, settings }: Context): vscode.Disposable {
  const annotations = new Annotations(session, settings, repositories);
  const gutter = new Gutter(annotations);

  /** The line that an argument names, or else that of the cursor. Nothing when there is none, or no answer. */
  const ask = async (argument?: unknown): Promise<Asked | undefined> => {
    const place = await placeOf(argument);
    if (!place) {
      void inform(vscode.l10n.t('Open a file of a repository first.'));
      return undefined;
    }
    const { document, line } = place;
    const lines = await withProgress(vscode.l10n.t('Annotating'), (token, onProgress) =>
      annotations.of(document, { start: line, end: line + 1 }, token, onProgress),
    );
    const origin = lines?.at(line);
    return origin && { document, line, origin };
  };

  const annotateAt = async (uri: vscode.Uri, wanted: number): Promise<void> => {
    const document = await vscode.workspace.openTextDocument(uri);
    const line = Math.min(wanted, document.lineCount - 1);
    const options: vscode.TextDocumentShowOptions = { selection: new vscode.Range(line, 0, line, 0), preview: true };
    await vscode.commands.executeCommand('vscode.open', uri, options, label(uri));
    const editor = vscode.window.visibleTextEditors.find(shown => shown.document === document);
    if (editor) await gutter.show(editor);
  };

  const annotateBefore = async (argument?: unknown): Promise<void> => {
    const asked = await ask(argument);
    if (!asked) return;
    const found = await withProgress(vscode.l10n.t('Annotating before this change'), token =>
      before(session, asked.document, asked.line, asked.origin, token),
    );
    if ('message' in found) {
      void inform(found.message);
      return;
    }
    await annotateAt(found.uri, found.line);
  };

  const readLine = async (): Promise<void> => {
    const asked = await ask();
    // Screen readers read a notification aloud when it appears.
    if (asked) void inform(spoken(asked.line, asked.origin.changeset, now(), words()));
  };

  const lineActions = async (): Promise<void> => {
    const asked = await ask();
    if (!asked) return;
    const { changeset, hunk, originLine } = asked.origin;
    const uri = hunk.uri ?? named(asked.document).textDocument.uri;
    const { node } = changeset;
    const of = { uri: asked.document.uri.toString(), line: asked.line };
    const action = (label: string, command: string, argument: unknown) => ({ label, command, argument });
    const ofChangeset = [
      action(vscode.l10n.t('$(git-commit) Open Changeset'), 'changeset.open', { root: uri, node }),
      action(vscode.l10n.t('$(diff) Diff with Parent'), 'changeset.compareFile', { uri, node, line: originLine }),
      action(vscode.l10n.t('$(copy) Copy Node'), 'changeset.copyNode', { root: uri, node }),
    ];
    const actions = [
      ...(isUncommitted(changeset) ? [] : ofChangeset),
      action(vscode.l10n.t('$(history) Annotate Before This Change'), 'annotate.before', of),
      action(vscode.l10n.t('$(list-flat) Line Log'), 'lineLog.show', of),
      action(vscode.l10n.t('$(versions) File Log'), 'fileLog.show', undefined),
      action(vscode.l10n.t('$(book) Toggle File Annotation'), 'annotate.toggle', undefined),
    ];
    const placeHolder = spoken(asked.line, changeset, now(), words());
    const chosen = await vscode.window.showQuickPick(actions, { placeHolder });
    if (chosen) await vscode.commands.executeCommand(`hgls.${chosen.command}`, chosen.argument);
  };

  const toggleSetting = async (key: string, on: string, off: string): Promise<void> => {
    const value = !settings.get<boolean>(key);
    await vscode.workspace.getConfiguration('hgls').update(key, value, target(key));
    briefly(value ? on : off);
  };

  return vscode.Disposable.from(
    annotations,
    gutter,
    new CurrentLine(annotations, settings),
    registerCommands({
      'annotate.toggle': async () => {
        const editor = vscode.window.activeTextEditor;
        if (editor) await gutter.toggle(editor);
      },
      'annotate.at': ({ uri, line }: { uri: string; line: number }) => annotateAt(vscode.Uri.parse(uri, true), line),
      'annotate.before': annotateBefore,
      'annotate.readLine': readLine,
      'annotate.lineActions': lineActions,
      'annotate.toggleIgnoreRevs': () =>
        toggleSetting(
          'annotate.ignoreRevsFile',
          vscode.l10n.t('Annotations look through the changesets of blame.ignoreRevsFile.'),
          vscode.l10n.t('Annotations name the changesets of blame.ignoreRevsFile too.'),
        ),
      'annotate.toggleIgnoreWhitespace': () =>
        toggleSetting(
          'annotate.ignoreWhitespace',
          vscode.l10n.t('Annotations ignore changes of white space.'),
          vscode.l10n.t('Annotations regard changes of white space.'),
        ),
    }),
  );
}

/** The line that `{uri, line}` names, or that of the cursor. */
async function placeOf(argument: unknown): Promise<{ document: vscode.TextDocument; line: number } | undefined> {
  const { uri, line } = (argument ?? {}) as { uri?: unknown; line?: unknown };
  if (typeof uri === 'string' && typeof line === 'number') {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
    return Number.isInteger(line) && line >= 0 && line < document.lineCount ? { document, line } : undefined;
  }
  const editor = vscode.window.activeTextEditor;
  if (!editor || !Annotations.takes(editor.document)) return undefined;
  return { document: editor.document, line: editor.selection.active.line };
}

/** Where the setting is set, so that the change is seen; the user's settings where it is set nowhere. */
function target(key: string): vscode.ConfigurationTarget {
  const set = vscode.workspace.getConfiguration('hgls').inspect(key);
  if (set?.workspaceFolderValue !== undefined) return vscode.ConfigurationTarget.WorkspaceFolder;
  return set?.workspaceValue === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
}

/** What the tab of a file at a revision says: its name, and the revision. */
function label(uri: vscode.Uri): string | undefined {
  const revision = revisionOf(uri);
  return revision && `${path.posix.basename(uri.path)} (${shortNode(revision.rev)})`;
}
