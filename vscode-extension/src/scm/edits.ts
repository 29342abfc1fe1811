// The commands that change files or how they are tracked: add, forget, revert, addremove.
import * as vscode from 'vscode';

import type { Context } from '../context';
import type { MethodName, ParamsOf } from '../protocol/methods';
import type { EditResult } from '../protocol/types';
import type { Repository } from '../repositories/repository';
import type { Progress } from '../server/session';
import { files } from '../ui/counts';
import { ask } from '../ui/messages';
import { withProgress } from '../ui/progress';
import { editorsCaughtUp } from '../workingCopy/caughtUp';
import { tell, type Told } from '../workingCopy/telling';
import { absentAmong, undo } from '../workingCopy/undo';
import { saveUnsaved } from '../workingCopy/unsaved';
import { lengthOf, wayBack } from '../workingCopy/wayBack';
import type { Chooser, Chosen } from './choose';

type EditMethod = 'hg/add' | 'hg/forget' | 'hg/addremove' | 'hg/revert' | 'hg/remove';

export class Edits {
  constructor(
    private readonly context: Context,
    private readonly chooser: Chooser,
  ) {}

  async add(...parameters: unknown[]): Promise<void> {
    await this.#each(parameters, 'hg/add', vscode.l10n.t('Adding files'), {}, count =>
      vscode.l10n.t('Added {0}.', files(count)),
    );
  }

  async forget(...parameters: unknown[]): Promise<void> {
    await this.#each(parameters, 'hg/forget', vscode.l10n.t('Forgetting files'), {}, count =>
      vscode.l10n.t('Forgot {0}, still on disk.', files(count)),
    );
  }

  /** Records that missing files are gone. */
  async removeMissing(...parameters: unknown[]): Promise<void> {
    await this.#each(parameters, 'hg/remove', vscode.l10n.t('Removing files'), { after: true }, count =>
      vscode.l10n.t('Removed {0}.', files(count)),
    );
  }

  /** Adds what is not tracked and removes what is missing, in the whole repository. */
  async addremove(argument?: unknown): Promise<void> {
    const repository = await this.chooser.repository(argument);
    if (!repository) return;
    const result = await this.#send(repository, 'hg/addremove', vscode.l10n.t('Adding and removing files'), {});
    tell(this.context, repository, result, count => vscode.l10n.t('Added or removed {0}.', files(count)));
  }

  /** Brings files back to what is committed, once the user has said so. */
  async revert(...parameters: unknown[]): Promise<void> {
    for (const chosen of await this.chooser.files(parameters)) await this.#revert(chosen);
  }

  async revertAll(argument?: unknown): Promise<void> {
    const repository = await this.chooser.repository(argument);
    if (repository) await this.#revert({ repository, uris: [repository.rootUri] });
  }

  async #revert({ repository, uris }: Chosen): Promise<void> {
    if (uris.length === 0) return;
    const revert = vscode.l10n.t('Revert');
    const [only] = uris;
    const question =
      only === repository.rootUri
        ? vscode.l10n.t('Revert all changes in {0}?', repository.name)
        : uris.length === 1 && only !== undefined
          ? vscode.l10n.t('Revert {0}?', vscode.workspace.asRelativePath(vscode.Uri.parse(only, true)))
          : vscode.l10n.t('Revert {0}?', files(uris.length));
    const detail = vscode.l10n.t('They become what is committed. What is overwritten is kept as a backup.');
    if ((await ask(question, detail, revert)) !== revert) return;
    // What was typed and not saved shall be in the backup too, and not come back by a later save.
    if (!(await saveUnsaved(repository, uris))) return;
    const absent = await absentAmong(repository, uris);
    const result = await this.#send(repository, 'hg/revert', vscode.l10n.t('Reverting'), { uris: [...uris] });
    const done = (count: number): string => vscode.l10n.t('Reverted {0}.', files(count));
    const way = wayBack(result.files, absent);
    const back = lengthOf(way) > 0 ? (): Promise<Told> => undo(repository, way) : undefined;
    tell(this.context, repository, result, done, back);
  }

  async #each<M extends EditMethod>(
    parameters: readonly unknown[],
    method: M,
    title: string,
    options: Omit<ParamsOf<M>, 'root' | 'uris'>,
    done: (count: number) => string,
  ): Promise<void> {
    for (const { repository, uris } of await this.chooser.files(parameters)) {
      if (uris.length === 0) continue;
      const params = { ...options, uris: [...uris] } as unknown as Omit<ParamsOf<M>, 'root'>;
      tell(this.context, repository, await this.#send(repository, method, title, params), done);
    }
  }

  async #send<M extends EditMethod & MethodName>(
    repository: Repository,
    method: M,
    title: string,
    params: Omit<ParamsOf<M>, 'root'>,
  ): Promise<EditResult> {
    const result: EditResult = await withProgress(
      title,
      (token: vscode.CancellationToken, onProgress: (progress: Progress) => void) =>
        repository.request(method, params, token, onProgress),
    );
    await editorsCaughtUp(result.files);
    return result;
  }
}
