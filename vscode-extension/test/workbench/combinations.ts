// Which tests run in which VS Code, with its git extension on or off. Four combinations of everything take long and find
// little more, so by default each suite runs in those where it can differ; test/README.md says the same in words.
import { FLOOR, NEWEST, type Preset } from './presets';

export interface Combination {
  readonly preset: Preset;
  /** Whether VS Code's own git extension is on. */
  readonly git: boolean;
}

/** Where a suite runs beside the newest VS Code with its git extension on. */
export interface Runs {
  /**
   * `both`: with the git extension off too, for what they show together matters. `off`: only without it, for it would be
   * in the way of what is tested.
   */
  readonly git?: 'both' | 'off';
  /** In the oldest VS Code too. */
  readonly floor?: boolean;
  /** It tells what something costs, and finds out nothing else: it runs where everything does, and where it is named. */
  readonly measures?: boolean;
}

const ALL: readonly Combination[] = [NEWEST, FLOOR].flatMap(preset => [true, false].map(git => ({ preset, git })));

export interface Choice {
  /** Everything everywhere. */
  readonly all: boolean;
  /** Whether files are chosen by words of their names. */
  readonly named: boolean;
  /** Only this VS Code, and only with git so: whatever suites are usual there. */
  readonly vscode?: string;
  readonly git?: string;
}

/** Reads `--all`, `--vscode=floor|newest`, `--git=on|off`, and whether there are words beside them. */
export function readChoice(args: readonly string[]): Choice {
  const value = (name: string, values: readonly string[]): string | undefined => {
    const given = args.find(arg => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
    if (given !== undefined && !values.includes(given)) throw new Error(`--${name} may be ${values.join(' or ')}`);
    return given;
  };
  return {
    all: args.includes('--all'),
    named: args.some(arg => !arg.startsWith('--')),
    vscode: value('vscode', ['floor', 'newest']),
    git: value('git', ['on', 'off']),
  };
}

export function describe({ preset, git }: Combination): string {
  return `VS Code ${preset.version}, its git extension ${git ? 'on' : 'off'}`;
}

/** The combinations that are chosen, in the order in which they run. */
export function combinations(choice: Choice): Combination[] {
  return ALL.filter(
    ({ preset, git }) =>
      (choice.vscode ?? preset.name) === preset.name && (choice.git ?? (git ? 'on' : 'off')) === (git ? 'on' : 'off'),
  );
}

/** Whether times are worth taking. */
export function measured({ all, named }: Choice): boolean {
  return all || named;
}

/** Whether a suite runs in a combination. A combination that is named runs whatever can run there. */
export function runsIn({ git, floor, measures }: Runs, combination: Combination, choice: Choice): boolean {
  if (measures && !measured(choice)) return false;
  if (git === 'off') {
    if (combination.git) return false;
  } else if (git !== 'both' && !combination.git && !choice.all && choice.git === undefined) {
    return false;
  }
  if (combination.preset !== FLOOR || choice.all || choice.vscode !== undefined) return true;
  // On the floor what is usual runs once, as users have it.
  return floor === true && (git === 'off' || combination.git);
}
