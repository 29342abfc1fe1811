// Bookmarks in the editor: the item in the status bar, and the commands.
import * as vscode from 'vscode';

import type { Context } from '../context';
import { asHglsError } from '../protocol/errors';
import type { IdentifyResult } from '../protocol/types';
import type { CurrentRepository } from '../repositories/current';
import { changesetReference } from '../revisions/reference';
import { registerCommands } from '../ui/commands';
import { createBookmark } from './change';
import type { BookmarkAction } from './choices';
import { act, showBookmarks } from './list';
import { statusText, type StatusWords } from './statusText';

/** Left of the errors and warnings, where the built-in extension has its branch. */
const PRIORITY = 101;
/** Edits come in groups. */
const SETTLE_MS = 200;

export function registerBookmarks(context: Context): vscode.Disposable {
  const { current } = context;
  const item = new StatusItem(context, current);
  const acting = (action: BookmarkAction) => async (argument: unknown) => {
    const repository = await current.forCommand(argument);
    if (repository) await act(context, repository, action);
  };
  const commands = registerCommands({
    'bookmarks.show': async (argument: unknown) => {
      const repository = argument === 'current' ? current.repository : await current.forCommand(argument);
      if (repository) await showBookmarks(context, repository);
    },
    'bookmarks.create': acting('create'),
    'bookmarks.createAt': async (argument: unknown) => {
      const reference = changesetReference(argument);
      const repository = reference && context.repositories.at(vscode.Uri.parse(reference.root, true));
      if (repository) await createBookmark(context, repository, reference.node);
    },
    'bookmarks.rename': acting('rename'),
    'bookmarks.move': acting('move'),
    'bookmarks.delete': acting('delete'),
    'bookmarks.deactivate': acting('deactivate'),
    update: acting('update'),
  });
  return vscode.Disposable.from(item, commands);
}

/** The active bookmark of the repository that the user is at. */
class StatusItem implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #subscriptions: readonly { dispose(): unknown }[];
  #timer: NodeJS.Timeout | undefined;
  #asked = 0;

  constructor(
    private readonly context: Context,
    private readonly current: CurrentRepository,
  ) {
    this.#item = vscode.window.createStatusBarItem('bookmark', vscode.StatusBarAlignment.Left, PRIORITY);
    this.#item.name = vscode.l10n.t('hgls: Bookmark');
    this.#item.command = {
      command: 'hgls.bookmarks.show',
      title: vscode.l10n.t('Bookmarks'),
      arguments: ['current'],
    };
    this.#subscriptions = [
      this.#item,
      current.onDidChange(() => void this.#show()),
      context.repositories.onDidChange(({ repository }) => {
        if (repository === current.repository) this.#showSoon();
      }),
    ];
    void this.#show();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #showSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#show();
    }, SETTLE_MS);
  }

  async #show(): Promise<void> {
    const { repository } = this.current;
    const asked = ++this.#asked;
    if (!repository) {
      this.#item.hide();
      return;
    }
    let identity: IdentifyResult;
    try {
      identity = await repository.request('hg/identify', {});
    } catch (error) {
      this.context.log.debug(`status bar: ${asHglsError(error).message}`);
      // What was known last is better than nothing.
      identity = repository.identity;
    }
    if (asked !== this.#asked) return;
    const { text, tooltip, spoken } = statusText(repository.name, identity, words());
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label: spoken, role: 'button' };
    this.#item.show();
  }
}

function words(): StatusWords {
  const { l10n } = vscode;
  return {
    noBookmark: l10n.t('no active bookmark'),
    noCommits: l10n.t('no commits yet'),
    changed: l10n.t('has changes that are not committed'),
    bookmark: l10n.t('active bookmark'),
    parent: l10n.t('parent'),
    phase: { public: l10n.t('public'), draft: l10n.t('draft'), secret: l10n.t('secret') },
    tags: l10n.t('tags'),
    operation: {
      merge: l10n.t('merging'),
      rebase: l10n.t('rebasing'),
      'cherry-pick': l10n.t('cherry-picking'),
      revert: l10n.t('reverting'),
      bisect: l10n.t('bisecting'),
    },
  };
}
