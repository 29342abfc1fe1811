// A git repository that a test makes, by git itself, with authors and dates that are always the same.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

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

  /** Commits everything, two days after the commit before, and gives the new commit's id. */
  commit(message: string, author: Author = ADA): string {
    this.#clock += 2 * 24 * 3_600_000;
    const date = `${this.#clock / 1000} +0000`;
    this.git('add', '--all');
    const who = ['-c', `user.name=${author.name}`, '-c', `user.email=${author.email}`];
    this.#run([...who, 'commit', '--quiet', '--allow-empty', '--date', date, '--message', message], {
      GIT_COMMITTER_DATE: date,
    });
    return this.git('rev-parse', 'HEAD');
  }

  #run(args: readonly string[], more: NodeJS.ProcessEnv): string {
    const env = { ...process.env, ...this.#environment, ...more };
    return execFileSync('git', args, {
      cwd: this.folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trimEnd();
  }
}
