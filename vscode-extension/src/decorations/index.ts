// Badges and colours of files and folders in the explorer and on tabs. What each one is, the server says; this asks for
// what is in sight, many at a time.
import * as vscode from 'vscode';

import { GitBeside } from '../beside/gitExtension';
import type { Mode } from '../beside/modes';
import type { Context } from '../context';
import type { Decoration } from '../protocol/types';
import type { Session } from '../server/session';
import { affected } from './affected';
import { Batch } from './batch';

/** How many files one request asks about. */
const MOST = 1000;
/** How long questions are gathered: VS Code asks for each row of the explorer by itself. */
const MOMENT_MS = 20;

export function registerDecorations(context: Context): vscode.Disposable {
  const decorations = new Decorations(context);
  return vscode.Disposable.from(decorations, vscode.window.registerFileDecorationProvider(decorations));
}

class Decorations implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri[] | undefined>();
  readonly #batch: Batch<Decoration>;
  readonly #git: GitBeside;
  readonly #subscriptions: { dispose(): unknown }[];

  readonly onDidChangeFileDecorations = this.#changed.event;

  constructor(private readonly context: Context) {
    const { repositories, settings, session, log } = context;
    this.#git = new GitBeside(log);
    this.#batch = new Batch(
      uris => ask(session, uris),
      MOST,
      run => setTimeout(run, MOMENT_MS),
    );
    const refresh = (): void => {
      this.#changed.fire(undefined);
    };
    this.#subscriptions = [
      this.#git,
      this.#git.onDidChange(refresh),
      repositories.onDidChange(({ what, status }) => {
        const uris = affected(what, status);
        if (uris?.length !== 0) this.#changed.fire(uris?.map(uri => vscode.Uri.parse(uri, true)));
      }),
      repositories.onDidOpen(refresh),
      repositories.onDidClose(refresh),
      settings.onDidChange(['explorer.decorations'], refresh),
    ];
  }

  async provideFileDecoration(uri: vscode.Uri): Promise<vscode.FileDecoration | undefined> {
    if (!this.#shows(uri)) return undefined;
    const found = await this.#batch.get(uri.toString());
    if (!found) return undefined;
    const shown = new vscode.FileDecoration(
      found.badge || undefined,
      found.tooltip,
      new vscode.ThemeColor(found.color),
    );
    // Folders have decorations of their own, which say what is in them.
    shown.propagate = false;
    return shown;
  }

  /** Whether a repository has the file, and nobody else shows the same of it. */
  #shows(uri: vscode.Uri): boolean {
    const containing = this.context.repositories.all.filter(repository => repository.contains(uri));
    // The innermost one.
    const repository = containing.sort((a, b) => b.root.path.length - a.root.path.length)[0];
    if (uri.scheme !== 'file' || !repository) return false;
    const mode = this.context.settings.get<Mode>('explorer.decorations', uri);
    if (mode !== 'auto') return mode === 'on';
    const gitDecorates = vscode.workspace.getConfiguration('git', uri).get<boolean>('decorations.enabled', true);
    const git = this.#git.with(repository.root);
    return !gitDecorates || git === 'alone' || git === 'waits';
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}

/** Asks about files, and gives the answers by the URIs that were asked about. */
async function ask(session: Session, uris: string[]): Promise<Map<string, Decoration>> {
  const { decorations } = await session.request('hg/statusDecorations', { uris });
  // The server may write the same URI with other escapes.
  return new Map(decorations.map(decoration => [vscode.Uri.parse(decoration.uri).toString(), decoration]));
}
