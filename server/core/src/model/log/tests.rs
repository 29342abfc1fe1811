//! Pages of the log: order, cursors, paths.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use super::*;
use crate::cancel::Cancel;
use crate::git::testing::Scratch;
use crate::model::filelog;
use crate::model::testing::random_repository;
use crate::model::touched::{Touched, touched};
use crate::progress::NoProgress;
use crate::repository::{Options, Repository};
use crate::testing::Random;

const CLOCK: Clock = Clock { now: 1_594_819_230, west: 0 };

fn open(scratch: &Scratch) -> Arc<Repository> {
    Repository::open(scratch.path(), Options::default()).unwrap()
}

fn snapshot(repository: &Repository) -> Snapshot {
    repository.snapshot(&Cancel::new(), &NoProgress).unwrap()
}

fn query<'a>(revset: Option<&'a str>, paths: &'a [RepoPath], limit: usize) -> Query<'a> {
    Query { revset, paths, limit, graph: false, found: None, cursor: None, clock: CLOCK }
}

fn revs(page: &Page) -> Vec<i32> {
    page.changesets.iter().map(|changeset| changeset.rev.0).collect()
}

/// All pages, one after the other, each from a snapshot of its own; `between` is called before each but the first.
fn paged(repository: &Repository, query: &Query<'_>, mut between: impl FnMut()) -> Vec<i32> {
    let mut found = Vec::new();
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = log(&snapshot(repository), &Query { cursor: cursor.as_ref(), ..*query }).unwrap();
        assert!(page.changesets.len() <= query.limit);
        found.extend(revs(&page));
        let Some(next) = page.next else { return found };
        let text = next.to_string();
        assert_eq!(text.parse(), Ok(next));
        cursor = Some(next);
        between();
    }
}

#[test]
fn pages_put_together_are_the_whole() {
    let scratch = random_repository(&mut Random::new(7), 60);
    let repository = open(&scratch);
    let paths = [RepoPath::new("d").unwrap(), RepoPath::new("a").unwrap()];
    for revset in [
        None,
        Some("all()"),
        Some("reverse(all())"),
        Some("30:5 + all()"),
        Some("sort(all(), \"-date rev\")"),
        Some("merge() + (not merge() and desc(c)) - 3"),
    ] {
        for paths in [&paths[..], &[]] {
            let whole = query(revset, paths, usize::MAX);
            let expected = revs(&log(&snapshot(&repository), &whole).unwrap());
            assert!(!expected.is_empty());
            for limit in [1, 7, expected.len()] {
                assert_eq!(paged(&repository, &Query { limit, ..whole }, || ()), expected, "{revset:?}");
            }
        }
    }
}

#[test]
fn a_cursor_goes_on_where_the_page_ended_when_commits_arrive() {
    let scratch = random_repository(&mut Random::new(8), 30);
    let repository = open(&scratch);
    for revset in [None, Some("reverse(all())"), Some("10:0 + reverse(::.)"), Some("sort(::., -rev)")] {
        let query = query(revset, &[], 4);
        let expected = revs(&log(&snapshot(&repository), &Query { limit: usize::MAX, ..query }).unwrap());
        let found = paged(&repository, &query, || drop(scratch.sh("git commit -q --allow-empty -m more")));
        let (head, rest) = expected.split_at(4);
        assert_eq!(&found[..4], head);
        let old: Vec<i32> = found[4..].iter().copied().filter(|rev| expected.contains(rev)).collect();
        assert_eq!(old, rest, "{revset:?}");
    }
}

