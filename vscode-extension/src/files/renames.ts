// A file or folder that is renamed or moved in the explorer is recorded as renamed. Decides nothing of what a rename is.
import * as vscode from 'vscode';

import type { Context } from '../context';
import { HglsError } from '../protocol/errors';
import { showError } from '../ui/errors';

/** Nothing is wrong when these are renamed: nobody tracks them. */
const NOT_OURS: ReadonlySet<string> = new Set(['notTracked', 'notInRepository', 'fileMissing']);

export function registerRenames({ repositories, settings, log }: Context): vscode.Disposable {
  const record = async (before: vscode.Uri, after: vscode.Uri): Promise<void> => {
    const repository = await repositories.of(after);
    // What leaves a repository is removed from it, which the panel shows.
    if (!repository?.contains(before) || (await repositories.of(before)) !== repository) return;
    try {
      const renamed = { source: before.toString(), target: after.toString(), after: true };
      const { warnings } = await repository.request('hg/rename', renamed);
      for (const { message } of warnings) log.warn(message);
    } catch (error) {
      if (!(error instanceof HglsError) || !NOT_OURS.has(error.kind)) showError(error);
    }
  };
  return vscode.workspace.onDidRenameFiles(async ({ files }) => {
    for (const { oldUri, newUri } of files) {
      if (settings.get<boolean>('explorer.recordRenames', newUri)) await record(oldUri, newUri);
    }
  });
}
