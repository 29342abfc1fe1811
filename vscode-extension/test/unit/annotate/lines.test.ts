import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AnnotatedLines, isUncommitted } from '../../../src/annotate/lines';
import type { AnnotateResult } from '../../../src/protocol/types';
import { changeset } from '../changesets';

/** Lines 10 and 11 of changeset 1, 12 of the working directory, 13 to 19 of changeset 1, there from line 5 on. */
const ANSWER: AnnotateResult = {
  changesets: [changeset(1), changeset(2147483647)],
  hunks: [
    { start: 10, count: 2, changeset: 0, path: 'a', originStart: 3 },
    { start: 12, count: 1, changeset: 1, path: 'a', originStart: 12 },
    { start: 13, count: 7, changeset: 0, path: 'a', originStart: 5 },
  ],
};
const lines = new AnnotatedLines(ANSWER, { start: 10, end: 20 });

test('a line has the changeset of its hunk, and its number there', () => {
  assert.equal(lines.at(11)?.changeset.rev, 1);
  assert.equal(lines.at(11)?.originLine, 4);
  assert.equal(lines.at(13)?.originLine, 5);
  const uncommitted = lines.at(12);
  assert.ok(uncommitted && isUncommitted(uncommitted.changeset));
});

test('lines outside have none', () => {
  assert.equal(lines.at(9), undefined);
  assert.equal(lines.at(20), undefined);
  assert.equal(new AnnotatedLines({ changesets: [], hunks: [] }, { start: 0, end: 0 }).at(0), undefined);
});

test('runs are cut to what is drawn', () => {
  const runs = lines.within({ start: 11, end: 15 }).map(run => [run.start, run.end, run.origin.originLine]);
  assert.deepEqual(runs, [
    [11, 12, 4],
    [12, 13, 12],
    [13, 15, 5],
  ]);
  assert.deepEqual(lines.within({ start: 30, end: 40 }), []);
});

test('an answer covers the lines that were asked for, and no others', () => {
  assert.ok(lines.covers({ start: 10, end: 20 }));
  assert.ok(!lines.covers({ start: 9, end: 12 }));
  assert.ok(!lines.covers({ start: 19, end: 21 }));
});

test('a hunk that names no changeset is left out', () => {
  const broken = { changesets: [], hunks: [{ start: 0, count: 1, changeset: 7, path: 'a', originStart: 0 }] };
  const annotated = new AnnotatedLines(broken, { start: 0, end: 1 });
  assert.equal(annotated.at(0), undefined);
  assert.deepEqual(annotated.within({ start: 0, end: 1 }), []);
});
