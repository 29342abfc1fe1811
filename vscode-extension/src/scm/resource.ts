// One file of the panel, as VS Code shows it: its badge and colour come from the file's decoration, like the explorer's.
import * as vscode from 'vscode';

import type { StatusEntry } from '../protocol/types';
import type { GroupedFile, Standing } from './groups';

export class FileResource implements vscode.SourceControlResourceState {
  readonly resourceUri: vscode.Uri;
  readonly entry: StatusEntry;
  readonly standing: Standing;
  readonly command: vscode.Command;

  constructor({ entry, standing }: GroupedFile) {
    this.entry = entry;
    this.standing = standing;
    this.resourceUri = vscode.Uri.parse(entry.uri, true);
    this.command = { command: 'hgls.scm.openChange', title: vscode.l10n.t('Open Changes'), arguments: [this] };
  }

  /** What menus ask for. */
  get contextValue(): Standing {
    return this.standing;
  }

  get decorations(): vscode.SourceControlResourceDecorations {
    const gone = this.standing === 'removed' || this.standing === 'missing';
    return { strikeThrough: gone, faded: this.standing === 'untracked', tooltip: this.#tooltip() };
  }

  /** Whether it shows what it was made for. */
  shows({ entry, standing }: GroupedFile): boolean {
    return this.standing === standing && this.entry.status === entry.status && this.entry.source === entry.source;
  }

  #tooltip(): string {
    const { source } = this.entry;
    switch (this.standing) {
      case 'conflict':
        return vscode.l10n.t('Conflict: not resolved');
      case 'resolved':
        return vscode.l10n.t('Conflict: marked as resolved');
      case 'modified':
        return vscode.l10n.t('Modified');
      case 'added':
        return source === undefined ? vscode.l10n.t('Added') : vscode.l10n.t('Added, from {0}', source);
      case 'removed':
        return vscode.l10n.t('Removed');
      case 'missing':
        return vscode.l10n.t('Missing: deleted, and still tracked');
      case 'untracked':
        return vscode.l10n.t('Not tracked');
    }
  }
}
