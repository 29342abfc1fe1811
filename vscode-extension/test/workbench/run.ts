// Runs the declared suites, each in the combinations where it belongs. A test that fails has failed. Only where what the
// tests stand on broke (`Broken`), the suite is run once more from its start, and that is said.
import { hasChromium } from './chromium';
import { combinations, describe, measured, readChoice, runsIn } from './combinations';
import { Broken } from './health';
import { fileName, type Opened } from './opening';
import { Report, type Result } from './report';
import { SharedWindow } from './sharedWindow';
import { Stage } from './stage';
import { declaredSuites, type Place, type Suite, type Test } from './suite';
import { within } from './wait';

/** How long a suite's window may take to open, and each test, in milliseconds: for a machine that is slow and busy. */
const LIMIT = 900_000;

/** A suite is left after so many failures: each waits until its patience ends, and the next ones would, too. */
const ENOUGH = 2;

/** Gives the exit code. */
export async function runSuites(args: readonly string[]): Promise<number> {
  if (!hasChromium()) return 1;
  const report = new Report();
  const choice = readChoice(args);
  const stage = new Stage(report, measured(choice));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  for (const combination of combinations(choice)) {
    const suites = declaredSuites().filter(({ runs }) => runsIn(runs, combination, choice));
    if (suites.length === 0) continue;
    report.heading(`e2e: ${describe(combination)}`);
    const error = await stage.installed(combination.preset).then(() => undefined, explained);
    if (error !== undefined) {
      // Every suite would say the same.
      report.count(describe(combination), [{ name: 'VS Code is installed', milliseconds: 0, error }]);
      continue;
    }
    for (const [place, sharing] of byPlace(suites)) {
      const window = new SharedWindow(place, sharing.length > 1, combination, stage);
      for (const suite of sharing) {
        const isLast = suite === sharing.at(-1);
        const where = `${suite.title}, ${describe(combination)}`;
        let { results, broken } = await perform(suite, window, isLast, report);
        if (broken) {
          report.remark(`${where}: ${broken.message}. The suite is run once more.`);
          ({ results, broken } = await perform(suite, window, isLast, report));
        }
        if (broken) results = [...results, { name: 'to its end', milliseconds: 0, error: broken.message }];
        report.count(where, results);
      }
    }
  }
  await stage.end();
  return report.end();
}

function byPlace(suites: readonly Suite[]): Map<Place, Suite[]> {
  const places = new Map<Place, Suite[]>();
  for (const suite of suites) places.set(suite.place, [...(places.get(suite.place) ?? []), suite]);
  return places;
}

interface Performed {
  readonly results: Result[];
  /** When something broke, the results are of no worth. */
  readonly broken?: Broken;
}

/** Runs a suite once. The window stays open where all went well and another suite is to have it. */
async function perform(suite: Suite, window: SharedWindow, isLast: boolean, report: Report): Promise<Performed> {
  const start = Date.now();
  let stays = false;
  try {
    const wasOpen = window.isOpen;
    const opened = await within(LIMIT, window.open(suite.title), () => new Broken('VS Code did not open in time'));
    report.suite(suite.title, wasOpen ? undefined : Date.now() - start);
    const performed = await runTests(suite, opened, report);
    if (isLast || performed.broken || performed.results.some(({ error }) => error !== undefined)) return performed;
    const left = await leave(window, opened);
    if (left instanceof Broken) return { ...performed, broken: left };
    if (left) report.test(left);
    stays = !left;
    return { results: [...performed.results, ...(left ? [left] : [])] };
  } catch (error) {
    if (error instanceof Broken) return { results: [], broken: error };
    const result = { name: 'opens', milliseconds: Date.now() - start, error: explained(error) };
    report.test(result);
    return { results: [result] };
  } finally {
    if (!stays) await window.close();
  }
}

/** Makes the window tidy for the next suite. What is in the way of that is a failure of the one before. */
async function leave(window: SharedWindow, { watch }: Opened): Promise<Result | Broken | undefined> {
  const start = Date.now();
  try {
    await within(LIMIT, Promise.race([window.tidy(), watch.broken]), () => new Error('not done in time'));
    return undefined;
  } catch (error) {
    const broken = error instanceof Broken ? error : await watch.problem();
    return broken ?? { name: 'leaves its window to others', milliseconds: Date.now() - start, error: explained(error) };
  }
}

async function runTests(suite: Suite, opened: Opened, report: Report): Promise<Performed> {
  const results: Result[] = [];
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
