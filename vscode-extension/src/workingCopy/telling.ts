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

export interface Told {
  readonly files: readonly EditedFile[];
  readonly warnings: readonly Warning[];
}

/** `done`: the sentence that says what was done to so many files. `undo` takes it back, where that can be done. */
export function tell(
  context: Context,
  repository: Repository,
  result: Told,
  done?: (count: number) => string,
  undo?: () => Promise<Told>,
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
  const sentences = done && count > 0 ? [done(count)] : [];
  if (kept.length > 0) sentences.push(vscode.l10n.t('What was overwritten is kept ({0}).', files(kept.length)));
  if (kept.length > 0 || undo) void offerBack(context, repository, kept, sentences.join(' '), undo).catch(showError);
  else if (sentences.length > 0) briefly(sentences.join(' '));
}

/** Says what was done, with what leads back from there. */
async function offerBack(
  context: Context,
  repository: Repository,
  kept: readonly EditedFile[],
  said: string,
  undo?: () => Promise<Told>,
): Promise<void> {
  const back = vscode.l10n.t('Undo');
  const show = vscode.l10n.t('Show Backups');
  const chosen = await inform(said, ...(undo ? [back] : []), ...(kept.length > 0 ? [show] : []));
  if (chosen === back && undo) {
    tell(context, repository, await undo(), count => vscode.l10n.t('Restored {0}.', files(count)));
  }
  if (chosen === show) {
    const uris = kept.map(({ uri }) => vscode.Uri.parse(uri, true));
    await vscode.commands.executeCommand('hgls.backups.ofFiles', ...uris);
  }
}
