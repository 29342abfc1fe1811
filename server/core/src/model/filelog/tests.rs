//! The file log, beside the trees of random repositories and on small ones made for a purpose.

#![allow(clippy::unwrap_used)]

use std::str::FromStr;

use super::*;
use crate::cancel::Cancel;
use crate::git::testing::Scratch;
use crate::ids::Node;
use crate::model::testing::random_repository;
use crate::progress::NoProgress;
use crate::repository::{Options, Repository};
use crate::testing::Random;

fn path(path: &str) -> RepoPath {
    RepoPath::new(path).unwrap()
}

fn snapshot(scratch: &Scratch) -> Snapshot {
    Repository::open(scratch.path(), Options::default()).unwrap().snapshot(&Cancel::new(), &NoProgress).unwrap()
}

fn query(path: &RepoPath, rev: Rev) -> Query<'_> {
    Query { path, rev, follow: false, all_heads: false, limit: usize::MAX, cursor: None }
}

/// The changesets that `git log -c` shows a change of the file for.
fn git_log(scratch: &Scratch, arguments: &str, path: &RepoPath) -> Vec<Node> {
    let git_log = "git log -c --raw --no-renames --no-abbrev --format=%H --full-history";
    let output = scratch.sh(&format!("{git_log} {arguments} -- {path}"));
    let mut nodes: Vec<Node> = Vec::new();
    let mut current = None;
    for line in output.lines() {
        current = Node::from_hex(line.as_bytes()).or(current);
        // To git the path is also that of a folder.
        if line.starts_with(':') && line.ends_with(&format!("\t{path}")) && nodes.last().copied() != current {
            nodes.extend(current);
        }
    }
    nodes
}

/// All files that ever were.
fn files(scratch: &Scratch) -> Vec<RepoPath> {
    scratch.sh("git log --all -m --format= --name-only | sort -u").lines().map(path).collect()
}

fn nodes(snapshot: &Snapshot, page: &Page) -> Vec<Node> {
    page.revisions.iter().map(|revision| snapshot.changelog.node(revision.linkrev)).collect()
}

/// In descending order of revisions: git's own order differs where clocks went wrong.
fn in_order(snapshot: &Snapshot, mut nodes: Vec<Node>) -> Vec<Node> {
    nodes.sort_by_key(|node| std::cmp::Reverse(snapshot.changelog.rev(node)));
    nodes
}

#[test]
fn without_following_it_lists_what_git_log_lists() {
    for seed in 0..6 {
        let scratch = random_repository(&mut Random::new(seed), 50);
        let snapshot = snapshot(&scratch);
        let head = snapshot.changelog.rev(&scratch.node("HEAD")).unwrap();
        for path in files(&scratch) {
            println!("seed {seed}, {path}");
            let page = filelog(&snapshot, &query(&path, head)).unwrap();
            let expected = git_log(&scratch, "", &path);
            assert_eq!(nodes(&snapshot, &page), in_order(&snapshot, expected));
            let page = filelog(&snapshot, &Query { all_heads: true, ..query(&path, head) }).unwrap();
            let expected = git_log(&scratch, "--all", &path);
            assert_eq!(nodes(&snapshot, &page), in_order(&snapshot, expected));
        }
    }
}

/// What is at each path, the slow way.
fn entry(scratch: &Scratch, node: Node, path: &RepoPath) -> Option<(String, String)> {
    let listing = scratch.sh(&format!("git ls-tree {node} -- {path}"));
    let (mode, rest) = listing.split_once(' ')?;
    let id = rest.strip_prefix("blob ")?.split('\t').next()?;
    Some((mode.to_owned(), id.to_owned()))
}

