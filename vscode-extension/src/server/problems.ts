// Tells the user when there is no server to work with, once each time, with a button for what to do.
import * as vscode from 'vscode';

import { PROTOCOL_VERSION } from '../protocol/types';
import { fail } from '../ui/messages';
import type { ServerSession, SessionState } from './session';

export function registerProblems(session: ServerSession): vscode.Disposable {
  return session.onDidChangeState(state => void tell(session, state));
}

async function tell(session: ServerSession, state: SessionState): Promise<void> {
  const openSetting = vscode.l10n.t('Open Setting');
  const restart = vscode.l10n.t('Restart');
  const showLog = vscode.l10n.t('Show Log');
  const message = messageOf(state);
  if (message === undefined) return;
  const buttons = state.is === 'failed' ? [restart, showLog] : [openSetting, restart, showLog];
  const chosen = await fail(message, ...buttons);
  if (chosen === openSetting) await vscode.commands.executeCommand('workbench.action.openSettings', 'hgls.server.path');
  if (chosen === restart) await session.restart();
  if (chosen === showLog) await vscode.commands.executeCommand('hgls.log.show');
}

function messageOf(state: SessionState): string | undefined {
  switch (state.is) {
    case 'notFound':
      return state.setting
        ? vscode.l10n.t(
            'hgls: {0}, which the setting hgls.server.path names, is no program with an absolute path.',
            state.setting,
          )
        : vscode.l10n.t(
            'hgls: the server was found neither in the extension nor on the PATH. Install hgls, or name it in the setting hgls.server.path.',
          );
    case 'wrongVersion':
      return vscode.l10n.t(
        'hgls: {0} is version {1}, and this extension needs {2}.',
        state.found.program,
        state.version,
        PROTOCOL_VERSION,
      );
    case 'failed':
      return vscode.l10n.t('hgls: the server could not be started or stopped working. {0}', state.message);
    case 'starting':
    case 'running':
    case 'stopped':
      return undefined;
  }
}
