// Many small questions asked as one. Pure: knows neither VS Code nor what is asked.

/** Collects keys for a moment, asks for all of them at once, and gives everybody their own answer. */
export class Batch<Value> {
  #waiting = new Map<
    string,
    { readonly promise: Promise<Value | undefined>; readonly settle: (value: Value | undefined) => void }
  >();

  /**
   * `ask` answers for as many keys as it can; it is handed at most `most` at a time. A question that fails has no answers:
   * whoever asks again may have one. `later` runs a function once the moment is over.
   */
  constructor(
    private readonly ask: (keys: string[]) => Promise<ReadonlyMap<string, Value>>,
    private readonly most: number,
    private readonly later: (run: () => void) => void,
  ) {}

  /** The answer for one key, or `undefined` when there is none. */
  get(key: string): Promise<Value | undefined> {
    const waiting = this.#waiting.get(key);
    if (waiting) return waiting.promise;
    let settle: (value: Value | undefined) => void = () => undefined;
    const promise = new Promise<Value | undefined>(done => (settle = done));
    if (this.#waiting.size === 0) this.later(() => void this.#flush());
    this.#waiting.set(key, { promise, settle });
    return promise;
  }

  async #flush(): Promise<void> {
    const asked = this.#waiting;
    this.#waiting = new Map();
    const keys = [...asked.keys()];
    for (let start = 0; start < keys.length; start += this.most) {
      const some = keys.slice(start, start + this.most);
      const answers = await this.ask(some).catch(() => new Map<string, Value>());
      for (const key of some) asked.get(key)?.settle(answers.get(key));
    }
  }
}
