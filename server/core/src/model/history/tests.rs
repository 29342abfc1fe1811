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
fn both_histories_agree_on_random_repositories() {
    for seed in 0..6 {
        println!("seed {seed}");
        let scratch = crate::model::testing::random_repository(&mut Random::new(seed), 40);
        compare(&scratch);
    }
}

fn compare(scratch: &Scratch) {
    let cancel = Cancel::new();
    let snapshot =
        Repository::open(scratch.path(), Options::default()).unwrap().snapshot(&cancel, &NoProgress).unwrap();
    let graph = snapshot.changelog.graph();
    let files = scratch.sh("git log --all --format= --name-only | sort -u");
    let slow = ObjectStore::open(&scratch.path().join(".git/objects"), Vec::new()).unwrap().reader(CacheSizes::REQUEST);
    let entry = |path: &RepoPath, rev: Rev| {
        rev.index().and_then(|_| slow.entry(slow.commit(graph.node(rev)).unwrap().tree, path).unwrap())
    };
    let stored = StoredHistory::new(graph, |path| Ok(all_changes(graph, &|rev| entry(path, rev))), &cancel);
    let trees = TreeHistory::new(graph, &snapshot.objects, &cancel);
    for path in files.lines().map(path).chain([path("never")]) {
        assert_eq!(stored.changes(&path).unwrap(), trees.changes(&path).unwrap(), "{path}");
        for rev in (-1..graph.len() as i32 + 1).map(Rev) {
            let version = stored.version(&path, rev).unwrap();
            assert_eq!(version, trees.version(&path, rev).unwrap(), "{path} at {rev}");
            assert_eq!(stored.entry(&path, rev).unwrap(), trees.entry(&path, rev).unwrap(), "{path} at {rev}");
            if (rev.0 as usize) < graph.len() {
                assert_eq!(version.map(|version| version.entry), entry(&path, rev), "{path} at {rev}");
            }
            let touching =
                [&stored as &dyn History, &trees].map(|history| touching(history, graph, &path, rev).unwrap());
            assert_eq!(touching[0], touching[1], "{path} at {rev}");
            assert_eq!(touching[0].map(|version| version.entry), version.map(|version| version.entry));
            assert!(touching[0].is_none_or(|version| version.touches));
        }
    }
}
