// An end for every wait: cancels a request that takes too long, so that nothing spins for ever.
import * as vscode from 'vscode';

import { HglsError } from '../protocol/errors';

/** Runs `work` with a token that is cancelled with `outer`, and when `limitMs` are over; then this rejects. */
export async function withTimeLimit<T>(
  work: (token: vscode.CancellationToken) => Promise<T>,
  limitMs: number | undefined,
  outer?: vscode.CancellationToken,
): Promise<T> {
  if (outer?.isCancellationRequested) throw new HglsError('cancelled', 'cancelled');
  const inner = new vscode.CancellationTokenSource();
  const subscription = outer?.onCancellationRequested(() => {
    inner.cancel();
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    if (limitMs === undefined) return;
    timer = setTimeout(() => {
      inner.cancel();
      reject(
        new HglsError(
          'noServer',
          vscode.l10n.t('The hgls server did not answer within {0} minutes.', Math.round(limitMs / 60_000)),
        ),
      );
    }, limitMs);
  });
  try {
    return await Promise.race([work(inner.token), tooLong]);
  } finally {
    clearTimeout(timer);
    subscription?.dispose();
    inner.dispose();
  }
}
