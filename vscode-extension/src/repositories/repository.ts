// One repository, as it is now: where it is, what its working copy is at, and how to ask about it. Holds no model logic.
import * as path from 'node:path';
import * as vscode from 'vscode';

import type { MethodName, ParamsOf, ResultOf } from '../protocol/methods';
import type { IdentifyResult } from '../protocol/types';
import type { Progress, Session } from '../server/session';

/** The methods that take a `root`, which the repository fills in. */
type RootedMethod = { [M in MethodName]: 'root' extends keyof ParamsOf<M> ? M : never }[MethodName];

export class Repository {
  /** The root of the working copy. */
  readonly root: vscode.Uri;
  #identity: IdentifyResult;

  constructor(
    private readonly session: Session,
    identity: IdentifyResult,
  ) {
    this.#identity = identity;
    this.root = vscode.Uri.parse(identity.root, true);
  }

  /** The name of its folder. */
  get name(): string {
    return path.basename(this.root.fsPath) || this.root.fsPath;
  }

  /** What the working copy is at, as of the last event. */
  get identity(): IdentifyResult {
    return this.#identity;
  }

  /** The root as the server writes it. */
  get rootUri(): string {
    return this.#identity.root;
  }

  /** Whether the file or folder lies below the root. Says nothing of repositories that are nested in this one. */
  contains(uri: vscode.Uri): boolean {
    if (uri.scheme !== this.root.scheme) return false;
    const relative = path.relative(this.root.fsPath, uri.fsPath);
    return (
      relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative))
    );
  }

  /** Sends a request about this repository. Rejects with `HglsError`. */
  request<M extends RootedMethod>(
    method: M,
    params: Omit<ParamsOf<M>, 'root'>,
    token?: vscode.CancellationToken,
    onProgress?: (progress: Progress) => void,
  ): Promise<ResultOf<M>> {
    const rooted = { ...params, root: this.#identity.root } as unknown as ParamsOf<M>;
    return this.session.request(method, rooted, token, onProgress);
  }

  /** For `Repositories` alone: what the working copy is at now. */
  moved(identity: IdentifyResult): void {
    this.#identity = identity;
  }
}
