// The commands that make changesets and undo them: the message comes from the commit box, and goes back there.
import * as vscode from 'vscode';

import type { Context } from '../context';
import { HglsError } from '../protocol/errors';
import type { CommitParams, CommitResult } from '../protocol/types';
import type { Repository } from '../repositories/repository';
import { files } from '../ui/counts';
import { ask, briefly, warn } from '../ui/messages';
import { withProgress } from '../ui/progress';
import { tell } from '../workingCopy/telling';
import { settleUnsaved } from '../workingCopy/unsaved';
import type { Chooser } from './choose';
import { afterCommit, givenBack, subject } from './messages';
import type { Panels } from './panels';

export class Commits {
  constructor(
    private readonly context: Context,
    private readonly panels: Panels,
    private readonly chooser: Chooser,
  ) {}

  /** Commits all changes. */
  async commit(argument?: unknown): Promise<void> {
    const repository = await this.chooser.repository(argument);
    if (repository) await this.make(repository, {});
  }

  /** Puts the changes, and the box's message where there is one, into the working copy's parent. */
  async amend(argument?: unknown): Promise<void> {
    const repository = await this.chooser.repository(argument);
    if (repository && !this.#isPublic(repository)) await this.make(repository, { amend: true });
  }

  /** Commits some files and nothing else. */
  async commitFiles(...parameters: unknown[]): Promise<void> {
    for (const { repository, uris } of await this.chooser.files(parameters))
      await this.make(repository, { uris: [...uris] });
  }

  /** Undoes the last commit. Its changes stay in the working copy, and its message goes back to the box. */
  async uncommit(argument?: unknown): Promise<void> {
    const repository = await this.chooser.repository(argument);
    if (!repository || this.#isPublic(repository)) return;
    const undone = await this.#explaining(repository, () =>
      withProgress(vscode.l10n.t('Uncommitting in {0}', repository.name), (token, onProgress) =>
        repository.request('hg/uncommit', {}, token, onProgress),
      ),
    );
    if (!undone) return;
    const panel = this.panels.of(repository);
    if (panel) panel.box.value = givenBack(undone.message, panel.message);
    tell(this.context, repository, { files: [], warnings: undone.warnings });
    briefly(vscode.l10n.t('Undone: {0}', subject(undone.message)));
  }

  /** Commits what `what` says, with the message of the box or one that is asked for. */
  async make(repository: Repository, what: Pick<CommitParams, 'amend' | 'uris' | 'hunks'>): Promise<void> {
    const panel = this.panels.of(repository);
    const box = panel?.box;
    const typed = box?.value ?? '';
    const message = panel?.message.trim() ? typed : await this.#askMessage(what.amend === true);
    if (message === undefined) return;
    const named = what.uris ?? what.hunks?.map(({ uri }) => uri);
    if (!(await settleUnsaved(repository, named))) return;
    // With no message an amended changeset keeps its own.
    const params = { ...what, ...(message.trim() ? { message } : {}) };
    const made = await this.#explaining(repository, () => this.#commitOrAdd(repository, params));
    if (!made) return;
    if (box) box.value = afterCommit(typed, box.value);
    if (made.output) this.context.log.info(made.output);
    tell(this.context, repository, { files: [], warnings: made.warnings });
    const { node, desc } = made.changeset;
    briefly(vscode.l10n.t('Committed {0}: {1}', node.slice(0, 10), subject(desc)));
  }

  async #askMessage(amend: boolean): Promise<string | undefined> {
    return vscode.window.showInputBox({
      prompt: amend ? vscode.l10n.t('Commit message; empty to keep the one it has') : vscode.l10n.t('Commit message'),
      ignoreFocusOut: true,
      validateInput: text => (amend || text.trim() ? undefined : vscode.l10n.t('A commit needs a message.')),
    });
  }

  /** When there is nothing to commit but files that are not tracked, offers to add those. */
  async #commitOrAdd(repository: Repository, params: Omit<CommitParams, 'root'>): Promise<CommitResult | undefined> {
    const send = (addremove: boolean): Promise<CommitResult> =>
      withProgress(vscode.l10n.t('Committing in {0}', repository.name), (token, onProgress) =>
        repository.request('hg/commit', addremove ? { ...params, addremove } : params, token, onProgress),
      );
    try {
      return await send(false);
    } catch (error) {
      const onlyNew = error instanceof HglsError && error.kind === 'nothingToCommit' && !params.hunks;
      const untracked = onlyNew ? (this.panels.of(repository)?.filesOf('untracked').length ?? 0) : 0;
      if (untracked === 0) throw error;
      const add = vscode.l10n.t('Add and Commit');
      const chosen = await ask(
        vscode.l10n.t('No tracked file has changes.'),
        vscode.l10n.t('Add {0} that nobody tracks yet, and commit?', files(untracked)),
        add,
      );
      return chosen === add ? send(true) : undefined;
    }
  }

  /** Whether the working copy's parent is public; the user is told what that means here. */
  #isPublic(repository: Repository): boolean {
    if (repository.identity.phase !== 'public') return false;
    this.#tellPublic(repository);
    return true;
  }

  #tellPublic(repository: Repository): void {
    void warn(
      vscode.l10n.t(
        '{0} is public: a remote repository has it, so it can neither be amended nor undone. Commit a new changeset instead.',
        repository.identity.node.slice(0, 10),
      ),
    );
  }

  /** Says of what refuses a commit what to do about it here; the server's hints are for the prompt. */
  async #explaining<Result>(repository: Repository, change: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await change();
    } catch (error) {
      const kind = error instanceof HglsError ? error.kind : undefined;
      if (kind === 'publicChangeset') {
        // It was fetched or pushed just now.
        this.#tellPublic(repository);
        return undefined;
      }
      if (kind === 'unresolvedConflicts') {
        void warn(
          vscode.l10n.t(
            'There are conflicts that are not resolved. Edit those files, mark them as resolved, and commit then.',
          ),
        );
        return undefined;
      }
      throw error;
    }
  }
}
