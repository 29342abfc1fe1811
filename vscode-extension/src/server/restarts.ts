// How often a server that crashes is started again. Pure: the time is given. Knows nothing of VS Code.

/** Allows so many restarts within a span of time. */
export class RestartLimit {
  #crashes: number[] = [];

  constructor(
    readonly limit: number,
    readonly spanMs: number,
  ) {}

  /** Notes a crash at `now`, in milliseconds, and says whether to start again. */
  allows(now: number): boolean {
    this.#crashes = this.#crashes.filter(crash => now - crash < this.spanMs);
    this.#crashes.push(now);
    return this.#crashes.length <= this.limit;
  }

  /** Forgets all crashes, as when the user asks for a restart. */
  reset(): void {
    this.#crashes = [];
  }
}
