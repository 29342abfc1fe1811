//! Whole expressions on repositories: a table made by Mercurial, and random graphs with a simple-minded reference.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::cancel::Cancel;
use crate::git::testing::Scratch;
use crate::progress::NoProgress;
use crate::repository::{Options, Repository};

/// 2020-07-15 13:20:30 UTC.
const CLOCK: Clock = Clock { now: 1_594_819_230, west: 0 };

fn snapshot(scratch: &Scratch) -> Snapshot {
    let repository = Repository::open(scratch.path(), Options::default()).unwrap();
    repository.snapshot(&Cancel::new(), &NoProgress).unwrap()
}

/// The revisions, or the error.
fn answer(snapshot: &Snapshot, expression: &str) -> String {
    let revs = evaluate(snapshot, expression, CLOCK).and_then(|revs| revs.list());
    match revs {
        Ok(revs) => revs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        Err(error) => error.to_string(),
    }
}

/// Twenty changesets of three authors: merges, branches, a second root, files that come, go, move and come again.
fn fixture() -> Scratch {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main .");
    std::fs::write(scratch.path().join(".git/fixture"), include_str!("oracle/fixture.fi")).unwrap();
    scratch.sh("git fast-import --quiet --force <.git/fixture && git reset -q --hard && git tag v1.0 stable && \
         git update-ref refs/remotes/origin/main main~3 && git tag v1.1-rc1 main~3");
    scratch
}

#[test]
fn expressions_mean_what_they_mean_in_mercurial() {
    let scratch = fixture();
    let snapshot = snapshot(&scratch);
    let mut wrong = Vec::new();
    for line in include_str!("oracle/evaluated.tsv").lines().filter(|line| !line.starts_with('#')) {
        let (expression, expected) = line.split_once('\t').unwrap();
        let answer = answer(&snapshot, expression);
        if answer != expected {
            wrong.push(format!("{expression}\n  expected {expected}\n  was      {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
