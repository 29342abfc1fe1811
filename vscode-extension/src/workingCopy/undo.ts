// Takes a revert back: remembers what its answer will not tell, and then goes the way back. Knows nothing of who asks for it.
import * as vscode from 'vscode';

import type { StatusEntry } from '../protocol/types';
import type { Repository } from '../repositories/repository';
import { files } from '../ui/counts';
import { withProgress } from '../ui/progress';
import { editorsCaughtUp } from './caughtUp';
import { backupsOf, restore, type Restored } from './restore';
import { saveUnsaved } from './unsaved';
import { lengthOf, type Absent, type WayBack } from './wayBack';

/** As many as the server lists at most. */
const ALL = 1_000_000;

/** Which of the files, and of those below folders, are not on disk. Call it before they are reverted. */
export async function absentAmong(repository: Repository, uris: readonly string[]): Promise<Absent> {
  const { entries } = await repository.request('hg/status', { paths: [...uris], include: ['R', '!'], limit: ALL });
  const missing = entries.filter(({ status }) => status === '!');
  const removed = entries.filter(({ status }) => status === 'R');
  const isThere = await Promise.all(removed.map(isOnDisk));
  return { missing: urisOf(missing), removed: urisOf(removed.filter((_, index) => !isThere[index])) };
}

/** What is changed since the revert stays: its backup, or the refusal, says so. */
export async function undo(repository: Repository, way: WayBack): Promise<Restored> {
  const all: Restored = { files: [], warnings: [] };
  const { added, forgotten, removed, discarded } = way;
  // What was typed and not saved is a change like others.
  if (!(await saveUnsaved(repository, [...removed, ...discarded]))) return all;
  const take = (some: Restored): void => {
    all.files.push(...some.files);
    all.warnings.push(...some.warnings);
  };
  if (way.restored.length > 0) take(await restore(repository, await backupsOf(repository, way.restored)));
  await withProgress(vscode.l10n.t('Restoring {0}', files(lengthOf(way))), async token => {
    if (added.length > 0) take(await repository.request('hg/add', { uris: [...added] }, token));
    if (forgotten.length > 0) take(await repository.request('hg/forget', { uris: [...forgotten] }, token));
    if (removed.length > 0) take(await repository.request('hg/remove', { uris: [...removed] }, token));
    if (discarded.length > 0) take(await discard(repository, discarded));
  });
  await editorsCaughtUp(all.files);
  return all;
}

/** Takes files off the disk that are as they are committed. */
async function discard(repository: Repository, uris: readonly string[]): Promise<Restored> {
  const all: Restored = { files: [], warnings: [] };
  const { entries } = await repository.request('hg/status', { paths: [...uris], include: ['M', 'C'], limit: ALL });
  for (const { path, uri, status } of entries) {
    if (status === 'C') {
      await vscode.workspace.fs.delete(vscode.Uri.parse(uri, true));
      all.files.push({ action: 'removed', path, uri });
    } else {
      all.warnings.push({ message: vscode.l10n.t('{0} was changed since, and stays.', path), refused: true });
    }
  }
  return all;
}

async function isOnDisk({ uri }: StatusEntry): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(vscode.Uri.parse(uri, true));
    return true;
  } catch {
    return false;
  }
}

function urisOf(entries: readonly StatusEntry[]): Set<string> {
  return new Set(entries.map(({ uri }) => uri));
}
