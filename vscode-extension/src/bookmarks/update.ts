// Checks out another changeset. Changes that are not committed go along where they can; what they are in the way of is asked.
import * as vscode from 'vscode';

import type { Context } from '../context';
import { HglsError } from '../protocol/errors';
import type { UpdateParams } from '../protocol/types';
import type { Repository } from '../repositories/repository';
import { tell } from '../scm/telling';
import { withProgress } from '../ui/progress';

type Manner = Pick<UpdateParams, 'clean' | 'check'>;

/** Updates to `rev`. `name` is what the user knows it by. */
export async function updateTo(
  context: Context,
  repository: Repository,
  rev: string,
  name: string,
  manner: Manner = {},
): Promise<void> {
  try {
    await send(context, repository, rev, name, manner);
  } catch (error) {
    if (!(error instanceof HglsError) || !isInTheWay(error) || manner.clean) throw error;
    const discard = vscode.l10n.t('Discard Changes and Update');
    const detail = vscode.l10n.t(
      '{0}\n\nDiscarding throws away changes that are not committed, and a merge that is not finished. What is overwritten is kept in a backup.',
      error.message,
    );
    const question = vscode.l10n.t('Changes in the working copy are in the way of {0}.', name);
    const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, discard);
    if (chosen === discard) await send(context, repository, rev, name, { clean: true });
  }
}

/** Asks how, and for `clean` whether that is meant. */
export async function updateAsking(context: Context, repository: Repository, rev: string, name: string): Promise<void> {
  const { l10n } = vscode;
  const items: (vscode.QuickPickItem & { manner: Manner })[] = [
    { label: l10n.t('Keep changes'), detail: l10n.t('Changes that are not committed go along.'), manner: {} },
    {
      label: l10n.t('Only without changes'),
      detail: l10n.t('Refuses when there are changes that are not committed.'),
      manner: { check: true },
    },
    {
      label: l10n.t('Discard changes'),
      detail: l10n.t('Throws changes that are not committed away.'),
      manner: { clean: true },
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: l10n.t('Update to {0}', name) });
  if (!chosen) return;
  if (chosen.manner.clean && !(await mayDiscard(repository, name))) return;
  if (chosen.manner.check) await send(context, repository, rev, name, chosen.manner);
  else await updateTo(context, repository, rev, name, chosen.manner);
}

async function mayDiscard(repository: Repository, name: string): Promise<boolean> {
  const { dirty } = await repository.request('hg/identify', {});
  if (!dirty) return true;
  const { l10n } = vscode;
  const discard = l10n.t('Discard Changes and Update');
  const chosen = await vscode.window.showWarningMessage(
    l10n.t('Update {0} to {1}, and discard its changes?', repository.name, name),
    {
      modal: true,
      detail: l10n.t('Changes that are not committed are thrown away. What is overwritten is kept in a backup.'),
    },
    discard,
  );
  return chosen === discard;
}

/** The update was refused for something that `clean` would throw away. */
function isInTheWay(error: HglsError): boolean {
  return error.kind === 'uncommittedChanges' || error.kind === 'operationInProgress';
}

async function send(
  context: Context,
  repository: Repository,
  rev: string,
  name: string,
  manner: Manner,
): Promise<void> {
  const { l10n } = vscode;
  const result = await withProgress(l10n.t('Updating {0} to {1}', repository.name, name), (token, onProgress) =>
    repository.request('hg/update', { rev, ...manner }, token, onProgress),
  );
  tell(result, context.log);
  const where = result.activated ?? `${result.changeset.rev}:${result.changeset.node.slice(0, 12)}`;
  vscode.window.setStatusBarMessage(
    l10n.t('Updated to {0}: {1} files updated, {2} removed', where, result.updated, result.removed),
    5000,
  );
}
