// Which versions of VS Code the tests run in: the oldest that the extension supports, and the newest.
export interface Preset {
  readonly name: 'floor' | 'newest';
  /** The version of VS Code. */
  readonly version: string;
  /** The version of the npm package `code-server` that holds it. */
  readonly packaged: string;
  /** The release of Node that this VS Code is made for; its own is fetched where the tests run on an older one. */
  readonly node: { readonly major: number; readonly version: string };
}

export const FLOOR: Preset = {
  name: 'floor',
  version: '1.100.3',
  packaged: '4.100.3',
  node: { major: 20, version: '20.20.2' },
};

export const NEWEST: Preset = {
  name: 'newest',
  version: '1.139.1',
  packaged: '4.139.1',
  node: { major: 24, version: '24.21.0' },
};