#[test]
fn parents_are_the_nearest_touching_ancestors() {
    let scratch = random_repository(&mut Random::new(31), 40);
    let snapshot = snapshot(&scratch);
    let graph = snapshot.changelog.graph();
    let head = snapshot.changelog.tip();
    for path in files(&scratch) {
        let entries: Vec<_> =
            (0..graph.len()).map(|rev| entry(&scratch, graph.node(Rev::from_index(rev)), &path)).collect();
        let at = |rev: Rev| rev.index().and_then(|row| entries[row].clone());
        let touches = |rev: Rev| match graph.parents(rev).count() {
            0 => at(rev).is_some(),
            _ => graph.parents(rev).all(|parent| at(parent) != at(rev)),
        };
        let nearest = |mut rev: Rev| {
            at(rev)?;
            while !touches(rev) {
                rev = graph.parents(rev).find(|parent| at(*parent) == at(rev)).unwrap();
            }
            Some(rev)
        };
        let log: Vec<_> = (0..graph.len()).map(Rev::from_index).filter(|rev| touches(*rev)).collect();
        let page = filelog(&snapshot, &Query { all_heads: true, ..query(&path, head) }).unwrap();
        for revision in page.revisions {
            assert_eq!(log[revision.filerev as usize], revision.linkrev);
            assert_eq!(revision.entry.is_some(), at(revision.linkrev).is_some());
            let mut expected: Vec<Rev> = Vec::new();
            for parent in graph.parents(revision.linkrev).filter_map(nearest) {
                if !expected.contains(&parent) {
                    expected.push(parent);
                }
            }
            let parents: Vec<_> = revision.parents.iter().map(|parent| log[*parent as usize]).collect();
            assert_eq!(parents, expected, "{path} at {}", revision.linkrev);
        }
    }
}

