//! The rows of the table, with what is to be reached.

use super::report::{Goal, Spec, Unit};

const fn seconds(id: &'static str, job: &'static str, ratio: f64) -> Spec {
    Spec { id, job, unit: Unit::Seconds, goal: Goal::Ratio(ratio) }
}

pub const INDEX: Spec = seconds("index", "first full index, everything stored", 0.85);
pub const MEMORY: Spec =
    Spec { id: "memory", job: "memory while indexing", unit: Unit::Bytes, goal: Goal::Most(300e6) };
pub const SIZE: Spec = Spec { id: "size", job: "index file", unit: Unit::Bytes, goal: Goal::Ratio(0.10) };
pub const UPDATE: Spec = seconds("update", "index brought up to date after one new commit", 5.0);
pub const ANNOTATE_FIRST: Spec =
    seconds("annotate-first", "first annotate in a clone never indexed (the index still building)", 1.2);
pub const ANNOTATE_COLD: Spec = seconds("annotate-cold", "cold annotate, indexed", 0.25);
pub const ANNOTATE_AGAIN: Spec = seconds("annotate-again", "annotate again, `HEAD` not moved, new process", 0.02);
pub const ANNOTATE_MOVED: Spec =
    seconds("annotate-moved", "annotate after `HEAD` moved by ten commits that touch the file", 0.04);
pub const DIFFER: Spec = Spec {
    id: "differ",
    job: "lines that differ from `git blame`, files chosen at random, renames followed",
    unit: Unit::Lines,
    goal: Goal::Most(0.0),
};
pub const DIFFER_WAYS: Spec = Spec {
    id: "differ-ways",
    job: "the same, asked for otherwise than whole and at `HEAD`",
    unit: Unit::Lines,
    goal: Goal::Most(0.0),
};
pub const FILE_LOG_PAGE: Spec =
    seconds("filelog-page", "file log, first page of 20, of a file that changes often", 0.2);
pub const FILE_LOG_OLD: Spec =
    seconds("filelog-old", "file log, first page, of a file that has not changed for years", 0.01);
pub const FILE_LOG_OLD_GRAPH: Spec =
    seconds("filelog-old-graph", "the same, git with a commit-graph with changed-path filters", 0.05);
pub const FILE_LOG_ALL: Spec = seconds("filelog-all", "file log, all of it", 0.05);
pub const WRITE_COMMIT: Spec = seconds("write-commit", "commit of one changed file", 1.0);
pub const WRITE_UPDATE: Spec = seconds("write-update", "update to the neighbouring changeset", 1.0);

pub const STATUS_SCAN: Spec = seconds("status-scan", "status, full scan", 1.2);
pub const STATUS_SAVE: Spec = seconds("status-save", "status after one save in it, watched", 0.02);
pub const HUNKS: Spec = Spec {
    id: "hunks",
    job: "diff hunks of a 10,000-line buffer after a keystroke, 99th percentile",
    unit: Unit::Seconds,
    goal: Goal::Most(0.005),
};
pub const START: Spec = seconds("start", "server start to `initialize` answered", 10.0);
pub const WRITE_COMMIT_LARGE: Spec = seconds("write-commit-large", "commit of one changed file in it", 1.0);
pub const WRITE_ADD_LARGE: Spec = seconds("write-add-large", "one new file in it to be tracked", 1.0);

pub const GROWTH_INDEX: Spec = seconds("growth-index", "first full index, ten times the commits", 11.0);
pub const GROWTH_FILE_LOG: Spec = seconds("growth-filelog", "file log, first page of 20, ten times the commits", 1.5);
pub const GROWTH_ANNOTATE: Spec =
    seconds("growth-annotate", "annotate again, ten times the commits, in a running server", 1.5);
pub const GROWTH_ANNOTATE_PROCESS: Spec =
    seconds("growth-annotate-process", "annotate again, ten times the commits, in a new process", 1.5);

/// The rows about a repository.
pub const OF_REPOSITORIES: &[&Spec] = &[
    &INDEX,
    &MEMORY,
    &SIZE,
    &UPDATE,
    &ANNOTATE_FIRST,
    &ANNOTATE_COLD,
    &ANNOTATE_AGAIN,
    &ANNOTATE_MOVED,
    &DIFFER,
    &DIFFER_WAYS,
    &FILE_LOG_PAGE,
    &FILE_LOG_OLD,
    &FILE_LOG_OLD_GRAPH,
    &FILE_LOG_ALL,
    &WRITE_COMMIT,
    &WRITE_UPDATE,
];

/// The rows about a large working copy, a buffer and a process.
pub const OF_WORKING_COPIES: &[&Spec] =
    &[&STATUS_SCAN, &STATUS_SAVE, &HUNKS, &START, &WRITE_COMMIT_LARGE, &WRITE_ADD_LARGE];

/// The rows about repositories of different sizes.
pub const OF_GROWTH: &[&Spec] = &[&GROWTH_INDEX, &GROWTH_FILE_LOG, &GROWTH_ANNOTATE, &GROWTH_ANNOTATE_PROCESS];

/// All of them, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Spec> {
    [OF_REPOSITORIES, OF_WORKING_COPIES, OF_GROWTH].into_iter().flatten().copied()
}
