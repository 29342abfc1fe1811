// Asks the user for a version of a file: one of those in its file log, or any revision by its name.
import * as vscode from 'vscode';

import type { FileRevision } from '../protocol/types';
import type { Version } from '../revisions/versions';
import type { Session } from '../server/session';
import { ago, now } from '../text/ago';
import { changesetName, iconless, personName, subject } from '../text/plain';

/** How many versions are offered. Others are found by what is typed: a number, a node, a name. */
const OFFERED = 200;

interface VersionItem extends vscode.QuickPickItem {
  readonly version?: Version;
}

/** The version that the user chose; `undefined` when none. Rejects with `HglsError` when what was typed names no changeset. */
export async function chooseVersion(session: Session, file: vscode.Uri, title: string): Promise<Version | undefined> {
  const pick = vscode.window.createQuickPick<VersionItem>();
  const cancellation = new vscode.CancellationTokenSource();
  pick.title = title;
  pick.placeholder = vscode.l10n.t('Choose a version, or type the name of a revision');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.busy = true;
  pick.show();
  const offered = session
    .request('hg/fileLog', { textDocument: { uri: file.toString() }, limit: OFFERED }, cancellation.token)
    .then(({ revisions }) => {
      pick.items = revisions.filter(({ deleted }) => !deleted).map(itemOf);
    })
    // A file that was never committed has no versions; a name may be typed all the same.
    .catch(() => undefined)
    .finally(() => {
      pick.busy = false;
    });
  const chosen = await new Promise<Version | string | undefined>(resolve => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.version ?? (pick.value.trim() || undefined));
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
    });
  });
  cancellation.cancel();
  await offered;
  cancellation.dispose();
  pick.dispose();
  if (typeof chosen !== 'string') return chosen;
  const { changeset } = await session.request('hg/lookup', { root: file.toString(), rev: chosen });
  return { file, changeset };
}

function itemOf(revision: FileRevision): VersionItem {
  const { desc, user, date } = revision.changeset;
  const when = ago(date, now(), vscode.env.language);
  return {
    label: iconless(subject(desc)) || vscode.l10n.t('(no message)'),
    description: changesetName(revision.changeset),
    detail: iconless(`${personName(user)}, ${when} · ${revision.path}`),
    version: { file: vscode.Uri.parse(revision.uri), changeset: revision.changeset },
  };
}
