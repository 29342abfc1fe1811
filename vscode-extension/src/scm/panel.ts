// The panel of one repository: VS Code's source control with its groups, its badge and the commit box. Shows what the
// repository's status is, and changes nothing; what the commands do is not its matter.
import * as vscode from 'vscode';

import { asHglsError, isCancelled } from '../protocol/errors';
import type { ResolveFile } from '../protocol/types';
import type { Repositories, RepositoryEvent } from '../repositories/repositories';
import type { Repository } from '../repositories/repository';
import { group, type GroupName, type Groups, totals, withConflicts } from './groups';
import { Proposal } from './proposal';
import { FileResource } from './resource';
import { StatusList } from './statusList';

const GROUPS: readonly GroupName[] = ['conflicts', 'changes', 'untracked'];

/** How long to wait for more before the panel is drawn: a checkout tells of many files in many notifications. */
const DRAW_AFTER_MS = 60;

/** How often at most to ask for the status of all files. */
const ASK_EVERY_MS = 500;

export class Panel implements vscode.Disposable {
  readonly sourceControl: vscode.SourceControl;
  readonly #groups: Readonly<Record<GroupName, vscode.SourceControlResourceGroup>>;
  readonly #status: StatusList;
  readonly #proposal: Proposal;
  readonly #resources = new Map<string, FileResource>();
  /** The files that a merge left in conflict, whether they are marked as resolved or not. */
  #merging: readonly ResolveFile[] = [];
  #drawing: NodeJS.Timeout | undefined;
  /** The request that is under way. */
  #asking: vscode.CancellationTokenSource | undefined;
  #waiting: NodeJS.Timeout | undefined;
  #askedAt = -Infinity;
  /** Counts what was asked for, to see at the end of a request whether it was asked for again. */
  #wanted = 0;
  #disposed = false;
  #isWhole = true;

