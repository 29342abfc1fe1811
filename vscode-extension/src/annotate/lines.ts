// Which changeset made which line of a document, for as many lines as were asked for. Knows the protocol's types and not VS
// Code; a value of it never changes.
import type { AnnotateHunk, AnnotateResult, Changeset } from '../protocol/types';
import type { Lines } from '../text/lines';

/** One line's origin. */
export interface Origin {
  readonly changeset: Changeset;
  readonly hunk: AnnotateHunk;
  /** The number that the line had in the changeset, zero-based. */
  readonly originLine: number;
}

/** A run of lines of one changeset, cut to the lines that are drawn. */
export interface Run extends Lines {
  /** That of the first line. */
  readonly origin: Origin;
}

/** The working directory's number. */
const WORKING_DIRECTORY = 2147483647;

/** Whether these are lines that nobody has committed. */
export function isUncommitted(changeset: Changeset): boolean {
  return changeset.rev === WORKING_DIRECTORY;
}

export class AnnotatedLines {
  readonly #hunks: readonly AnnotateHunk[];

  /** `result` is the answer for the lines of `asked`. */
  constructor(
    private readonly result: AnnotateResult,
    private readonly asked: Lines,
  ) {
    this.#hunks = result.hunks;
  }

  /** Whether the answer says something about all of these lines, as far as the document has them. */
  covers(lines: Lines): boolean {
    return this.asked.start <= lines.start && lines.end <= this.asked.end;
  }

  /** Who made a line. */
  at(line: number): Origin | undefined {
    const hunk = this.#hunks[this.#firstEndingAfter(line)];
    return hunk !== undefined && hunk.start <= line ? this.#origin(hunk, line) : undefined;
  }

  /** The runs of lines within `lines`, in their order. Costs as much as there are runs, however long the file. */
  within(lines: Lines): Run[] {
    const runs: Run[] = [];
    for (let index = this.#firstEndingAfter(lines.start); index < this.#hunks.length; index++) {
      const hunk = this.#hunks[index];
      if (hunk === undefined || hunk.start >= lines.end) {
        break;
      }
      const start = Math.max(hunk.start, lines.start);
      const origin = this.#origin(hunk, start);
      if (origin !== undefined) {
        const end = Math.min(hunk.start + hunk.count, lines.end);
        runs.push({ start, end, origin });
      }
    }
    return runs;
  }

  #origin(hunk: AnnotateHunk, line: number): Origin | undefined {
    const changeset = this.result.changesets[hunk.changeset];
    return changeset && { changeset, hunk, originLine: hunk.originStart + line - hunk.start };
  }

  #firstEndingAfter(line: number): number {
    let [low, high] = [0, this.#hunks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const hunk = this.#hunks[middle];
      if (hunk !== undefined && hunk.start + hunk.count <= line) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
