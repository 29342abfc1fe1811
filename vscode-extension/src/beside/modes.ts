// What hgls shows of a repository beside VS Code's own git extension. Pure.

export type Mode = 'auto' | 'on' | 'off';

export interface Situation {
  readonly panel: Mode;
  readonly quickDiff: Mode;
  /**
   * What the git extension does with the repository: `shows` it, `waits` to do so until a file of it is opened, leaves it
   * `alone`, or has not said yet, as it looks for repositories when VS Code starts.
   */
  readonly git: 'shows' | 'waits' | 'alone' | 'unknown';
}

export interface Shown {
  /**
   * `whole`: the groups and the commit box; `files`: the groups alone. VS Code has marks only with a source control, and
   * shows every source control: one that is there for the marks is not left empty, and has no second commit box.
   */
  readonly panel: 'whole' | 'files' | 'none';
  /** The marks beside changed lines. */
  readonly quickDiff: boolean;
}

/** With `auto`, what the git extension shows, or will, is not shown twice; until it is known what it does, nothing is. */
export function shown({ panel, quickDiff, git }: Situation): Shown {
  const decide = (mode: Mode): boolean => (mode === 'auto' ? git === 'alone' : mode === 'on');
  const marks = decide(quickDiff);
  return { panel: decide(panel) ? 'whole' : marks ? 'files' : 'none', quickDiff: marks };
}

/**
 * What the git extension does with a repository, by whether it shows it, whether it shows one around it, and whether it
 * opens repositories when a file of theirs is opened.
 */
export function gitDoes(showsIt: boolean, showsAround: boolean, opensWithFiles: boolean): 'shows' | 'waits' | 'alone' {
  if (showsIt) return 'shows';
  // Else the panel of a nested repository would change hands as soon as a file is looked at.
  return showsAround && opensWithFiles ? 'waits' : 'alone';
}