  constructor(
    readonly repository: Repository,
    private readonly repositories: Repositories,
    private readonly limit: () => number,
    private readonly log: vscode.LogOutputChannel,
    private readonly drawn: (panel: Panel) => void,
  ) {
    this.#status = new StatusList(limit());
    this.sourceControl = vscode.scm.createSourceControl('hgls', 'hgls', repository.root);
    this.sourceControl.acceptInputCommand = {
      command: 'hgls.commit',
      title: vscode.l10n.t('Commit'),
      arguments: [this.sourceControl],
    };
    this.sourceControl.count = 0;
    this.#proposal = new Proposal(repository, this.box, log);
    this.#groups = {
      conflicts: this.#group('conflicts'),
      changes: this.#group('changes'),
      untracked: this.#group('untracked'),
    };
    // An empty group of changes says that there are none; the others are there when they have something to say.
    this.#groups.changes.hideWhenEmpty = false;
    this.#groups.conflicts.hideWhenEmpty = true;
    this.#groups.untracked.hideWhenEmpty = true;
    this.#describe();
    this.refresh();
    void this.#proposal.refresh();
  }

  get box(): vscode.SourceControlInputBox {
    return this.sourceControl.inputBox;
  }

  /** The message in the box; empty while that is the template as it came. */
  get message(): string {
    return this.#proposal.isUntouched(this.box.value) ? '' : this.box.value;
  }

  /** Whether it has the commit box, and counts in the badge; else it is there for the marks beside changed lines. */
  set isWhole(isWhole: boolean) {
    if (this.#isWhole === isWhole) return;
    this.#isWhole = isWhole;
    this.box.visible = isWhole;
    this.drawSoon();
  }

  /** What the panel shows in a group. */
  filesOf(name: GroupName): readonly FileResource[] {
    return this.#groups[name].resourceStates.filter(state => state instanceof FileResource);
  }

  /** Whether the group is one of this panel's. */
  has(group: vscode.SourceControlResourceGroup): boolean {
    return GROUPS.some(name => this.#groups[name] === group);
  }

  /** Takes an event of this repository over. */
  changed({ what, status }: RepositoryEvent): void {
    if (status && !this.#status.told(status)) this.refresh();
    // A status does not say which conflicts are marked as resolved.
    const merging = status !== undefined && this.repository.identity.operation !== undefined;
    if (merging || what.has('server') || what.has('parents') || what.has('mergeState')) this.refresh();
    if (what.has('server') || what.has('parents') || what.has('mergeState')) void this.#proposal.refresh();
    this.#describe();
    this.drawSoon();
  }

  /** Asks for the status of all files; when that is being done, again afterwards. */
  refresh(): void {
    this.#wanted++;
    if (this.#disposed || this.#asking || this.#waiting) return;
    const since = Date.now() - this.#askedAt;
    this.#waiting = setTimeout(() => void this.#ask(), Math.max(0, ASK_EVERY_MS - since));
  }

  async #ask(): Promise<void> {
    this.#waiting = undefined;
    const cancellation = new vscode.CancellationTokenSource();
    this.#asking = cancellation;
    const serving = this.#wanted;
    this.#askedAt = Date.now();
    const limit = this.limit();
    this.#status.asking(limit);
    try {
      await vscode.window.withProgress({ location: vscode.ProgressLocation.SourceControl }, async () => {
        const [status, resolveList] = await Promise.all([
          this.repository.request('hg/status', { limit }, cancellation.token),
          this.repository.request('hg/resolveList', {}, cancellation.token),
        ]);
        this.#merging = resolveList.files;
        if (!this.#status.answered(status)) this.#wanted++;
        this.#draw();
      });
    } catch (error) {
      this.#status.failed();
      if (!isCancelled(error)) this.log.error(`${this.repository.name}: ${asHglsError(error).message}`);
    } finally {
      cancellation.dispose();
      this.#asking = undefined;
      if (this.#wanted !== serving) this.refresh();
    }
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#drawing);
    clearTimeout(this.#waiting);
    this.#asking?.cancel();
    this.sourceControl.dispose();
  }

  #group(name: GroupName): vscode.SourceControlResourceGroup {
    return this.sourceControl.createResourceGroup(name, this.#name(name));
  }

  #name(name: GroupName): string {
    switch (name) {
      case 'conflicts':
        return vscode.l10n.t('Conflicts');
      case 'changes':
        return vscode.l10n.t('Changes');
      case 'untracked':
        return vscode.l10n.t('Untracked');
    }
  }

  /** Draws what is known again, in a moment. */
  drawSoon(): void {
    this.#drawing ??= setTimeout(() => {
      this.#draw();
    }, DRAW_AFTER_MS);
  }

  #draw(): void {
    clearTimeout(this.#drawing);
    this.#drawing = undefined;
    if (this.#disposed) return;
    const { entries: listed, isCut, counts } = this.#status;
    const entries = isCut ? withConflicts(listed, this.#merging) : listed;
    const resolved = new Set(this.#merging.flatMap(({ mergestatus, uri }) => (mergestatus === 'R' ? uri : [])));
    const groups = group(entries, resolved, new Set(this.repositories.all.map(({ rootUri }) => rootUri)));
    for (const name of GROUPS) this.#groups[name].resourceStates = this.#resourcesOf(groups, name);
    const present = new Set(entries.map(entry => entry.uri));
    for (const uri of this.#resources.keys()) if (!present.has(uri)) this.#resources.delete(uri);
    const all = totals(groups, counts);
    this.sourceControl.count = this.#isWhole ? GROUPS.reduce((sum, name) => sum + all[name], 0) : 0;
    for (const name of GROUPS) this.#label(name, groups[name].length, all[name]);
    this.drawn(this);
  }

  /** Has VS Code draw what it was told. */
  drawAgain(): void {
    // Each assignment has it drawn, also of what was there before.
    if (!this.#disposed) this.#groups.changes.hideWhenEmpty = false;
  }

  /** What the group has beyond what is shown is said beside its name. */
  #label(name: GroupName, shown: number, all: number): void {
    const written = (count: number): string => count.toLocaleString(vscode.env.language);
    const hideWhenEmpty = name !== 'changes' && all === 0;
    const label =
      all > shown
        ? vscode.l10n.t('{0} (only {1} of {2} are shown)', this.#name(name), written(shown), written(all))
        : this.#name(name);
    const group = this.#groups[name];
    // Each assignment has VS Code draw the panel.
    if (group.hideWhenEmpty !== hideWhenEmpty) group.hideWhenEmpty = hideWhenEmpty;
    if (group.label !== label) group.label = label;
  }

  /** Files that are as they were keep their objects, so that VS Code has little to compare. */
  #resourcesOf(groups: Groups, name: GroupName): FileResource[] {
    return groups[name].map(file => {
      const known = this.#resources.get(file.entry.uri);
      if (known?.shows(file)) return known;
      const made = new FileResource(file);
      this.#resources.set(file.entry.uri, made);
      return made;
    });
  }

  /** Says in the box what a commit would be; and in the status bar what was begun and not finished. */
  #describe(): void {
    const { activeBookmark, operation } = this.repository.identity;
    // VS Code puts the keys in for {0} itself.
    const keys = '{0}';
    this.box.placeholder = operation
      ? vscode.l10n.t('Message of the {0} ({1})', operation, keys)
      : activeBookmark
        ? vscode.l10n.t('Message for {0} ({1})', activeBookmark, keys)
        : vscode.l10n.t('Message ({0})', keys);
    this.sourceControl.statusBarCommands = operation && [
      {
        command: 'workbench.view.scm',
        title: vscode.l10n.t('$(git-merge) {0} in progress', operation),
        tooltip: vscode.l10n.t(
          '{0}: resolve what is in conflict, mark it as resolved, and commit',
          this.repository.name,
        ),
      },
    ];
  }
}
