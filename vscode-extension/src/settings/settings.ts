// The user's settings below `hgls.`, sound by what package.json declares: whoever asks gets a value of the declared type.
import * as vscode from 'vscode';

import { sound, type Declaration } from './declared';

const SECTION = 'hgls';

export class Settings implements vscode.Disposable {
  readonly #declarations: Readonly<Record<string, Declaration | undefined>>;
  readonly #changed = new vscode.EventEmitter<vscode.ConfigurationChangeEvent>();
  readonly #subscription: vscode.Disposable;

  constructor(extension: vscode.Extension<unknown>) {
    const manifest = extension.packageJSON as {
      contributes: { configuration: { properties: Record<string, Declaration> } };
    };
    this.#declarations = manifest.contributes.configuration.properties;
    this.#subscription = vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration(SECTION)) this.#changed.fire(event);
    });
  }

  /**
   * The value of `hgls.KEY`, as it counts for `scope`. `Value` is what package.json declares for the key, which this
   * cannot check: name it where you ask.
   */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller's word for what is declared
  get<Value>(key: string, scope?: vscode.ConfigurationScope): Value {
    const declaration = this.#declarations[`${SECTION}.${key}`];
    if (!declaration) throw new Error(`no setting ${SECTION}.${key} is declared`);
    return sound(vscode.workspace.getConfiguration(SECTION, scope).get(key), declaration) as Value;
  }

  /** Calls back when one of these keys, or anything below them, has another value. */
  onDidChange(keys: readonly string[], listener: () => void): vscode.Disposable {
    return this.#changed.event(event => {
      if (keys.some(key => event.affectsConfiguration(`${SECTION}.${key}`))) listener();
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
