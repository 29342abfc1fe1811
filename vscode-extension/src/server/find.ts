// Where the server's program may be. Pure: what exists is asked of the caller. Knows nothing of VS Code.
import path from 'node:path';

/** Where a program was found, which says what to tell the user when it does not do. */
export type Origin = 'setting' | 'bundled' | 'path';

export interface Found {
  readonly program: string;
  readonly origin: Origin;
}

export interface Places {
  /** The setting `hgls.server.path`; empty when it is not set. */
  readonly setting: string;
  /** The folder of the extension. */
  readonly extension: string;
  /** The environment's `PATH`. */
  readonly searchPath: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/**
 * The program to run: the one that the setting names, and no other then; else the one that came with the extension;
 * else the first on the `PATH`. `undefined`: there is none.
 */
export function find(places: Places, isProgram: (file: string) => boolean): Found | undefined {
  const { setting, extension, searchPath, home, platform } = places;
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const name = platform === 'win32' ? 'hgls.exe' : 'hgls';
  const first = (origin: Origin, candidates: string[]): Found | undefined => {
    const program = candidates.find(isProgram);
    return program === undefined ? undefined : { program, origin };
  };

  if (setting.trim()) {
    const named = setting.trim().replace(/^~(?=$|[/\\])/, home);
    // A relative path would mean another program in each workspace.
    return paths.isAbsolute(named) ? first('setting', [named]) : undefined;
  }
  const folders = searchPath.split(paths.delimiter).filter(folder => paths.isAbsolute(folder));
  return (
    first('bundled', [paths.join(extension, 'server', name)]) ??
    first(
      'path',
      folders.map(folder => paths.join(folder, name)),
    )
  );
}
