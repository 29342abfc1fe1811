// What opens when a file of the panel is chosen: its changes, or the file itself.
import * as path from 'node:path';
import * as vscode from 'vscode';

import type { Context } from '../context';
import { atRevision } from '../revisions/uris';
import { FileResource } from './resource';

export class Opening {
  constructor(private readonly context: Context) {}

  /** Compares the file with what is committed; opens the one side that there is when there is only one. */
  async openChange(resource: unknown): Promise<void> {
    if (!(resource instanceof FileResource)) return;
    const { resourceUri, standing, entry } = resource;
    const name = path.basename(resourceUri.fsPath);
    switch (standing) {
      case 'removed':
      case 'missing':
        await vscode.commands.executeCommand(
          'vscode.open',
          atRevision(resourceUri, '.'),
          { preview: true },
          vscode.l10n.t('{0} (removed)', name),
        );
        return;
      case 'modified':
      case 'resolved':
        await this.#compare(resourceUri, resourceUri, vscode.l10n.t('{0} (changes)', name));
        return;
      case 'added': {
        const repository = entry.source === undefined ? undefined : await this.context.repositories.of(resourceUri);
        if (entry.source === undefined || !repository) break;
        const source = vscode.Uri.joinPath(repository.root, entry.source);
        await this.#compare(source, resourceUri, vscode.l10n.t('{0} ← {1}', name, entry.source));
        return;
      }
      case 'untracked':
      case 'conflict':
        break;
    }
    await vscode.commands.executeCommand('vscode.open', resourceUri, { preview: true });
  }

  async openFile(...parameters: unknown[]): Promise<void> {
    for (const resource of parameters.flat()) {
      if (resource instanceof FileResource)
        await vscode.commands.executeCommand('vscode.open', resource.resourceUri, { preview: false });
    }
  }

  async #compare(before: vscode.Uri, file: vscode.Uri, title: string): Promise<void> {
    await vscode.commands.executeCommand('vscode.diff', atRevision(before, '.'), file, title, { preview: true });
  }
}
