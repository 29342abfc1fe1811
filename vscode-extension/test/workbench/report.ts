// What the tests in VS Code's windows print: each test as it ends, and at the end once more whatever failed or was not as it
// should be. The last line is for programs to read.
export interface Result {
  readonly name: string;
  readonly milliseconds: number;
  /** Why it failed, if it did. */
  readonly error?: string;
}

export class Report {
  #passed = 0;
  readonly #failures: string[] = [];
  readonly #remarks: string[] = [];

  heading(text: string): void {
    console.log(`\n# ${text}`);
  }

  /** Begins a suite; the time is that in which its window was opened, unless it is that of the suite before. */
  suite(title: string, milliseconds?: number): void {
    console.log(
      `\n${title} (${milliseconds === undefined ? 'in the same window' : `opened in ${seconds(milliseconds)}`})`,
    );
  }

  /** Prints a result. It counts once `count` has it. */
  test({ name, milliseconds, error }: Result): void {
    console.log(`  ${error === undefined ? 'ok  ' : 'FAIL'} ${name} (${seconds(milliseconds)})`);
    if (error !== undefined) console.log(indented(error));
  }

  /** Something that is no failure, and that nobody should overlook. */
  remark(text: string): void {
    console.log(`# ${text}`);
    this.#remarks.push(text);
  }

  count(where: string, results: readonly Result[]): void {
    for (const { name, error } of results) {
      if (error === undefined) this.#passed += 1;
      else this.#failures.push(`${where}: ${name}\n${indented(error)}`);
    }
  }

  /** Prints the sum, and gives the exit code. */
  end(): number {
    if (this.#failures.length > 0) console.log(`\nfailed:\n\n${this.#failures.join('\n\n')}`);
    if (this.#remarks.length > 0) console.log(`\nremarks:\n${this.#remarks.map(text => `  ${text}`).join('\n')}`);
    console.log(`\n${this.#passed} passed, ${this.#failures.length} failed`);
    return this.#failures.length === 0 && this.#passed > 0 ? 0 : 1;
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map(line => `      ${line}`)
    .join('\n');
}
