// The log as lines of text, as `hg log` writes it, for those who read with their ears or want to search and copy. Knows
// nothing of VS Code.
import type { Changeset } from '../protocol/types';
import { timestamp } from '../text/ago';
import { changesetName, harmless, oneLine, shortNode } from '../text/plain';
import { labelsOf } from './rows';

/** The words of the fields, in the user's language. */
export interface TextLogWords {
  readonly changeset: string;
  readonly bookmarks: string;
  readonly tags: string;
  readonly parents: string;
  readonly phase: string;
  readonly user: string;
  readonly date: string;
  readonly checkedOut: string;
  /** What stands below the last one when there are more; `{0}` is how many are above. */
  readonly more: string;
  readonly empty: string;
}

/** The changesets, each with all of its message. `checkedOut` are the working directory's parents. */
export function textLog(
  changesets: readonly Changeset[],
  hasMore: boolean,
  checkedOut: readonly string[],
  words: TextLogWords,
): string {
  if (changesets.length === 0) return `${words.empty}\n`;
  const blocks = changesets.map(changeset => block(changeset, checkedOut.includes(changeset.node), words));
  if (hasMore) blocks.push(words.more.replace('{0}', String(changesets.length)));
  return `${blocks.join('\n\n')}\n`;
}

function block(changeset: Changeset, isCheckedOut: boolean, words: TextLogWords): string {
  const labels = labelsOf(changeset, undefined);
  const names = labels.filter(({ kind }) => kind !== 'tag').map(({ name }) => name);
  const tags = labels.filter(({ kind }) => kind === 'tag').map(({ name }) => name);
  const here = isCheckedOut ? ` (${words.checkedOut})` : '';
  const isMerge = changeset.parents.length > 1;
  const fields: readonly (readonly [string, string])[] = [
    [words.changeset, `${changesetName(changeset)}${here}`],
    [words.bookmarks, names.join(' ')],
    [words.tags, tags.join(' ')],
    [words.parents, isMerge ? changeset.parents.map(shortNode).join(' ') : ''],
    [words.phase, changeset.phase],
    [words.user, oneLine(changeset.user)],
    [words.date, timestamp(changeset.date)],
  ];
  const lines = fields.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}`);
  const message = harmless(changeset.desc).trim();
  const indented = message.split('\n').map(line => (line === '' ? '' : `    ${line}`));
  return [...lines, '', ...(message === '' ? [] : indented)].join('\n').trimEnd();
}
