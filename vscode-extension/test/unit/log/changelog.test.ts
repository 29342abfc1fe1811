import assert from 'node:assert/strict';
import { it } from 'node:test';

import { Changelog, type ChangelogState, type FetchPage } from '../../../src/log/changelog';
import { WORKING_DIRECTORY, type LogRow, type WorkingCopy } from '../../../src/log/rows';
import { apply, type Splice } from '../../../src/log/splice';
import { HglsError } from '../../../src/protocol/errors';
import type { LogResult } from '../../../src/protocol/types';
import { changeset, nodeOf } from '../changesets';

/** A server with a line of changesets, newest first, and a page that draws what it is told. */
class World {
  /** The numbers of the changesets. */
  history: number[] = [];
  workingCopy: WorkingCopy = { parents: [], dirty: false };
  readonly asked: Parameters<FetchPage>[0][] = [];
  /** What tells of each question that its answer is no longer wanted. */
  readonly given: AbortSignal[] = [];
  /** What the page has drawn. */
  rows: LogRow[] = [];
  readonly splices: Splice<LogRow>[] = [];
  state: ChangelogState | undefined;
  failure: HglsError | undefined;
  /** Holds answers back, until it is called. */
  release: (() => void) | undefined;
  #held: Promise<void> | undefined;
  readonly changelog: Changelog;

  constructor(count: number) {
    this.history = Array.from({ length: count }, (_, nth) => count - nth - 1);
    this.checkOut(count - 1);
    this.changelog = new Changelog(
      (query, signal) => this.#fetch(query, signal),
      () => Promise.resolve(this.workingCopy),
      {
        rows: splice => {
          this.splices.push(splice);
          this.rows = apply(this.rows, splice);
        },
        state: state => {
          this.state = state;
        },
      },
    );
  }

  checkOut(rev: number, dirty = false): void {
    this.workingCopy = { parents: rev < 0 ? [] : [nodeOf(rev)], dirty };
  }

  hold(): void {
    this.#held = new Promise(resolve => {
      this.release = () => {
        this.#held = undefined;
        resolve();
      };
    });
  }

  async #fetch(query: Parameters<FetchPage>[0], signal: AbortSignal): Promise<LogResult> {
    this.asked.push(query);
    this.given.push(signal);
    await this.#held;
    signal.throwIfAborted();
    if (this.failure) throw this.failure;
    const found = query.revset === undefined ? this.history : this.history.filter(rev => rev % 2 === 0);
    const from = query.cursor === undefined ? 0 : found.indexOf(Number(query.cursor)) + 1;
    const page = found.slice(from, from + query.limit);
    const last = page[page.length - 1];
    return {
      changesets: page.map(rev => changeset(rev)),
      edges: page.map(rev => (rev === 0 ? [] : [{ node: nodeOf(rev - 1), kind: 'parent' }])),
      ...(from + query.limit < found.length ? { nextCursor: String(last) } : {}),
    };
  }
}

it('begins with a page, below the working directory', async () => {
  const world = new World(5000);
  await world.changelog.refresh();
  assert.equal(world.rows.length, 201);
  assert.equal(world.rows[0]?.node, WORKING_DIRECTORY);
  assert.deepEqual(world.rows[0].edges, [{ node: nodeOf(4999), kind: 'parent' }]);
  assert.equal(world.rows[1]?.isCheckedOut, true);
  assert.deepEqual(world.state, { isLoading: false, isStopped: false, hasMore: true, revset: '', paths: [] });
});

it('adds pages at the end, and stops at the oldest changeset', async () => {
  const world = new World(3000);
  await world.changelog.refresh();
  await world.changelog.more();
  assert.equal(world.rows.length, 2201);
  assert.deepEqual([world.splices[1]?.start, world.splices[1]?.remove], [201, 0]);
  await world.changelog.more();
  await world.changelog.more();
  assert.equal(world.rows.length, 3001);
  assert.equal(world.state?.hasMore, false);
  assert.equal(world.asked.length, 3);
});

it('after a commit only the rows that changed are told of, and all that was loaded stays', async () => {
  const world = new World(1000);
  await world.changelog.refresh();
  await world.changelog.more();
  world.history.unshift(1000);
  world.checkOut(1000);
  await world.changelog.refresh();
  const [splice] = world.splices.slice(-1);
  assert.deepEqual([splice?.start, splice?.remove, splice?.items.length], [0, 2, 3]);
  assert.equal(world.rows.length, 1002);
  assert.equal(world.rows[2]?.isCheckedOut, false);
});

it('where nothing is different nothing is told', async () => {
  const world = new World(10);
  await world.changelog.refresh();
  await world.changelog.refresh();
  assert.equal(world.splices.length, 1);
});

