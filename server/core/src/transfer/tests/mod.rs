//! Snapshots on repositories made by git commands: what is taken over is what git says.

#![allow(clippy::unwrap_used)]

mod refused;

use std::collections::HashMap;
use std::sync::Arc;

use super::export::export_in;
use super::import::import_in;
use super::layout::Sizes;
use super::parts::{Head, PathRows, decode_changes, encode_changes};
use super::*;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::Published;
use crate::git::testing::Scratch;
use crate::ids::Rev;
use crate::indexer::tests::{agrees_with_git, order, random_history};
use crate::objects::ObjectStore;
use crate::progress::{NoProgress, Progress};
use crate::repository::{Options, Repository};
use crate::store::{State, Store};
use crate::testing::Random;

/// Small enough that a few commits make many parts, slices and batches.
const SMALL: Sizes =
    Sizes { part_rows: 7, part_changes: 12, window: 30, slice: 5, batch: 20, waiting: 1000, sample: 10 };

fn open(scratch: &Scratch) -> Arc<Repository> {
    Repository::open(scratch.path(), Options::default()).unwrap()
}

fn token() -> Cancel {
    Cancel::new()
}

/// The parts of a snapshot, to be tampered with.
#[derive(Clone, Debug, Default, PartialEq)]
struct Parts(HashMap<String, Vec<u8>>);

impl Sink for Parts {
    fn put(&mut self, name: Name, data: &[u8]) -> Result<()> {
        assert_eq!(self.0.insert(name.to_string(), data.to_vec()), None);
        Ok(())
    }
}

impl Source for Parts {
    fn part(&mut self, name: Name) -> Result<Vec<u8>> {
        Ok(self.0.get(&name.to_string()).cloned().ok_or_else(|| Error::Damaged(format!("{name} is missing")))?)
    }
}

impl Parts {
    fn of(scratch: &Scratch, previous: Option<&mut dyn Source>) -> Self {
        let repository = open(scratch);
        repository.index(&token(), &NoProgress).unwrap();
        let snapshot = repository.snapshot(&token(), &NoProgress).unwrap();
        let mut parts = Self::default();
        export_in(SMALL, &snapshot, previous, &mut parts, &token(), &NoProgress).unwrap();
        parts
    }

    fn head(&self) -> Head {
        Head::decode(&self.0["head"]).unwrap()
    }

    /// Changes what is said of one part.
    fn tamper(&mut self, at: usize, tamper: impl FnOnce(&mut Vec<PathRows>)) {
        let rows = self.0[&Name::Nodes(at).to_string()].len() / 20;
        let data = self.0.get_mut(&Name::Changes(at).to_string()).unwrap();
        let mut paths = decode_changes(data, rows).unwrap();
        tamper(&mut paths);
        *data = encode_changes(&paths);
    }
}

/// The repository without its index.
fn clear(scratch: &Scratch) {
    scratch.sh("rm -rf .git/hgls");
}

fn take_over(sizes: Sizes, source: &mut dyn Source, scratch: &Scratch) -> Result<Imported> {
    take_over_with(sizes, source, scratch, &token(), &NoProgress)
}

