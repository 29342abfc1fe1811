// A git repository that a test makes, by git itself, with authors and dates that are always the same.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { PATIENCE, pause } from './wait';

export interface Author {
  readonly name: string;
  readonly email: string;
}

export const ADA: Author = { name: 'Ada Lovelace', email: 'ada@example.org' };
export const GRACE: Author = { name: 'Grace Hopper', email: 'grace@example.org' };
export const ALAN: Author = { name: 'Alan Turing', email: 'alan@example.org' };

/** The configuration that git and the server see instead of the user's. */
const CONFIGURATION = `[user]
	name = ${ADA.name}
	email = ${ADA.email}
[init]
	defaultBranch = main
[core]
	autocrlf = false
`;

/** Writes the configuration into a folder that stands for the home folder, and gives the environment that says so. */
export function home(folder: string): NodeJS.ProcessEnv {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, '.gitconfig'), CONFIGURATION);
  return { HOME: folder, XDG_CONFIG_HOME: path.join(folder, '.config'), GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C.UTF-8' };
}

/** Bytes that git may print. */
const LONGEST_OUTPUT = 1 << 28;

export class TestRepository {
  #clock = Date.UTC(2024, 0, 8, 9, 30);

  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** Makes an empty repository in a folder; `environment` is what `home` gave. */
  static make(folder: string, environment: NodeJS.ProcessEnv): TestRepository {
    fs.mkdirSync(folder, { recursive: true });
    const repository = new TestRepository(folder, environment);
    repository.git('init', '--quiet');
    return repository;
  }

  /** One that is there already. */
  static at(folder: string): TestRepository {
    return new TestRepository(folder, {});
  }

  private constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.#environment = environment;
  }

  /** Runs git, and gives what it prints without the last line's end. */
  git(...args: string[]): string {
    return this.#run(args, {});
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): void {
    fs.mkdirSync(path.dirname(this.file(name)), { recursive: true });
    fs.writeFileSync(this.file(name), content);
  }

  read(name: string): string {
    return fs.readFileSync(this.file(name), 'utf8');
  }

  /**
   * Commits everything, and gives the new commit's id. `seconds` since 1970 say when; when left out it was two days after the
   * last commit of which nothing was said.
   */
  commit(message: string, author: Author = ADA, seconds = this.#tick()): string {
    this.git('add', '--all');
    this.#made(['commit', '--quiet', '--allow-empty', '--message', message], author, seconds);
    return this.git('rev-parse', 'HEAD');
  }

  /** Makes commits of a stream for `git fast-import`, of which a test could not make so many one by one. */
  import(stream: string): void {
    this.#run(['fast-import', '--quiet', '--force'], {}, stream);
    this.git('reset', '--quiet', '--hard');
  }

  /**
   * Makes many commits on what is checked out: quicker than one by one. Each has a message, and where it has a file, its path
   * and its text.
   */
  commitAll(commits: readonly { readonly message: string; readonly file?: readonly [string, string] }[]): void {
    const branch = this.git('symbolic-ref', 'HEAD');
    const lines = commits.flatMap(({ message, file }, index) => [
      `commit ${branch}`,
      `committer ${ADA.name} <${ADA.email}> ${this.#tick()} +0000`,
      `data ${Buffer.byteLength(message)}`,
      message,
      ...(index === 0 ? [`from ${branch}^0`] : []),
      ...(file ? [`M 100644 inline ${file[0]}`, `data ${Buffer.byteLength(file[1])}`, file[1]] : []),
    ]);
    this.import(`${lines.join('\n')}\n`);
  }

  /** Merges a branch into the one that is checked out, also where that could be moved forward. */
  merge(branch: string, message: string, author: Author, seconds: number): void {
    this.#made(['merge', '--quiet', '--no-ff', '--message', message, branch], author, seconds);
  }

  #tick(): number {
    this.#clock += 2 * 24 * 3_600_000;
    return this.#clock / 1000;
  }

  /** Runs git as somebody, at some time. */
  #made(args: readonly string[], { name, email }: Author, seconds: number): void {
    const date = `${seconds} +0000`;
    const who = {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
    };
    this.#run(args, { ...who, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date });
  }

  /** What hgls is about to end may have a lock for a moment: whoever types git's command then types it again. */
  #run(args: readonly string[], more: NodeJS.ProcessEnv, input?: string): string {
    const end = Date.now() + PATIENCE;
    for (;;) {
      try {
        return this.#runOnce(args, more, input);
      } catch (error) {
        if (!String(error).includes(".lock': File exists") || Date.now() > end) throw error;
        pause();
      }
    }
  }

  #runOnce(args: readonly string[], more: NodeJS.ProcessEnv, input?: string): string {
    const env = { ...process.env, ...this.#environment, ...more };
    return execFileSync('git', args, {
      cwd: this.folder,
      env,
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      maxBuffer: LONGEST_OUTPUT,
    }).trimEnd();
  }
}
