// What is shown of a changeset when the mouse rests on a line's origin.
import * as vscode from 'vscode';

import { head, message } from '../revisions/said';
import { escapeLine } from '../text/markdown';
import { isUncommitted, type Origin } from './lines';

/** Where the line is that an origin is of. */
export interface Place {
  readonly document: vscode.Uri;
  readonly line: number;
}

/** The commands that a hover's links may run. */
const COMMANDS = ['changeset.open', 'changeset.compareFile', 'changeset.copyNode', 'annotate.before'];

/**
 * What the repository says, which is data, escaped and trusted with nothing; and between who and what, where a long message
 * does not hide them, links to commands, which hold nothing that the repository says but addresses and nodes.
 */
export function hover(origin: Origin, place: Place): vscode.MarkdownString[] {
  const { changeset } = origin;
  if (isUncommitted(changeset)) return [uncommitted()];
  return [
    new vscode.MarkdownString(head(changeset)),
    links(origin, place),
    new vscode.MarkdownString(message(changeset)),
  ];
}

function uncommitted(): vscode.MarkdownString {
  return new vscode.MarkdownString(escapeLine(vscode.l10n.t('Not committed yet')));
}

function links({ changeset, hunk, originLine }: Origin, { document, line }: Place): vscode.MarkdownString {
  const uri = hunk.uri ?? document.with({ scheme: 'file', query: '' }).toString();
  const { node } = changeset;
  const list = [
    link('$(git-commit)', vscode.l10n.t('Open Changeset'), 'changeset.open', { root: uri, node }),
    link('$(diff)', vscode.l10n.t('Diff with Parent'), 'changeset.compareFile', { uri, node, line: originLine }),
    link('$(history)', vscode.l10n.t('Annotate Before This Change'), 'annotate.before', {
      uri: document.toString(),
      line,
    }),
    link('$(copy)', vscode.l10n.t('Copy Node'), 'changeset.copyNode', { root: uri, node }),
  ];
  const markdown = new vscode.MarkdownString(list.join('&nbsp;&nbsp; '), true);
  markdown.isTrusted = { enabledCommands: COMMANDS.map(command => `hgls.${command}`) };
  return markdown;
}

function link(icon: string, title: string, command: string, argument: object): string {
  const encoded = encodeURIComponent(JSON.stringify([argument]));
  // encodeURIComponent leaves the parentheses, which end an address in Markdown.
  const address = `command:hgls.${command}?${encoded.replace(/[()]/gu, sign => (sign === '(' ? '%28' : '%29'))}`;
  return `[${icon} ${escapeLine(title)}](${address})`;
}