fn take_over_with(
    sizes: Sizes,
    source: &mut dyn Source,
    scratch: &Scratch,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Imported> {
    let snapshot = open(scratch).snapshot(&token(), &NoProgress)?;
    let store = Store::new(&snapshot.location.common_dir, None);
    let objects = ObjectStore::open(&snapshot.location.common_dir.join("objects"), Vec::new())?;
    let changelog = Arc::clone(&snapshot.changelog);
    let head = snapshot.refs.head.node().and_then(|node| changelog.rev(&node)).unwrap_or(Rev::NULL);
    let cut = snapshot.refs.shallow.clone();
    drop(snapshot);
    let target = Target { store: &store, objects: &objects, changelog: &changelog, head, cut: &cut };
    Ok(import_in(sizes, source, &target, cancel, progress)?.unwrap())
}

fn state(scratch: &Scratch) -> State {
    let place = open(scratch).location().common_dir.clone();
    Store::new(&place, None).reader(&token()).unwrap().unwrap().state().clone()
}

fn history(seed: u64, count: usize) -> Scratch {
    random_history(&mut Random::new(seed), count, false)
}

#[test]
fn what_is_taken_over_is_what_git_says() {
    for seed in 0..5 {
        let scratch = history(seed, 60);
        let mut parts = Parts::of(&scratch, None);
        assert!(parts.head().parts > 5, "seed {seed}");
        let (numbers, before) = (order(&scratch), state(&scratch));
        clear(&scratch);
        let imported = take_over(SMALL, &mut parts, &scratch).unwrap();
        assert_eq!((imported.known, imported.absent, imported.compared), (numbers.len(), 0, 10), "seed {seed}");
        let after = state(&scratch);
        assert_eq!((after.indexed, after.changes, after.paths), (before.indexed, before.changes, before.paths));
        assert_eq!(order(&scratch), numbers, "seed {seed}");
        agrees_with_git(&scratch, &format!("seed {seed}"));
    }
}

#[test]
fn what_the_snapshot_has_not_is_read_and_what_is_not_here_is_left_out() {
    for seed in 20..24 {
        let mut random = Random::new(seed);
        let scratch = history(seed, 60);
        // Some of the branches were gone when the snapshot was made; others are gone since.
        let branches: Vec<String> = scratch
            .sh("git for-each-ref --format='%(refname)' | grep -vx $(git symbolic-ref HEAD)")
            .lines()
            .map(str::to_owned)
            .collect();
        let nodes: Vec<String> = branches.iter().map(|name| scratch.node(name).to_hex()).collect();
        let delete = |random: &mut Random| {
            for name in branches.iter().filter(|_| random.below(3) == 0) {
                scratch.sh(&format!("git update-ref -d {name}"));
            }
        };
        delete(&mut random);
        let mut parts = Parts::of(&scratch, None);
        branches.iter().zip(&nodes).for_each(|(name, node)| drop(scratch.sh(&format!("git update-ref {name} {node}"))));
        delete(&mut random);
        clear(&scratch);
        let all = order(&scratch).len();
        let imported = take_over(SMALL, &mut parts, &scratch).unwrap();
        assert_eq!(imported.known + imported.absent, parts.head().rows, "seed {seed}");
        open(&scratch).index(&token(), &NoProgress).unwrap();
        assert_eq!(state(&scratch).indexed, Rev::from_index(all - 1), "seed {seed}");
        agrees_with_git(&scratch, &format!("seed {seed}"));
    }
}

#[test]
fn a_store_that_has_some_already_goes_on_from_there() {
    let scratch = history(3, 50);
    let mut parts = Parts::of(&scratch, None);
    let all = order(&scratch).len();
    for known in [0, 1, 4, 5, 23, all - 1, all] {
        clear(&scratch);
        take_over(SMALL, &mut parts, &scratch).unwrap();
        let place = open(&scratch).location().common_dir.clone();
        let store = Store::new(&place, None);
        // What a killed indexer leaves: changes up to some revision.
        let mut kept = Vec::new();
        let reader = store.reader(&token()).unwrap().unwrap();
        for path in reader.paths_within(None).unwrap() {
            let changes =
                reader.changes(&path).unwrap().into_iter().filter(|change| change.rev < Rev::from_index(known));
            kept.extend(changes.map(|change| crate::store::PathChange { path: path.clone(), change }));
        }
        drop(reader);
        let mut writer = store.writer(&token()).unwrap().unwrap();
        writer.forget_changes().unwrap();
        writer.append_changes(kept, Rev(known as i32 - 1), &[]).unwrap();
        writer.commit().unwrap();
        take_over(SMALL, &mut parts, &scratch).unwrap();
        assert_eq!(state(&scratch).indexed, Rev::from_index(all - 1), "{known}");
        agrees_with_git(&scratch, &format!("{known}"));
    }
}

#[test]
fn parts_that_are_full_stay_as_they_are() {
    let scratch = history(5, 50);
    let mut first = Parts::of(&scratch, None);
    // An old date: by number it stands before others, in the snapshot behind them.
    scratch
        .sh("git update-ref refs/heads/old $(GIT_COMMITTER_DATE='100000000 +0000' git commit-tree -m old HEAD^{tree})");
    clear(&scratch);
    let mut second = Parts::of(&scratch, Some(&mut first));
    let (old, new) = (first.head(), second.head());
    assert_eq!((new.rows, new.parts), (old.rows + 1, second.0.len() / 2));
    for at in 0..old.parts - 1 {
        for name in [Name::Nodes(at), Name::Changes(at)] {
            assert_eq!(first.0[&name.to_string()], second.0[&name.to_string()], "{name}");
        }
    }
    clear(&scratch);
    assert_eq!(take_over(SMALL, &mut second, &scratch).unwrap().known, new.rows);
    agrees_with_git(&scratch, "what was appended");
    // What is not visible any more goes, and nothing else changes.
    scratch.sh("git update-ref -d refs/heads/old");
    let third = Parts::of(&scratch, Some(&mut second));
    assert_eq!(third, first);
}

#[test]
fn hidden_changesets_stay_at_home() {
    let scratch = history(6, 20);
    scratch.sh("git update-ref refs/heads/secret $(git commit-tree -m secret -p HEAD HEAD^{tree})");
    let secret = scratch.node("secret");
    open(&scratch).index(&token(), &NoProgress).unwrap();
    scratch.sh("git update-ref -d refs/heads/secret");
    let parts = Parts::of(&scratch, None);
    let names_it = |data: &Vec<u8>| data.windows(20).any(|bytes| bytes == secret.as_bytes());
    assert!(!parts.0.values().any(names_it));
    assert_eq!(parts.head().rows + 1, order(&scratch).len());
}

#[test]
fn a_shallow_clone_takes_what_is_the_same_there() {
    let scratch = Scratch::new();
    scratch.sh(
        "git init -q -b main . && for i in $(seq 30); do echo $i > f$((i % 5)); git add .; git commit -qm $i; done",
    );
    let mut parts = Parts::of(&scratch, None);
    scratch.sh("git clone -q --depth 10 file://$PWD shallow");
    let shallow = scratch.inside("shallow");
    let imported = take_over(SMALL, &mut parts, &shallow).unwrap();
    // The boundary has parents elsewhere and none here.
    assert_eq!((imported.known, imported.absent), (9, 20));
    open(&shallow).index(&token(), &NoProgress).unwrap();
    agrees_with_git(&shallow, "a shallow clone");
    let of_shallow = Parts::of(&shallow, None);
    assert_eq!(of_shallow.head().rows, 9);
}

#[test]
fn with_replaced_objects_there_is_no_snapshot() {
    let scratch = history(12, 10);
    scratch.sh("git replace HEAD $(git commit-tree -m other HEAD^{tree})");
    let error = open(&scratch).export_index(Vec::new(), &token(), &NoProgress).unwrap_err();
    assert!(matches!(error, crate::Error::Transfer(Error::Replaced)), "{error}");
}

#[test]
fn stopped_at_any_moment_it_leaves_what_the_indexer_goes_on_from() {
    struct StopAfter(std::sync::atomic::AtomicUsize, Cancel);
    impl Progress for StopAfter {
        fn report(&self, _: &'static str, _: u64, _: Option<u64>) {
            if self.0.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) == 0 {
                self.1.trip();
            }
        }
    }
    let scratch = history(14, 40);
    let mut parts = Parts::of(&scratch, None);
    let before = state(&scratch);
    let mut stopped = 0;
    for after in 0..20 {
        clear(&scratch);
        let cancel = Cancel::new();
        let progress = StopAfter(after.into(), cancel.clone());
        if let Err(error) = take_over_with(SMALL, &mut parts, &scratch, &cancel, &progress) {
            assert!(matches!(error, crate::Error::Cancelled(_) | crate::Error::Store(_)), "{error}");
            stopped += 1;
        }
        open(&scratch).index(&token(), &NoProgress).unwrap();
        let now = state(&scratch);
        assert_eq!((now.indexed, now.changes), (before.indexed, before.changes), "stopped after {after}");
    }
    agrees_with_git(&scratch, "stopped and gone on with");
    assert!(stopped > 10, "{stopped}");
}

