// Files at a revision: where they come from, and the commands that open and compare them.
import * as vscode from 'vscode';

import type { Context } from '../context';
import { SCHEME } from '../revisions/address';
import { revisionOf, workingFile } from '../revisions/uris';
import { compareVersions, openVersion, type Version } from '../revisions/versions';
import { registerCommands } from '../ui/commands';
import { chooseVersion } from './choose';
import { RevisionFiles } from './provider';
import { registerRenames } from './renames';

export function registerFiles(context: Context): vscode.Disposable {
  const { session } = context;
  const files = new RevisionFiles(session);

  /** The version that is shown in the editor, or chosen in the explorer or the panel. */
  const shown = async (uri: vscode.Uri): Promise<Version> => {
    const revision = revisionOf(uri);
    if (!revision) return { file: uri };
    const { changeset } = await session.request('hg/lookup', { root: revision.file.toString(), rev: revision.rev });
    return { file: revision.file, changeset };
  };

  return vscode.Disposable.from(
    files,
    vscode.workspace.registerFileSystemProvider(SCHEME, files, { isReadonly: true, isCaseSensitive: true }),
    registerRenames(context),
    registerCommands({
      'file.openRevision': async (target?: unknown) => {
        const file = fileOf(target);
        const version = file && (await chooseVersion(session, file, vscode.l10n.t('Open a version')));
        if (version) await openVersion(version);
      },
      'file.compareRevision': async (target?: unknown) => {
        const uri = uriOf(target);
        const file = uri && workingFile(uri);
        if (!file) return;
        const version = await chooseVersion(session, file, vscode.l10n.t('Compare with a version'));
        if (version) await compareVersions(version, await shown(uri));
      },
      'file.compareParent': async (target?: unknown) => {
        const file = fileOf(target);
        if (!file) return;
        const { changeset } = await session.request('hg/lookup', { root: file.toString(), rev: '.' });
        await compareVersions({ file, changeset }, { file });
      },
      'file.openWorkingCopy': async (target?: unknown) => {
        const file = fileOf(target);
        if (file) await openVersion({ file });
      },
    }),
  );
}

/** What a command is about: what it was called on, or else what the active editor shows. */
function uriOf(target: unknown): vscode.Uri | undefined {
  if (target instanceof vscode.Uri) return target;
  const resource = (target as { resourceUri?: unknown } | undefined)?.resourceUri;
  if (resource instanceof vscode.Uri) return resource;
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) return input.uri;
  if (input instanceof vscode.TabInputTextDiff) return input.modified;
  return vscode.window.activeTextEditor?.document.uri;
}

function fileOf(target: unknown): vscode.Uri | undefined {
  const uri = uriOf(target);
  return uri && workingFile(uri);
}