it('an edited file changes the row of the working directory alone, and asks for no changesets', async () => {
  const world = new World(10);
  await world.changelog.refresh();
  world.checkOut(9, true);
  await world.changelog.touch();
  assert.equal(world.rows[0]?.summary, 'dirty');
  assert.deepEqual([world.splices[1]?.start, world.splices[1]?.remove], [0, 1]);
  assert.equal(world.asked.length, 1);
});

it('a search shows what is in the set, without the working directory; an empty one shows everything again', async () => {
  const world = new World(10);
  await world.changelog.refresh();
  await world.changelog.search(' even() ');
  assert.deepEqual(
    world.rows.map(({ rev }) => rev),
    [8, 6, 4, 2, 0],
  );
  assert.equal(world.asked[1]?.revset, 'even()');
  await world.changelog.search('');
  assert.equal(world.rows.length, 11);
});

it('a search that cannot be read leaves the rows, and says where the mistake is', async () => {
  const world = new World(10);
  await world.changelog.refresh();
  const message = 'parse error at 4: not a prefix: end';
  world.failure = new HglsError('invalidRevset', message, 'a or\n    ^ here');
  await world.changelog.search('a or');
  assert.equal(world.rows.length, 11);
  const { state } = world;
  assert.deepEqual(state, {
    isLoading: false,
    isStopped: false,
    hasMore: false,
    revset: 'a or',
    paths: [],
    error: { message, at: 4 },
  });
  world.failure = undefined;
  await world.changelog.search('');
  assert.equal(world.state?.error, undefined);
});

it('what is asked for last counts, whatever is answered first', async () => {
  const world = new World(10);
  await world.changelog.refresh();
  world.hold();
  const search = world.changelog.search('even()');
  await new Promise(resolve => setImmediate(resolve));
  const all = world.changelog.search('');
  world.release?.();
  await Promise.all([search, all]);
  assert.equal(world.rows.length, 11);
  assert.deepEqual(world.state, { isLoading: false, isStopped: false, hasMore: false, revset: '', paths: [] });
});

it('a refresh while a page is on its way loads that page, too', async () => {
  const world = new World(5000);
  await world.changelog.refresh();
  world.hold();
  const more = world.changelog.more();
  await new Promise(resolve => setImmediate(resolve));
  const refresh = world.changelog.refresh();
  world.release?.();
  await Promise.all([more, refresh]);
  assert.equal(world.rows.length, 2201);
});

it('is stopped where it takes long: the request is given up, the rows stay, and nothing begins again by itself', async () => {
  const world = new World(5000);
  await world.changelog.refresh();
  world.hold();
  const search = world.changelog.search('even()');
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(world.state?.isLoading, true);
  world.changelog.stop();
  assert.equal(world.given.at(-1)?.aborted, true);
  assert.deepEqual(world.state, { isLoading: false, isStopped: true, hasMore: true, revset: 'even()', paths: [] });
  await world.changelog.more();
  assert.equal(world.asked.length, 2, 'the end of the list asks for nothing');
  world.release?.();
  await search;
  assert.equal(world.rows.length, 201, 'an answer that comes all the same is dropped');
  await world.changelog.again();
  assert.equal(world.rows[0]?.rev, 4998);
  assert.equal(world.state.isStopped, false);
});

it('a page that was stopped is asked for again, and what is searched for next is no longer stopped', async () => {
  const world = new World(5000);
  await world.changelog.refresh();
  world.hold();
  const more = world.changelog.more();
  await new Promise(resolve => setImmediate(resolve));
  world.changelog.stop();
  world.release?.();
  await more;
  world.checkOut(4999, true);
  await world.changelog.touch();
  await world.changelog.again();
  assert.equal(world.rows.length, 2201);
  assert.equal(world.rows[0]?.summary, 'dirty', 'what changed meanwhile stays so');
  world.changelog.stop();
  assert.equal(world.state?.isStopped, false, 'there is nothing to stop');
});

it('before the first commit there are no rows', async () => {
  const world = new World(0);
  await world.changelog.refresh();
  assert.deepEqual(world.rows, []);
  assert.equal(world.state?.isLoading, false);
});

it('is limited to files, and shows everything again without the search being lost', async () => {
  const world = new World(10);
  await world.changelog.search('even()');
  await world.changelog.only(['src', 'README.md']);
  assert.deepEqual(world.asked.at(-1), { limit: 200, revset: 'even()', paths: ['src', 'README.md'] });
  assert.deepEqual(world.state?.paths, ['src', 'README.md']);
  await world.changelog.only([]);
  assert.deepEqual(world.asked.at(-1), { limit: 200, revset: 'even()' });
  await world.changelog.search('');
  assert.equal(world.rows[0]?.node, WORKING_DIRECTORY);
  await world.changelog.only(['src']);
  assert.notEqual(world.rows[0].node, WORKING_DIRECTORY, 'it touches no file');
});
