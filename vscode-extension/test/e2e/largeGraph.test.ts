// The graph of a long history: whatever way it is scrolled, it draws what is seen and no more, and draws it right. How long
// frames took is printed.
import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';

import type { TestRepository } from '../workbench/repository';
import { suite } from '../workbench/suite';
import { until, untilEqual } from '../workbench/wait';
import { spread } from './figures';

const COMMITS = 30_000;
/** Branches that are open at a time. */
const TOPICS = 5;
/** Rows that may be elements at a time: those of a high window, and the spare ones. */
const MOST_ROWS = 120;
/** Pixels that one turn of the wheel moves by: a fast one where frames are measured, else one that is soon at the end. */
const TURN = { measured: 1500, quick: 15_000 };

/** Commits `Change 1` to the last, each twenty minutes after the one before, on a main line and on branches that it merges. */
function makeLongHistory(repository: TestRepository): void {
  const stream = ['reset refs/heads/main'];
  let main = 0;
  let topics: number[] = [];
  for (let nth = 1; nth <= COMMITS; nth++) {
    const choice = (nth * 7919) % 10;
    const merged = choice > 7 ? topics[0] : undefined;
    const isTopic = main > 0 && choice > 3 && choice <= 7;
    const topic = topics.length < TOPICS ? topics.length : nth % TOPICS;
    const parent = isTopic ? (topics[topic] ?? main) : main;
    const message = `Change ${nth}`;
    stream.push(
      `commit refs/heads/${isTopic ? `topic-${topic}` : 'main'}`,
      `mark :${nth}`,
      `committer Author ${nth % 7} <author@example.org> ${1_600_000_000 + nth * 1200} +0000`,
      `data ${message.length}`,
      message,
    );
    if (parent > 0) stream.push(`from :${parent}`);
    if (merged !== undefined) stream.push(`merge :${merged}`);
    if (nth === 1) stream.push('M 100644 inline alpha.txt', 'data 4', 'one', '');
    if (isTopic) topics[topic] = nth;
    else main = nth;
    if (merged !== undefined) topics = topics.slice(1);
  }
  for (const [index, topic] of topics.entries()) stream.push(`reset refs/heads/open-${index}`, `from :${topic}`, '');
  repository.import(`${stream.join('\n')}\n`);
}

/** What the page saw while it was watched. */
interface Seen {
  /** From each frame to the next, in milliseconds. */
  readonly frames: number[];
  mostRows: number;
}

/** Watches every frame of the page from now on. */
async function watch(frame: Frame): Promise<() => Promise<Seen>> {
  await frame.evaluate(() => {
    const seen: Seen = { frames: [], mostRows: 0 };
    let last: number | undefined;
    const look = (now: number): void => {
      const { hglsSeen } = globalThis as { hglsSeen?: Seen };
      if (hglsSeen !== seen) return;
      if (last !== undefined) seen.frames.push(now - last);
      last = now;
      seen.mostRows = Math.max(seen.mostRows, document.querySelectorAll('.row').length);
      requestAnimationFrame(look);
    };
    Object.assign(globalThis, { hglsSeen: seen });
    requestAnimationFrame(look);
  });
  return () =>
    frame.evaluate(() => {
      const { hglsSeen } = globalThis as unknown as { hglsSeen: Seen };
      Object.assign(globalThis, { hglsSeen: undefined });
      return hglsSeen;
    });
}

