// Which of the server's hunks are meant by lines of an editor, and what edit takes one back. Pure.
import type { DiffHunk, Hunk } from '../protocol/types';

/** Lines of the new side, zero-based and half-open; an empty one is the place between two lines. */
export interface Lines {
  readonly start: number;
  readonly end: number;
}

/** A change as VS Code's diff editor lists it: one-based, inclusive; an end of 0 says that there are no lines. */
export interface LineChange {
  readonly modifiedStartLineNumber: number;
  readonly modifiedEndLineNumber: number;
}

export function linesOfChange({ modifiedStartLineNumber, modifiedEndLineNumber }: LineChange): Lines {
  // Of lines that are gone the start is the line before the place.
  if (modifiedEndLineNumber === 0) return { start: modifiedStartLineNumber, end: modifiedStartLineNumber };
  return { start: modifiedStartLineNumber - 1, end: modifiedEndLineNumber };
}

/**
 * The hunks that touch any of these lines. Two programs may cut one change into hunks differently, so what overlaps is
 * meant, and not what is the same. Lines that are gone are meant by the lines on both sides of their place.
 */
export function touching<H extends Hunk>(hunks: readonly H[], wanted: readonly Lines[]): H[] {
  return hunks.filter(hunk => wanted.some(lines => touches(hunk, lines)));
}

function touches({ newStart, newCount }: Hunk, { start, end }: Lines): boolean {
  const newEnd = newStart + newCount;
  if (newCount === 0 || start === end) return newStart <= end && start <= newEnd;
  return newStart < end && start < newEnd;
}

/** The hunk as a request names it, without what only describes it. */
export function nameOf({ oldStart, oldCount, newStart, newCount }: Hunk): Hunk {
  return { oldStart, oldCount, newStart, newCount };
}

/** A place of a document: lines and characters are zero-based. */
export interface Edit {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
  readonly text: string;
}

/**
 * The edit that takes a hunk back in a document. An editor counts an empty last line behind a final line end, where the
 * server counts none; so a hunk ends at the document's end only when the last line has no line end.
 */
export function takingBack(hunk: DiffHunk, lineCount: number, lastLineLength: number): Edit {
  const documentEnd = { line: lineCount - 1, character: lastLineLength };
  const place = (line: number): Edit['start'] => (line < lineCount ? { line, character: 0 } : documentEnd);
  return { start: place(hunk.newStart), end: place(hunk.newStart + hunk.newCount), text: hunk.oldText ?? '' };
}

/** One line that says what a hunk is, for a list to choose from. Lines are counted from one here. */
export function describe(hunk: DiffHunk): { readonly lines: string; readonly preview: string } {
  const first = hunk.newStart + 1;
  const last = hunk.newStart + Math.max(hunk.newCount, 1);
  const sign = hunk.newCount > 0 ? '+' : '-';
  const text = (hunk.newCount > 0 ? hunk.newText : hunk.oldText) ?? '';
  const line = text.split('\n').find(candidate => candidate.trim() !== '') ?? '';
  return {
    lines: first === last ? String(first) : `${first}-${last}`,
    preview: `${sign} ${line.trim().slice(0, 120)}`,
  };
}
