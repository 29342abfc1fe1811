// Tells the user what came of a change of files, as far as it is not seen: what was refused, and where backups are.
import * as vscode from 'vscode';

import type { EditedFile, Warning } from '../protocol/types';
import { outcome, shortList } from './outcome';

export interface Told {
  readonly files: readonly EditedFile[];
  readonly warnings: readonly Warning[];
}

/** `done`: the sentence that says what was done to so many files. */
export function tell(result: Told, log: vscode.LogOutputChannel, done?: (count: number) => string): void {
  const { done: count, refused, remarks, backups } = outcome(result.files, result.warnings);
  for (const line of [...refused, ...remarks]) log.info(line);
  if (refused.length > 0) {
    const { text, more } = shortList(refused);
    const message = more > 0 ? vscode.l10n.t('{0} (and {1} more: see the log)', text, more) : text;
    const showLog = vscode.l10n.t('Show Log');
    void vscode.window.showWarningMessage(`hgls: ${message}`, showLog).then(chosen => {
      if (chosen === showLog) void vscode.commands.executeCommand('hgls.log.show');
    });
  }
  if (backups !== undefined) {
    const folder = vscode.Uri.parse(backups, true);
    const show = vscode.l10n.t('Open Backup');
    const where = vscode.l10n.t('What was overwritten is kept in {0}.', vscode.workspace.asRelativePath(folder));
    const message = done ? `${done(count)} ${where}` : where;
    void vscode.window.showInformationMessage(message, show).then(async chosen => {
      if (chosen === show) await openOne(result.files.flatMap(file => file.backup ?? []));
    });
  } else if (done && count > 0) {
    vscode.window.setStatusBarMessage(done(count), 5000);
  }
}

/** Opens a backup: the only one, or the one that is chosen. */
async function openOne(backups: readonly string[]): Promise<void> {
  const uris = backups.map(backup => vscode.Uri.parse(backup, true));
  const items = uris.map(uri => ({
    label: uri.path.slice(uri.path.lastIndexOf('/') + 1),
    description: uri.fsPath,
    uri,
  }));
  const chosen = items.length > 1 ? await vscode.window.showQuickPick(items) : items[0];
  if (chosen) await vscode.commands.executeCommand('vscode.open', chosen.uri);
}

/** So many files, in words. */
export function files(count: number): string {
  return count === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', count);
}
