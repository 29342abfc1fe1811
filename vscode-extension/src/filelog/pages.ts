// A list that comes in pages, as far as it was asked for. Knows neither what is listed nor VS Code.
//
// What is asked for last counts: an answer for a list that was begun anew in the meantime is dropped.
/** One page, and what asks for the next one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | undefined;
}

/** Asks for a page: at most `limit` items from `cursor` on. */
export type Fetch<Item> = (limit: number, cursor: string | undefined) => Promise<Page<Item>>;

export class Pages<Item> {
  #list: readonly Item[] = [];
  #cursor: string | undefined;
  #generation = 0;

  constructor(private readonly pageSize: number) {}

  get items(): readonly Item[] {
    return this.#list;
  }

  /** Whether there are items beyond those. */
  get hasMore(): boolean {
    return this.#cursor !== undefined;
  }

  /** Forgets everything, and drops answers that are on their way. */
  clear(): void {
    this.#generation++;
    this.#list = [];
    this.#cursor = undefined;
  }

  /** Makes the list anew, as long as it was. Says whether it did: not where it was begun anew once more meanwhile. */
  async reload(fetch: Fetch<Item>): Promise<boolean> {
    const generation = ++this.#generation;
    const limit = Math.max(this.pageSize, this.#list.length);
    return this.#take(generation, [], await fetch(limit, undefined));
  }

  /** Adds a page. Says whether it did. */
  async more(fetch: Fetch<Item>): Promise<boolean> {
    if (this.#cursor === undefined) {
      return false;
    }
    const generation = ++this.#generation;
    return this.#take(generation, this.#list, await fetch(this.pageSize, this.#cursor));
  }

  #take(generation: number, before: readonly Item[], page: Page<Item>): boolean {
    if (generation !== this.#generation) {
      return false;
    }
    this.#list = [...before, ...page.items];
    this.#cursor = page.nextCursor;
    return true;
  }
}
