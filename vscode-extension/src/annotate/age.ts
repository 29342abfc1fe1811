// How old a line is, in steps that colours are given to. Knows neither colours nor VS Code.
//
// The steps are fixed lengths of time, each about twice or three times the one before, and not parts of a file's own span: so a
// colour means the same in every file, and drawing a part of a file needs to know nothing of the rest.
const DAY = 24 * 60 * 60;

/** The upper bound of each step but the last, which has none, in seconds. */
const BOUNDS: readonly number[] = [7, 30, 91, 183, 365, 2 * 365, 5 * 365].map(days => days * DAY);

/** How many steps there are. The first, 0, is the newest. */
export const AGES = BOUNDS.length + 1;

/** The step of something that was made at `seconds`. What lies in the future is as new as can be. */
export function age(seconds: number, now: number): number {
  const step = BOUNDS.findIndex(bound => now - seconds < bound);
  return step === -1 ? BOUNDS.length : step;
}
