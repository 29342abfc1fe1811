// The log as far as it was asked for: loaded page by page, searched, and brought up to date when the repository changed, so
// that whoever shows it is told of the smallest change. Knows no VS Code, and asks the server through what it is given.
import { asHglsError, type HglsError } from '../protocol/errors';
import type { Changeset, LogResult } from '../protocol/types';
import { searchError, type SearchError } from './revsetError';
import { WORKING_DIRECTORY, rowsOf, sameRow, workingDirectoryRow, type LogRow, type WorkingCopy } from './rows';
import { difference, type Splice } from './splice';

/** Asks for one page of the graph. */
export type FetchPage = (
  query: {
    readonly revset?: string;
    readonly paths?: string[];
    readonly limit: number;
    readonly cursor?: string;
  },
  signal: AbortSignal,
) => Promise<LogResult>;

/** How far the log is. */
export interface ChangelogState {
  readonly isLoading: boolean;
  /** The user stopped what was being loaded. The rows are those before, until it is asked for again. */
  readonly isStopped: boolean;
  /** There are more changesets than were asked for yet. */
  readonly hasMore: boolean;
  /** What is searched for; empty: everything. */
  readonly revset: string;
  /** Only changesets that touch one of these files and folders, relative to the root; all when empty. */
  readonly paths: readonly string[];
  /** Why there is no answer. The rows are those before. */
  readonly error?: SearchError;
}

export interface ChangelogListener {
  rows(splice: Splice<LogRow>): void;
  state(state: ChangelogState): void;
}

/** The first page is small, so that something is seen at once. */
const FIRST_PAGE = 200;
const PAGE = 2000;
/** The most that the server gives at a time. */
const LARGEST_PAGE = 10_000;

/** Loads all that is to be shown. */
type Load = (signal: AbortSignal) => Promise<{
  readonly rows: readonly LogRow[];
  readonly changesets: Map<string, Changeset>;
  readonly cursor: string | undefined;
}>;

export class Changelog {
  #rows: readonly LogRow[] = [];
  #changesets = new Map<string, Changeset>();
  #revset = '';
  #paths: readonly string[] = [];
  #cursor: string | undefined;
  #error: SearchError | undefined;
  #running: { readonly load: Load; readonly stop: AbortController } | undefined;
  /** What the user stopped. */
  #stopped: Load | undefined;
  readonly #touching = new AbortController();
  /** How many changesets were asked for, also by a request that was given up for a newer one. */
  #wanted = FIRST_PAGE;

  constructor(
    private readonly fetch: FetchPage,
    private readonly identify: (signal: AbortSignal) => Promise<WorkingCopy>,
    private readonly listener: ChangelogListener,
  ) {}

  get rows(): readonly LogRow[] {
    return this.#rows;
  }

