// Errors as the rest of the extension sees them: what the server answered, or that there is no server to ask. Knows
// nothing of VS Code.
import type { ErrorKind } from './types';

/** The server's kinds, and that of a request that no server could be asked. */
export type HglsErrorKind = ErrorKind | 'noServer';

/** A request that was not answered. Its message is for the user, in Mercurial's words where it has some. */
export class HglsError extends Error {
  override readonly name = 'HglsError';

  constructor(
    readonly kind: HglsErrorKind,
    message: string,
    /** What the user can do about it. */
    readonly hint?: string,
  ) {
    super(message);
  }
}

const REQUEST_CANCELLED = -32800;
const SERVER_CANCELLED = -32802;
/** What the client library says of requests whose connection ended, or was never made. */
const CONNECTION_GONE: ReadonlySet<unknown> = new Set([-32097, -32096]);

/** Whether this is not worth a message: somebody no longer wanted the answer. */
export function isCancelled(error: unknown): boolean {
  return error instanceof HglsError && error.kind === 'cancelled';
}

/** Whatever was thrown while a request was under way, as an `HglsError`. */
export function asHglsError(thrown: unknown): HglsError {
  if (thrown instanceof HglsError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = member(thrown, 'code');
  if (
    code === REQUEST_CANCELLED ||
    code === SERVER_CANCELLED ||
    (thrown instanceof Error && thrown.name === 'Canceled')
  ) {
    return new HglsError('cancelled', message);
  }
  if (CONNECTION_GONE.has(code)) return new HglsError('noServer', 'the server stopped before it answered');
  const data = member(thrown, 'data');
  const kind = member(data, 'kind');
  const hint = member(data, 'hint');
  return new HglsError(
    typeof kind === 'string' ? (kind as ErrorKind) : 'internal',
    message,
    typeof hint === 'string' ? hint : undefined,
  );
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
