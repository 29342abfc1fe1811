// Annotates a file as it was before the change that made a line: whose line it was then. Knows nothing of what is drawn.
import * as vscode from 'vscode';

import { changeOf, titleOf } from '../revisions/changesets';
import { atRevision, named } from '../revisions/uris';
import type { Session } from '../server/session';
import { changedPlaces, lineBefore } from './before';
import { isUncommitted, type Origin } from './lines';

/** A line of a file at a revision. */
export interface RevisionLine {
  readonly uri: vscode.Uri;
  readonly line: number;
}

/** Nothing was before: the sentence says why. */
export interface Beginning {
  readonly message: string;
}

/** The line that `line` of a document, made by `origin`, was before. Rejects with `HglsError`. */
export async function before(
  session: Session,
  document: vscode.TextDocument,
  line: number,
  origin: Origin,
  token: vscode.CancellationToken,
): Promise<RevisionLine | Beginning> {
  const uri = origin.hunk.uri ?? named(document).textDocument.uri;
  return isUncommitted(origin.changeset)
    ? beforeEdits(session, uri, line, token)
    : beforeChangeset(session, uri, origin, token);
}

/** The line in the first parent of the working copy. */
async function beforeEdits(
  session: Session,
  uri: string,
  line: number,
  token: vscode.CancellationToken,
): Promise<RevisionLine> {
  const { changeset } = await session.request('hg/lookup', { root: uri, rev: '.' }, token);
  const { hunks } = await session.request('hg/diffHunks', { textDocument: { uri } }, token);
  return { uri: atRevision(vscode.Uri.parse(uri, true), changeset.node), line: lineBefore(hunks, line) };
}

async function beforeChangeset(
  session: Session,
  uri: string,
  { changeset, originLine }: Origin,
  token: vscode.CancellationToken,
): Promise<RevisionLine | Beginning> {
  const { file, before } = await changeOf(session, { uri, node: changeset.node }, token);
  if (!before) {
    return { message: vscode.l10n.t('{0} added this file: there is nothing before.', titleOf(changeset)) };
  }
  const parameters = { root: uri, change: changeset.node, paths: [file.uri], context: 0 };
  const { patch = '' } = await session.request('hg/diff', parameters, token);
  return { uri: before, line: lineBefore(changedPlaces(patch), originLine) };
}
