// Wires the parts together. Each feature registers itself with what `Context` gives it; nothing is decided here.
import * as vscode from 'vscode';

import { registerAnnotate } from './annotate/register';
import { registerBackups } from './backups/register';
import { registerBookmarks } from './bookmarks/register';
import { registerChangesets } from './changesets/register';
import type { Context } from './context';
import { registerDecorations } from './decorations';
import { registerRevisionCommands } from './filelog/commands';
import { registerFileLog } from './filelog/fileLog';
import { registerLineLog } from './filelog/lineLog';
import { registerFiles } from './files';
import { registerLog } from './log/register';
import { CurrentRepository } from './repositories/current';
import { Repositories } from './repositories/repositories';
import { registerScm } from './scm/register';
import { registerProblems } from './server/problems';
import { ServerSession } from './server/session';
import { Settings } from './settings/settings';
import { registerCommands } from './ui/commands';

export function activate(extension: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('hgls', { log: true });
  const settings = new Settings(extension.extension);
  const session = new ServerSession(extension, settings, log);
  const repositories = new Repositories(session, log);
  const current = new CurrentRepository(repositories);
  const context: Context = { extension, session, repositories, current, settings, log };

  extension.subscriptions.push(
    log,
    settings,
    session,
    repositories,
    current,
    registerProblems(session),
    registerCommands({
      'log.show': () => {
        log.show();
      },
      'server.restart': () => session.restart(),
    }),
    ...FEATURES.map(register => register(context)),
  );
  void session.restart();
}

/** Every feature, in any order: none knows another. */
const FEATURES: readonly ((context: Context) => vscode.Disposable)[] = [
  registerScm,
  registerAnnotate,
  registerChangesets,
  registerRevisionCommands,
  registerFileLog,
  registerLineLog,
  registerDecorations,
  registerFiles,
  registerLog,
  registerBookmarks,
  registerBackups,
];
