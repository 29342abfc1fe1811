// What the tests inside the extension host find there: the extension, running, and the workspace's repository.
import * as vscode from 'vscode';

import { atRevision } from '../../src/revisions/uris';
import { TestRepository } from '../workbench/repository';
import { until } from '../workbench/wait';

/** The folder of the workspace. */
export function folder(): vscode.Uri {
  const [only] = vscode.workspace.workspaceFolders ?? [];
  if (!only) throw new Error('no folder is open');
  return only.uri;
}

/** A file of the workspace. */
export function file(name: string): vscode.Uri {
  return vscode.Uri.joinPath(folder(), name);
}

/** The repository of the workspace, once the extension has a server that answers for it. */
export async function open(): Promise<TestRepository> {
  await vscode.extensions.getExtension('hgls.hgls')?.activate();
  const known = async (): Promise<boolean> => {
    try {
      return (await vscode.workspace.fs.stat(atRevision(file('alpha.txt'), '0'))).size > 0;
    } catch {
      return false;
    }
  };
  await until('the server', known);
  return TestRepository.at(folder().fsPath);
}
