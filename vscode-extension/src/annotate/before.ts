// Where a line was before a change. Knows the hunks of the protocol and not VS Code.
/** A changed place: zero-based, old lines on the one side and new ones on the other. */
export interface ChangedPlace {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
}

/**
 * The line of the old side that `line` of the new side stands for. A changed line stands for the one at the same place of its
 * hunk, as far as the hunk has that many; an added one for the line that it was put before.
 */
export function lineBefore(places: readonly ChangedPlace[], line: number): number {
  let shift = 0;
  for (const place of places) {
    if (line < place.newStart) {
      break;
    }
    if (line < place.newStart + place.newCount) {
      return place.oldStart + Math.min(line - place.newStart, Math.max(0, place.oldCount - 1));
    }
    shift = place.oldStart + place.oldCount - place.newStart - place.newCount;
  }
  return Math.max(0, line + shift);
}
