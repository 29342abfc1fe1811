// Waits until editors show what an operation wrote. Until VS Code has loaded a file again, the server takes the old text for
// one that is not saved yet, and refuses the next operation.
import * as vscode from 'vscode';

import type { EditedFile } from '../protocol/types';

/** Whoever waits longer is better off going on: VS Code may have been told not to watch the files. */
const PATIENCE_MS = 3000;
const PAUSE_MS = 50;

/** Waits for the documents of these files, as far as they are open and nothing was typed into them. */
export async function editorsCaughtUp(files: readonly EditedFile[]): Promise<void> {
  const edited = new Set(files.map(({ uri }) => vscode.Uri.parse(uri, true).fsPath));
  const open = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'file' && edited.has(uri.fsPath));
  const end = Date.now() + PATIENCE_MS;
  for (const document of open) {
    while (Date.now() < end && !(await isCurrent(document))) {
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
    }
  }
}

async function isCurrent(document: vscode.TextDocument): Promise<boolean> {
  if (document.isDirty || document.isClosed) return true;
  try {
    const bytes = await vscode.workspace.fs.readFile(document.uri);
    const text = await vscode.workspace.decode(bytes, { encoding: document.encoding });
    // Lines may end in several ways on the disk, and end in one way in an editor.
    return text.replace(/\r\n?/gu, '\n') === document.getText().replace(/\r\n?/gu, '\n');
  } catch {
    // It was removed, and its editor goes on with what it had.
    return true;
  }
}
