// The markers that a merge leaves around lines in conflict. Pure.

/** Lines that begin a conflict, part its sides and end it, all of which have to be gone. */
const MARKERS = [/^<{7}(?: |$)/mu, /^={7}$/mu, /^>{7}(?: |$)/mu];

/** Whether the text holds a conflict. A line of equal signs alone may be a heading's. */
export function hasMarkers(text: string): boolean {
  return MARKERS.every(marker => marker.test(text.replace(/\r/gu, '')));
}
