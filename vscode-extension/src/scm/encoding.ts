// Contents as the text that an editor would show of them.
import * as vscode from 'vscode';

import type { CatResult } from '../protocol/types';

/** The text of a version of `file`, in the encoding that its editor reads the file with; nothing of what has no lines. */
export async function textOf({ text, base64, binary }: CatResult, file: vscode.Uri): Promise<string> {
  if (binary) return '';
  if (base64 === undefined) return text ?? '';
  const bytes = Buffer.from(base64, 'base64');
  const encoding = vscode.workspace.textDocuments.find(open => open.uri.fsPath === file.fsPath)?.encoding;
  return encoding ? vscode.workspace.decode(bytes, { encoding }) : vscode.workspace.decode(bytes, { uri: file });
}
