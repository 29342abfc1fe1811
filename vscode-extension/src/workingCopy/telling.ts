// Tells the user what came of a change of files, as far as it is not seen: what was refused, and what is kept of what was
// overwritten, with a way back.
import * as vscode from 'vscode';

import type { Context } from '../context';
import type { EditedFile, Warning } from '../protocol/types';
import type { Repository } from '../repositories/repository';
import { files } from '../ui/counts';
import { showError } from '../ui/errors';
import { briefly, inform, warn } from '../ui/messages';
import { outcome, shortList } from './outcome';
import { undo } from './restore';

export interface Told {
  readonly files: readonly EditedFile[];
  readonly warnings: readonly Warning[];
}

export interface Telling {
  /** Whether the files stand as before once the backups are restored: nothing else was changed beside them. */
  readonly mayBeUndone?: boolean;
}

/** `done`: the sentence that says what was done to so many files. */
export function tell(
  context: Context,
  repository: Repository,
  result: Told,
  done?: (count: number) => string,
  { mayBeUndone = false }: Telling = {},
): void {
  const { done: count, refused, remarks, kept } = outcome(result.files, result.warnings);
  for (const line of [...refused, ...remarks]) context.log.info(line);
  if (refused.length > 0) {
    const { text, more } = shortList(refused);
    const message = more > 0 ? vscode.l10n.t('{0} (and {1} more: see the log)', text, more) : text;
    const showLog = vscode.l10n.t('Show Log');
    void warn(`hgls: ${message}`, showLog).then(chosen => {
      if (chosen === showLog) void vscode.commands.executeCommand('hgls.log.show');
    });
  }
  if (kept.length > 0) void offerBackups(context, repository, kept, done?.(count), mayBeUndone).catch(showError);
  else if (done && count > 0) briefly(done(count));
}

async function offerBackups(
  context: Context,
  repository: Repository,
  kept: readonly EditedFile[],
  done: string | undefined,
  mayBeUndone: boolean,
): Promise<void> {
  const back = vscode.l10n.t('Undo');
  const show = vscode.l10n.t('Show Backups');
  const where = vscode.l10n.t('What was overwritten is kept ({0}).', files(kept.length));
  const chosen = await inform(done === undefined ? where : `${done} ${where}`, ...(mayBeUndone ? [back] : []), show);
  if (chosen === back) {
    const restored = await undo(repository, kept);
    tell(context, repository, restored, count => vscode.l10n.t('Restored {0}.', files(count)));
  }
  if (chosen === show) {
    const uris = kept.map(({ uri }) => vscode.Uri.parse(uri, true));
    await vscode.commands.executeCommand('hgls.backups.ofFiles', ...uris);
  }
}
