// The versions of files that are in conflict: the merge editor compares them. What they are, the server says.
import type * as vscode from 'vscode';

import type { ConflictSide } from '../protocol/types';
import type { Kind } from './versionDocuments';

const SIDES: readonly ConflictSide[] = ['base', 'local', 'other'];

export const CONFLICT_VERSIONS: Kind = {
  scheme: 'hgls-conflict',
  wanted: (file, query) => {
    const conflict = SIDES.find(side => side === query);
    return conflict && { conflict, readAs: file };
  },
  // A side that has no such file, and a conflict that is resolved while it is looked at.
  absent: ['notTracked', 'invalidArgument'],
};

/** The address of one version of a file. */
export function conflictVersion(file: vscode.Uri, side: ConflictSide): vscode.Uri {
  return file.with({ scheme: CONFLICT_VERSIONS.scheme, query: side });
}
