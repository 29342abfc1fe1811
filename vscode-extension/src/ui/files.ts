// The files that a command was called on, whoever called it: a menu of the explorer, of an editor or of the panel.
import * as vscode from 'vscode';

/** Those that the parameters name, or else the one of the active editor. */
export function filesNamed(parameters: readonly unknown[]): vscode.Uri[] {
  const named = parameters.flat().flatMap(parameter => uriOf(parameter) ?? []);
  const editor = vscode.window.activeTextEditor;
  return named.length > 0 || !editor ? named : [editor.document.uri];
}

function uriOf(parameter: unknown): vscode.Uri | undefined {
  if (parameter instanceof vscode.Uri) return parameter;
  const resource = (parameter as { resourceUri?: unknown } | undefined)?.resourceUri;
  return resource instanceof vscode.Uri ? resource : undefined;
}
