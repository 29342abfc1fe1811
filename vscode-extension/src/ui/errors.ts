// Tells the user of an error: its message, what can be done about it, and a button that shows the log.
import * as vscode from 'vscode';

import { asHglsError } from '../protocol/errors';
import { fail } from './messages';

/** Shows the error, unless it only says that something was cancelled. */
export function showError(thrown: unknown): void {
  const error = asHglsError(thrown);
  // Who has no server was told so once, when it was found missing.
  if (error.kind === 'cancelled') return;
  const showLog = vscode.l10n.t('Show Log');
  const text = error.hint ? `${error.message} (${error.hint})` : error.message;
  void fail(`hgls: ${text}`, showLog).then(chosen => {
    if (chosen === showLog) void vscode.commands.executeCommand('hgls.log.show');
  });
}
