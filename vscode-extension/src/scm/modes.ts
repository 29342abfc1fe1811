// What hgls shows of a repository beside VS Code's own git extension. Pure.

export type Mode = 'auto' | 'on' | 'off';

export interface Situation {
  readonly panel: Mode;
  readonly quickDiff: Mode;
  /**
   * What the git extension does with the repository: `shows` it, leaves it `alone`, or has not said yet, as it looks for
   * repositories when VS Code starts.
   */
  readonly git: 'shows' | 'alone' | 'unknown';
}

export interface Shown {
  /** The groups and the commit box. */
  readonly panel: boolean;
  /** The marks beside changed lines. */
  readonly quickDiff: boolean;
}

/** With `auto`, what the git extension shows is not shown twice; until it is known what it does, nothing is. */
export function shown({ panel, quickDiff, git }: Situation): Shown {
  const decide = (mode: Mode): boolean => (mode === 'auto' ? git === 'alone' : mode === 'on');
  return { panel: decide(panel), quickDiff: decide(quickDiff) };
}
