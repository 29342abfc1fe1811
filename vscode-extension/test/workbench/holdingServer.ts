// A server that is as slow as a test wants it: it answers some requests only when it is told to. See `holding.mjs`.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { EXTENSION, findServer } from './environment';

export class HoldingServer {
  /** What the setting `hgls.server.path` names. */
  readonly program: string;
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hgls-holding-'));

  constructor() {
    this.program = path.join(this.#folder, 'hgls');
    const between = path.join(EXTENSION, 'test', 'workbench', 'holding.mjs');
    const lines = [
      '#!/bin/sh',
      `[ "$1" = serve ] || exec '${findServer()}' "$@"`,
      `exec '${process.execPath}' '${between}' '${this.#folder}' '${findServer()}' "$@"`,
    ];
    fs.writeFileSync(this.program, `${lines.join('\n')}\n`, { mode: 0o755 });
    process.once('exit', () => {
      fs.rmSync(this.#folder, { recursive: true, force: true });
    });
  }

  /** Holds requests of these methods back from now on. */
  hold(...methods: string[]): void {
    fs.rmSync(path.join(this.#folder, 'cancelled'), { force: true });
    fs.writeFileSync(path.join(this.#folder, 'hold'), methods.join('\n'));
  }

  /** Answers everything from now on, and what was held back. */
  release(): void {
    fs.rmSync(path.join(this.#folder, 'hold'), { force: true });
  }

  /** The methods of the requests that were cancelled while they were held back. */
  cancelled(): string[] {
    const file = path.join(this.#folder, 'cancelled');
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n') : [];
  }
}
