// Who made each line of a file, beside the lines, and how old they are, as colours: which documents are annotated so, and
// in which editors. Knows not how it is drawn.
import * as vscode from 'vscode';

import { HglsError } from '../protocol/errors';
import { showError } from '../ui/errors';
import { withProgress } from '../ui/progress';
import type { Annotations } from './annotations';
import { shown, Styles, View } from './gutterView';
import { hover } from './hover';

/** Where documents that are annotated come from. */
const DOCUMENTS: vscode.DocumentSelector = [{ scheme: 'file' }, { scheme: 'hgls' }];

export class Gutter implements vscode.Disposable, vscode.HoverProvider {
  /** The documents that are annotated, as URIs: an editor that shows one again is annotated again. */
  readonly #annotated = new Set<string>();
  readonly #views = new Map<vscode.TextEditor, View>();
  readonly #styles = new Styles();
  readonly #subscriptions: vscode.Disposable[];

  constructor(private readonly annotations: Annotations) {
    const update = (concerned: (view: View) => boolean): void => {
      for (const view of this.#views.values()) if (concerned(view)) view.update();
    };
    this.#subscriptions = [
      vscode.languages.registerHoverProvider(DOCUMENTS, this),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.#follow();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.#tellMenus();
      }),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        this.#views.get(textEditor)?.update();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        this.#views.get(textEditor)?.mark();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length) update(view => view.editor.document === document);
      }),
      vscode.workspace.onDidCloseTextDocument(document => this.#annotated.delete(document.uri.toString())),
      annotations.onDidChange(() => {
        update(() => true);
      }),
    ];
  }

  /** Annotates the document of an editor, or takes the annotation away. */
  async toggle(editor: vscode.TextEditor): Promise<void> {
    const uri = editor.document.uri.toString();
    if (this.#annotated.delete(uri)) this.#follow();
    else await this.show(editor);
  }

  /** Annotates the document of an editor. Rejects with `HglsError` when that cannot be. */
  async show(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    const lines = shown(editor) ?? { start: 0, end: 1 };
    await withProgress(
      vscode.l10n.t('Annotating {0}', vscode.workspace.asRelativePath(document.uri)),
      (token, onProgress) => this.annotations.of(document, lines, token, onProgress),
    );
    this.#annotated.add(document.uri.toString());
    this.#follow();
  }

  /** All about the changeset of a line, for the mouse on the line's label: the label is part of the line's beginning. */
  provideHover(document: vscode.TextDocument, { line, character }: vscode.Position): vscode.Hover | undefined {
    if (character > 0 || !this.#annotated.has(document.uri.toString())) return undefined;
    const origin = this.annotations.known(document, { start: line, end: line + 1 })?.at(line);
    return (
      origin && new vscode.Hover(hover(origin, { document: document.uri, line }), new vscode.Range(line, 0, line, 0))
    );
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const view of this.#views.values()) view.dispose();
    this.#styles.dispose();
  }

  #follow(): void {
    const shown = new Set(vscode.window.visibleTextEditors);
    for (const [editor, view] of this.#views) {
      if (shown.has(editor) && this.#isAnnotated(editor)) continue;
      view.dispose();
      this.#views.delete(editor);
    }
    for (const editor of shown) {
      if (!this.#isAnnotated(editor) || this.#views.has(editor)) continue;
      const view = new View(editor, this.annotations, this.#styles, error => {
        this.#failed(editor, error);
      });
      this.#views.set(editor, view);
      view.update();
    }
    this.#tellMenus();
  }

  #failed(editor: vscode.TextEditor, error: unknown): void {
    this.#views.get(editor)?.clear();
    // A server that is away comes back, and the annotation with it.
    if (error instanceof HglsError && error.kind === 'noServer') return;
    this.#annotated.delete(editor.document.uri.toString());
    this.#follow();
    showError(error);
  }

  #isAnnotated(editor: vscode.TextEditor): boolean {
    return this.#annotated.has(editor.document.uri.toString());
  }

  #tellMenus(): void {
    const editor = vscode.window.activeTextEditor;
    void vscode.commands.executeCommand(
      'setContext',
      'hgls.annotated',
      editor !== undefined && this.#isAnnotated(editor),
    );
  }
}
