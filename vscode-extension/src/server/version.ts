// Whether a program is a server that speaks this protocol: runs it with `--version`. Knows nothing of VS Code.
import { execFile } from 'node:child_process';

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly text: string;
}

/** How long a program may take to say its version: it does nothing else, but a disk may be slow to wake. */
const TIME_LIMIT_MS = 10_000;

/** Reads `hgls 1.2.3`, or the version alone. */
export function parseVersion(text: string): Version | undefined {
  const match = /^(?:hgls )?((\d+)\.(\d+)\.(\d+)[-+.\w]*)\s*$/m.exec(text);
  if (!match) return undefined;
  const [, whole = '', major, minor, patch] = match;
  return { major: Number(major), minor: Number(minor), patch: Number(patch), text: whole };
}

/**
 * Whether a server of version `server` serves a client made for `client`: the same major version, before 1.0 the same
 * minor one, and not older.
 */
export function serves(server: Version, client: Version): boolean {
  if (server.major !== client.major) return false;
  if (server.minor !== client.minor) return server.major > 0 && server.minor > client.minor;
  return server.patch >= client.patch;
}

/** The version that the program says it has. Rejects when it cannot be run, or says none. */
export async function probe(program: string): Promise<Version> {
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      program,
      ['--version'],
      { timeout: TIME_LIMIT_MS, maxBuffer: 64 * 1024, windowsHide: true },
      (error, stdout) => {
        if (error) reject(new Error(`${program} --version: ${error.message}`));
        else resolve(stdout);
      },
    );
  });
  const version = parseVersion(output);
  if (!version || !output.startsWith('hgls ')) throw new Error(`${program} does not say that it is hgls`);
  return version;
}
