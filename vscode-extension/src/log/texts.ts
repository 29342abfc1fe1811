// The texts of the log's page in the user's language: the page itself cannot ask VS Code for them.
import * as vscode from 'vscode';

import type { Texts } from './messages';

export function texts(): Texts {
  const { l10n } = vscode;
  return {
    log: l10n.t('Changesets, newest first'),
    logKeys: l10n.t('Enter opens the changes of a changeset, and the menu key what else can be done with it.'),
    search: l10n.t('Search with a revision set'),
    searchHint: l10n.t('Revision set, such as draft() or user("Ada")'),
    searchWords: l10n.t('Search for these words instead'),
    clear: l10n.t('Show all changesets'),
    onlyPaths: l10n.t('Only changesets that touch {0}'),
    allPaths: l10n.t('Show changesets of all files'),
    loading: l10n.t('Loading changesets…'),
    searching: l10n.t('Searching…'),
    stop: l10n.t('Stop'),
    stopped: l10n.t('Stopped. Shown is what was loaded before.'),
    stoppedEmpty: l10n.t('Stopped.'),
    again: l10n.t('Load Again'),
    empty: l10n.t('There are no changesets yet.'),
    nothingFound: l10n.t('No changeset is in this set.'),
    countOne: l10n.t('{0} changeset'),
    count: l10n.t('{0} changesets'),
    countMore: l10n.t('{0} changesets, and more further down'),
    workingDirectory: l10n.t('Working directory: no changes'),
    workingDirectoryDirty: l10n.t('Working directory: changes not committed'),
    checkedOut: l10n.t('checked out'),
    public: l10n.t('public'),
    draft: l10n.t('draft'),
    secret: l10n.t('secret'),
    active: l10n.t('Active bookmark {0}'),
    bookmark: l10n.t('Bookmark {0}'),
    remote: l10n.t('Remote bookmark {0}'),
    tag: l10n.t('Tag {0}'),
    merge: l10n.t('merge of {0}'),
    parent: l10n.t('Parent:'),
    parents: l10n.t('Parents:'),
    revision: l10n.t('revision {0}, {1}'),
    details: l10n.t('The selected changeset'),
    openChanges: l10n.t('Open Changes'),
    moreLanesOne: l10n.t('{0} more line to the right is not shown'),
    moreLanes: l10n.t('{0} more lines to the right are not shown'),
    noMessage: l10n.t('(no message)'),
  };
}
