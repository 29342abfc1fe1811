// The sentences about a line's origin in the user's language.
import * as vscode from 'vscode';

import type { Words } from './format';

/** The sentences, as the editor's language has them now. */
export function words(): Words {
  return {
    language: vscode.env.language,
    uncommitted: vscode.l10n.t('Not committed yet'),
    spoken: parts =>
      vscode.l10n.t({
        message: 'Line {line}: {author}, {when}: {subject}. Changeset {name}.',
        args: parts,
        comment: 'Read aloud by screen readers.',
      }),
    spokenUncommitted: line => vscode.l10n.t('Line {0} is not committed yet.', line),
  };
}
