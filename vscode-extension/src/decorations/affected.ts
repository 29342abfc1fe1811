// Which files and folders an event may have given other decorations. Pure.
//
// VS Code takes every badge away until it has asked for all of them anew, unless it is told which ones: so only those are
// named that the event is about, and nobody sees the others go and come back with each file that is saved.
import type { DidChangeStatusParams, RepositoryChange } from '../protocol/types';

/** VS Code takes no longer lists. */
const MOST = 250;

/** By their URIs; `undefined`: it may be any. */
export function affected(
  what: ReadonlySet<RepositoryChange | 'status' | 'server'>,
  status?: DidChangeStatusParams,
): string[] | undefined {
  if (what.has('parents') || what.has('mergeState') || what.has('server')) return undefined;
  if (!what.has('status')) return [];
  if (!status) return undefined;
  const found = new Set<string>();
  for (const { uri } of [...status.changed, ...status.removed]) {
    // What lies beside it may be ignored now, or no longer.
    if (uri.endsWith('/.gitignore')) return undefined;
    for (let end = uri.length; end > status.root.length; end = uri.lastIndexOf('/', end - 1))
      found.add(uri.slice(0, end));
    if (found.size > MOST) return undefined;
  }
  return [...found];
}
