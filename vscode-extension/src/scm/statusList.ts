// The status of a repository's files as the panel knows it: one whole answer, kept up to date by what the server tells of
// changes. Pure: knows nothing of VS Code, nor of how it is shown.
import type { DidChangeStatusParams, StatusEntry, StatusResult } from '../protocol/types';

export class StatusList {
  #entries = new Map<string, StatusEntry>();
  #generation = -1;
  #truncated = false;
  #counts: StatusResult['counts'];
  /** What was told while a whole answer was under way: it may be newer than that. */
  #told: DidChangeStatusParams[] | undefined;

  /** `limit`: how many entries are kept at most. */
  constructor(private limit: number) {}

  /** The entries in hg's order: by status, and by path within one. */
  get entries(): StatusEntry[] {
    return [...this.#entries.values()].sort(inHgOrder);
  }

  /** Whether there are more than the list has. */
  get isCut(): boolean {
    return this.#truncated;
  }

  /** How many there are of each status, where there are more than the list has. */
  get counts(): StatusResult['counts'] {
    return this.#truncated ? this.#counts : undefined;
  }

  /** The status of a file, by the URI as the server writes it. */
  get(uri: string): StatusEntry | undefined {
    return this.#entries.get(uri);
  }

  /** Call before a whole answer is asked for, so that nothing is lost that is told meanwhile. */
  asking(limit = this.limit): void {
    this.limit = limit;
    this.#told = [];
  }

  /**
   * Takes the whole answer over, and what was told after it was made. `false`: what was told since makes another one
   * necessary.
   */
  answered(result: StatusResult): boolean {
    this.#entries = new Map(result.entries.slice(0, this.limit).map(entry => [entry.uri, entry]));
    this.#truncated = result.truncated || result.entries.length > this.limit;
    this.#counts = result.counts;
    this.#generation = result.generation;
    const told = this.#told ?? [];
    this.#told = undefined;
    return told.every(change => this.told(change));
  }

  /** Call when no answer came. */
  failed(): void {
    this.#told = undefined;
  }

  /**
   * Takes a change over. `false`: the list no longer says how things are, and has to be asked for anew, as which files a
   * list shows that was cut off depends on all of them.
   */
  told(change: DidChangeStatusParams): boolean {
    if (this.#told) {
      this.#told.push(change);
      return true;
    }
    if (change.generation <= this.#generation) return true;
    if (this.#generation < 0 || this.#truncated) return false;
    this.#generation = change.generation;
    for (const { uri } of change.removed) this.#entries.delete(uri);
    for (const entry of change.changed) this.#entries.set(entry.uri, entry);
    return this.#entries.size <= this.limit;
  }
}

const ORDER = 'MAR!?IC';

function inHgOrder(a: StatusEntry, b: StatusEntry): number {
  return ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || (a.path < b.path ? -1 : Number(a.path > b.path));
}
