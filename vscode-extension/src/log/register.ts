// The log in the editor: its view, its panels, its text, and the commands for what is in it.
import * as vscode from 'vscode';

import type { Context } from '../context';
import { registerCommands } from '../ui/commands';
import { actions } from './actions';
import { LogPlaces } from './places';
import { TextLogs } from './textDocuments';

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
      if (repository) await texts.show(repository, places.revsetOf(repository));
    },
    ...actions(context),
  });
  return vscode.Disposable.from(places, texts, commands);
}