  get state(): ChangelogState {
    return {
      isLoading: this.#running !== undefined,
      isStopped: this.#stopped !== undefined,
      hasMore: this.#cursor !== undefined,
      revset: this.#revset,
      paths: this.#paths,
      ...(this.#error ? { error: this.#error } : {}),
    };
  }

  /** A changeset that is among the rows. */
  changeset(node: string): Changeset | undefined {
    return this.#changesets.get(node);
  }

  /** Searches, or with an empty text shows everything. The rows stay until there are others. */
  async search(revset: string): Promise<void> {
    this.#revset = revset.trim();
    this.#wanted = FIRST_PAGE;
    // What was wrong with the one before is not wrong with this one.
    this.#error = undefined;
    await this.refresh();
  }

  /** Shows only what touches some files or folders, with no path everything. What is searched for stays. */
  async only(paths: readonly string[]): Promise<void> {
    this.#paths = paths;
    this.#wanted = FIRST_PAGE;
    await this.refresh();
  }

  /** Loads again what was loaded, and tells of what is different. */
  refresh(): Promise<void> {
    return this.#run(async signal => {
      const workingCopy = await this.identify(signal);
      const isAll = this.#revset === '' && this.#paths.length === 0;
      const top = isAll ? workingDirectoryRow(workingCopy) : undefined;
      const rows = top ? [top] : [];
      const changesets = new Map<string, Changeset>();
      let cursor: string | undefined;
      do {
        const limit = Math.min(this.#wanted - changesets.size, LARGEST_PAGE);
        const page = await this.fetch(this.#query(limit, cursor), signal);
        signal.throwIfAborted();
        rows.push(...rowsOf(page, workingCopy));
        for (const changeset of page.changesets) changesets.set(changeset.node, changeset);
        cursor = page.nextCursor;
      } while (cursor !== undefined && changesets.size < this.#wanted);
      return { rows, changesets, cursor };
    });
  }

  /** Loads the next page. Does nothing while something is loaded, after something was stopped, or when there is no more. */
  async more(): Promise<void> {
    if (this.#cursor === undefined || this.#running || this.#stopped) return;
    this.#wanted = this.#changesets.size + PAGE;
    await this.#run(async signal => {
      const [before, cursor] = [{ rows: this.#rows, changesets: this.#changesets }, this.#cursor];
      const [workingCopy, page] = await Promise.all([
        this.identify(signal),
        this.fetch(this.#query(PAGE, cursor), signal),
      ]);
      // A commit that arrived in between may have moved nothing that the page begins with: known ones are not repeated.
      const fresh = page.changesets.map(({ node }) => !before.changesets.has(node));
      const rows = rowsOf(page, workingCopy).filter((_, nth) => fresh[nth]);
      const changesets = new Map(before.changesets);
      for (const changeset of page.changesets) changesets.set(changeset.node, changeset);
      return { rows: [...before.rows, ...rows], changesets, cursor: page.nextCursor };
    });
  }

  /** Stops what is being loaded, until it is asked for again. */
  stop(): void {
    if (!this.#running) return;
    const { load, stop } = this.#running;
    this.#running = undefined;
    this.#stopped = load;
    stop.abort();
    this.listener.state(this.state);
  }

  /** Goes on with what was stopped, from its beginning. */
  async again(): Promise<void> {
    if (this.#stopped) await this.#run(this.#stopped);
  }

  /** Brings the row of the working directory up to date, which is all that an edited file changes. */
  async touch(): Promise<void> {
    if (this.#running) return this.refresh();
    const [before] = this.#rows;
    if (before?.node !== WORKING_DIRECTORY) return;
    const workingCopy = await this.identify(this.#touching.signal).catch(() => undefined);
    const row = workingCopy && workingDirectoryRow(workingCopy);
    // Whoever loads has asked for the same, and later.
    if (!row || this.#rows[0] !== before || sameRow(row, before)) return;
    this.#rows = [row, ...this.#rows.slice(1)];
    this.listener.rows({ start: 0, remove: 1, items: [row] });
  }

  /** Gives up what is being loaded. */
  dispose(): void {
    this.#running?.stop.abort();
    this.#running = undefined;
    this.#touching.abort();
  }

  #query(limit: number, cursor: string | undefined): Parameters<FetchPage>[0] {
    return {
      limit,
      ...(this.#revset === '' ? {} : { revset: this.#revset }),
      ...(this.#paths.length === 0 ? {} : { paths: [...this.#paths] }),
      ...(cursor === undefined ? {} : { cursor }),
    };
  }

  /** Does the work that was asked for last; what was under way is given up. */
  async #run(load: Load): Promise<void> {
    this.#running?.stop.abort();
    const running = { load, stop: new AbortController() };
    this.#running = running;
    this.#stopped = undefined;
    this.listener.state(this.state);
    try {
      const { rows, changesets, cursor } = await load(running.stop.signal);
      if (running !== this.#running) return;
      const splice = difference(this.#rows, rows, sameRow);
      this.#rows = rows;
      this.#changesets = changesets;
      this.#cursor = cursor;
      this.#error = undefined;
      if (splice) this.listener.rows(splice);
    } catch (thrown) {
      if (running !== this.#running) return;
      const error = asHglsError(thrown);
      if (error.kind !== 'cancelled') this.#error = this.#explain(error);
    }
    this.#running = undefined;
    this.listener.state(this.state);
  }

  #explain(error: HglsError): SearchError {
    return searchError(this.#revset, error.message, error.hint);
  }
}
