// The commands about backups.
import * as vscode from 'vscode';

import type { Context } from '../context';
import type { Repository } from '../repositories/repository';
import { registerCommands } from '../ui/commands';
import { filesNamed } from '../ui/files';
import { showBackups } from './list';

export function registerBackups(context: Context): vscode.Disposable {
  const { current, repositories } = context;
  return registerCommands({
    'backups.show': async (argument: unknown) => {
      const repository = await current.forCommand(rootOf(argument) ?? argument);
      if (repository) await showBackups(context, repository);
    },
    'backups.ofFiles': async (...parameters: unknown[]) => {
      const files = filesNamed(parameters);
      const [first] = files;
      const repository = first && (await repositories.of(first));
      if (repository) await showBackups(context, repository, urisIn(repository, files));
    },
  });
}

function urisIn(repository: Repository, files: readonly vscode.Uri[]): string[] {
  return [...new Set(files.filter(file => repository.contains(file)).map(String))];
}

/** The repository of a source control that a menu belongs to. */
function rootOf(argument: unknown): vscode.Uri | undefined {
  const root = (argument as { rootUri?: unknown } | undefined)?.rootUri;
  return root instanceof vscode.Uri ? root : undefined;
}
