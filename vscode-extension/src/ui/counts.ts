// Counts in words.
import * as vscode from 'vscode';

import { formOf, inDigits } from '../text/counts';

/** So many files. */
export function files(count: number): string {
  const { language } = vscode.env;
  const digits = inDigits(count, language);
  return formOf(count, language, {
    one: vscode.l10n.t('{0} file', digits),
    other: vscode.l10n.t('{0} files', digits),
  });
}
