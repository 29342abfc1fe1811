// The commands about conflicts: marked as resolved and back, merged again with one of Mercurial's tools, and opened in VS
// Code's merge editor.
import * as path from 'node:path';
import * as vscode from 'vscode';

import type { Context } from '../context';
import type { EditResult, MergeTool, ResolveAction } from '../protocol/types';
import type { Repository } from '../repositories/repository';
import { changesetName, iconless, oneLine } from '../text/plain';
import { files } from '../ui/counts';
import { inform, warn } from '../ui/messages';
import { withProgress } from '../ui/progress';
import { editorsCaughtUp } from '../workingCopy/caughtUp';
import { tell } from '../workingCopy/telling';
import { saveUnsaved } from '../workingCopy/unsaved';
import type { Chooser } from './choose';
import { conflictVersion } from './conflictVersions';
import { hasMarkers } from './markers';

/** Which changeset a side of a merge is, in words: its number and node, and its bookmarks. */
interface Side {
  readonly description?: string;
  readonly detail?: string;
}
type Sides = Readonly<Record<'local' | 'other', Side>>;
const UNKNOWN: Sides = { local: {}, other: {} };

export class Resolving implements vscode.Disposable {
  /** Files that are open in the merge editor, by their paths. */
  readonly #inMergeEditor = new Set<string>();
  readonly #subscription: vscode.Disposable;

  constructor(
    private readonly context: Context,
    private readonly chooser: Chooser,
  ) {
    this.#subscription = vscode.workspace.onDidSaveTextDocument(document => void this.#saved(document));
  }

  async mark(...parameters: unknown[]): Promise<void> {
    await this.#each(parameters, { action: 'mark' }, count => vscode.l10n.t('Marked {0} as resolved.', files(count)));
  }

  async unmark(...parameters: unknown[]): Promise<void> {
    await this.#each(parameters, { action: 'unmark' }, count =>
      vscode.l10n.t('Marked {0} as not resolved.', files(count)),
    );
  }

  /** Merges the versions in conflict anew. What the files hold now is overwritten, and kept. */
  async mergeAgain(tool: MergeTool, ...parameters: unknown[]): Promise<void> {
    await this.#each(parameters, { action: 'merge', tool }, count => vscode.l10n.t('Resolved {0}.', files(count)));
  }

  /** The same, with a tool that the user chooses. */
  async mergeWithTool(...parameters: unknown[]): Promise<void> {
    const { l10n } = vscode;
    const tools: readonly (vscode.QuickPickItem & { tool: MergeTool })[] = [
      { label: 'merge', detail: l10n.t('What both sides changed stays, between markers.'), tool: 'merge' },
      {
        label: 'merge-local',
        detail: l10n.t('Merged; where both sides changed the same lines, mine count.'),
        tool: 'mergeLocal',
      },
      {
        label: 'merge-other',
        detail: l10n.t('Merged; where both sides changed the same lines, the others count.'),
        tool: 'mergeOther',
      },
      {
        label: 'union',
        detail: l10n.t('Merged; where both sides changed the same lines, both count, mine first.'),
        tool: 'union',
      },
      { label: 'local', detail: l10n.t('My file as it is, without the other changes.'), tool: 'local' },
      { label: 'other', detail: l10n.t('The other file as it is, without my changes.'), tool: 'other' },
    ];
    const placeHolder = l10n.t('Merge again with which tool? What the files hold now is kept in a backup.');
    const chosen = await vscode.window.showQuickPick(tools, { placeHolder, matchOnDetail: true });
    if (chosen) await this.mergeAgain(chosen.tool, ...parameters);
  }

  /** Opens files in conflict in VS Code's merge editor, or where it has none, as they are with their markers. */
  async openMergeEditor(...parameters: unknown[]): Promise<void> {
    for (const { repository, uris } of await this.chooser.files(parameters)) {
      const sides = await sidesOf(repository, this.context.log);
      for (const uri of uris) await this.#openMergeEditor(vscode.Uri.parse(uri, true), sides);
    }
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #openMergeEditor(file: vscode.Uri, sides: Sides): Promise<void> {
    const side = (name: keyof Sides, title: string): object => ({
      uri: conflictVersion(file, name),
      title,
      ...sides[name],
    });
    try {
      // VS Code's own command, which its git extension uses, too.
      await vscode.commands.executeCommand('_open.mergeEditor', {
        base: conflictVersion(file, 'base'),
        input1: side('local', vscode.l10n.t('Mine')),
        input2: side('other', vscode.l10n.t('Other')),
        output: file,
      });
      this.#inMergeEditor.add(file.fsPath);
    } catch (error) {
      this.context.log.info(`no merge editor: ${String(error)}`);
      await vscode.commands.executeCommand('vscode.open', file);
    }
  }

  /** A file that was merged in the merge editor, and has no markers any more, is offered to be marked. */
  async #saved(document: vscode.TextDocument): Promise<void> {
    const { uri } = document;
    if (!this.#inMergeEditor.has(uri.fsPath) || hasMarkers(document.getText())) return;
    this.#inMergeEditor.delete(uri.fsPath);
    const mark = vscode.l10n.t('Mark as Resolved');
    const name = oneLine(path.basename(uri.fsPath));
    if ((await inform(vscode.l10n.t('{0} has no conflict markers any more.', name), mark)) === mark) {
      await vscode.commands.executeCommand('hgls.markResolved', uri);
    }
  }

  async #each(
    parameters: readonly unknown[],
    what: { readonly action: ResolveAction; readonly tool?: MergeTool },
    done: (count: number) => string,
  ): Promise<void> {
    for (const { repository, uris } of await this.chooser.files(parameters)) {
      if (uris.length === 0) continue;
      // What was typed and not saved counts for the mark, and shall be in the backup of what is merged again.
      if (what.action !== 'unmark' && !(await saveUnsaved(repository, uris))) continue;
      const result = await withProgress(vscode.l10n.t('Resolving {0}', files(uris.length)), (token, onProgress) =>
        repository.request('hg/resolve', { ...what, uris: [...uris] }, token, onProgress),
      );
      await editorsCaughtUp(result.files);
      this.#tell(repository, result, what.action, done);
    }
  }

  #tell(repository: Repository, result: EditResult, action: ResolveAction, done: (count: number) => string): void {
    const open = result.files.filter(file => file.action === 'unresolved');
    if (action !== 'merge' || open.length === 0) {
      tell(this.context, repository, result, done);
      return;
    }
    // The server's words name commands of the prompt.
    for (const { message } of result.warnings) this.context.log.info(message);
    const text = vscode.l10n.t('{0} in conflict still: edit, and mark as resolved.', files(open.length));
    tell(this.context, repository, { files: result.files, warnings: [] });
    void warn(text);
  }
}

/** In a merge the sides are the working copy's parents; what else leaves conflicts says of no changeset that it is one. */
async function sidesOf(repository: Repository, log: vscode.LogOutputChannel): Promise<Sides> {
  const [local, other] = repository.identity.parents;
  if (local === undefined || other === undefined) return UNKNOWN;
  const side = async (rev: string): Promise<Side> => {
    const { changeset } = await repository.request('hg/lookup', { rev });
    const names = [...changeset.bookmarks, ...changeset.remoteBookmarks].map(name => iconless(oneLine(name)));
    return { description: `$(git-commit) ${changesetName(changeset)}`, detail: names.join(', ') };
  };
  try {
    return { local: await side(local), other: await side(other) };
  } catch (error) {
    log.info(`no names for the sides of a merge: ${String(error)}`);
    return UNKNOWN;
  }
}
