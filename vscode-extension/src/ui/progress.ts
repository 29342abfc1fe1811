// Progress of what may take long: shown only when it does, with a button that cancels it.
import * as vscode from 'vscode';

import type { Progress } from '../server/session';
import { linkless } from '../text/plain';

/** Work that ends sooner shows nothing: a message that only flashes up helps nobody. */
const QUIET_MS = 400;

/** Runs the work, which is cancelled by the token. After a moment a notification says so, and what the server reports. */
export async function withProgress<T>(
  title: string,
  work: (token: vscode.CancellationToken, onProgress: (progress: Progress) => void) => Promise<T>,
): Promise<T> {
  const cancellation = new vscode.CancellationTokenSource();
  const listeners = new Set<(progress: Progress) => void>();
  const ended = new AbortController();
  const result = work(cancellation.token, progress => {
    listeners.forEach(listener => {
      listener(progress);
    });
  });
  const timer = setTimeout(() => {
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: linkless(title), cancellable: true },
      async (shown, token) => {
        let percentage = 0;
        listeners.add(progress => {
          const increment = (progress.percentage ?? percentage) - percentage;
          percentage += increment;
          shown.report({ message: linkless(progress.message ?? ''), increment });
        });
        token.onCancellationRequested(() => {
          cancellation.cancel();
        });
        await new Promise<void>(resolve => {
          if (ended.signal.aborted) resolve();
          else
            ended.signal.addEventListener('abort', () => {
              resolve();
            });
        });
      },
    );
  }, QUIET_MS);
  try {
    return await result;
  } finally {
    clearTimeout(timer);
    ended.abort();
    cancellation.dispose();
  }
}
