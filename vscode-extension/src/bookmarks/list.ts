// The list of bookmarks that the status bar opens: to switch to one, and for all else that is done with bookmarks.
import * as vscode from 'vscode';

import type { Context } from '../context';
import type { Bookmark } from '../protocol/types';
import type { Repository } from '../repositories/repository';
import { inform } from '../ui/messages';
import { withProgress } from '../ui/progress';
import { updateAsking, updateTo } from '../workingCopy/update';
import { bookmarksOf, createBookmark, deactivate, deleteBookmark, moveTo, renameBookmark } from './change';
import { bookmarkItem, choicesOf, type BookmarkAction, type Choice } from './choices';

interface Item extends vscode.QuickPickItem {
  readonly choice?: Choice;
}

/** Shows the list, and does what is chosen. */
export async function showBookmarks(context: Context, repository: Repository): Promise<void> {
  const bookmarks = await withProgress(vscode.l10n.t('Reading bookmarks'), token =>
    repository.request('hg/bookmarks', {}, token).then(result => result.bookmarks),
  );
  const choices = choicesOf(bookmarks, repository.identity.activeBookmark);
  const chosen = await vscode.window.showQuickPick(items(choices), {
    placeHolder: vscode.l10n.t('{0}: switch to a bookmark, or choose what to do', repository.name),
    matchOnDescription: true,
  });
  const choice = chosen?.choice;
  if (!choice) return;
  if (choice.kind === 'action') await act(context, repository, choice.action);
  else await updateTo(context, repository, choice.bookmark.bookmark, choice.bookmark.bookmark);
}

/** Does something with a bookmark that is asked for. */
export async function act(context: Context, repository: Repository, action: BookmarkAction): Promise<void> {
  const { l10n } = vscode;
  switch (action) {
    case 'create':
      return createBookmark(context, repository);
    case 'deactivate':
      return deactivate(context, repository);
    case 'rename': {
      const bookmark = await choose(repository, l10n.t('Rename which bookmark?'));
      return bookmark && renameBookmark(context, repository, bookmark.bookmark);
    }
    case 'move': {
      const bookmark = await choose(repository, l10n.t('Move which bookmark to the working copy\u2019s parent?'));
      return bookmark && moveTo(context, repository, bookmark);
    }
    case 'delete': {
      const bookmark = await choose(repository, l10n.t('Delete which bookmark?'));
      return bookmark && deleteBookmark(context, repository, bookmark);
    }
    case 'update': {
      const rev = await vscode.window.showInputBox({
        prompt: l10n.t('Update to which revision? A bookmark, a tag, a number, a node, or a revision set.'),
        validateInput: text => (text.trim() === '' ? l10n.t('A revision is needed.') : undefined),
      });
      return rev === undefined ? undefined : updateAsking(context, repository, rev.trim(), rev.trim());
    }
  }
}

async function choose(repository: Repository, placeHolder: string): Promise<Bookmark | undefined> {
  const local = (await bookmarksOf(repository)).filter(({ remote }) => remote === undefined);
  if (local.length === 0) {
    void inform(vscode.l10n.t('{0} has no bookmarks.', repository.name));
    return undefined;
  }
  const offered = local.map(bookmark => ({ ...bookmarkItem(bookmark), bookmark }));
  return (await vscode.window.showQuickPick(offered, { placeHolder, matchOnDescription: true }))?.bookmark;
}

function items(choices: readonly Choice[]): Item[] {
  const { l10n } = vscode;
  const labels: Readonly<Record<BookmarkAction, string>> = {
    create: `$(add) ${l10n.t('New bookmark…')}`,
    update: `$(git-commit) ${l10n.t('Update to a revision…')}`,
    deactivate: `$(circle-slash) ${l10n.t('Deactivate the bookmark')}`,
    rename: `$(edit) ${l10n.t('Rename a bookmark…')}`,
    move: `$(arrow-right) ${l10n.t('Move a bookmark here…')}`,
    delete: `$(trash) ${l10n.t('Delete a bookmark…')}`,
  };
  const headings: Readonly<Record<Choice['kind'], string>> = {
    action: '',
    bookmark: l10n.t('bookmarks'),
    remote: l10n.t('remote bookmarks'),
  };
  const shown: Item[] = [];
  let before: Choice['kind'] = 'action';
  for (const choice of choices) {
    if (choice.kind !== before) {
      shown.push({ label: headings[choice.kind], kind: vscode.QuickPickItemKind.Separator });
      before = choice.kind;
    }
    if (choice.kind === 'action') {
      shown.push({ label: labels[choice.action], choice, alwaysShow: false });
    } else {
      const item = bookmarkItem(choice.bookmark);
      const description = choice.bookmark.active ? l10n.t('{0}, active', item.description) : item.description;
      shown.push({ ...item, description, choice });
    }
  }
  return shown;
}
