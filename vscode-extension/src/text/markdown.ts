// Text into Markdown that shows it as it is. Knows neither VS Code nor what the text is about.
//
// Nothing in it becomes a link, an image, a heading, a list or an HTML tag, whoever wrote it.
import { harmless } from './plain';

/** Every mark of punctuation that CommonMark lets a backslash take the meaning from: all of ASCII's. */
const PUNCTUATION = /[!-/:-@[-`{-~]/gu;

/** One line. */
export function escapeLine(text: string): string {
  const visible = harmless(text).replace(/\n/gu, ' ');
  const indentation = /^[ \t]*/u.exec(visible)?.[0] ?? '';
  const rest = visible.slice(indentation.length).trimEnd();
  // An indented line would be code; a number and its full stop, which is escaped, begin no list.
  return '&nbsp;'.repeat(indentation.replace(/\t/gu, '    ').length) + rest.replace(PUNCTUATION, '\\$&');
}

/** Lines, each on its own. Empty ones part paragraphs; of several in a row one is left. */
export function escapeText(text: string): string {
  const paragraphs = harmless(text)
    .trim()
    .split(/\n(?:[ \t]*\n)+/u);
  return paragraphs.map(paragraph => paragraph.split('\n').map(escapeLine).join('  \n')).join('\n\n');
}
