// Text that is typed and not saved yet, before something is done with the files on disk.
import { sep } from 'node:path';
import * as vscode from 'vscode';

import type { Repository } from '../repositories/repository';
import { files } from '../ui/counts';
import { ask } from '../ui/messages';

/**
 * Asks what to do with unsaved files before a commit: a commit takes what is on disk. `false`: do not go on. `uris`: only
 * these files, and files below these folders, count.
 */
export async function settleUnsaved(repository: Repository, uris?: readonly string[]): Promise<boolean> {
  const unsaved = unsavedOf(repository, uris);
  if (unsaved.length === 0) return true;
  const saveAll = vscode.l10n.t('Save and Commit');
  const commitSaved = vscode.l10n.t('Commit Without Saving');
  const chosen = await ask(
    vscode.l10n.t('{0} to commit with text that is not saved.', files(unsaved.length)),
    vscode.l10n.t('A commit takes what is on disk.'),
    saveAll,
    commitSaved,
  );
  if (chosen === saveAll) return save(unsaved);
  return chosen === commitSaved;
}

/** Saves unsaved files, so that what was typed goes where the rest of the file goes. `false`: one could not be saved. */
export async function saveUnsaved(repository: Repository, uris?: readonly string[]): Promise<boolean> {
  return save(unsavedOf(repository, uris));
}

/** Whether there are any in the repository. */
export function hasUnsaved(repository: Repository): boolean {
  return unsavedOf(repository).length > 0;
}

function unsavedOf(repository: Repository, uris?: readonly string[]): vscode.TextDocument[] {
  const wanted = uris?.map(uri => vscode.Uri.parse(uri, true).fsPath);
  return vscode.workspace.textDocuments.filter(({ isDirty, uri }) => {
    if (!isDirty || uri.scheme !== 'file' || !repository.contains(uri)) return false;
    return !wanted || wanted.some(path => uri.fsPath === path || uri.fsPath.startsWith(`${path}${sep}`));
  });
}

async function save(documents: readonly vscode.TextDocument[]): Promise<boolean> {
  const saved = await Promise.all(documents.map(document => document.save()));
  return saved.every(Boolean);
}
