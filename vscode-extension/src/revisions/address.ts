// How a file at a revision is written as an address of the scheme `hgls`, and read again. Pure; the server's documents of
// that scheme are written the same way: the file's path, and the revision in the query.

/** The scheme of files at a revision. */
export const SCHEME = 'hgls';

/** The parts of an address that say which file, as which revision. */
export interface Address {
  /** The file's path as a URI has it, with `/`. */
  readonly path: string;
  /** The machine, for files of a network on Windows; empty for all others. */
  readonly authority: string;
  /** A node, or any other name of a revision. */
  readonly rev: string;
}

/** An address as the parts of a URI. */
export function write({ path, authority, rev }: Address): {
  scheme: string;
  authority: string;
  path: string;
  query: string;
} {
  return { scheme: SCHEME, authority, path, query: `rev=${encodeURIComponent(rev)}` };
}

/** The address that a URI of the scheme stands for, or `undefined` when it is none of a file. */
export function read(uri: {
  readonly authority: string;
  readonly path: string;
  readonly query: string;
}): Address | undefined {
  const [name, value] = uri.query.split('=', 2);
  if (name !== 'rev' || !value) return undefined;
  return { path: uri.path, authority: uri.authority, rev: decoded(value) };
}

/** Whether the revision is named by its node, and so always means the same content. */
export function isFixed(rev: string): boolean {
  return /^[0-9a-f]{40}$/.test(rev);
}

/** Escapes that are none are part of the name. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
