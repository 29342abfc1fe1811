//! The history of lines: on random repositories beside annotate, and on small ones made for a purpose.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::cancel::Cancel;
use crate::git::testing::Scratch;
use crate::ids::Node;
use crate::model::annotate::annotate;
use crate::model::testing::random_repository;
use crate::progress::NoProgress;
use crate::repository::{Options as Open, Repository};
use crate::testing::Random;

fn path(path: &str) -> RepoPath {
    RepoPath::new(path).unwrap()
}

fn snapshot(scratch: &Scratch) -> Snapshot {
    Repository::open(scratch.path(), Open::default()).unwrap().snapshot(&Cancel::new(), &NoProgress).unwrap()
}

fn query(path: &RepoPath, rev: Rev, range: Range<u32>) -> Query<'_> {
    Query { start: Start::Committed(path, rev), range, limit: usize::MAX, cursor: None }
}

fn entries(snapshot: &Snapshot, query: &Query) -> Vec<Entry> {
    linelog(snapshot, query).unwrap().entries
}

/// Ten lines; the third is changed twice, once together with the fourth, and under another name; one is removed after
/// it; others are changed too.
fn repository() -> Scratch {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && seq 10 >f && git add f && git commit -qm 0
         sed -i 's/^3$/three/; s/^4$/four/' f && git commit -qam 1 && sed -i 's/^9$/nine/' f && git commit -qam 2
         sed -i '/^5$/d' f && git commit -qam 3 && git mv f g && git commit -qm 4
         sed -i 's/three/THREE/' g && git commit -qam 5");
    scratch
}

#[test]
fn lines_are_followed_through_changes_and_renames_as_git_log_does() {
    let scratch = repository();
    let snapshot = snapshot(&scratch);
    let name = path("g");
    let log = |range: Range<u32>| {
        let entries = entries(&snapshot, &query(&name, Rev(5), range)).into_iter();
        entries.map(|entry| (entry.rev.0, entry.path.to_string(), entry.range)).collect::<Vec<_>>()
    };
    assert_eq!(log(2..3), [(5, "g".into(), 2..3), (1, "f".into(), 2..3), (0, "f".into(), 2..4)]);
    assert_eq!(log(0..2), [(0, "f".into(), 0..2)]);
    assert_eq!(log(7..8), [(2, "f".into(), 8..9), (0, "f".into(), 8..9)]);
    for line in 1..=9 {
        let git = scratch.sh(&format!("git log -s --format=%H -L {line},{line}:g"));
        let git: Vec<_> = git.lines().map(|line| Node::from_hex(line.as_bytes()).unwrap()).collect();
        let ours = entries(&snapshot, &query(&name, Rev(5), line - 1..line)).into_iter();
        assert_eq!(ours.map(|entry| snapshot.changelog.node(entry.rev)).collect::<Vec<_>>(), git, "line {line}");
    }
    assert_eq!(log(9..12), []);
}

#[test]
fn the_first_of_each_line_is_what_annotate_says() {
    for seed in 40..42 {
        println!("seed {seed}");
        let scratch = random_repository(&mut Random::new(seed), 40);
        let snapshot = snapshot(&scratch);
        let head = snapshot.changelog.rev(&scratch.node("HEAD")).unwrap();
        for name in scratch.sh("git ls-files").lines().map(path) {
            let annotation = annotate(&snapshot, &name, head, None, &Options::default()).unwrap();
            for line in annotation.hunks.iter().map(|hunk| hunk.start + hunk.count / 2) {
                let first = entries(&snapshot, &query(&name, head, line..line + 1)).into_iter().next().unwrap();
                let hunk = annotation.at(line).unwrap();
                let origin = hunk.origin_start + (line - hunk.start);
                assert_eq!((first.rev, &first.path, first.range), (hunk.rev, &hunk.path, origin..origin + 1));
            }
        }
    }
}

#[test]
fn pages_together_are_the_whole() {
    let scratch = random_repository(&mut Random::new(50), 50);
    let snapshot = snapshot(&scratch);
    let head = snapshot.changelog.rev(&scratch.node("HEAD")).unwrap();
    for name in scratch.sh("git ls-files").lines().map(path) {
        let whole = query(&name, head, 0..u32::MAX);
        let expected = entries(&snapshot, &whole);
        let (mut pieces, mut cursor) = (Vec::new(), None::<Cursor>);
        loop {
            let page = linelog(&snapshot, &Query { limit: 1, cursor: cursor.as_ref(), ..whole.clone() }).unwrap();
            assert!(page.entries.len() <= 1);
            pieces.extend(page.entries);
            let Some(next) = page.next else { break };
            cursor = Some(next.to_string().parse().unwrap());
        }
        assert_eq!(pieces, expected, "{name}");
    }
}

#[test]
fn an_edited_text_is_the_first_entry_where_it_changes_lines() {
    let scratch = repository();
    let snapshot = snapshot(&scratch);
    let name = path("g");
    let text = scratch.sh("sed 's/^7$/seven/' g");
    let draft = Draft { path: &name, text: text.as_bytes(), parents: &[Rev(5)], source: None };
    let revs = |range: Range<u32>| {
        let query = Query { start: Start::Draft(draft), range, limit: usize::MAX, cursor: None };
        entries(&snapshot, &query).into_iter().map(|entry| entry.rev).collect::<Vec<_>>()
    };
    assert_eq!(revs(5..6), [Rev::WDIR, Rev(0)]);
    assert_eq!(revs(6..7), [Rev(0)]);
}

#[test]
fn a_cursor_from_elsewhere_is_refused() {
    let scratch = repository();
    let snapshot = snapshot(&scratch);
    let name = path("g");
    for text in ["", "x", "0000000000000000000000000000000000000000-67-0-1", "a.b"] {
        let refused = text
            .parse::<Cursor>()
            .map_err(crate::Error::from)
            .and_then(|cursor| linelog(&snapshot, &Query { cursor: Some(&cursor), ..query(&name, Rev(5), 0..1) }));
        assert_eq!(refused.map_err(|error| error.kind()), Err(Kind::InvalidArgument), "{text:?}");
    }
}