#[test]
fn a_graph_is_newest_first_and_its_pages_have_the_edges_of_the_whole() {
    let scratch = random_repository(&mut Random::new(12), 60);
    let repository = open(&scratch);
    for revset in [None, Some("0:59"), Some("sort(merge() + 3 + 30, desc)"), Some("wdir() + 5 + 50")] {
        let query = Query { graph: true, ..query(revset, &[], usize::MAX) };
        let whole = log(&snapshot(&repository), &query).unwrap();
        assert!(whole.changesets.is_sorted_by_key(|changeset| std::cmp::Reverse(changeset.rev)), "{revset:?}");
        assert_eq!(whole.edges.len(), whole.changesets.len());
        for remembering in [false, true] {
            let mut edges = Vec::new();
            let (mut cursor, mut found) = (None, None);
            loop {
                let found_before = found.as_ref().filter(|_| remembering);
                let query = Query { limit: 7, cursor: cursor.as_ref(), found: found_before, ..query };
                let page = log(&snapshot(&repository), &query).unwrap();
                edges.extend(page.edges);
                (cursor, found) = (page.next, page.found);
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(edges, whole.edges, "{revset:?}");
        }
    }
}

#[test]
fn what_a_page_has_found_is_not_worked_out_again_until_references_change() {
    let scratch = random_repository(&mut Random::new(13), 40);
    let repository = open(&scratch);
    // What it stands for depends on the clock: so it shows when it is evaluated.
    let first = Query { graph: true, ..query(Some("all() and date('2000 to today')"), &[], 5) };
    let page = log(&snapshot(&repository), &first).unwrap();
    let later = Query { cursor: page.next.as_ref(), clock: Clock { now: 0, west: 0 }, ..first };
    let listed = |query: &Query<'_>| log(&snapshot(&repository), query).unwrap().changesets.len();
    assert_eq!(listed(&later), 0, "nothing is that old");
    let remembered = Query { found: page.found.as_ref(), ..later };
    assert_eq!(listed(&remembered), 5);
    assert_eq!(listed(&Query { cursor: None, ..remembered }), 0, "a first page is always worked out");
    let other = Query { revset: Some("all() and date('1999 to today')"), cursor: None, ..remembered };
    assert_eq!(listed(&other), 0, "another query's");
    scratch.sh("git commit -q --allow-empty -m more");
    assert_eq!(listed(&remembered), 0, "out of date");
}

#[test]
fn a_cursor_of_another_query_is_refused() {
    let scratch = random_repository(&mut Random::new(9), 10);
    let repository = open(&scratch);
    let snapshot = snapshot(&repository);
    let next = log(&snapshot, &query(None, &[], 3)).unwrap().next.unwrap();
    let other = Query { cursor: Some(&next), ..query(Some("all()"), &[], 3) };
    assert_eq!(log(&snapshot, &other).unwrap_err().to_string(), "the cursor cannot be used any more");
    let gone = Cursor { last: Node([1; 20]), ..next };
    assert!(log(&snapshot, &Query { cursor: Some(&gone), ..query(None, &[], 3) }).is_err());
    for text in ["", "x", "1.2.3", &format!("{next}.1"), &next.to_string()[1..]] {
        assert_eq!(text.parse::<Cursor>(), Err(StaleCursor), "{text}");
    }
}

#[test]
fn a_changeset_that_left_the_set_does_not_lose_the_place() {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && for i in 1 2 3 4 5 6; do git commit -q --allow-empty -m $i; done && \
         git branch gone && git reset -q --hard HEAD~3 && git commit -q --allow-empty -m 7");
    let repository = open(&scratch);
    let query = query(Some("sort(all(), desc)"), &[], 5);
    let page = log(&snapshot(&repository), &query).unwrap();
    let names: Vec<&str> = page.changesets.iter().map(|changeset| changeset.desc.as_str()).collect();
    assert_eq!(names, ["1", "2", "3", "4", "5"]);
    scratch.sh("git branch -D -q gone");
    let last = page.next.unwrap();
    let rest = log(&snapshot(&repository), &Query { cursor: Some(&last), ..query }).unwrap();
    assert_eq!(rest.changesets.len(), 0, "four are left, and five were shown");
}

#[test]
fn paths_are_files_and_folders_with_and_without_the_store() {
    let seed = 10;
    println!("seed {seed}");
    let scratch = random_repository(&mut Random::new(seed), 80);
    let repository = open(&scratch);
    let check = |stage: &str| {
        let snapshot = snapshot(&repository);
        for path in ["a", "d", "d/e", "d/e/a", "z", "nosuch"] {
            let path = RepoPath::new(path).unwrap();
            let touches = |rev: &i32| {
                let mut found = false;
                let mut visit = |file: Touched| {
                    found |= file.path.is_within(&path);
                    std::ops::ControlFlow::Continue(())
                };
                let _ = touched(&snapshot, Rev(*rev), None, &mut visit).unwrap();
                found
            };
            let expected: Vec<i32> = (0..80).rev().filter(touches).collect();
            let found = log(&snapshot, &query(None, std::slice::from_ref(&path), 100)).unwrap();
            assert_eq!(revs(&found), expected, "{stage} {path}");
        }
    };
    check("from the manifests");
    repository.index(&Cancel::new(), &NoProgress).unwrap();
    check("from the store");
    scratch.sh("git commit -q --allow-empty -m more");
    check("from both");
}

#[test]
fn pages_and_names_come_from_the_index_with_an_object_for_each_message_shown() {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && mkdir d && for i in $(seq 30); do echo $i >a && echo $i >d/b && git add . && \
         git commit -qm $i; test $((i % 7)) != 0 || { git checkout -q -b side$i HEAD^ && echo s$i >d/c && git add . && \
         git commit -qm side$i && git checkout -q main && git merge -q -m merge$i side$i; }; done && git tag a-tag HEAD~3");
    open(&scratch).index(&Cancel::new(), &NoProgress).unwrap();
    // How many objects a process that has just begun reads for so many changesets.
    let asked = |what: &str, show: &dyn Fn(&Snapshot) -> usize| {
        let repository = open(&scratch);
        let snapshot = snapshot(&repository);
        let before = snapshot.objects.asked();
        let shown = show(&snapshot);
        assert_eq!((what, snapshot.objects.asked() - before), (what, shown));
        assert!(shown > 0, "{what}");
    };
    let pages = |revset: Option<&'static str>, paths: &'static [&str]| {
        move |snapshot: &Snapshot| {
            let paths: Vec<RepoPath> = paths.iter().map(|path| RepoPath::new(*path).unwrap()).collect();
            let first = log(snapshot, &query(revset, &paths, 5)).unwrap();
            let next = Query { cursor: first.next.as_ref(), ..query(revset, &paths, 5) };
            let second = first.next.as_ref().map_or(0, |_| log(snapshot, &next).unwrap().changesets.len());
            first.changesets.len() + second
        }
    };
    asked("log", &pages(None, &[]));
    asked("log of a file", &pages(None, &["a"]));
    asked("log of a folder", &pages(None, &["d"]));
    asked("log of an expression", &pages(Some("reverse(::main) and merge()"), &[]));
    asked("log of what touches", &pages(Some("file('d/b') and not merge()"), &[]));
    for name in ["tip", ".", "3", "main", "side7", "a-tag", "main"] {
        asked(name, &|snapshot| {
            let rev = crate::model::names::resolve(snapshot, name).unwrap();
            usize::from(crate::model::changeset::changeset(snapshot, rev).unwrap().rev == rev)
        });
    }
    for follow in [false, true] {
        asked("file log", &|snapshot| {
            let path = RepoPath::new("a").unwrap();
            let rev = snapshot.changelog.tip();
            let query = filelog::Query { path: &path, rev, follow, all_heads: false, limit: 10, cursor: None };
            let page = filelog::filelog(snapshot, &query).unwrap();
            let revs: Vec<Rev> = page.revisions.iter().map(|revision| revision.linkrev).collect();
            Changesets::new(snapshot).all(&revs).unwrap().len()
        });
    }
}
