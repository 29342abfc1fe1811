// Runs the declared suites, each in the combinations where it belongs. A test that fails has failed. Only where what the
// tests stand on broke (`Broken`), the suite is run once more from its start, and that is said.
import { combinations, describe, readChoice, runsIn, type Combination } from './combinations';
import { Broken } from './health';
import { fileName, open, type Opened } from './opening';
import { Report, type Result } from './report';
import { Stage } from './stage';
import { declaredSuites, type Suite, type Test } from './suite';
import { within } from './wait';

/** How long a suite's window may take to open, and each test, in milliseconds: for a machine that is slow and busy. */
const LIMIT = 900_000;

/** A suite is left after so many failures: each waits until its patience ends, and the next ones would, too. */
const ENOUGH = 2;

/** Gives the exit code. */
export async function runSuites(args: readonly string[]): Promise<number> {
  const report = new Report();
  const choice = readChoice(args);
  const stage = new Stage(report);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  for (const combination of combinations(choice)) {
    const suites = declaredSuites().filter(({ options }) => runsIn(options, combination, choice));
    if (suites.length > 0) report.heading(`e2e: ${describe(combination)}`);
    for (const suite of suites) {
      const where = `${suite.title}, ${describe(combination)}`;
      let { results, broken } = await perform(suite, combination, stage);
      if (broken) {
        report.remark(`${where}: ${broken.message}. The suite is run once more.`);
        ({ results, broken } = await perform(suite, combination, stage));
      }
      if (broken) results = [...results, { name: 'to its end', milliseconds: 0, error: broken.message }];
      report.count(where, results);
    }
  }
  await stage.end();
  return report.end();
}

/** Runs a suite once. When something broke, the results are of no worth. */
async function perform(
  suite: Suite,
  combination: Combination,
  stage: Stage,
): Promise<{ results: Result[]; broken?: Broken }> {
  const { report } = stage;
  const results: Result[] = [];
  const start = Date.now();
  let opened: Opened;
  try {
    opened = await within(LIMIT, open(suite, combination, stage), () => new Broken('VS Code did not open in time'));
  } catch (error) {
    if (error instanceof Broken) return { results, broken: error };
    const result = { name: 'opens', milliseconds: Date.now() - start, error: explained(error) };
    report.test(result);
    return { results: [result] };
  }
  report.suite(suite.title, Date.now() - start);
  try {
    for (const test of suite.tests) {
      const failures = results.filter(({ error }) => error !== undefined).length;
      if (failures >= ENOUGH) {
        results.push({ name: test.name, milliseconds: 0, error: `not run, after ${failures} failures` });
        continue;
      }
      const began = Date.now();
      const error = await runTest(suite, test, opened);
      if (error instanceof Broken) return { results, broken: error };
      const result = { name: test.name, milliseconds: Date.now() - began, ...(error && { error }) };
      report.test(result);
      results.push(result);
    }
    return { results };
  } finally {
    await opened.close();
  }
}

/** Why a test failed; nothing when it passed. */
async function runTest(suite: Suite, test: Test, opened: Opened): Promise<string | Broken | undefined> {
  const { surroundings, watch } = opened;
  const picture = fileName(`${suite.title} ${test.name}`);
  const body = test.body(surroundings).then(() => surroundings.picture(picture));
  // It goes on for a while when nobody waits for it any more, and what becomes of it then means nothing.
  body.catch(() => undefined);
  try {
    await within(LIMIT, Promise.race([body, watch.broken]), () => new Error(`not done after ${LIMIT / 1000} s`));
    return undefined;
  } catch (error) {
    const broken = error instanceof Broken ? error : await watch.problem();
    if (broken) return broken;
    await surroundings.picture(`FAILED ${picture}`);
    const situation = await surroundings.workbench.situation().catch(() => 'the page does not answer');
    return `${explained(error)}\n${situation}\nthe extension's log:\n${opened.log()}`;
  }
}

function explained(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
