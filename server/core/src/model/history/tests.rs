//! Versions of paths, from the store and from trees: the same answers.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::cancel::Cancel;
use crate::git::testing::Scratch;
use crate::objects::{CacheSizes, ObjectStore};
use crate::progress::NoProgress;
use crate::testing::Random;
use crate::{Options, Repository};

fn path(path: &str) -> RepoPath {
    RepoPath::new(path).unwrap()
}

/// All changes of a path, found the slow and simple way.
fn all_changes(graph: &Graph, entry: &dyn Fn(Rev) -> Option<Entry>) -> Vec<Change> {
    let revs = (0..graph.len()).map(Rev::from_index);
    let change = |rev: Rev| {
        let here = entry(rev);
        let differs = |parent: Rev| entry(parent) != here;
        differs(graph.p1(rev)).then(|| Change { rev, entry: here, touches: graph.parents(rev).all(differs) })
    };
    revs.filter_map(change).collect()
}

#[test]
fn all_histories_agree_on_random_repositories() {
    for seed in 0..6 {
        println!("seed {seed}");
        let scratch = crate::model::testing::random_repository(&mut Random::new(seed), 40);
        compare(&scratch);
    }
}

fn compare(scratch: &Scratch) {
    let cancel = Cancel::new();
    let repository = Repository::open(scratch.path(), Options::default()).unwrap();
    repository.index(&cancel, &NoProgress).unwrap();
    let snapshot = repository.snapshot(&cancel, &NoProgress).unwrap();
    let graph = snapshot.changelog.graph();
    let slow = ObjectStore::open(&scratch.path().join(".git/objects"), Vec::new()).unwrap().reader(CacheSizes::REQUEST);
    let entry = |path: &RepoPath, rev: Rev| {
        rev.index().and_then(|_| slow.entry(slow.commit(graph.node(rev)).unwrap().tree, path).unwrap())
    };
    let expected = StoredHistory::new(graph, |path| Ok(all_changes(graph, &|rev| entry(path, rev))), &cancel);
    let half = Rev::from_index(graph.len() / 2);
    let older = |path: &RepoPath| {
        let changes = all_changes(graph, &|rev| entry(path, rev));
        Ok(changes.into_iter().filter(|change| change.rev <= half).collect())
    };
    let trees = || TreeHistory::new(graph, &snapshot.objects, &cancel);
    assert!(snapshot.store.as_ref().is_some_and(|store| store.indexed() == snapshot.changelog.tip()));
    let of_each = || trees().above(StoredHistory::new(graph, older, &cancel), half);
    // Whether those are asked for all changes of a path first, and so have looked at all of them, or last.
    let histories: [(&str, bool, Box<dyn History>); 5] = [
        ("the store", true, of(&snapshot)),
        ("trees", true, Box::new(trees())),
        ("trees, version by version", false, Box::new(trees())),
        ("half of each", true, Box::new(of_each())),
        ("half of each, version by version", false, Box::new(of_each())),
    ];
    let files = scratch.sh("git log --all -m --format= --name-only | sort -u");
    for path in files.lines().map(path).chain([path("never")]) {
        let changes = |first: bool| {
            for (name, _, history) in histories.iter().filter(|(_, changes_first, _)| *changes_first == first) {
                assert_eq!(expected.changes(&path).unwrap(), history.changes(&path).unwrap(), "{name}: {path}");
            }
        };
        changes(true);
        for rev in (-1..graph.len() as i32 + 1).rev().map(Rev) {
            let version = expected.version(&path, rev).unwrap();
            let nearest = touching(&expected, graph, &path, rev).unwrap();
            if (rev.0 as usize) < graph.len() {
                assert_eq!(version.map(|version| version.entry), entry(&path, rev), "{path} at {rev}");
            }
            assert_eq!(nearest.map(|version| version.entry), version.map(|version| version.entry));
            assert!(nearest.is_none_or(|version| version.touches));
            for (name, _, history) in &histories {
                assert_eq!(version, history.version(&path, rev).unwrap(), "{name}: {path} at {rev}");
                assert_eq!(expected.entry(&path, rev).unwrap(), history.entry(&path, rev).unwrap(), "{name}: {path}");
                assert_eq!(nearest, touching(&**history, graph, &path, rev).unwrap(), "{name}: {path} at {rev}");
            }
        }
        changes(false);
    }
}
