// Lines of a text.

/** Lines, zero-based and half-open. */
export interface Lines {
  readonly start: number;
  readonly end: number;
}
