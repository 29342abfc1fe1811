// Brings files back from the backups. Knows nothing of who asks for it.
import * as vscode from 'vscode';

import type { EditedFile, EditResult, KeptFile } from '../protocol/types';
import type { Repository } from '../repositories/repository';
import { files } from '../ui/counts';
import { withProgress } from '../ui/progress';
import { editorsCaughtUp } from './caughtUp';
import { saveUnsaved } from './unsaved';

/** Lists of backups come in pages. */
const PAGE = 1000;

/** What became of the files. */
export type Restored = Pick<EditResult, 'files' | 'warnings'>;

/** Brings backups back. What stands in their places now becomes backups itself. */
export async function restore(repository: Repository, backups: readonly KeptFile[]): Promise<Restored> {
  const all: Restored = { files: [], warnings: [] };
  // What was typed and not saved shall be kept, too.
  const saved = await saveUnsaved(
    repository,
    backups.map(({ uri }) => uri),
  );
  if (!saved) return all;
  await withProgress(vscode.l10n.t('Restoring {0}', files(backups.length)), async (token, onProgress) => {
    for (const [done, { uri, id }] of backups.entries()) {
      if (token.isCancellationRequested) return;
      onProgress({ percentage: (100 * done) / backups.length });
      const result = await repository.request('hg/restore', { uri, id }, token);
      all.files.push(...result.files);
      all.warnings.push(...result.warnings);
    }
  });
  await editorsCaughtUp(all.files);
  return all;
}

/** The backups that an operation made, which are among the newest of its files. */
export async function backupsOf(repository: Repository, edited: readonly EditedFile[]): Promise<KeptFile[]> {
  const wanted = new Set(edited.flatMap(({ backup }) => backup ?? []));
  const uris = edited.filter(({ backup }) => backup !== undefined).map(({ uri }) => uri);
  const found: KeptFile[] = [];
  let cursor: string | undefined;
  do {
    const page = await repository.request('hg/backups', { uris, limit: PAGE, ...(cursor && { cursor }) });
    found.push(...page.backups.filter(({ file }) => wanted.has(file)));
    cursor = page.nextCursor;
  } while (cursor !== undefined && found.length < wanted.size);
  return found;
}
