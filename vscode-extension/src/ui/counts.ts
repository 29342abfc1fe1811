// Counts in words.
import * as vscode from 'vscode';

/** So many files. */
export function files(count: number): string {
  return count === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', count);
}
