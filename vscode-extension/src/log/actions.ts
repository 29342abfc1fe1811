// What can be done with a changeset of the log. Knows nothing of how it was chosen.
import * as vscode from 'vscode';

import type { Context } from '../context';
import type { Repository } from '../repositories/repository';
import { titleOf } from '../revisions/changesets';
import { changesetReference, type ChangesetReference } from '../revisions/reference';
import { atRevision } from '../revisions/uris';
import { iconless, oneLine, shortNode } from '../text/plain';
import { inform } from '../ui/messages';
import { withProgress } from '../ui/progress';
import { updateTo } from '../workingCopy/update';
import { WORKING_DIRECTORY } from './rows';

/** Changed files that are shown at once. */
const MOST_FILES = 500;

type Command = (argument: unknown) => Promise<void>;

/** The commands, by their names without `hgls.`. Their arguments come from the page, and are checked. */
export function actions(context: Context): Readonly<Record<string, Command>> {
  const about =
    (act: (repository: Repository, reference: ChangesetReference) => Promise<unknown>): Command =>
    async argument => {
      const reference = changesetReference(argument);
      const root = reference && vscode.Uri.parse(reference.root, true);
      const repository = root && context.repositories.at(root);
      if (reference && repository) await act(repository, reference);
    };
  return {
    // A row was activated: of the working directory, what is not committed yet is shown.
    'graph.openRow': about((repository, reference) =>
      reference.node === WORKING_DIRECTORY
        ? compareWithWorkingCopy(repository, '.')
        : Promise.resolve(vscode.commands.executeCommand('hgls.changeset.open', reference)),
    ),
    'graph.compareWithWorkingCopy': about((repository, { node }) =>
      compareWithWorkingCopy(repository, node === WORKING_DIRECTORY ? '.' : node),
    ),
    'graph.updateTo': about(async (repository, { node }) => {
      const { changeset } = await repository.request('hg/lookup', { rev: node });
      const [bookmark, ...others] = changeset.bookmarks;
      // On a bookmark's changeset both are meant by the same words, so it is asked.
      const rev = bookmark === undefined ? node : await chooseBookmark(node, [bookmark, ...others]);
      if (rev !== undefined) await updateTo(context, repository, rev, titleOf(changeset));
    }),
    'graph.bookmarkHere': about((_, reference) =>
      Promise.resolve(vscode.commands.executeCommand('hgls.bookmarks.createAt', reference)),
    ),
    'graph.amend': about(repository => Promise.resolve(vscode.commands.executeCommand('hgls.amend', repository.root))),
    'graph.uncommit': about(repository =>
      Promise.resolve(vscode.commands.executeCommand('hgls.uncommit', repository.root)),
    ),
  };
}

/** Which of the bookmarks becomes active, or none. */
async function chooseBookmark(node: string, bookmarks: readonly string[]): Promise<string | undefined> {
  const items = [
    ...bookmarks.map(bookmark => ({
      label: `$(bookmark) ${iconless(oneLine(bookmark))}`,
      description: vscode.l10n.t('becomes the active bookmark'),
      rev: bookmark,
    })),
    { label: `$(git-commit) ${shortNode(node)}`, description: vscode.l10n.t('no bookmark is active'), rev: node },
  ];
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Update to') });
  return chosen?.rev;
}

/** Shows what is different between a revision and the files as they are. */
async function compareWithWorkingCopy(repository: Repository, rev: string): Promise<void> {
  const name = rev === '.' ? vscode.l10n.t('the first parent') : shortNode(rev);
  const title = vscode.l10n.t('Working copy compared with {0}', name);
  const { files } = await withProgress(title, token =>
    repository.request('hg/diff', { from: rev, patch: false }, token),
  );
  if (files.length === 0) {
    void inform(vscode.l10n.t('The working copy is the same as {0}.', name));
    return;
  }
  const resources = files.slice(0, MOST_FILES).map(file => {
    const uri = vscode.Uri.parse(file.uri, true);
    const old = file.source === undefined ? uri : vscode.Uri.joinPath(repository.root, ...file.source.split('/'));
    const before = file.status === 'A' && file.source === undefined ? undefined : atRevision(old, rev);
    return [uri, before, file.status === 'R' ? undefined : uri];
  });
  await vscode.commands.executeCommand('vscode.changes', title, resources);
  if (files.length > resources.length) {
    void inform(vscode.l10n.t('{0} files differ; the first {1} are shown.', files.length, resources.length));
  }
}
