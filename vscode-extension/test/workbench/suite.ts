// How end-to-end tests are declared: suites, each with the workspace that its window opens, and the tests that run in it one
// after the other. Knows nothing of how they are run.
import type { Page } from 'playwright-core';

import type { Runs } from './combinations';
import type { Process } from './processes';
import type { TestRepository } from './repository';
import type { Workbench } from './workbench';

export interface Surroundings {
  readonly workbench: Workbench;
  readonly repository: TestRepository;
  /** The folder that all of the suite's repositories lie in. */
  readonly folder: string;
  /** Takes a picture in the middle of a test. */
  readonly picture: (name: string) => Promise<void>;
  /** The processes of VS Code and of what its extensions started; none on systems that do not tell. */
  readonly processes: () => readonly Process[];
  /** Whether times are worth taking, which takes longer than to see that all is right: a name or `--all` asked for it. */
  readonly measures: boolean;
  /** Prints what was measured, where it is. */
  readonly figure: (text: string) => void;
}

/** What a window opens, and on what. */
export interface Place {
  /** Fills the repository that the window opens. */
  readonly make: (repository: TestRepository, newRepository: (name: string) => TestRepository) => void;
  /** The name of the repository's folder, which the window shows: that of the tests' own, when left out. */
  readonly name?: string;
  /** What the window opens, a path below the suite's folder; the repository when left out. */
  readonly open?: string;
  /** Runs before the window is loaded. */
  readonly before?: (page: Page) => Promise<void>;
  /** Settings of VS Code beside those that all tests have. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** VS Code asks whether the workspace is trusted, as it does with users; else it takes all for trusted. */
  readonly asksTrust?: boolean;
  /**
   * Which extension is installed: one without a server, which a setting names then; one with a server in its package, and
   * no such setting; or none, to compare with.
   */
  readonly extension?: 'without server' | 'with server' | 'none';
}

export interface Test {
  readonly name: string;
  readonly body: (surroundings: Surroundings) => Promise<void>;
}

/**
 * Suites that are given the same `place` share a window, one after the other. Each leaves the repository as it found it, no
 * text that is not saved, and no setting changed; editors and messages are closed for it.
 */
export type SuiteOptions = Runs & (Place | { readonly place: Place });

export interface Suite {
  readonly title: string;
  readonly runs: Runs;
  readonly place: Place;
  readonly tests: readonly Test[];
}

const declared: Suite[] = [];

/** Declares a suite; `tests` declares its tests. */
export function suite(
  title: string,
  options: SuiteOptions,
  tests: (test: (name: string, body: Test['body']) => void) => void,
): void {
  const list: Test[] = [];
  tests((name, body) => list.push({ name, body }));
  declared.push({ title, runs: options, place: 'place' in options ? options.place : options, tests: list });
}

/** The suites that were declared, in that order. */
export function declaredSuites(): readonly Suite[] {
  return declared;
}
