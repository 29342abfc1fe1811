// Checks out another changeset. Changes that are not committed go along where they can; where they are in the way, it is said
// what becomes of them, and asked.
import * as vscode from 'vscode';

import type { Context } from '../context';
import { HglsError } from '../protocol/errors';
import type { UpdateParams } from '../protocol/types';
import type { Repository } from '../repositories/repository';
import { changesetName } from '../text/plain';
import { files } from '../ui/counts';
import { ask, briefly, warn } from '../ui/messages';
import { withProgress } from '../ui/progress';
import { editorsCaughtUp } from './caughtUp';
import { tell } from './telling';
import { hasUnsaved, saveUnsaved } from './unsaved';

type Manner = Pick<UpdateParams, 'clean' | 'check' | 'merge'>;

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
    if (!(error instanceof HglsError) || !isInTheWay(error) || manner.clean || manner.check) throw error;
    const next = await askHow(repository, name, error, manner);
    if (next) await updateTo(context, repository, rev, name, next);
  }
}

/** What to do now that changes are in the way; nothing when the user thought better of it. */
async function askHow(
  repository: Repository,
  name: string,
  error: HglsError,
  tried: Manner,
): Promise<Manner | undefined> {
  const { l10n } = vscode;
  const save = l10n.t('Save Files and Update');
  const merge = l10n.t('Merge Changes and Update');
  const discard = l10n.t('Discard Changes and Update');
  // A merge that is not finished has to end first, and what could not be merged once cannot be merged now.
  const mayMerge = error.kind === 'uncommittedChanges' && !tried.merge;
  const unsaved = hasUnsaved(repository);
  const detail = [
    error.message,
    mayMerge ? l10n.t('Merging keeps your changes: {0}', mergingMeans()) : '',
    l10n.t('Discarding throws away changes that are not committed, and a merge that is not finished.'),
    l10n.t('What is overwritten is kept in a backup.'),
  ].filter(line => line !== '');
  const chosen = await ask(
    l10n.t('Changes in the working copy are in the way of {0}.', name),
    detail.join('\n\n'),
    ...(unsaved ? [save] : []),
    ...(mayMerge ? [merge] : []),
    discard,
  );
  if (chosen === undefined) return undefined;
  if (unsaved && !(await saveUnsaved(repository))) return undefined;
  if (chosen === discard) return { clean: true };
  return chosen === merge ? { merge: true } : tried;
}

/** Where there are changes, asks what shall become of them. */
export async function updateAsking(context: Context, repository: Repository, rev: string, name: string): Promise<void> {
  const { l10n } = vscode;
  const { dirty } = await repository.request('hg/identify', {});
  if (!dirty) {
    await updateTo(context, repository, rev, name);
    return;
  }
  const items: (vscode.QuickPickItem & { manner: Manner })[] = [
    {
      label: l10n.t('Keep changes'),
      detail: l10n.t('They go along. Where the same files changed on the way forth or back, they are merged.'),
      manner: {},
    },
    { label: l10n.t('Merge changes'), detail: mergingMeans(), manner: { merge: true } },
    {
      label: l10n.t('Only without changes'),
      detail: l10n.t('Refuses when there are changes that are not committed.'),
      manner: { check: true },
    },
    {
      label: l10n.t('Discard changes'),
      detail: l10n.t('Throws changes that are not committed away. What is overwritten is kept in a backup.'),
      manner: { clean: true },
    },
  ];
  const placeHolder = l10n.t('Update to {0}: what becomes of changes that are not committed?', name);
  const chosen = await vscode.window.showQuickPick(items, { placeHolder });
  if (!chosen) return;
  if (chosen.manner.clean && !(await mayDiscard(repository, name))) return;
  await updateTo(context, repository, rev, name, chosen.manner);
}

function mergingMeans(): string {
  return vscode.l10n.t(
    'They are merged line by line, also with another line of history. Files in conflict are listed for you to resolve.',
  );
}

async function mayDiscard(repository: Repository, name: string): Promise<boolean> {
  const { l10n } = vscode;
  const discard = l10n.t('Discard Changes and Update');
  const question = l10n.t('Update {0} to {1}, and discard its changes?', repository.name, name);
  const detail = l10n.t('Changes that are not committed are thrown away. What is overwritten is kept in a backup.');
  return (await ask(question, detail, discard)) === discard;
}

/** The update was refused for something that may be merged or discarded. */
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
  await editorsCaughtUp(result.files);
  const where = result.activated ?? changesetName(result.changeset);
  if (result.unresolved > 0) {
    // What stands of each file is in the log; what to do is the same for all of them.
    for (const { message } of result.warnings) context.log.info(message);
    const show = l10n.t('Show Conflicts');
    const text = l10n.t('Updated to {0}. {1} in conflict with your changes.', where, files(result.unresolved));
    if ((await warn(text, show)) === show) await vscode.commands.executeCommand('workbench.view.scm');
    return;
  }
  tell(context, repository, result);
  briefly(
    result.merged > 0
      ? l10n.t('Updated to {0}: {1} updated, {2} merged', where, files(result.updated), files(result.merged))
      : l10n.t('Updated to {0}: {1} updated, {2} removed', where, files(result.updated), files(result.removed)),
  );
}
