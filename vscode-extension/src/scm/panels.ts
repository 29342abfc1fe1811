// Which repositories have a panel and which mark changed lines: by the settings, and by what the git extension shows.
import type * as vscode from 'vscode';

import { GitBeside } from '../beside/gitExtension';
import { shown, type Mode } from '../beside/modes';
import type { Context } from '../context';
import type { Repository } from '../repositories/repository';
import { originalOf } from './originals';
import { Panel } from './panel';
import { Redrawing } from './redrawing';

export class Panels implements vscode.Disposable {
  readonly #panels = new Map<Repository, Panel>();
  readonly #git: GitBeside;
  readonly #redrawing = new Redrawing<Panel>(panel => {
    panel.drawAgain();
  });
  readonly #subscriptions: readonly { dispose(): unknown }[];

  constructor(private readonly context: Context) {
    this.#git = new GitBeside(context.log);
    const { repositories, settings } = context;
    const arrange = (): void => {
      for (const repository of repositories.all) this.#arrange(repository);
    };
    this.#subscriptions = [
      this.#git,
      this.#redrawing,
      this.#git.onDidChange(arrange),
      settings.onDidChange(['scm.mode', 'quickDiff.mode'], arrange),
      settings.onDidChange(['scm.limit'], () => {
        for (const panel of this.#panels.values()) panel.refresh();
      }),
      repositories.onDidOpen(repository => {
        this.#arrange(repository);
        for (const panel of this.#panels.values()) if (panel.repository.contains(repository.root)) panel.drawSoon();
      }),
      repositories.onDidClose(repository => {
        this.#drop(repository);
      }),
      repositories.onDidChange(event => this.#panels.get(event.repository)?.changed(event)),
    ];
    arrange();
  }

  get all(): readonly Panel[] {
    return [...this.#panels.values()];
  }

  of(repository: Repository): Panel | undefined {
    return this.#panels.get(repository);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const repository of [...this.#panels.keys()]) this.#drop(repository);
  }

  #arrange(repository: Repository): void {
    const { repositories, settings, log } = this.context;
    const wanted = shown({
      panel: settings.get<Mode>('scm.mode', repository.root),
      quickDiff: settings.get<Mode>('quickDiff.mode', repository.root),
      git: this.#git.with(repository.root),
    });
    if (wanted.panel === 'none') {
      this.#drop(repository);
      return;
    }
    let panel = this.#panels.get(repository);
    if (!panel) {
      const limit = (): number => settings.get<number>('scm.limit');
      panel = new Panel(repository, repositories, limit, log, drawn => {
        this.#redrawing.changed(drawn);
      });
      this.#panels.set(repository, panel);
    }
    panel.isWhole = wanted.panel === 'whole';
    const { sourceControl } = panel;
    if (wanted.quickDiff === (sourceControl.quickDiffProvider !== undefined)) return;
    sourceControl.quickDiffProvider = wanted.quickDiff
      ? { provideOriginalResource: (file, token) => originalOf(file, repository, repositories, token) }
      : undefined;
  }

  #drop(repository: Repository): void {
    this.#panels.get(repository)?.dispose();
    this.#panels.delete(repository);
  }
}
