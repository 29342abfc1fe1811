// What is shown of a changeset when the mouse rests on a line's origin.
import * as vscode from 'vscode';

import type { Changeset } from '../protocol/types';
import { ago, timestamp } from '../text/ago';
import { escapeLine, escapeText } from '../text/markdown';
import { cut, personName } from '../text/plain';
import { changesetName } from './format';
import { isUncommitted, type Origin } from './lines';
import { now } from './words';

/** Where the line is that an origin is of. */
export interface Place {
  readonly document: vscode.Uri;
  readonly line: number;
}

/** The commands that a hover's links may run. */
const COMMANDS = ['changeset.open', 'changeset.compareFile', 'changeset.copyNode', 'annotate.before'];

/** The longest message that is shown whole. */
const MOST_MESSAGE = 4000;

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

/** What the repository says of a changeset. */
export function said(changeset: Changeset): vscode.MarkdownString {
  return new vscode.MarkdownString(`${head(changeset)}\n\n${message(changeset)}`);
}

/** Who, when, and what the changeset is called. */
function head(changeset: Changeset): string {
  const names = [...changeset.bookmarks, ...changeset.remoteBookmarks, ...changeset.tags];
  const facts = [changesetName(changeset), changeset.phase, ...names].map(escapeLine).join(' · ');
  const when = `${ago(changeset.date, now(), vscode.env.language)} (${timestamp(changeset.date)})`;
  return `**${escapeLine(personName(changeset.user)) || '?'}**, ${escapeLine(when)}  \n${facts}`;
}

function message({ desc }: Changeset): string {
  return escapeText(cut(desc, MOST_MESSAGE));
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
