// Which rows of a long list are to be drawn, and how to scroll so that a row is seen. Knows numbers only.

/** Rows `start` to `end`, half-open. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What is seen of a list: pixels from its top, and how many of them. */
export interface Viewport {
  readonly top: number;
  readonly height: number;
}

/** The rows to draw: those that are seen at least in part, and some above and below so that scrolling shows no gaps. */
export function drawn(viewport: Viewport, rowHeight: number, count: number, spare: number): Range {
  const start = Math.floor(viewport.top / rowHeight) - spare;
  const end = Math.ceil((viewport.top + viewport.height) / rowHeight) + spare;
  return { start: clamp(start, 0, count), end: clamp(end, 0, count) };
}

/** Where to scroll so that all of a row is seen: as little as can be. */
export function revealing(row: number, viewport: Viewport, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < viewport.top) {
    return top;
  }
  return Math.max(viewport.top, top + rowHeight - Math.max(viewport.height, rowHeight));
}

/** Where to scroll so that a row is in the middle. */
export function centred(row: number, viewport: Viewport, rowHeight: number): number {
  return Math.max(0, row * rowHeight - (viewport.height - rowHeight) / 2);
}

/** How many rows a page key moves by: one of those that are seen stays. */
export function pageOf(viewport: Viewport, rowHeight: number): number {
  return Math.max(1, Math.floor(viewport.height / rowHeight) - 1);
}

/** The end of what is loaded is near enough to ask for more. */
export function nearsEnd(viewport: Viewport, rowHeight: number, count: number): boolean {
  return viewport.top + 3 * viewport.height + 50 * rowHeight >= count * rowHeight;
}

/** The row that a key leads to from `active` (`-1`: none yet); nothing for keys that do not move. */
export function moved(key: string, active: number, count: number, page: number): number | undefined {
  const target = {
    ArrowDown: active + 1,
    ArrowUp: active < 0 ? 0 : active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: count - 1,
  }[key];
  return target === undefined || count === 0 ? undefined : clamp(target, 0, count - 1);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
