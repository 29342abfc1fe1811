// The texts of the log's page in the user's language: the page itself cannot ask VS Code for them.
import * as vscode from 'vscode';

import type { Texts } from './messages';

export function texts(): Texts {
  const { t } = vscode.l10n;
  return {
    log: t('Changesets, newest first'),
    search: t('Search with a revision set'),
    searchHint: t('Revision set, such as draft() or user("Ada")'),
    searchWords: t('Search for these words instead'),
    clear: t('Show all changesets'),
    loading: t('Loading changesets…'),
    loadingMore: t('Loading…'),
    empty: t('There are no changesets yet.'),
    nothingFound: t('No changeset is in this set.'),
    count: t('{0} rows'),
    countMore: t('{0} rows, and more further down'),
    workingDirectory: t('Working directory: no changes'),
    workingDirectoryDirty: t('Working directory: changes not committed'),
    checkedOut: t('checked out'),
    public: t('public'),
    draft: t('draft'),
    secret: t('secret'),
    active: t('Active bookmark {0}'),
    bookmark: t('Bookmark {0}'),
    remote: t('Remote bookmark {0}'),
    tag: t('Tag {0}'),
    merge: t('merge of {0}'),
    parents: t('Parents:'),
    revision: t('revision {0}, {1}'),
    details: t('The selected changeset'),
    openChanges: t('Open Changes'),
    moreLanes: t('{0} more lines to the right are not shown'),
    noMessage: t('(no message)'),
  };
}
