// What names a changeset, or a file in one, when a command is called: from a hover, a tree, a menu or a key binding. Such
// arguments may come from anywhere. Knows nothing of VS Code.

/** A changeset. */
export interface ChangesetReference {
  /** The repository, or anything inside, as a URI. */
  readonly root: string;
  readonly node: string;
}

/** A file as a changeset left it. */
export interface FileReference {
  /** The file, as a URI, under the name that it had there. */
  readonly uri: string;
  readonly node: string;
  /** A line, zero-based. */
  readonly line?: number;
}

/** The argument as a reference to a changeset, or `undefined` when it is none. */
export function changesetReference(argument: unknown): ChangesetReference | undefined {
  const { root, node } = members(argument);
  return isUri(root) && isNode(node) ? { root, node } : undefined;
}

/** The argument as a reference to a file in a changeset, or `undefined` when it is none. */
export function fileReference(argument: unknown): FileReference | undefined {
  const { uri, node, line } = members(argument);
  if (!isUri(uri) || !isNode(node)) return undefined;
  return typeof line === 'number' && Number.isSafeInteger(line) && line >= 0 ? { uri, node, line } : { uri, node };
}

function members(argument: unknown): Record<string, unknown> {
  return typeof argument === 'object' && argument !== null ? (argument as Record<string, unknown>) : {};
}

function isUri(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('file:');
}

/** Forty digits: a number or a name may be another changeset by now. */
function isNode(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{40}$/u.test(value);
}
