// What the repository says of a changeset, for where the mouse rests on it: data, escaped, with no link of its own.
import * as vscode from 'vscode';

import type { Changeset } from '../protocol/types';
import { ago, now, timestamp } from '../text/ago';
import { escapeLine, escapeText } from '../text/markdown';
import { changesetName, cut, personName } from '../text/plain';

/** The longest message that is shown whole. */
const MOST_MESSAGE = 4000;

/** All of it. */
export function said(changeset: Changeset): vscode.MarkdownString {
  return new vscode.MarkdownString(`${head(changeset)}\n\n${message(changeset)}`);
}

/** Who, when, and what the changeset is called, as Markdown. */
export function head(changeset: Changeset): string {
  const names = [...changeset.bookmarks, ...changeset.remoteBookmarks, ...changeset.tags];
  const facts = [changesetName(changeset), changeset.phase, ...names].map(escapeLine).join(' · ');
  const when = `${ago(changeset.date, now(), vscode.env.language)} (${timestamp(changeset.date)})`;
  return `**${escapeLine(personName(changeset.user)) || '?'}**, ${escapeLine(when)}  \n${facts}`;
}

/** The message, as Markdown. */
export function message({ desc }: Changeset): string {
  return escapeText(cut(desc, MOST_MESSAGE));
}
