//! Whole expressions on repositories: a table made by Mercurial, and random graphs with a simple-minded reference.

#![allow(clippy::unwrap_used)]

mod random;

use std::collections::BTreeSet;

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
    let repository = Repository::open(scratch.path(), Options::default()).unwrap();
    let check = |stage: &str| {
        let snapshot = repository.snapshot(&Cancel::new(), &NoProgress).unwrap();
        let mut wrong = Vec::new();
        for line in include_str!("oracle/evaluated.tsv").lines().filter(|line| !line.starts_with('#')) {
            let (expression, expected) = line.split_once('\t').unwrap();
            let answer = answer(&snapshot, expression);
            if answer != expected {
                wrong.push(format!("{expression}\n  expected {expected}\n  was      {answer}"));
            }
        }
        assert!(wrong.is_empty(), "{stage}\n{}", wrong.join("\n"));
    };
    check("from the objects");
    repository.index(&Cancel::new(), &NoProgress).unwrap();
    check("from the store");
}

#[test]
fn what_the_store_has_not_seen_yet_is_found() {
    let scratch = fixture();
    let repository = Repository::open(scratch.path(), Options::default()).unwrap();
    repository.index(&Cancel::new(), &NoProgress).unwrap();
    scratch.sh("echo more >NOTES && git add NOTES && git commit -q -m later");
    let snapshot = repository.snapshot(&Cancel::new(), &NoProgress).unwrap();
    assert!(snapshot.store.as_ref().is_some_and(|store| store.indexed() == Rev(19)));
    assert_eq!(answer(&snapshot, "modifies(NOTES)"), "20");
    assert_eq!(answer(&snapshot, "file(NOTES)"), "8 20");
    assert_eq!(answer(&snapshot, "user(test)"), "20");
}

#[test]
fn what_is_hidden_is_seen_by_those_who_ask_for_it() {
    let scratch = fixture();
    let repository = Repository::open(scratch.path(), Options::default()).unwrap();
    repository.index(&Cancel::new(), &NoProgress).unwrap();
    let gone = scratch.node("feature-y");
    scratch.sh("git branch -q -D feature-y");
    let snapshot = repository.snapshot(&Cancel::new(), &NoProgress).unwrap();
    let answer = |expression: &str| answer(&snapshot, expression);
    assert_eq!(answer("17:"), "17");
    assert_eq!(answer("tip + heads(15::)"), "17");
    assert_eq!(answer("children(15)"), "16");
    assert_eq!(answer("19"), "hidden revision '19'");
    assert_eq!(answer(&gone.short()), format!("hidden revision '{}'", gone.short()));
    assert_eq!(answer("present(19)"), "");
    assert_eq!(answer("rev(19) + id(19)"), "");
    assert_eq!(answer("hidden()"), "18 19");
    assert_eq!(answer("obsolete() and user(ada)"), "19");
    assert_eq!(answer("reverse(hidden() - 18)"), "19");
    assert_eq!(answer("children(15) and hidden()"), "18");
    scratch.sh("git reflog expire --expire=now --all && git gc -q --prune=now");
    let snapshot = repository.snapshot(&Cancel::new(), &NoProgress).unwrap();
    let answer = |expression: &str| super::tests::answer(&snapshot, expression);
    assert_eq!(answer("hidden() and (desc(feature) or contains(NOTES) or adds('**'))"), "");
    assert_eq!(answer("hidden() and file('**')"), "18 19", "the store remembers");
}

#[test]
fn octopus_merges_have_all_their_parents() {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && git commit -q --allow-empty -m base && for b in a b c; do \
         git checkout -q -b $b main && echo $b >$b && git add $b && git commit -q -m $b; done && \
         git checkout -q main && git merge -q -m octopus a b c");
    let snapshot = snapshot(&scratch);
    for (expression, expected) in [
        ("parents(main)", "1 2 3"),
        ("main^3", &names::resolve(&snapshot, "c").unwrap().to_string()),
        ("main^4", ""),
        ("merge()", "4"),
        ("::main - ::(a + b)", "3 4"),
        ("children(c)", "4"),
        ("file('**')", "1 2 3"),
    ] {
        let all: BTreeSet<&str> = expected.split_whitespace().collect();
        let answer = answer(&snapshot, expression);
        if expression.contains(" - ") {
            assert_eq!(answer.split_whitespace().count(), all.len(), "{expression}");
        } else {
            assert_eq!(answer, expected, "{expression}");
        }
    }
}

#[test]
fn cancelling_ends_what_is_under_way() {
    let scratch = fixture();
    let snapshot = snapshot(&scratch);
    let revs = evaluate(&snapshot, "user(ada)", CLOCK).unwrap();
    let mut revs = revs.iter();
    assert!(matches!(revs.next(), Some(Ok(Rev(0)))));
    snapshot.cancel.trip();
    assert!(matches!(revs.next(), Some(Err(crate::Error::Cancelled(_)))));
    for expression in ["::17", "17::", "keyword(x) + 1", "branchpoint()", "children(1)", "file('path:src')"] {
        assert_eq!(answer(&snapshot, expression), "cancelled", "{expression}");
    }
}

#[test]
fn one_revision_is_a_name_or_the_last_of_an_expression() {
    let scratch = fixture();
    let snapshot = snapshot(&scratch);
    let one = |text: &str| single(&snapshot, text, CLOCK).map(|rev| rev.0).map_err(|error| error.to_string());
    assert_eq!(one(".^"), Ok(16));
    assert_eq!(one("3:1"), Ok(1));
    assert_eq!(one("wdir()"), Ok(i32::MAX));
    assert_eq!(one("none()"), Err("empty revision set".to_owned()));
    assert_eq!(one("nope"), Err("unknown revision 'nope'".to_owned()));
    assert_eq!(one(""), Err("parse error: empty query".to_owned()));
}

#[test]
fn dates_are_relative_to_the_clock() {
    let scratch = fixture();
    let snapshot = snapshot(&scratch);
    let clock = Clock { now: 1_577_880_000 + 19 * 86_400 + 3_600, west: 0 };
    let dated = |text: &str| {
        let revs = evaluate(&snapshot, text, clock).unwrap().list().unwrap();
        revs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(dated("date(-2)"), "18 19");
    assert_eq!(dated("date(today)"), "19");
    assert_eq!(dated("date(yesterday)"), "18");
    assert_eq!(dated("date('>yesterday') - date(today)"), "18");
}

#[test]
fn deep_expressions_fit_the_stack() {
    let scratch = fixture();
    let snapshot = snapshot(&scratch);
    for (open, close) in
        [("(", ")"), ("not not ", ""), ("reverse(", ")"), ("1 and (", ")"), ("1 + (", ")"), ("-1:(", ")")]
    {
        let deep = format!("{}1{}", open.repeat(95), close.repeat(95));
        let _ = answer(&snapshot, &deep);
        let deeper = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        assert!(answer(&snapshot, &deeper).ends_with("expression is nested too deeply"), "{open}");
    }
    let long = vec!["1"; 50_000].join(" + ");
    assert_eq!(answer(&snapshot, &long), "1");
}
