// Messages to the user, as text and nothing else. VS Code makes links of `[text](command:…)` in a notification, and icons of
// `$(name)` in the status bar; but names, commit messages and errors are anybody's words.
import * as vscode from 'vscode';

import { iconless, linkless } from '../text/plain';

/** What is good to know. Resolves with the button that was pressed. */
export function inform<Button extends string>(text: string, ...buttons: Button[]): Thenable<Button | undefined> {
  return vscode.window.showInformationMessage(linkless(text), ...buttons);
}

/** What was not done, or not as it was meant. */
export function warn<Button extends string>(text: string, ...buttons: Button[]): Thenable<Button | undefined> {
  return vscode.window.showWarningMessage(linkless(text), ...buttons);
}

/** What failed. */
export function fail<Button extends string>(text: string, ...buttons: Button[]): Thenable<Button | undefined> {
  return vscode.window.showErrorMessage(linkless(text), ...buttons);
}

/** What went as it should, in the status bar for some seconds. */
export function briefly(text: string): void {
  vscode.window.setStatusBarMessage(iconless(text), 5000);
}

/** Asks before something is done that nobody wants by accident. */
export function ask<Button extends string>(
  question: string,
  detail: string,
  ...buttons: Button[]
): Thenable<Button | undefined> {
  // A dialog shows plain text.
  return vscode.window.showWarningMessage(question, { modal: true, detail }, ...buttons);
}
