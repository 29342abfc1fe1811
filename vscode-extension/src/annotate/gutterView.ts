// The annotation of one editor: draws only what the editor shows, and a screen more on each side.
import * as vscode from 'vscode';

import { now } from '../text/ago';
import type { Lines } from '../text/lines';
import { Latest } from '../ui/latest';
import { age, AGES } from './age';
import type { Annotations } from './annotations';
import { GUTTER_WIDTH, inGutter } from './format';
import { isUncommitted, type AnnotatedLines } from './lines';
import { shownLines, withMargin } from './viewport';
import { words } from './words';

/** Until what is drawn follows an editor that scrolls. */
const QUIET_MS = 40;
/** Screens above and below the one that is shown. More are asked for than drawn, so that a question is rare. */
const SCREENS_DRAWN = 1;
const SCREENS_ASKED = 4;
/** Neighbouring lines of one changeset say so in the first of them, and again after so many, for a screen without the first. */
const REPEATED = 10;

/** The decorations, shared by all editors. */
export class Styles implements vscode.Disposable {
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
export class View implements vscode.Disposable {
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
        labels.push({
          range: new vscode.Range(line, 0, line, 0),
          renderOptions: { before: { contentText: padded(says ? text : '') } },
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
export function shown(editor: vscode.TextEditor): Lines | undefined {
  return shownLines(editor.visibleRanges, editor.document.lineCount);
}

function wholeLines(start: number, end: number): vscode.Range {
  return new vscode.Range(start, 0, end - 1, 0);
}

/** The text with blanks that stay, one of them before it. */
function padded(text: string): string {
  return `\u00a0${text.replace(/ /gu, '\u00a0')}`;
}
