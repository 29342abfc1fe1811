// What a command is about: the repository and the files that VS Code hands to it, or those of the editor, or what the user
// chooses.
import * as vscode from 'vscode';

import type { Context } from '../context';
import type { Repository } from '../repositories/repository';
import { inform } from '../ui/messages';
import type { Panels } from './panels';
import { FileResource } from './resource';

/** Files of one repository. */
export interface Chosen {
  readonly repository: Repository;
  /** As the server writes them. */
  readonly uris: readonly string[];
}

export class Chooser {
  constructor(
    private readonly context: Context,
    private readonly panels: Panels,
  ) {}

  /**
   * The repository that a command is about: that of the source control or group it was called on, or else the only one,
   * that of the editor, or the one that the user chooses. `undefined`: none, or the user thought better of it.
   */
  async repository(argument?: unknown): Promise<Repository | undefined> {
    const panel = this.panels.all.find(
      candidate => candidate.sourceControl === argument || candidate.has(argument as vscode.SourceControlResourceGroup),
    );
    if (panel) return panel.repository;
    if (argument instanceof vscode.Uri) return this.context.repositories.of(argument);
    const all = this.context.repositories.all;
    if (all.length === 0) {
      void inform(vscode.l10n.t('hgls: no repository is open.'));
      return undefined;
    }
    if (all.length === 1) return all[0];
    const editor = vscode.window.activeTextEditor;
    const ofEditor = editor && (await this.context.repositories.of(editor.document.uri));
    if (ofEditor) return ofEditor;
    const items = all.map(repository => ({ label: repository.name, description: repository.root.fsPath, repository }));
    const chosen = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which repository?') });
    return chosen?.repository;
  }

  /**
   * The files that a command is about, by repository: resources of the panel, a group, files of the explorer, or the file
   * of the editor.
   */
  async files(parameters: readonly unknown[]): Promise<readonly Chosen[]> {
    const group = this.#group(parameters[0]);
    if (group) return [group];
    const named = parameters
      .flat()
      .filter(parameter => parameter instanceof FileResource || parameter instanceof vscode.Uri);
    const editor = vscode.window.activeTextEditor;
    const files = named.length > 0 || !editor ? named : [editor.document.uri];
    const chosen = new Map<Repository, Set<string>>();
    for (const file of files) {
      const uri = file instanceof FileResource ? file.resourceUri : file;
      const repository = await this.context.repositories.of(uri);
      if (!repository) continue;
      const uris = chosen.get(repository) ?? new Set();
      chosen.set(repository, uris.add(file instanceof FileResource ? file.entry.uri : file.toString()));
    }
    return [...chosen].map(([repository, uris]) => ({ repository, uris: [...uris] }));
  }

  #group(argument: unknown): Chosen | undefined {
    for (const panel of this.panels.all) {
      if (!panel.has(argument as vscode.SourceControlResourceGroup)) continue;
      const { resourceStates } = argument as vscode.SourceControlResourceGroup;
      const files = resourceStates.filter(state => state instanceof FileResource);
      return { repository: panel.repository, uris: files.map(file => file.entry.uri) };
    }
    return undefined;
  }
}
