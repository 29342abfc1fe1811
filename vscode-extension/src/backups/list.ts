// The list of backups: what operations overwrote, newest first, to be compared with the files as they are, and restored.
import * as path from 'node:path';
import * as vscode from 'vscode';

import type { Context } from '../context';
import type { KeptFile } from '../protocol/types';
import type { Repository } from '../repositories/repository';
import { ago, now } from '../text/ago';
import { iconless, oneLine } from '../text/plain';
import { files } from '../ui/counts';
import { inform } from '../ui/messages';
import { withProgress } from '../ui/progress';
import { restore } from '../workingCopy/restore';
import { tell } from '../workingCopy/telling';

const PAGE = 100;

interface Item extends vscode.QuickPickItem {
  /** Nothing: loads more. */
  readonly kept?: KeptFile;
}

/** Lists the backups of some files, or of all, and does what is chosen. */
export async function showBackups(
  context: Context,
  repository: Repository,
  uris: readonly string[] = [],
): Promise<void> {
  const listed: KeptFile[] = [];
  let cursor: string | undefined;
  let chosen: Item | undefined;
  do {
    const params = { uris: [...uris], limit: PAGE, ...(cursor && { cursor }) };
    const page = await withProgress(vscode.l10n.t('Reading backups'), token =>
      repository.request('hg/backups', params, token),
    );
    listed.push(...page.backups);
    cursor = page.nextCursor;
    if (listed.length === 0) {
      void inform(vscode.l10n.t('Nothing was overwritten that is kept.'));
      return;
    }
    const more: Item[] = cursor === undefined ? [] : [{ label: vscode.l10n.t('$(ellipsis) Load More…') }];
    chosen = await vscode.window.showQuickPick<Item>([...listed.map(itemOf), ...more], {
      placeHolder: vscode.l10n.t('What was overwritten, the newest first: choose what to compare or to restore'),
      matchOnDescription: true,
      matchOnDetail: true,
    });
  } while (chosen && !chosen.kept);
  if (chosen?.kept) await askWhat(context, repository, chosen.kept);
}

async function askWhat(context: Context, repository: Repository, kept: KeptFile): Promise<void> {
  const compare = vscode.l10n.t('$(diff) Compare with the File as It Is');
  const bringBack = vscode.l10n.t('$(discard) Restore');
  const items = [
    { label: compare, detail: vscode.l10n.t('Nothing is changed.') },
    { label: bringBack, detail: vscode.l10n.t('What the file holds now becomes a backup itself.') },
  ];
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: oneLine(kept.path) });
  if (chosen?.label === compare) await compareWithFile(kept);
  if (chosen?.label === bringBack) {
    const restored = await restore(repository, [kept]);
    tell(context, repository, restored, count => vscode.l10n.t('Restored {0}.', files(count)));
  }
}

async function compareWithFile(kept: KeptFile): Promise<void> {
  const [backup, file] = [vscode.Uri.parse(kept.file, true), vscode.Uri.parse(kept.uri, true)];
  const name = oneLine(path.basename(file.fsPath));
  const title = vscode.l10n.t('{0} (backup {1} ↔ Working Copy)', name, when(kept));
  try {
    await vscode.workspace.fs.stat(file);
  } catch {
    // It was removed, so there is one side to show.
    await vscode.commands.executeCommand('vscode.open', backup, { preview: true }, title);
    return;
  }
  await vscode.commands.executeCommand('vscode.diff', backup, file, title, { preview: true });
}

function itemOf(kept: KeptFile): Item {
  const staged = kept.staged ? vscode.l10n.t('was staged only') : '';
  const parts = [when(kept), kept.operation, size(kept.size), staged].filter(part => part !== '');
  return { label: iconless(oneLine(kept.path)), description: iconless(parts.join(' · ')), kept };
}

function when({ time }: KeptFile): string {
  return ago([time / 1000, 0], now(), vscode.env.language);
}

function size(bytes: number): string {
  const unit = bytes < 1024 ? 'byte' : bytes < 1024 ** 2 ? 'kilobyte' : 'megabyte';
  const value = bytes / { byte: 1, kilobyte: 1024, megabyte: 1024 ** 2 }[unit];
  const format = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 } as const;
  return value.toLocaleString(vscode.env.language, format);
}
