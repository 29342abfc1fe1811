// What a row says in words: to those who see it, and to those whose computer reads it to them. Knows no documents.
import { ago } from '../../text/ago';
import { formOf, inDigits } from '../../text/counts';
import { shortNode } from '../../text/plain';
import type { TextName, Texts } from '../messages';
import { WORKING_DIRECTORY, type LogRow } from '../rows';

/** A text with its places filled in. */
export function say(texts: Texts, name: TextName, ...values: readonly (string | number)[]): string {
  return texts[name].replace(/\{(\d)\}/gu, (place, nth: string) => String(values[Number(nth)] ?? place));
}

/** A text about so many of something. */
export function sayCount(texts: Texts, name: 'count' | 'moreLanes', count: number, language: string): string {
  const form = formOf(count, language, { one: `${name}One` as const, other: name });
  return say(texts, form, inDigits(count, language));
}

/** What stands for the message of a row. */
export function titleOf(row: LogRow, texts: Texts): string {
  if (row.node === WORKING_DIRECTORY) {
    return row.summary === '' ? texts.workingDirectory : texts.workingDirectoryDirty;
  }
  return row.summary === '' ? texts.noMessage : row.summary;
}

/** All of a row in one sentence, the most telling first. `now` is in seconds since 1970. */
export function describe(row: LogRow, texts: Texts, now: number, language: string): string {
  if (row.node === WORKING_DIRECTORY) return titleOf(row, texts);
  const parts = [
    titleOf(row, texts),
    row.isCheckedOut ? texts.checkedOut : '',
    ...row.labels.map(label => say(texts, label.kind, label.name)),
    row.user,
    ago(row.date, now, language),
    texts[row.phase],
    row.edges.length > 1 ? say(texts, 'merge', row.edges.length) : '',
    say(texts, 'revision', row.rev, shortNode(row.node)),
  ];
  return parts.filter(part => part !== '').join(', ');
}
