// Measured times in a sentence. Nothing is asserted of them: they are the machine's.

/** The middle one, the one that 95 of 100 are below, and the worst of times in milliseconds. */
export function spread(times: readonly number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(0);
  return `median ${at(0.5)} ms, 95th of 100 ${at(0.95)} ms, worst ${at(1)} ms`;
}

/** Bytes in mebibytes. */
export function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? 'not measured here' : `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
}
