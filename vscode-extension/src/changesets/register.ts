// The commands about a changeset that every view of one offers.
import * as vscode from 'vscode';

import type { Context } from '../context';
import { compareWithParent, openChangeset } from '../revisions/changesets';
import { changesetReference, fileReference } from '../revisions/reference';
import { shortNode } from '../text/plain';
import { registerCommands } from '../ui/commands';
import { briefly } from '../ui/messages';
import { withProgress } from '../ui/progress';

export function registerChangesets({ session }: Context): vscode.Disposable {
  return registerCommands({
    'changeset.open': async (argument: unknown) => {
      const reference = changesetReference(argument);
      if (!reference) return;
      await withProgress(vscode.l10n.t('Opening changeset {0}', shortNode(reference.node)), token =>
        openChangeset(session, reference, token),
      );
    },
    'changeset.compareFile': async (argument: unknown) => {
      const reference = fileReference(argument);
      if (!reference) return;
      await withProgress(vscode.l10n.t('Comparing with the parent of {0}', shortNode(reference.node)), token =>
        compareWithParent(session, reference, token),
      );
    },
    'changeset.copyNode': async (argument: unknown) => {
      const reference = changesetReference(argument);
      if (!reference) return;
      await vscode.env.clipboard.writeText(reference.node);
      briefly(vscode.l10n.t('Copied {0}', reference.node));
    },
  });
}
