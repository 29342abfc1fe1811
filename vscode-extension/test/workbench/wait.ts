// Waiting for something to become true. Tests never sleep for a fixed time and never read a thing once that comes late;
// how long they wait at most is generous, for the machine may be slow and busy, and costs nothing where it is not.

/** How long anything may take that a user would wait for, in milliseconds. */
export const PATIENCE = 120_000;

const PAUSE = 50;

/** Waits a moment where nothing else may go on meanwhile. */
export function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise(done => setTimeout(done, milliseconds));
}

/** The first answer of `look` that is neither false nor empty; an error that says what was waited for. */
export async function until<T>(what: string, look: () => T | Promise<T>, patience = PATIENCE): Promise<NonNullable<T>> {
  const end = Date.now() + patience;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`waited ${patience / 1000} s for ${what}`);
    await sleep(PAUSE);
  }
}

/** Waits until `look` gives `expected`; the error of a wait in vain shows both. */
export async function untilEqual(
  what: string,
  look: () => unknown,
  expected: unknown,
  patience = PATIENCE,
): Promise<void> {
  const wanted = JSON.stringify(expected);
  let seen: string | undefined;
  await until(what, async () => (seen = JSON.stringify(await look())) === wanted, patience).catch((error: unknown) => {
    throw new Error(`${String(error)}\n  expected ${wanted}\n  saw      ${seen}`);
  });
}

/** What the work gives, unless the limit, in milliseconds, is over before: then the error that `late` makes. */
export async function within<T>(limit: number, work: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, fail) => {
    timer = setTimeout(() => {
      fail(late());
    }, limit);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
