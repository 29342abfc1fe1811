// Who made the lines of documents: asks the server and keeps the last answer for each document, as long as it is true.
// Knows nothing of what is drawn.
//
// An answer is true of one version of a document. Edits are the server's to map: it sees them in the order in which they
// were made, and the questions between them.
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as vscode from 'vscode';

import type { AnnotateParams } from '../protocol/types';
import type { Repositories } from '../repositories/repositories';
import { named, revisionOf } from '../revisions/uris';
import type { Progress, Session } from '../server/session';
import type { Settings } from '../settings/settings';
import type { Lines } from '../text/lines';
import { AnnotatedLines } from './lines';

/** The settings that an answer depends on. */
const SETTINGS = ['annotate.ignoreRevsFile', 'annotate.ignoreWhitespace'];

/** Answers that are kept for a document: of the lines that are shown here and there, and of those around the cursor. */
const MOST_ANSWERS = 4;

interface Known {
  readonly version: number;
  /** The newest first. */
  readonly answers: readonly AnnotatedLines[];
}

export class Annotations implements vscode.Disposable {
  readonly #known = new Map<vscode.TextDocument, Known>();
  /** Counts what may have changed every answer. */
  #generation = 0;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];

  /** What was known is known no more: of all documents, whatever happened. Edits of a document are not told of. */
  readonly onDidChange = this.#changed.event;

  constructor(
    private readonly session: Session,
    private readonly settings: Settings,
    repositories: Repositories,
  ) {
    this.#subscriptions = [
      repositories.onDidOpen(() => {
        this.#forget();
      }),
      repositories.onDidChange(({ what, status }) => {
        const files = new Set([...(status?.changed ?? []), ...(status?.removed ?? [])].map(file => file.uri));
        const concerns = [...this.#known.keys()].some(document => files.has(document.uri.toString()));
        // A file that is saved has another status and is the text that it was; one that is renamed has another history.
        if (!what.has('status') || what.size > 1 || concerns) this.#forget();
      }),
      settings.onDidChange(SETTINGS, () => {
        this.#forget();
      }),
      vscode.workspace.onDidCloseTextDocument(document => this.#known.delete(document)),
    ];
  }

  /** Whether a document is of a kind that lines of are annotated. */
  static takes(document: vscode.TextDocument): boolean {
    return document.uri.scheme === 'file' || revisionOf(document.uri) !== undefined;
  }

  /** What is known of these lines without asking. */
  known(document: vscode.TextDocument, lines: Lines): AnnotatedLines | undefined {
    const known = this.#known.get(document);
    if (known?.version !== document.version) return undefined;
    return known.answers.find(answer => answer.covers(lines));
  }

  /**
   * Who made at least these lines, as of the document's text now. Nothing when the text, or anything else that the answer
   * depends on, changed while it was on its way: who asks is told of that too, and asks again. Rejects with `HglsError`.
   */
  async of(
    document: vscode.TextDocument,
    lines: Lines,
    token: vscode.CancellationToken,
    onProgress?: (progress: Progress) => void,
  ): Promise<AnnotatedLines | undefined> {
    const before = this.known(document, lines);
    if (before || !Annotations.takes(document)) return before;
    // The session hears of an edit in the same turn as we do, perhaps after us: the question must not overtake it.
    await nextTurn();
    const { version } = document;
    const generation = this.#generation;
    if (token.isCancellationRequested) return undefined;
    const params = { ...named(document), ranges: [{ ...lines }], ...this.options(document) };
    const answer = await this.session.request('hg/annotate', params, token, onProgress);
    if (document.version !== version || generation !== this.#generation || document.isClosed) return undefined;
    const annotated = new AnnotatedLines(answer, lines);
    const known = this.#known.get(document);
    const others = known?.version === version ? known.answers.slice(0, MOST_ANSWERS - 1) : [];
    this.#known.set(document, { version, answers: [annotated, ...others] });
    return annotated;
  }

  /** What is looked through, by the user's settings. */
  options(document: vscode.TextDocument): Pick<AnnotateParams, 'ignoreRevsFile' | 'whitespace'> {
    const ignoreAllSpace = this.settings.get<boolean>('annotate.ignoreWhitespace', document);
    return {
      ignoreRevsFile: this.settings.get<boolean>('annotate.ignoreRevsFile', document),
      ...(ignoreAllSpace && { whitespace: { ignoreAllSpace } }),
    };
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
    this.#known.clear();
  }

  #forget(): void {
    this.#generation++;
    this.#known.clear();
    this.#changed.fire();
  }
}
