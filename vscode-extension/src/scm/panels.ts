// Which repositories have a panel and which mark changed lines: by the settings, and by what the git extension shows.
import * as vscode from 'vscode';

import type { Context } from '../context';
import type { Repository } from '../repositories/repository';
import { GitBeside } from './gitExtension';
import { shown, type Mode } from './modes';
import { originalOf } from './originals';
import { Panel } from './panel';

export class Panels implements vscode.Disposable {
  readonly #panels = new Map<Repository, Panel>();
  /** Repositories that have changed lines marked and no panel. VS Code has marks only with a source control. */
  readonly #marking = new Map<Repository, vscode.SourceControl>();
  readonly #git: GitBeside;
  readonly #subscriptions: readonly { dispose(): unknown }[];

  constructor(private readonly context: Context) {
    this.#git = new GitBeside(context.log);
    const { repositories, settings } = context;
    const arrange = (): void => {
      for (const repository of repositories.all) this.#arrange(repository);
    };
    this.#subscriptions = [
      this.#git,
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
    for (const repository of new Set([...this.#panels.keys(), ...this.#marking.keys()])) this.#drop(repository);
  }

  #arrange(repository: Repository): void {
    const { settings } = this.context;
    const wanted = shown({
      panel: settings.get<Mode>('scm.mode', repository.root),
      quickDiff: settings.get<Mode>('quickDiff.mode', repository.root),
      git: this.#git.with(repository.root),
    });
    let panel = this.#panels.get(repository);
    if (wanted.panel && !panel) {
      panel = new Panel(
        repository,
        this.context.repositories,
        () => settings.get<number>('scm.limit'),
        this.context.log,
      );
      this.#panels.set(repository, panel);
    } else if (!wanted.panel && panel) {
      panel.dispose();
      this.#panels.delete(repository);
      panel = undefined;
    }
    this.#mark(repository, panel, wanted.quickDiff);
  }

  #mark(repository: Repository, panel: Panel | undefined, wanted: boolean): void {
    let carrier = this.#marking.get(repository);
    if (carrier && (panel !== undefined || !wanted)) {
      carrier.dispose();
      this.#marking.delete(repository);
      carrier = undefined;
    }
    if (panel) {
      carrier = panel.sourceControl;
    } else if (wanted && !carrier) {
      carrier = vscode.scm.createSourceControl('hgls-marks', vscode.l10n.t('hgls: changed lines'), repository.root);
      carrier.inputBox.visible = false;
      this.#marking.set(repository, carrier);
    }
    if (!carrier || wanted === (carrier.quickDiffProvider !== undefined)) return;
    const { repositories } = this.context;
    carrier.quickDiffProvider = wanted
      ? { provideOriginalResource: (file, token) => originalOf(file, repository, repositories, token) }
      : undefined;
  }

  #drop(repository: Repository): void {
    this.#panels.get(repository)?.dispose();
    this.#panels.delete(repository);
    this.#marking.get(repository)?.dispose();
    this.#marking.delete(repository);
  }
}
