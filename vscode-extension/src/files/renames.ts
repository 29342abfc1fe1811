// A file or folder that is renamed or moved in the explorer is recorded as renamed. Decides nothing of what a rename is.
import * as vscode from 'vscode';

import type { Context } from '../context';
import { HglsError } from '../protocol/errors';
import type { Repository } from '../repositories/repository';
import { showError } from '../ui/errors';
import { inform } from '../ui/messages';

/** Nothing is wrong when these are renamed: nobody tracks them. */
const NOT_OURS: ReadonlySet<string> = new Set(['notTracked', 'notInRepository', 'fileMissing']);
/** How many files of a folder are recorded, each by itself. */
const MOST = 1000;

export function registerRenames(context: Context): vscode.Disposable {
  return vscode.workspace.onDidRenameFiles(async ({ files }) => {
    for (const { oldUri, newUri } of files) await record(context, oldUri, newUri);
  });
}

async function record({ repositories, settings, log }: Context, before: vscode.Uri, after: vscode.Uri): Promise<void> {
  if (!settings.get<boolean>('explorer.recordRenames', after)) return;
  const repository = await repositories.of(after);
  // What leaves a repository is removed from it, which the panel shows.
  if (!repository?.contains(before)) return;
  try {
    for (const [source, target] of await pairs(repository, before, after)) {
      const { warnings } = await repository.request('hg/rename', { source, target, after: true });
      for (const { message } of warnings) log.warn(message);
    }
  } catch (error) {
    if (!(error instanceof HglsError) || !NOT_OURS.has(error.kind)) showError(error);
  }
}

/** Each file that has another name now, with that name: a folder is there already, so its files are named one by one. */
async function pairs(repository: Repository, before: vscode.Uri, after: vscode.Uri): Promise<[string, string][]> {
  const { type } = await vscode.workspace.fs.stat(after);
  if (!(type & vscode.FileType.Directory)) return [[before.toString(), after.toString()]];
  // What is tracked under the old name is missing from there now.
  const missing = await repository.request('hg/status', { paths: [before.toString()], include: ['!'], limit: MOST });
  if (missing.truncated) {
    void inform(vscode.l10n.t('hgls: of the renamed folder {0} the first {1} files are recorded.', after.path, MOST));
  }
  return missing.entries.map(({ uri }) => {
    const below = vscode.Uri.parse(uri).path.slice(before.path.length);
    return [uri, after.with({ path: after.path + below }).toString()];
  });
}
