// The repositories of several tests: a small file that three people wrote, under two names; and a merge in conflict.
import assert from 'node:assert/strict';

import { ADA, ALAN, GRACE, type TestRepository } from '../workbench/repository';
import type { Place } from '../workbench/suite';

export const FIRST = 'fn main() {\n    let greeting = "hello";\n    println!("{greeting}");\n}\n';
export const GREETED = FIRST.replace('hello', 'hello, world');
export const ASKED = GREETED.replace('    println!', '    let name = std::env::args().nth(1);\n    println!');

/** Three changesets of `src/greet.rs`, whose name was `src/main.rs` in the first; a second bookmark is on the second one. */
export function makeHistory(repository: TestRepository): void {
  repository.write('README.md', '# Greeter\n');
  repository.write('src/main.rs', FIRST);
  repository.commit('Greet whoever runs the program', ADA);
  repository.git('mv', 'src/main.rs', 'src/greet.rs');
  repository.write('src/greet.rs', GREETED);
  repository.commit('The greeting is for the whole world', GRACE);
  repository.git('branch', 'plain');
  repository.write('src/greet.rs', ASKED);
  repository.commit('Ask for a name\n\nIt is not used yet.', ALAN);
}

/** A merge of `theirs` into `main` that is not finished: the first line of `alpha.txt` and all of `beta.txt` are in conflict. */
export function makeConflicts(repository: TestRepository): void {
  const write = (line: string): void => {
    repository.write('alpha.txt', `${line}\ntwo\n`);
    repository.write('beta.txt', `${line}\n`);
  };
  write('one');
  repository.commit('Base');
  repository.git('checkout', '--quiet', '-b', 'theirs');
  write('theirs');
  repository.commit('Theirs');
  repository.git('checkout', '--quiet', 'main');
  write('ours');
  repository.commit('Ours');
  assert.throws(() => repository.git('merge', '--quiet', 'theirs'));
}

/** What every window has of the panel, so that it is the same whether VS Code's git extension is on or off. */
export const PANEL_ON = { 'hgls.scm.mode': 'on', 'hgls.quickDiff.mode': 'on', 'hgls.explorer.decorations': 'on' };

/** The small history, for suites that only look at it. */
export const GREETER: Place = { make: makeHistory, settings: PANEL_ON };
