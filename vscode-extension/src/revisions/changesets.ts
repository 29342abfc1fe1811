// Opens a changeset, and a file as a changeset left it beside what it was before. Knows nothing of who asks for that.
import * as vscode from 'vscode';

import { HglsError } from '../protocol/errors';
import type { Changeset, DiffFile } from '../protocol/types';
import type { Session } from '../server/session';
import { changesetName, subject } from '../text/plain';
import { inform } from '../ui/messages';
import type { ChangesetReference, FileReference } from './reference';
import { atRevision } from './uris';

/** What a changeset made of one file. */
export interface FileChange {
  readonly changeset: Changeset;
  readonly file: DiffFile;
  /** The file before, under the name that it had; nothing when it was added. */
  readonly before: vscode.Uri | undefined;
  /** The file afterwards; nothing when it was removed. */
  readonly after: vscode.Uri | undefined;
}

/** Changed files that are shown at once. */
const MOST_FILES = 500;

/** Shows all that a changeset changed, against its first parent. */
export async function openChangeset(
  session: Session,
  { root, node }: ChangesetReference,
  token?: vscode.CancellationToken,
): Promise<void> {
  const { changeset } = await session.request('hg/lookup', { root, rev: node }, token);
  const { files } = await session.request('hg/diff', { root, change: node, patch: false }, token);
  const shown = files.slice(0, MOST_FILES).map(file => change(changeset, file));
  const title = titleOf(changeset);
  if (shown.length === 0) {
    void inform(vscode.l10n.t('{0} changes no file.', title));
    return;
  }
  const resources = shown.map(({ file, before, after }) => [vscode.Uri.parse(file.uri, true), before, after]);
  await vscode.commands.executeCommand('vscode.changes', title, resources);
  if (files.length > shown.length) {
    void inform(vscode.l10n.t('{0} changes {1} files; the first {2} are shown.', title, files.length, shown.length));
  }
}

/** Shows a file as a changeset left it beside what it was in the first parent, under the name that it had there. */
export async function compareWithParent(
  session: Session,
  reference: FileReference,
  token?: vscode.CancellationToken,
): Promise<void> {
  const { changeset, file, before, after } = await changeOf(session, reference, token);
  const name = vscode.l10n.t('{0} in {1}', file.path, titleOf(changeset));
  const line = reference.line ?? 0;
  const options: vscode.TextDocumentShowOptions = {
    ...(reference.line !== undefined && { selection: new vscode.Range(line, 0, line, 0) }),
  };
  if (before && after) await vscode.commands.executeCommand('vscode.diff', before, after, name, options);
  // The editor for two texts takes no absent one.
  else
    await vscode.commands.executeCommand('vscode.changes', name, [[vscode.Uri.parse(file.uri, true), before, after]]);
}

/** What a changeset did to a file. Rejects with `HglsError` when that is nothing. */
export async function changeOf(
  session: Session,
  { uri, node }: FileReference,
  token?: vscode.CancellationToken,
): Promise<FileChange> {
  const { changeset } = await session.request('hg/lookup', { root: uri, rev: node }, token);
  const parameters = { root: uri, change: node, paths: [uri], patch: false };
  const { files } = await session.request('hg/diff', parameters, token);
  const file = files.find(candidate => candidate.uri === uri) ?? files[0];
  if (!file) {
    throw new HglsError('notTracked', vscode.l10n.t('{0} does not change this file.', titleOf(changeset)));
  }
  return change(changeset, file);
}

/** A changeset's name and the first line of its message. */
export function titleOf(changeset: Changeset): string {
  return `${changesetName(changeset)} ${subject(changeset.desc)}`.trimEnd();
}

function change(changeset: Changeset, file: DiffFile): FileChange {
  const uri = vscode.Uri.parse(file.uri, true);
  const [parent = ''] = changeset.parents;
  const after = file.status === 'R' ? undefined : atRevision(uri, changeset.node);
  if (file.status !== 'A') return { changeset, file, before: atRevision(uri, parent), after };
  return {
    changeset,
    file,
    before: file.source === undefined ? undefined : atRevision(sibling(uri, file), parent),
    after,
  };
}

/** The file that this one was copied or renamed from. */
function sibling(uri: vscode.Uri, { path, source = path }: DiffFile): vscode.Uri {
  const steps = path.split('/').map(() => '..');
  return vscode.Uri.joinPath(uri, ...steps, ...source.split('/'));
}
