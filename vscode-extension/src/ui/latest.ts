// Of several pieces of work of one kind only the latest counts: it cancels the one before. Knows no VS Code.
/** What a piece of work is stopped by. */
export interface Cancellable {
  cancel(): void;
  dispose(): void;
}

export class Latest<Source extends Cancellable> {
  #current: Source | undefined;

  constructor(private readonly makeSource: () => Source) {}

  /** Cancels what runs. */
  cancel(): void {
    this.#current?.cancel();
    this.#current = undefined;
  }

  /** Runs `work` in place of what runs. Its result, or nothing when something later took its place. */
  async run<Result>(work: (source: Source) => Promise<Result>): Promise<Result | undefined> {
    this.cancel();
    const source = this.makeSource();
    this.#current = source;
    try {
      const result = await work(source);
      return this.#current === source ? result : undefined;
    } catch (error) {
      if (this.#current !== source) {
        return undefined;
      }
      throw error;
    } finally {
      if (this.#current === source) {
        this.#current = undefined;
      }
      source.dispose();
    }
  }
}
