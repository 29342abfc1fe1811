// The commands on a revision that file log and line log list.
import * as vscode from 'vscode';

import { compareWithParent, openChangeset } from '../changesets/open';
import type { Context } from '../context';
import { atRevision } from '../files/uris';
import { oneLine, shortNode } from '../text/plain';
import { registerCommands } from '../ui/commands';
import { withProgress } from '../ui/progress';
import { inOrder, type Row } from './rows';

/** Registers them. What they are given is what the views list: other callers have nothing to give. */
export function registerRevisionCommands({ session }: Context): vscode.Disposable {
  return registerCommands({
    'revision.open': async (row: Row) => {
      await vscode.commands.executeCommand('vscode.open', atRow(row), { selection: selection(row), preview: true });
    },
    'revision.compareWithPrevious': (row: Row) =>
      withProgress(vscode.l10n.t('Comparing with the previous revision'), token =>
        compareWithParent(session, reference(row), token),
      ),
    'revision.compareWithWorking': (row: Row) =>
      compare(atRow(row), vscode.Uri.parse(row.working, true), name(row), vscode.l10n.t('working file')),
    'revision.compareSelected': async (row: Row, rows: readonly Row[] | undefined) => {
      const [one = row, other = row] = rows ?? [];
      const [older, newer] = inOrder(one, other);
      await compare(atRow(older), atRow(newer), name(older), name(newer));
    },
    'revision.annotate': async (row: Row) => {
      await vscode.commands.executeCommand('hgls.annotate.at', { uri: atRow(row).toString(), line: row.line ?? 0 });
    },
    'revision.openChangeset': (row: Row) =>
      withProgress(vscode.l10n.t('Opening changeset {0}', shortNode(row.changeset.node)), token =>
        openChangeset(session, { root: row.uri, node: row.changeset.node }, token),
      ),
    'revision.copyNode': async (row: Row) => {
      await vscode.commands.executeCommand('hgls.changeset.copyNode', { root: row.uri, node: row.changeset.node });
    },
  });
}

async function compare(left: vscode.Uri, right: vscode.Uri, leftName: string, rightName: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', left, right, `${leftName} ↔ ${rightName}`);
}

function atRow({ uri, changeset }: Row): vscode.Uri {
  return atRevision(vscode.Uri.parse(uri, true), changeset.node);
}

function reference({ uri, changeset, line }: Row): { uri: string; node: string; line?: number } {
  return { uri, node: changeset.node, ...(line !== undefined && { line }) };
}

function selection({ line = 0 }: Row): vscode.Range {
  return new vscode.Range(line, 0, line, 0);
}

function name({ path, changeset }: Row): string {
  return `${oneLine(path)} (${shortNode(changeset.node)})`;
}
