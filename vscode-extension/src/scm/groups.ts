// From the status of files to the groups of the panel, and what can be done with each file. Pure.
import type { ResolveFile, StatusCode, StatusEntry, StatusResult } from '../protocol/types';

export type GroupName = 'conflicts' | 'changes' | 'untracked';

/** What a file in the panel is: menus ask for it. */
export type Standing = 'conflict' | 'resolved' | 'modified' | 'added' | 'removed' | 'missing' | 'untracked';

export interface GroupedFile {
  readonly entry: StatusEntry;
  readonly standing: Standing;
}

export type Groups = Readonly<Record<GroupName, readonly GroupedFile[]>>;

/**
 * `resolved`: the URIs of the files whose conflicts are marked as resolved, while a merge is in flight. `repositories`: those
 * of repositories that lie in this one, which has them as single things that are not tracked; they have groups of their own.
 */
export function group(
  entries: readonly StatusEntry[],
  resolved: ReadonlySet<string>,
  repositories: ReadonlySet<string>,
): Groups {
  const groups: Record<GroupName, GroupedFile[]> = { conflicts: [], changes: [], untracked: [] };
  for (const entry of entries) {
    const standing = standingOf(entry, resolved.has(entry.uri));
    if (!standing || (standing === 'untracked' && repositories.has(entry.uri.replace(/\/$/, '')))) continue;
    groups[groupOf(standing)].push({ entry, standing });
  }
  return groups;
}

/** A list that was cut off, with all that is in conflict: nothing is committed before that is resolved. */
export function withConflicts(entries: readonly StatusEntry[], merging: readonly ResolveFile[]): StatusEntry[] {
  const listed = new Set(entries.map(({ uri }) => uri));
  const missing = merging.filter(({ mergestatus, uri }) => mergestatus === 'U' && !listed.has(uri));
  return [...entries, ...missing.map(({ path, uri }) => ({ path, uri, status: 'M' as const, unresolved: true }))];
}

/**
 * How many files each group has, of which only some may be shown: `counts` says how many there are of each status where
 * the list of them was cut off.
 */
export function totals(groups: Groups, counts: StatusResult['counts']): Readonly<Record<GroupName, number>> {
  const [conflicts, changes, untracked] = [groups.conflicts.length, groups.changes.length, groups.untracked.length];
  if (!counts) return { conflicts, changes, untracked };
  const tracked = ['M', 'A', 'R', '!'].reduce((sum, code) => sum + (counts[code] ?? 0), 0);
  return { conflicts, changes: tracked - conflicts, untracked: Math.max(untracked, counts['?'] ?? 0) };
}

function groupOf(standing: Standing): GroupName {
  if (standing === 'conflict') return 'conflicts';
  return standing === 'untracked' ? 'untracked' : 'changes';
}

const STANDINGS: Readonly<Record<StatusCode, Standing | undefined>> = {
  M: 'modified',
  A: 'added',
  R: 'removed',
  '!': 'missing',
  '?': 'untracked',
  I: undefined,
  C: undefined,
};

function standingOf(entry: StatusEntry, resolved: boolean): Standing | undefined {
  if (entry.unresolved) return 'conflict';
  const standing = STANDINGS[entry.status];
  return resolved && standing && standing !== 'untracked' ? 'resolved' : standing;
}
