// Makes, moves, renames, deletes and deactivates bookmarks, and asks before changesets are lost from sight.
import * as vscode from 'vscode';

import type { Context } from '../context';
import { HglsError } from '../protocol/errors';
import type { Bookmark, BookmarkParams } from '../protocol/types';
import type { Repository } from '../repositories/repository';
import { subject } from '../text/plain';
import { ask } from '../ui/messages';
import { withProgress } from '../ui/progress';
import { tell } from '../workingCopy/telling';
import { orphanedBy } from './choices';

/** A new bookmark, on the working copy's parent or on `rev`. Where the name is taken, asks whether that one shall move. */
export async function createBookmark(context: Context, repository: Repository, rev?: string): Promise<void> {
  const { l10n } = vscode;
  const name = await askName(l10n.t('Name of the new bookmark'), '');
  if (name === undefined) return;
  const at = rev === undefined ? {} : { rev };
  try {
    await send(context, repository, { name, ...at }, l10n.t('Creating bookmark {0}', name));
  } catch (error) {
    if (!(error instanceof HglsError) || error.kind !== 'alreadyExists') throw error;
    const taken = (await bookmarksOf(repository)).find(({ bookmark }) => bookmark === name);
    if (!taken) throw error;
    await moveTo(context, repository, taken, rev);
  }
}

/** Moves a bookmark to the working copy's parent, or to `rev`. */
export async function moveTo(
  context: Context,
  repository: Repository,
  { bookmark, node }: Bookmark,
  rev?: string,
): Promise<void> {
  const { l10n } = vscode;
  const { changeset } = await repository.request('hg/lookup', { rev: rev ?? '.' });
  const lost = await lostFrom(repository, bookmark, node, changeset.node);
  const move = l10n.t('Move');
  const to = `${changeset.node.slice(0, 12)} ${subject(changeset.desc)}`;
  const way = l10n.t('It moves from {0} to {1}.', node.slice(0, 12), to);
  const detail = lost === '' ? way : `${way}\n${lost}`;
  const chosen = await ask(l10n.t('Move bookmark {0} here?', bookmark), detail, move);
  if (chosen !== move) return;
  const params = { name: bookmark, force: true, rev: changeset.node };
  await send(context, repository, params, l10n.t('Moving bookmark {0}', bookmark));
}

export async function renameBookmark(context: Context, repository: Repository, bookmark: string): Promise<void> {
  const { l10n } = vscode;
  const name = await askName(l10n.t('New name of bookmark {0}', bookmark), bookmark);
  if (name === undefined || name === bookmark) return;
  await send(context, repository, { name, rename: bookmark }, l10n.t('Renaming bookmark {0}', bookmark));
}

/** Deletes a bookmark. Its changesets stay, but those that nothing else leads to are hidden: that is said before. */
export async function deleteBookmark(
  context: Context,
  repository: Repository,
  { bookmark, node, active }: Bookmark,
): Promise<void> {
  const { l10n } = vscode;
  const lost = await lostFrom(repository, bookmark, node);
  const lines = [
    lost || l10n.t('Its changesets stay: other names, or the working copy, lead to them.'),
    active
      ? l10n.t('It is the active bookmark. The working copy stays where it is, and new commits move no bookmark.')
      : '',
  ];
  const remove = l10n.t('Delete');
  const detail = lines.filter(line => line !== '').join('\n');
  const chosen = await ask(l10n.t('Delete bookmark {0}?', bookmark), detail, remove);
  if (chosen !== remove) return;
  await send(context, repository, { name: bookmark, delete: true }, l10n.t('Deleting bookmark {0}', bookmark));
}

/** Leaves the active bookmark where it is; commits no longer move it. */
export async function deactivate(context: Context, repository: Repository): Promise<void> {
  await send(context, repository, { inactive: true }, vscode.l10n.t('Deactivating the bookmark'));
}

export async function bookmarksOf(repository: Repository): Promise<readonly Bookmark[]> {
  return (await repository.request('hg/bookmarks', {})).bookmarks;
}

/** Says which changesets would be hidden when a bookmark leaves `node`, for `target` or for good; empty when none. */
async function lostFrom(repository: Repository, name: string, node: string, target?: string): Promise<string> {
  const [{ bookmarks }, { tags }, { parents }] = await Promise.all([
    repository.request('hg/bookmarks', {}),
    repository.request('hg/tags', {}),
    repository.request('hg/identify', {}),
  ]);
  const others = bookmarks.filter(({ bookmark, remote }) => bookmark !== name || remote !== undefined);
  const kept = [
    ...others.map(bookmark => bookmark.node),
    ...tags.filter(({ tag }) => tag !== 'tip').map(tag => tag.node),
    ...parents,
    ...(target === undefined ? [] : [target]),
  ];
  const revset = orphanedBy(node, kept);
  if (revset === undefined) return '';
  const { changesets, nextCursor } = await repository.request('hg/log', { revset, limit: 100 });
  const [newest] = changesets;
  if (!newest) return '';
  const count = nextCursor === undefined ? String(changesets.length) : vscode.l10n.t('more than {0}', 100);
  return vscode.l10n.t(
    'No other name leads to {0} of its changesets, among them "{1}". They are hidden then; note the node {2} to come back to them.',
    count,
    subject(newest.desc),
    node,
  );
}

function askName(prompt: string, value: string): Promise<string | undefined> {
  const asked = vscode.window.showInputBox({
    prompt,
    value,
    // What else a name must not be, the server knows.
    validateInput: text => (text.trim() === '' ? vscode.l10n.t('A bookmark needs a name.') : undefined),
  });
  return Promise.resolve(asked).then(name => name?.trim());
}

async function send(
  context: Context,
  repository: Repository,
  params: Omit<BookmarkParams, 'root'>,
  title: string,
): Promise<void> {
  const { warnings } = await withProgress(title, (token, onProgress) =>
    repository.request('hg/bookmark', params, token, onProgress),
  );
  tell(context, repository, { files: [], warnings });
}
