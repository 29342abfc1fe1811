// The commands on a revision that file log and line log list.
import * as vscode from 'vscode';

import type { Context } from '../context';
import { compareWithParent, openChangeset } from '../revisions/changesets';
import { compareVersions, openVersion, uriOf, type Version } from '../revisions/versions';
import { shortNode } from '../text/plain';
import { registerCommands } from '../ui/commands';
import { withProgress } from '../ui/progress';
import { inOrder, type Row } from './rows';

/** Registers them. What they are given is what the views list: other callers have nothing to give. */
export function registerRevisionCommands({ session }: Context): vscode.Disposable {
  return registerCommands({
    'revision.open': async (row: Row) => {
      await openVersion(version(row), { selection: selection(row), preview: true });
    },
    'revision.compareWithPrevious': (row: Row) =>
      withProgress(vscode.l10n.t('Comparing with the previous revision'), token =>
        compareWithParent(session, reference(row), token),
      ),
    'revision.compareWithWorking': (row: Row) =>
      compareVersions(version(row), { file: vscode.Uri.parse(row.working, true) }),
    'revision.compareSelected': async (row: Row, selected: readonly unknown[] | undefined) => {
      // The row that loads more may be selected too.
      const [one = row, other = row] = (selected ?? []).filter(isRow);
      const [older, newer] = inOrder(one, other);
      await compareVersions(version(older), version(newer));
    },
    'revision.annotate': async (row: Row) => {
      await vscode.commands.executeCommand('hgls.annotate.at', {
        uri: uriOf(version(row)).toString(),
        line: row.line ?? 0,
      });
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

function version({ uri, changeset }: Row): Version {
  return { file: vscode.Uri.parse(uri, true), changeset };
}

function reference({ uri, changeset, line }: Row): { uri: string; node: string; line?: number } {
  return { uri, node: changeset.node, ...(line !== undefined && { line }) };
}

function selection({ line = 0 }: Row): vscode.Range {
  return new vscode.Range(line, 0, line, 0);
}

function isRow(element: unknown): element is Row {
  return typeof element === 'object' && element !== null && 'changeset' in element;
}
