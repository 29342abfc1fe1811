// A line's origin in words: beside the line, in the gutter, and to be heard. Knows neither VS Code nor how words are
// translated: who calls gives the language and the sentences.
import type { Changeset } from '../protocol/types';
import { ago, day } from '../text/ago';
import { changesetName, columns, cut, fit, oneLine, personMail, personName, shortNode, subject } from '../text/plain';
import { isUncommitted } from './lines';

/** The sentences of this page, in the user's language. */
export interface Words {
  readonly language: string;
  readonly uncommitted: string;
  /** What is read aloud of a line. */
  spoken(parts: { line: number; author: string; when: string; subject: string; name: string }): string;
  /** What is read aloud of a line that is not committed. */
  spokenUncommitted(line: number): string;
}

/** The longest text beside a line. */
const MOST_BESIDE = 120;

/**
 * The text beside a line. In `template`, `{author}`, `{mail}`, `{ago}`, `{date}`, `{subject}`, `{rev}`, `{node}` and
 * `{bookmarks}` stand for what they name; other braces for themselves.
 */
export function besideLine(template: string, changeset: Changeset, now: number, words: Words): string {
  if (isUncommitted(changeset)) {
    return words.uncommitted;
  }
  const values: Record<string, () => string> = {
    author: () => personName(changeset.user),
    mail: () => personMail(changeset.user),
    ago: () => ago(changeset.date, now, words.language),
    date: () => day(changeset.date),
    subject: () => subject(changeset.desc),
    rev: () => String(changeset.rev),
    node: () => shortNode(changeset.node),
    bookmarks: () => changeset.bookmarks.map(oneLine).join(', '),
  };
  const filled = template.replace(/\{(\w+)\}/gu, (braces, name: string) =>
    Object.hasOwn(values, name) ? (values[name]?.() ?? braces) : braces,
  );
  return cut(oneLine(filled), MOST_BESIDE);
}

/** How many characters wide the gutter is. */
export const GUTTER_WIDTH = 30;
const WHEN_WIDTH = 14;

/** The text in the gutter: who to the left and when to the right, as wide as the gutter. */
export function inGutter(changeset: Changeset, now: number, words: Words): string {
  if (isUncommitted(changeset)) {
    return fit(words.uncommitted, GUTTER_WIDTH);
  }
  const when = cut(ago(changeset.date, now, words.language), WHEN_WIDTH);
  return `${fit(personName(changeset.user), GUTTER_WIDTH - columns(when) - 1)} ${when}`;
}

/** A sentence for the ear. `line` is zero-based. */
export function spoken(line: number, changeset: Changeset, now: number, words: Words): string {
  if (isUncommitted(changeset)) {
    return words.spokenUncommitted(line + 1);
  }
  return words.spoken({
    line: line + 1,
    author: personName(changeset.user),
    when: ago(changeset.date, now, words.language),
    subject: subject(changeset.desc),
    name: changesetName(changeset),
  });
}
