// Lines that keep what they are about while a document is edited. Knows nothing of VS Code.
import type { Lines } from '../text/lines';

/** One replacement in a text: the lines that it begins and ends in, the last included, and what stands there now. */
export interface Edit {
  readonly range: { readonly start: { readonly line: number }; readonly end: { readonly line: number } };
  readonly text: string;
}

/** The same lines after edits, in the order in which they were made. Lines put into them belong to them. */
export function afterEdits(lines: Lines, edits: readonly Edit[]): Lines {
  return edits.reduce(afterEdit, lines);
}

function afterEdit({ start, end }: Lines, { range, text }: Edit): Lines {
  const [first, last] = [range.start.line, range.end.line];
  const growth = text.split('\n').length - 1 - (last - first);
  if (last < start) return { start: start + growth, end: end + growth };
  if (first >= end) return { start, end };
  const newStart = Math.min(start, first);
  return { start: newStart, end: Math.max(newStart + 1, Math.max(end, last + 1) + growth) };
}
