// What is different between two lists, as one place that was replaced. Knows nothing of what is in them.

/** Of the old list, `remove` items from `start` on give way to `items`. */
export interface Splice<Item> {
  readonly start: number;
  readonly remove: number;
  readonly items: readonly Item[];
}

/** The smallest place whose replacement makes `after` of `before`; nothing where they are the same. */
export function difference<Item>(
  before: readonly Item[],
  after: readonly Item[],
  same: (left: Item, right: Item) => boolean,
): Splice<Item> | undefined {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && same(before[start] as Item, after[start] as Item)) {
    start++;
  }
  let behind = 0;
  while (
    behind < shorter - start &&
    same(before[before.length - 1 - behind] as Item, after[after.length - 1 - behind] as Item)
  ) {
    behind++;
  }
  const remove = before.length - start - behind;
  const items = after.slice(start, after.length - behind);
  return remove === 0 && items.length === 0 ? undefined : { start, remove, items };
}

/** Does to a list what a splice says. */
export function apply<Item>(list: readonly Item[], splice: Splice<Item>): Item[] {
  return [...list.slice(0, splice.start), ...splice.items, ...list.slice(splice.start + splice.remove)];
}
