// The log in the editor: its view, its panels, its text, and the commands for what is in it.
import * as path from 'node:path';
import * as vscode from 'vscode';

import type { Context } from '../context';
import type { Repository } from '../repositories/repository';
import { registerCommands } from '../ui/commands';
import { filesNamed } from '../ui/files';
import { actions } from './actions';
import { LogPlaces } from './places';
import { TextLogs } from './textDocuments';

/** The paths of files and folders in a repository; none for its root, which has everything in it. */
function pathsIn(repository: Repository, files: readonly vscode.Uri[]): string[] {
  const inside = files.filter(file => repository.contains(file));
  const relative = inside.map(file => path.relative(repository.root.fsPath, file.fsPath).split(path.sep).join('/'));
  return relative.includes('') ? [] : [...new Set(relative)];
}

export function registerLog(context: Context): vscode.Disposable {
  const { current } = context;
  const places = new LogPlaces(context, current);
  const texts = new TextLogs(context);
  const commands = registerCommands({
    'graph.open': async (argument: unknown) => {
      const repository = await current.forCommand(argument);
      if (repository) places.open(repository);
    },
    'graph.search': () => places.focusSearch(),
    'graph.refresh': () => {
      places.refresh();
    },
    'graph.chooseRepository': async () => {
      const repository = await current.forCommand(undefined);
      if (repository) current.choose(repository);
    },
    'graph.asText': async (argument: unknown) => {
      const repository = await current.forCommand(argument);
      if (repository) await texts.show(repository, places.limitsOf(repository));
    },
    'graph.ofPaths': async (...parameters: unknown[]) => {
      const files = filesNamed(parameters);
      const [first] = files;
      const repository = first && (await context.repositories.of(first));
      if (repository) places.open(repository, pathsIn(repository, files));
    },
    ...actions(context),
  });
  return vscode.Disposable.from(places, texts, commands);
}
