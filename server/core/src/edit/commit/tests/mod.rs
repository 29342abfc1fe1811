//! Commits, as Mercurial makes them and as git sees them.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod amend;
mod hooks;
mod interrupted;
mod merges;
mod messages;
mod notes;
mod parts;
mod random;
mod whole;

use super::*;
use crate::error::{Explain as _, Kind};
use crate::git::testing::Scratch;
use crate::progress::NoProgress;
use crate::repository::Options;

const CLOCK: Clock = Clock { now: 1_594_819_230, west: 0 };

/// What is committed when nothing else is said.
const ALL: CommitOptions<'static> = CommitOptions {
    message: Some("message"),
    exact_message: false,
    paths: &[],
    hunks: &[],
    amend: false,
    user: None,
    date: None,
    clock: CLOCK,
    notes: NotesChoice { refs: None, mode: None },
};

/// A repository whose configuration says who commits, and in which `script` was run.
fn repository(script: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && git config user.name test && git config user.email test@example.org
         git config gc.auto 0");
    scratch.sh(script);
    scratch
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).unwrap()
}

fn paths(texts: &[&str]) -> Vec<RepoPath> {
    texts.iter().map(|text| path(text)).collect()
}

fn run(scratch: &Scratch, options: &CommitOptions<'_>) -> Result<Committed> {
    let repository = Repository::open(scratch.path(), Options { trusted: true, ..Options::default() })?;
    commit(&repository, options, &Cancel::new(), &NoProgress)
}

/// Commits, and holds what git finds in the repository against what was promised of every commit.
fn done(scratch: &Scratch, options: &CommitOptions<'_>) -> Committed {
    let committed = run(scratch, options).unwrap();
    assert_eq!(scratch.node("HEAD"), committed.node);
    sound(scratch);
    let (subject, log) = (scratch.sh("git log -1 --format=%s"), scratch.sh("git log -g -1 --format=%gs"));
    let words = log.split_once(": ").map(|(_, words)| words.trim()).unwrap();
    assert!(log.starts_with("commit") && subject.trim().starts_with(words), "{log}");
    committed
}

/// What holds at any time.
fn sound(scratch: &Scratch) {
    assert_eq!(scratch.sh("git fsck --strict --no-dangling --no-progress 2>&1 | grep -v ^notice || true"), "");
    assert_eq!(
        scratch.sh("find .git -name '*.lock' -o -name '*.tmp' -o -name journal | grep -v open.lock || true"),
        ""
    );
}

/// Why a commit was refused; nothing may have changed.
fn refused(scratch: &Scratch, options: &CommitOptions<'_>) -> (Kind, String) {
    let state = || {
        scratch.sh("git for-each-ref; cat .git/HEAD; cat .git/logs/HEAD 2>/dev/null || true; git ls-files -s --debug -f; ls .git | grep -v hgls")
    };
    let before = state();
    let error = run(scratch, options).unwrap_err();
    assert_eq!(state(), before, "{error}");
    (error.kind(), error.to_string())
}

/// What git says of the working copy, on one line; `.` for what is as it was.
fn git_status(scratch: &Scratch) -> String {
    let line = |line: &str| format!("{}{}", line[..2].replace(' ', "."), &line[2..]);
    scratch.sh("git status --porcelain").lines().map(line).collect::<Vec<_>>().join(", ")
}

/// The files of `HEAD` with their content, on one line.
fn committed_files(scratch: &Scratch) -> String {
    let names = scratch.sh("git ls-tree -r --name-only HEAD");
    let show =
        |name: &str| format!("{name}={}", scratch.sh(&format!("git show HEAD:{name}")).trim().replace('\n', "|"));
    names.lines().map(show).collect::<Vec<_>>().join(" ")
}
