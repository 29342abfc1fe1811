// Which folders of a workspace folder may be repositories of their own: nested ones, submodules, worktrees. Only looks for
// `.git`; what a repository is, the server says. Knows nothing of VS Code.
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** How deep to look below a workspace folder. Deeper ones are found when a file of theirs is opened. */
const DEPTH = 4;
/** How many folders to look into at most: a workspace may be a home folder. */
const LIMIT = 4000;
/** Folders of many folders, in which repositories are other people's. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', 'node_modules', 'target', '.venv', '__pycache__']);

/** The folder itself, and those below it that have a `.git`, which is a file in submodules and worktrees. */
export async function foldersToTry(folder: string): Promise<string[]> {
  const found = [folder];
  let level = [folder];
  let looked = 0;
  for (let depth = 0; depth <= DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const parent of level) {
      if (++looked > LIMIT) return found;
      // A folder that cannot be read has nothing to find.
      const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
      if (parent !== folder && entries.some(entry => entry.name === '.git')) found.push(parent);
      for (const entry of entries) {
        if (entry.isDirectory() && !SKIPPED.has(entry.name)) next.push(path.join(parent, entry.name));
      }
    }
    level = next;
  }
  return found;
}
