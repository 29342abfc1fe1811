// Commands whose errors reach the user.
import * as vscode from 'vscode';

import { showError } from './errors';

/** Registers commands by their names without `hgls.`. What one throws is shown. */
export function registerCommands(
  commands: Readonly<Record<string, (...parameters: never[]) => unknown>>,
): vscode.Disposable {
  const registered = Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(`hgls.${name}`, async (...parameters: never[]) => {
      try {
        return await run(...parameters);
      } catch (error) {
        showError(error);
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}
