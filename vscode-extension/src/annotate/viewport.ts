// Which lines to ask for and to draw, from what an editor shows. Knows plain numbers and not VS Code.
import type { Lines } from '../text/lines';

/** A range of lines as editors name it: zero-based, the last line included. */
export interface ShownRange {
  readonly start: { readonly line: number };
  readonly end: { readonly line: number };
}

/** The shown lines as one piece; folded ones between them are few enough to be drawn along. Nothing while nothing is shown. */
export function shownLines(ranges: readonly ShownRange[], lineCount: number): Lines | undefined {
  const start = Math.max(0, Math.min(...ranges.map(range => range.start.line)));
  const end = Math.min(lineCount, Math.max(...ranges.map(range => range.end.line + 1)));
  return ranges.length > 0 && start < end ? { start, end } : undefined;
}

/** The longest piece that is drawn: where most of a long file is folded, `shownLines` may be nearly all of it. */
const MOST_LINES = 1000;

/** The lines with so many screens more on each side, so that scrolling a little shows what is there already. */
export function withMargin(lines: Lines, screens: number, lineCount: number): Lines {
  const shown = Math.min(lines.end - lines.start, MOST_LINES);
  const start = Math.max(0, lines.start - screens * shown);
  return { start, end: Math.min(lineCount, lines.start + (1 + screens) * shown) };
}
