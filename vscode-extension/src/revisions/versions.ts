// Opens a file as of a revision, and compares two versions of it. For every feature that shows older versions.
import * as vscode from 'vscode';

import { changesetName } from '../text/plain';
import { atRevision } from './uris';

/** A version of a file: which one, under the path that it had there. */
export interface Version {
  readonly file: vscode.Uri;
  /** `undefined`: that of the working copy, as it is in the editor. */
  readonly changeset?: { readonly rev: number; readonly node: string };
}

/** Opens a version, be it text, an image or anything else that VS Code has an editor for. */
export async function openVersion(version: Version, where: vscode.TextDocumentShowOptions = {}): Promise<void> {
  await vscode.commands.executeCommand(
    'vscode.open',
    uriOf(version),
    where,
    `${baseName(version.file)} (${nameOf(version)})`,
  );
}

/** Shows two versions side by side. */
export async function compareVersions(
  before: Version,
  after: Version,
  where: vscode.TextDocumentShowOptions = {},
): Promise<void> {
  const title = `${baseName(after.file)} (${nameOf(before)} ↔ ${nameOf(after)})`;
  await vscode.commands.executeCommand('vscode.diff', uriOf(before), uriOf(after), title, where);
}

/** The URI of a version. */
export function uriOf({ file, changeset }: Version): vscode.Uri {
  return changeset ? atRevision(file, changeset.node) : file;
}

/** `12:5b2c80b027ce`, as Mercurial names changesets; or that it is the working copy's. */
function nameOf({ changeset }: Version): string {
  return changeset ? changesetName(changeset) : vscode.l10n.t('Working Copy');
}

function baseName(file: vscode.Uri): string {
  return file.path.slice(file.path.lastIndexOf('/') + 1);
}
