// Files and folders that are renamed as the explorer does it.
import * as vscode from 'vscode';

import type { TestRepository } from '../workbench/repository';
import { untilEqual } from '../workbench/wait';
import { file, open } from './surroundings';

async function rename(from: string, to: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.renameFile(file(from), file(to));
  await vscode.workspace.applyEdit(edit);
}

describe('a rename in the explorer', () => {
  let repository: TestRepository;
  const tracked = (): string[] => repository.git('ls-files').split('\n');

  before(async () => (repository = await open()));

  it('of a file is recorded', async () => {
    await rename('latin.txt', 'latin-1.txt');
    const files = ['alpha.txt', 'latin-1.txt', 'letters/beta.txt', 'letters/gamma.txt', 'picture.bin'];
    await untilEqual('the new name', tracked, files);
  });

  it('of a folder is recorded, file by file', async () => {
    await rename('letters', 'signs');
    const files = ['alpha.txt', 'latin-1.txt', 'picture.bin', 'signs/beta.txt', 'signs/gamma.txt'];
    await untilEqual('the new names', tracked, files);
  });

  it('back leaves nothing changed', async () => {
    await rename('signs', 'letters');
    await rename('latin-1.txt', 'latin.txt');
    const files = ['alpha.txt', 'latin.txt', 'letters/beta.txt', 'letters/gamma.txt', 'picture.bin'];
    await untilEqual('the old names', tracked, files);
  });
});
