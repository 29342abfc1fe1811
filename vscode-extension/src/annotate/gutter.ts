// Who made each line of a file, beside the lines, and how old they are, as colours. Draws only what an editor shows, and a
// screen more on each side.
import * as vscode from 'vscode';

import { HglsError } from '../protocol/errors';
import { showError } from '../ui/errors';
import { withProgress } from '../ui/progress';
import { age, AGES } from './age';
import type { Annotations } from './annotations';
import { GUTTER_WIDTH, inGutter } from './format';
import { hover } from './hover';
import { Latest } from './latest';
import { isUncommitted, type AnnotatedLines, type Lines } from './lines';
import { shownLines, withMargin } from './viewport';
import { now, words } from './words';

/** Until what is drawn follows an editor that scrolls. */
const QUIET_MS = 40;
/** Screens above and below the one that is shown. More are asked for than drawn, so that a question is rare. */
const SCREENS_DRAWN = 1;
const SCREENS_ASKED = 4;
/** Neighbouring lines of one changeset say so in the first of them, and again after so many, for a screen without the first. */
const REPEATED = 10;

export class Gutter implements vscode.Disposable {
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

/** The decorations, shared by all editors. */
class Styles implements vscode.Disposable {
  readonly label = vscode.window.createTextEditorDecorationType({
    before: {
      color: new vscode.ThemeColor('hgls.annotate.gutterForeground'),
      backgroundColor: new vscode.ThemeColor('hgls.annotate.gutterBackground'),
      margin: '0 2ch 0 0',
      // A blank at either end, beside what the text takes.
      width: `${GUTTER_WIDTH + 2}ch`,
      height: '100%',
      fontStyle: 'normal',
      fontWeight: 'normal',
    },
  });
  readonly marked = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('hgls.annotate.lineHighlightBackground'),
  });
  /** One for each age, the newest first: a stripe at the left edge of the text, and in the overview beside the scroll bar. */
  readonly ages = Array.from({ length: AGES }, (_, step) => {
    const color = new vscode.ThemeColor(`hgls.annotate.age${step + 1}`);
    return vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      borderWidth: '0 0 0 4px',
      borderStyle: 'solid',
      borderColor: color,
    });
  });

  get all(): readonly vscode.TextEditorDecorationType[] {
    return [this.label, this.marked, ...this.ages];
  }

  dispose(): void {
    for (const style of this.all) style.dispose();
  }
}

/** The annotation of one editor. */
class View implements vscode.Disposable {
  readonly #latest = new Latest(() => new vscode.CancellationTokenSource());
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly editor: vscode.TextEditor,
    private readonly annotations: Annotations,
    private readonly styles: Styles,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Draws what is known at once, and asks in a moment for what is missing. */
  update(): void {
    const lines = shown(this.editor);
    if (!lines) return;
    const known = this.annotations.known(this.editor.document, lines);
    if (known) this.#draw(known);
    const { lineCount } = this.editor.document;
    if (known?.covers(withMargin(lines, SCREENS_DRAWN, lineCount))) this.#latest.cancel();
    else this.#timer ??= setTimeout(() => void this.#ask(), QUIET_MS);
  }

  /** Marks the lines of the changeset that made the line of the cursor. */
  mark(): void {
    const { editor, styles } = this;
    const lines = shown(editor);
    const known = lines && this.annotations.known(editor.document, lines);
    if (!known) return;
    const node = known.at(editor.selection.active.line)?.changeset.node;
    const runs = known.within(lines).filter(run => run.origin.changeset.node === node);
    const ranges = runs.map(({ start, end }) => wholeLines(start, end));
    editor.setDecorations(styles.marked, ranges);
  }

  clear(): void {
    for (const style of this.styles.all) this.editor.setDecorations(style, []);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#latest.cancel();
    this.clear();
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    const { editor, annotations } = this;
    const lines = shown(editor);
    if (!lines) return;
    try {
      const asked = withMargin(lines, SCREENS_ASKED, editor.document.lineCount);
      const answer = await this.#latest.run(source => annotations.of(editor.document, asked, source.token));
      if (answer) this.#draw(answer);
    } catch (error) {
      this.failed(error);
    }
  }

  #draw(annotated: AnnotatedLines): void {
    const { editor, styles } = this;
    const screen = shown(editor);
    if (!screen) return;
    const labels: vscode.DecorationOptions[] = [];
    const ages: vscode.Range[][] = styles.ages.map(() => []);
    const [moment, sentences] = [now(), words()];
    for (const run of annotated.within(withMargin(screen, SCREENS_DRAWN, editor.document.lineCount))) {
      const { changeset, hunk } = run.origin;
      const text = inGutter(changeset, moment, sentences);
      if (!isUncommitted(changeset)) ages[age(changeset.date[0], moment)]?.push(wholeLines(run.start, run.end));
      for (let line = run.start; line < run.end; line++) {
        const says = (line - hunk.start) % REPEATED === 0;
        const origin = { changeset, hunk, originLine: run.origin.originLine + line - run.start };
        labels.push({
          range: new vscode.Range(line, 0, line, 0),
          renderOptions: { before: { contentText: padded(says ? text : '') } },
          hoverMessage: hover(origin, { document: editor.document.uri, line }),
        });
      }
    }
    editor.setDecorations(styles.label, labels);
    styles.ages.forEach((style, step) => {
      editor.setDecorations(style, ages[step] ?? []);
    });
    this.mark();
  }
}

/** The lines that an editor shows. */
function shown(editor: vscode.TextEditor): Lines | undefined {
  return shownLines(editor.visibleRanges, editor.document.lineCount);
}

function wholeLines(start: number, end: number): vscode.Range {
  return new vscode.Range(start, 0, end - 1, 0);
}

/** The text with blanks that stay, one of them before it. */
function padded(text: string): string {
  return `\u00a0${text.replace(/ /gu, '\u00a0')}`;
}
