// The committed text of files, which VS Code compares an editor's text with to mark changed lines. Its addresses stay the
// same from one commit to the next; what they stand for is announced as changed.
import { lstat } from 'node:fs/promises';
import * as vscode from 'vscode';

import type { Repositories } from '../repositories/repositories';
import type { Repository } from '../repositories/repository';
import type { Kind } from './versionDocuments';

/** They are read in the encoding of the editor that they are compared in, which the query names where it is another file's. */
export const ORIGINALS: Kind = {
  scheme: 'hgls-original',
  wanted: (file, query) => ({ rev: '.', readAs: vscode.Uri.file(query || file.path) }),
  // The commit that had the file may just have been undone.
  absent: ['notTracked'],
};

/**
 * What VS Code compares a file of this repository with. Nothing for what has no committed text to compare with line by
 * line: files of others, of git itself, links, and files that are new, ignored or in conflict.
 */
export async function originalOf(
  file: vscode.Uri,
  repository: Repository,
  repositories: Repositories,
  token: vscode.CancellationToken,
): Promise<vscode.Uri | undefined> {
  if (file.scheme !== 'file' || file.path.split('/').includes('.git')) return undefined;
  if ((await repositories.of(file)) !== repository) return undefined;
  try {
    if (!(await lstat(file.fsPath)).isFile()) return undefined;
    const { entries } = await repository.request(
      'hg/status',
      { paths: [file.toString()], include: ['M', 'A', 'R', '!', '?', 'I', 'C'], limit: 2 },
      token,
    );
    const [entry] = entries;
    if (!entry || entry.unresolved || entries.length > 1) return undefined;
    if (entry.status === 'M' || entry.status === 'C') return file.with({ scheme: ORIGINALS.scheme });
    if (entry.status !== 'A' || entry.source === undefined) return undefined;
    // A copy or new name is compared with what it was made of, and read in the encoding of its own editor.
    const source = vscode.Uri.joinPath(repository.root, entry.source);
    return source.with({ scheme: ORIGINALS.scheme, query: file.path });
  } catch {
    // A file that is gone, or a server that is: there are no marks then, and VS Code asks again.
    return undefined;
  }
}
