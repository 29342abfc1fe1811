// Who made the line that the cursor is on: faint behind the line, and in the status bar.
import * as vscode from 'vscode';

import type { Mode } from '../beside/modes';
import { said } from '../revisions/said';
import type { Settings } from '../settings/settings';
import { ago, now } from '../text/ago';
import type { Lines } from '../text/lines';
import { iconless, personName } from '../text/plain';
import { Latest } from '../ui/latest';
import { Annotations } from './annotations';
import { besideLine, spoken } from './format';
import { hover, type Place } from './hover';
import { isUncommitted, type Origin } from './lines';
import { words } from './words';

/** Lines around the cursor that are asked for along: moving a little then asks for nothing. */
const AROUND = 50;
/** Until a question is asked, so that a key held down does not ask one for each line. */
const QUIET_MS = 20;
const SETTINGS = ['annotate.currentLine', 'annotate.statusBar', 'annotate.format'];
/** The git extension's, with which it says the same. */
const GIT_SETTINGS = ['git.enabled', 'git.blame.editorDecoration.enabled', 'git.blame.statusBarItem.enabled'];

export class CurrentLine implements vscode.Disposable {
  readonly #latest = new Latest(() => new vscode.CancellationTokenSource());
  readonly #decoration = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor('hgls.annotate.lineForeground'), margin: '0 0 0 3em', fontStyle: 'normal' },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
  });
  readonly #item: vscode.StatusBarItem;
  readonly #subscriptions: readonly { dispose(): unknown }[];
  #timer: NodeJS.Timeout | undefined;
  #decorated: vscode.TextEditor | undefined;
  #line: number | undefined;

  constructor(
    private readonly annotations: Annotations,
    private readonly settings: Settings,
  ) {
    this.#item = vscode.window.createStatusBarItem('annotate', vscode.StatusBarAlignment.Right, 50);
    this.#item.name = vscode.l10n.t('hgls: Annotation of the Current Line');
    this.#item.command = 'hgls.annotate.lineActions';
    const isShown = (document: vscode.TextDocument): boolean => document === vscode.window.activeTextEditor?.document;
    this.#subscriptions = [
      this.#decoration,
      this.#item,
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.#update();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === vscode.window.activeTextEditor) this.#update();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length && isShown(document)) this.#update();
      }),
      annotations.onDidChange(() => {
        this.#update();
      }),
      settings.onDidChange(SETTINGS, () => {
        this.#update();
      }),
      vscode.workspace.onDidChangeConfiguration(event => {
        if (GIT_SETTINGS.some(setting => event.affectsConfiguration(setting))) this.#update();
      }),
    ];
    this.#update();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#latest.cancel();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Shows what is known at once, and else asks in a moment. */
  #update(): void {
    clearTimeout(this.#timer);
    const editor = vscode.window.activeTextEditor;
    if (!editor || !Annotations.takes(editor.document) || !this.#isWanted(editor.document)) {
      this.#latest.cancel();
      this.#clear();
      return;
    }
    const line = editor.selection.active.line;
    const known = this.annotations.known(editor.document, { start: line, end: line + 1 });
    if (known) {
      this.#latest.cancel();
      this.#show(editor, line, known.at(line));
      return;
    }
    // What stands behind another line is wrong; behind this one it is right in all but the time of a few keystrokes.
    if (this.#decorated !== editor || this.#line !== line) this.#clear();
    this.#timer = setTimeout(() => void this.#ask(editor), QUIET_MS);
  }

  async #ask(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    const line = editor.selection.active.line;
    try {
      const lines = await this.#latest.run(source =>
        this.annotations.of(document, around(line, document), source.token),
      );
      // What made the answer void has begun another update.
      if (lines && vscode.window.activeTextEditor === editor && editor.selection.active.line === line) {
        this.#show(editor, line, lines.at(line));
      }
    } catch {
      // Nobody asked for this in so many words, and the session has logged why it failed.
      this.#clear();
    }
  }

  #show(editor: vscode.TextEditor, line: number, origin: Origin | undefined): void {
    if (this.#decorated !== editor) this.#clear();
    if (!origin) {
      this.#clear();
      return;
    }
    this.#decorated = editor;
    this.#line = line;
    const place: Place = { document: editor.document.uri, line };
    if (this.#isBesideLine(editor.document)) {
      const template = this.settings.get<string>('annotate.format', editor.document);
      const contentText = besideLine(template, origin.changeset, now(), words());
      const { end } = editor.document.lineAt(line).range;
      const range = new vscode.Range(end, end);
      const options = { range, renderOptions: { after: { contentText } }, hoverMessage: hover(origin, place) };
      editor.setDecorations(this.#decoration, contentText === '' ? [] : [options]);
    } else {
      editor.setDecorations(this.#decoration, []);
    }
    this.#showItem(origin, place);
  }

  #showItem(origin: Origin, place: Place): void {
    if (!this.#hasItem(place.document)) {
      this.#item.hide();
      return;
    }
    const { changeset } = origin;
    const who = isUncommitted(changeset)
      ? words().uncommitted
      : `${personName(changeset.user)}, ${ago(changeset.date, now(), vscode.env.language)}`;
    this.#item.text = `$(git-commit) ${iconless(who)}`;
    this.#item.tooltip = isUncommitted(changeset) ? undefined : said(changeset);
    this.#item.accessibilityInformation = { label: spoken(place.line, changeset, now(), words()) };
    this.#item.show();
  }

  #clear(): void {
    this.#decorated?.setDecorations(this.#decoration, []);
    this.#decorated = undefined;
    this.#line = undefined;
    this.#item.hide();
  }

  #isWanted(document: vscode.TextDocument): boolean {
    return this.#isBesideLine(document) || this.#hasItem(document.uri);
  }

  #isBesideLine(document: vscode.TextDocument): boolean {
    const mode = this.settings.get<Mode>('annotate.currentLine', document);
    return mode === 'auto' ? !gitSaysIt(document.uri, 'editorDecoration') : mode === 'on';
  }

  #hasItem(document: vscode.Uri): boolean {
    const mode = this.settings.get<Mode>('annotate.statusBar', document);
    return mode === 'auto' ? !gitSaysIt(document, 'statusBarItem') : mode === 'on';
  }
}

function around(line: number, document: vscode.TextDocument): Lines {
  return { start: Math.max(0, line - AROUND), end: Math.min(document.lineCount, line + AROUND + 1) };
}

/** Whether VS Code's own git extension says the same, behind the line or in the status bar: it does so for files alone. */
function gitSaysIt(document: vscode.Uri, where: 'editorDecoration' | 'statusBarItem'): boolean {
  if (document.scheme !== 'file') return false;
  const git = vscode.workspace.getConfiguration('git', document);
  const isOn = vscode.extensions.getExtension('vscode.git') !== undefined && git.get('enabled') === true;
  return isOn && git.get(`blame.${where}.enabled`) === true;
}