#[test]
fn what_is_published_travels_and_is_found() {
    let scratch = history(15, 30);
    let repository = open(&scratch);
    let (exported, commit) = repository.publish_index(&token(), &NoProgress).unwrap();
    assert_eq!(commit, Some(scratch.node("refs/hgls/snapshot")));
    assert_eq!(repository.publish_index(&token(), &NoProgress).unwrap(), (exported, None));
    // It is no changeset of anybody's.
    assert_eq!(order(&scratch).len(), exported.changesets);
    scratch.sh("git fsck --strict && git gc -q --prune=now && git rev-parse refs/hgls/snapshot");
    scratch.sh("git clone -q . clone && cd clone && git fetch -q origin 'refs/hgls/*:refs/hgls/*'");
    let clone = scratch.inside("clone");
    open(&clone).index(&token(), &NoProgress).unwrap();
    agrees_with_git(&clone, "a clone with a published snapshot");
    // One file, as 'git hash-object -w' makes it, does as well.
    let mut file = Vec::new();
    repository.export_index(&mut file, &token(), &NoProgress).unwrap();
    std::fs::write(clone.path().join(".git/snapshot"), &file).unwrap();
    clone.sh("git update-ref refs/hgls/snapshot $(git hash-object -w .git/snapshot) && rm -rf .git/hgls");
    let git = crate::git::Handle::open(open(&clone).location()).unwrap();
    assert!(matches!(git.published(1 << 20).unwrap(), Some(Published::File(content)) if content == file));
    assert!(git.published(file.len() - 1).is_err());
    open(&clone).index(&token(), &NoProgress).unwrap();
    agrees_with_git(&clone, "a clone with a snapshot in one file");
}

#[test]
fn a_reference_that_moved_meanwhile_stays() {
    let scratch = history(16, 10);
    let repository = open(&scratch);
    repository.publish_index(&token(), &NoProgress).unwrap();
    let git = crate::git::Handle::open(repository.location()).unwrap();
    let mut publication = git.publish().unwrap();
    publication.put("head", b"something else").unwrap();
    scratch.sh("git update-ref refs/hgls/snapshot HEAD");
    let error = crate::Error::from(publication.finish("late").unwrap_err());
    assert_eq!(error.kind(), Kind::RepositoryLocked, "{error}");
    assert_eq!(scratch.node("refs/hgls/snapshot"), scratch.node("HEAD"));
}
