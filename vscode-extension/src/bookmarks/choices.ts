// What the list of bookmarks offers: to switch to each of them, and what else can be done. Knows nothing of VS Code but the names
// of its icons.
import type { Bookmark } from '../protocol/types';
import { changesetName, iconless, oneLine } from '../text/plain';

export type BookmarkAction = 'create' | 'rename' | 'move' | 'delete' | 'deactivate' | 'update';

/** One line of the list. */
export type Choice =
  | { readonly kind: 'action'; readonly action: BookmarkAction }
  | { readonly kind: 'bookmark'; readonly bookmark: Bookmark }
  | { readonly kind: 'remote'; readonly bookmark: Bookmark };

/** Actions first, then the local bookmarks with the active one on top, then the remote ones. */
export function choicesOf(bookmarks: readonly Bookmark[], active: string | undefined): Choice[] {
  const local = bookmarks.filter(({ remote }) => remote === undefined);
  const actions: BookmarkAction[] = ['create', 'update'];
  if (active !== undefined) actions.push('deactivate');
  if (local.length > 0) actions.push('rename', 'move', 'delete');
  const sorted = [...local].sort((a, b) => Number(b.active) - Number(a.active));
  return [
    ...actions.map(action => ({ kind: 'action', action }) as const),
    ...sorted.map(bookmark => ({ kind: 'bookmark', bookmark }) as const),
    ...bookmarks.filter(({ remote }) => remote !== undefined).map(bookmark => ({ kind: 'remote', bookmark }) as const),
  ];
}

/** Where a bookmark stands, and its name, as a list shows them. */
export function bookmarkItem(bookmark: Bookmark): { label: string; description: string } {
  const icon = bookmark.active ? '$(check)' : bookmark.remote === undefined ? '$(bookmark)' : '$(cloud)';
  return {
    label: `${icon} ${iconless(oneLine(bookmark.bookmark))}`,
    description: changesetName(bookmark),
  };
}

/**
 * The changesets that no name leads to any more once a bookmark has left `node`, as a revision set. `kept` are the nodes that
 * other names and the working copy stand on. `undefined`: there are none.
 */
export function orphanedBy(node: string, kept: readonly string[]): string | undefined {
  // Another name on the same changeset keeps all of them.
  if (kept.includes(node)) return undefined;
  const others = [...new Set(kept)].join(' + ');
  return others === '' ? `::${node}` : `only(${node}, ${others})`;
}