#[test]
fn pages_together_are_the_whole_and_a_cursor_outlives_new_commits() {
    let scratch = random_repository(&mut Random::new(9), 60);
    let tip = scratch.node("HEAD");
    let before = snapshot(&scratch);
    scratch.sh("export GIT_COMMITTER_DATE='1200000000 +0000'; git commit -q --allow-empty -m later
         git checkout -q -b more && git commit -q --allow-empty -m more");
    let after = snapshot(&scratch);
    let head = before.changelog.rev(&tip).unwrap();
    for path in files(&scratch) {
        for (follow, all_heads) in [(false, false), (false, true), (true, true), (true, false)] {
            let query = Query { follow, all_heads, ..query(&path, head) };
            let Ok(whole) = filelog(&before, &query) else {
                assert!(follow && !all_heads, "only what is there can be followed");
                continue;
            };
            let mut pieces = Vec::new();
            let mut cursor: Option<Cursor> = None;
            loop {
                let snapshot = if pieces.len() % 2 == 0 { &before } else { &after };
                let page = filelog(snapshot, &Query { limit: 1, cursor: cursor.as_ref(), ..query }).unwrap();
                pieces.extend(page.revisions);
                let Some(next) = page.next else { break };
                cursor = Some(Cursor::from_str(&next.to_string()).unwrap());
            }
            assert_eq!(pieces, whole.revisions, "{path}, follow {follow}, all heads {all_heads}");
        }
    }
}

/// One: f. Two: f is g, changed a little. Three: f again, another one. Four: g removed. Five: g again, as it was.
fn renamed() -> Scratch {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && seq 20 >f && git add f && git commit -qm one
         git mv f g && sed -i 's/7/seven/' g && git commit -qam two
         echo new >f && git add f && git commit -qm three
         git rm -q g && git commit -qm four
         seq 30 49 >g && git add g && git commit -qm five && echo more >>g && git commit -qam six");
    scratch
}

#[test]
fn following_goes_on_under_the_old_name_and_stops_at_a_removal() {
    let scratch = renamed();
    let snapshot = snapshot(&scratch);
    let log = |name: &str, rev: i32, follow: bool| {
        let path = path(name);
        let page = filelog(&snapshot, &Query { follow, ..query(&path, Rev(rev)) }).unwrap();
        let revisions = page.revisions.into_iter();
        let revision = |Revision { linkrev, path, filerev, parents, copy, entry }: Revision| {
            let copy = copy.map(|copy| copy.path.to_string());
            (linkrev.0, path.to_string(), filerev, parents, copy, entry.is_some())
        };
        revisions.map(revision).collect::<Vec<_>>()
    };
    let old = |rev, number| (rev, "f".to_owned(), number, vec![], None, true);
    let copy = (1, "g".to_owned(), 0, vec![], Some("f".to_owned()), true);
    assert_eq!(log("g", 1, true), [copy.clone(), old(0, 0)]);
    let again = [(5, "g".to_owned(), 3, vec![2], None, true), (4, "g".to_owned(), 2, vec![], None, true)];
    assert_eq!(log("g", 5, true), again);
    let removed = (3, "g".to_owned(), 1, vec![0], None, false);
    assert_eq!(log("g", 5, false), [again[0].clone(), again[1].clone(), removed, copy]);
    assert_eq!(log("f", 5, true), [old(2, 2)]);
    assert_eq!(log("f", 1, false), [(1, "f".to_owned(), 1, vec![0], None, false), old(0, 0)]);
    assert_eq!(log("never", 5, false), []);
}

#[test]
fn what_is_not_there_cannot_be_followed() {
    let scratch = renamed();
    let snapshot = snapshot(&scratch);
    let path = path("g");
    let error = filelog(&snapshot, &Query { follow: true, ..query(&path, Rev(3)) }).unwrap_err();
    assert_eq!(error.to_string(), "cannot follow file not in parent revision: \"g\"");
    assert_eq!((error.kind(), error.hint().is_some()), (Kind::NotTracked, true));
}

#[test]
fn pages_come_from_the_index_alone_and_sources_are_looked_for_once() {
    let scratch = Scratch::new();
    scratch.sh(
        "git init -q -b main . && seq 40 > old && mkdir d && echo 1 > d/other && git add . && git commit -qm 1 \
         && git mv old new && echo x >> new && git commit -qam 2 && echo y >> new && git commit -qam 3 && git branch side HEAD^ \
         && git checkout -q side && echo z > d/other && git commit -qam 4 && git checkout -q main && git merge -q -m 5 side",
    );
    let repository = || Repository::open(scratch.path(), Options::default()).unwrap();
    repository().index(&Cancel::new(), &NoProgress).unwrap();
    let new = path("new");
    // How many objects are read for a page by a process that has just begun.
    let read = |follow: bool, all_heads: bool, limit: usize| {
        let repository = repository();
        let snapshot = repository.snapshot(&Cancel::new(), &NoProgress).unwrap();
        let page =
            filelog(&snapshot, &Query { follow, all_heads, limit, ..query(&new, snapshot.changelog.tip()) }).unwrap();
        let asked = snapshot.objects.asked();
        drop(snapshot);
        repository.settle(std::time::Duration::from_secs(60));
        (page.revisions.len(), asked)
    };
    assert_eq!(read(false, false, 1), (1, 0));
    assert_eq!(read(false, true, 1), (1, 0));
    let (all, asked) = read(true, false, 10);
    assert!(all == 3 && asked > 0, "{all}: the renamed file is looked for, {asked}");
    assert_eq!(read(true, false, 10), (3, 0), "and remembered");
}

#[test]
fn what_is_not_indexed_is_looked_up_once_for_all_pages() {
    let scratch = random_repository(&mut Random::new(3), 60);
    let repository = Repository::open(scratch.path(), Options::default()).unwrap();
    let snapshot = || repository.snapshot(&Cancel::new(), &NoProgress).unwrap();
    for path in files(&scratch) {
        let rev = snapshot().changelog.tip();
        let whole = filelog(&snapshot(), &Query { all_heads: true, ..query(&path, rev) }).unwrap();
        let asked = || {
            let snapshot = snapshot();
            let before = snapshot.objects.asked();
            let page = filelog(&snapshot, &Query { all_heads: true, limit: 1, ..query(&path, rev) }).unwrap();
            (page.revisions, snapshot.objects.asked() - before)
        };
        let (first, asked) = asked();
        assert_eq!(first[..], whole.revisions[..first.len()]);
        // Where a file that is new came from is another question.
        assert!(asked == 0 || first[0].parents.is_empty(), "{path}: {asked}");
    }
}
