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

/** The changed places of one file in a patch without context. */
export function changedPlaces(patch: string): ChangedPlace[] {
  const heads = patch.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gmu);
  return Array.from(heads, ([, oldStart, oldCount = '1', newStart, newCount = '1']) => {
    // A side without lines names the line before the place, any other its first line, both from one on.
    const from = (start: string | undefined, count: string): number => Number(start) - (count === '0' ? 0 : 1);
    return {
      oldStart: from(oldStart, oldCount),
      oldCount: Number(oldCount),
      newStart: from(newStart, newCount),
      newCount: Number(newCount),
    };
  });
}
