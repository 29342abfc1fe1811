// The commands about single changes of a file: those that are selected in an editor, that the gutter's peek shows, or that
// the user picks from a list. They can be committed alone, and taken back.
import * as vscode from 'vscode';

import type { Context } from '../context';
import type { DiffHunk, FileHunks } from '../protocol/types';
import type { Repository } from '../repositories/repository';
import { iconless } from '../text/plain';
import { inform, warn } from '../ui/messages';
import type { Chooser } from './choose';
import type { Commits } from './commit';
import { describe, linesOfChange, nameOf, takingBack, touching, type LineChange, type Lines } from './hunks';

interface Change {
  readonly hunk: DiffHunk;
  readonly uri: string;
}

export class Changes {
  constructor(
    private readonly context: Context,
    private readonly chooser: Chooser,
    private readonly commits: Commits,
  ) {}

  /** Commits the changes that the selections of the editor touch. */
  async commitSelected(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor) await this.#commitLines(editor.document, selectedLines(editor));
  }

  /** Takes the changes back that the selections of the editor touch. */
  async revertSelected(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor) await this.#revertLines(editor.document, selectedLines(editor));
  }

  /** From the gutter's peek: commits the change that it shows. */
  async commitShown(uri: vscode.Uri, changes: readonly LineChange[], index: number): Promise<void> {
    const change = changes[index];
    if (change) await this.#commitLines(await vscode.workspace.openTextDocument(uri), [linesOfChange(change)]);
  }

  /** From the gutter's peek: takes the change back that it shows. */
  async revertShown(uri: vscode.Uri, changes: readonly LineChange[], index: number): Promise<void> {
    const change = changes[index];
    if (change) await this.#revertLines(await vscode.workspace.openTextDocument(uri), [linesOfChange(change)]);
  }

  /** Commits the changes of some files that the user picks from a list. */
  async commitPicked(...parameters: unknown[]): Promise<void> {
    for (const { repository, uris } of await this.chooser.files(parameters)) {
      const changes: Change[] = [];
      for (const uri of uris) {
        if (!(await saved(vscode.Uri.parse(uri, true)))) return;
        const { hunks } = await this.context.session.request('hg/diffHunks', { textDocument: { uri }, text: true });
        changes.push(...hunks.map(hunk => ({ hunk, uri })));
      }
      await this.#pickAndCommit(repository, changes);
    }
  }

  async #pickAndCommit(repository: Repository, changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) {
      void inform(vscode.l10n.t('These files have no changed lines to choose from.'));
      return;
    }
    const items = changes.map(change => {
      const { lines, preview } = describe(change.hunk);
      const path = iconless(vscode.workspace.asRelativePath(vscode.Uri.parse(change.uri, true)));
      return { label: iconless(preview), description: `${path}:${lines}`, change, picked: changes.length === 1 };
    });
    const picked = await vscode.window.showQuickPick(items, {
      canPickMany: true,
      matchOnDescription: true,
      ignoreFocusOut: true,
      placeHolder: vscode.l10n.t('Which changes to commit?'),
    });
    if (!picked || picked.length === 0) return;
    await this.#commit(
      repository,
      picked.map(({ change }) => change),
    );
  }

  async #commitLines(document: vscode.TextDocument, wanted: readonly Lines[]): Promise<void> {
    const repository = await this.context.repositories.of(document.uri);
    // What is committed is what is on disk.
    if (!repository || !(await saved(document.uri))) return;
    const uri = document.uri.toString();
    const hunks = await this.#touched(document, wanted);
    if (hunks.length > 0)
      await this.#commit(
        repository,
        hunks.map(hunk => ({ hunk, uri })),
      );
  }

  async #commit(repository: Repository, changes: readonly Change[]): Promise<void> {
    const files = new Map<string, FileHunks>();
    for (const { uri, hunk } of changes) {
      const file = files.get(uri) ?? { uri, hunks: [] };
      file.hunks.push(nameOf(hunk));
      files.set(uri, file);
    }
    await this.commits.make(repository, { hunks: [...files.values()] });
  }

  /**
   * Takes changes back in the editor, where it can be undone, and on disk as well where the file was saved before. What
   * was typed and not saved stays so.
   */
  async #revertLines(document: vscode.TextDocument, wanted: readonly Lines[]): Promise<void> {
    const { version, isDirty } = document;
    const hunks = await this.#touched(document, wanted);
    if (hunks.length === 0) return;
    if (document.version !== version) {
      void warn(vscode.l10n.t('The text changed meanwhile, so nothing was reverted.'));
      return;
    }
    const edit = new vscode.WorkspaceEdit();
    const lastLine = document.lineAt(document.lineCount - 1).text.length;
    for (const hunk of hunks) {
      const { start, end, text } = takingBack(hunk, document.lineCount, lastLine);
      edit.replace(document.uri, new vscode.Range(start.line, start.character, end.line, end.character), text);
    }
    if ((await vscode.workspace.applyEdit(edit)) && !isDirty) await document.save();
  }

  /** The changes of the document as it is in the editor that touch these lines. */
  async #touched(document: vscode.TextDocument, wanted: readonly Lines[]): Promise<DiffHunk[]> {
    const { hunks } = await this.context.session.request('hg/diffHunks', {
      textDocument: { uri: document.uri.toString() },
      text: true,
    });
    const touched = touching(hunks, wanted);
    if (touched.length === 0) {
      void inform(vscode.l10n.t('There is no change at these lines.'));
    }
    return touched;
  }
}

/** Whole lines; of a selection that ends at a line's begin, not that line. */
function selectedLines(editor: vscode.TextEditor): Lines[] {
  return editor.selections.map(({ start, end, isEmpty }) => ({
    start: start.line,
    end: end.character === 0 && !isEmpty && end.line > start.line ? end.line : end.line + 1,
  }));
}

/** Saves the file if it has text that is not saved. `false`: that failed. */
async function saved(uri: vscode.Uri): Promise<boolean> {
  const open = vscode.workspace.textDocuments.find(document => document.uri.fsPath === uri.fsPath);
  return !open?.isDirty || open.save();
}