suite('a graph of 30,000 changesets', { make: makeLongHistory, git: 'off' }, test => {
  /** That the rows which are drawn are those which belong there. */
  async function checkRows(frame: Frame, nodes: ReadonlyMap<string, string>): Promise<void> {
    const rows = await frame.locator('.row:not(.working-directory)').evaluateAll(elements =>
      elements.map(element => ({
        place: Number(element.getAttribute('aria-posinset')),
        top: (element as HTMLElement).offsetTop,
        summary: element.querySelector('.summary')?.textContent ?? '',
        name: element.querySelector('.name')?.textContent ?? '',
        dots: element.querySelectorAll('circle.dot').length,
        lines: element.querySelectorAll('path.line').length,
      })),
    );
    assert.ok(rows.length > 10, `${rows.length} rows are drawn`);
    for (const { place, top, summary, name, dots, lines } of rows) {
      // The first row is that of the working directory; below it stand the newest changesets first.
      const nth = COMMITS - (place - 2);
      assert.equal(summary, `Change ${nth}`);
      assert.equal(name, `${nth - 1}:${nodes.get(summary)?.slice(0, 12)}`);
      assert.equal(top, (place - 1) * 24);
      assert.ok(dots === 1 && lines > 0, `${summary} has ${dots} dots and ${lines} lines`);
    }
  }

  function nodesOf(repository: TestRepository): Map<string, string> {
    const lines = repository.git('log', '--all', '--format=%s%x09%H').split('\n');
    return new Map(lines.map(line => line.split('\t') as [string, string]));
  }

  test('is scrolled to its end by the wheel', async ({ workbench, repository, figure, measures }) => {
    const begin = Date.now();
    await workbench.run('hgls: Show Log Graph');
    const page = workbench.webview();
    await page.locator('.row .summary', { hasText: `Change ${COMMITS}` }).waitFor();
    figure(`the graph's first rows of ${COMMITS}: ${Date.now() - begin} ms after the command was typed`);
    const frame = await workbench.webviewFrame();
    const done = await watch(frame);
    await page.locator('.list').hover();
    const turn = measures ? TURN.measured : TURN.quick;
    const oldest = page.locator('.row .summary', { hasText: /^Change 1$/u });
    await until('the oldest changeset', async () => {
      for (let turns = 10; turns > 0; turns--) await workbench.page.mouse.wheel(0, turn);
      return (await oldest.count()) === 1;
    });
    const { frames, mostRows } = await done();
    figure(
      `scrolling down ${COMMITS} rows by the wheel while they are loaded, ${frames.length} frames: ${spread(frames)}`,
    );
    assert.ok(mostRows < MOST_ROWS, `${mostRows} rows at a time`);
    await untilEqual('the sum', () => page.locator('.status').getByRole('status').textContent(), '30,000 changesets');
    await checkRows(frame, nodesOf(repository));
  });

  test('is scrolled back by the wheel', async ({ workbench, repository, figure, measures }) => {
    const page = workbench.webview();
    const frame = await workbench.webviewFrame();
    const done = await watch(frame);
    const turn = measures ? TURN.measured : TURN.quick;
    await until('the middle', async () => {
      for (let turns = 10; turns > 0; turns--) await workbench.page.mouse.wheel(0, -turn);
      return page.locator('.list').evaluate(list => list.scrollTop < list.scrollHeight / 2);
    });
    const { frames, mostRows } = await done();
    figure(`scrolling up through what is loaded by the wheel, ${frames.length} frames: ${spread(frames)}`);
    assert.ok(mostRows < MOST_ROWS, `${mostRows} rows at a time`);
    await checkRows(frame, nodesOf(repository));
  });

  test('is gone through by keys', async ({ workbench, repository, figure }) => {
    const page = workbench.webview();
    const frame = await workbench.webviewFrame();
    const nodes = nodesOf(repository);
    const done = await watch(frame);
    const selected = page.locator('.row.active .summary');
    await page.locator('.list').focus();
    await workbench.page.keyboard.press('End');
    await untilEqual('the oldest to be selected', () => selected.textContent(), 'Change 1');
    await checkRows(frame, nodes);
    for (let pages = 100; pages > 0; pages--) await workbench.page.keyboard.press('PageUp');
    await until('another page', async () => Number((await selected.textContent())?.split(' ')[1]) > 1000);
    await checkRows(frame, nodes);
    await workbench.page.keyboard.press('Home');
    for (let rows = 100; rows > 0; rows--) await workbench.page.keyboard.press('ArrowDown');
    await untilEqual('the hundredth to be selected', () => selected.textContent(), `Change ${COMMITS - 99}`);
    const { frames, mostRows } = await done();
    figure(`going through ${COMMITS} rows by keys, ${frames.length} frames: ${spread(frames)}`);
    assert.ok(mostRows < MOST_ROWS, `${mostRows} rows at a time`);
    await checkRows(frame, nodes);
    await page.locator('.details .message', { hasText: `Change ${COMMITS - 99}` }).waitFor();
  });

  test('shows a commit that arrives, with all that was loaded', async ({ workbench, repository, figure }) => {
    const page = workbench.webview();
    const frame = await workbench.webviewFrame();
    await workbench.page.keyboard.press('Home');
    const done = await watch(frame);
    const begin = Date.now();
    repository.git('commit', '--quiet', '--allow-empty', '--message', 'From a terminal');
    await page.locator('.row .summary', { hasText: 'From a terminal' }).waitFor();
    const { frames } = await done();
    figure(`a commit above ${COMMITS} rows: shown after ${Date.now() - begin} ms; frames meanwhile: ${spread(frames)}`);
    await untilEqual('the sum', () => page.locator('.status').getByRole('status').textContent(), '30,001 changesets');
  });
});
