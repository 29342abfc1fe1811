// What each feature is given to work with.
import type * as vscode from 'vscode';

import type { CurrentRepository } from './repositories/current';
import type { Repositories } from './repositories/repositories';
import type { Session } from './server/session';
import type { Settings } from './settings/settings';

export interface Context {
  readonly extension: vscode.ExtensionContext;
  readonly session: Session;
  readonly repositories: Repositories;
  readonly current: CurrentRepository;
  readonly settings: Settings;
  readonly log: vscode.LogOutputChannel;
}
