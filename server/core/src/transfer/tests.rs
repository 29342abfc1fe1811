//! Snapshots on repositories made by git commands: what is taken over is what git says, and what is wrong is refused.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::io::Cursor;
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
use crate::ids::{FileNode, Rev};
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

fn to_file(parts: &mut Parts) -> Vec<u8> {
    let mut out = Vec::new();
    let mut sink = FileSink::new(&mut out).unwrap();
    let count = parts.head().parts;
    let names = std::iter::once(Name::Head).chain((0..count).map(Name::Nodes)).chain((0..count).map(Name::Changes));
    for name in names {
        let data = parts.part(name).unwrap();
        sink.put(name, &data).unwrap();
    }
    let length = sink.finish().unwrap();
    assert_eq!(length, out.len() as u64);
    out
}

#[test]
fn no_byte_of_a_file_can_be_changed_or_lost() {
    let scratch = Scratch::new();
    scratch
        .sh("git init -q -b main . && echo 1 > a && git add . && git commit -qm 1 && git mv a b && git commit -qm 2");
    let file = to_file(&mut Parts::of(&scratch, None));
    clear(&scratch);
    let mut random = Random::new(1);
    let repository = open(&scratch);
    let import = |file: &[u8]| repository.import_index(Cursor::new(file.to_vec()), &token(), &NoProgress);
    let refused = |file: &[u8], what: String| {
        let error = import(file).expect_err(&what);
        assert!(matches!(error, crate::Error::Transfer(_)), "{what}: {error}");
    };
    for at in 0..file.len() {
        for bit in [1 << random.below(8), 0xff] {
            let mut damaged = file.clone();
            damaged[at] ^= bit;
            refused(&damaged, format!("byte {at} ^ {bit}"));
        }
        refused(&file[..at], format!("the first {at} bytes"));
    }
    refused(&[&file[..], b"x"].concat(), "a byte more".to_owned());
    assert!(!scratch.path().join(".git/hgls/store.sqlite").exists() || state(&scratch).changes == 0);
    assert_eq!(import(&file).unwrap().unwrap().known, 2);
    agrees_with_git(&scratch, "the file itself");
}

#[test]
fn lies_with_the_right_sums_are_found() {
    let scratch = history(8, 40);
    let honest = Parts::of(&scratch, None);
    clear(&scratch);
    let whole = Sizes { sample: usize::MAX, ..SMALL };
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let mut parts = honest.clone();
        let at = random.below(honest.head().parts);
        parts.tamper(at, |paths| {
            if paths.is_empty() {
                return;
            }
            let path = random.below(paths.len());
            let change = random.below(paths[path].changes.len());
            let lie = &mut paths[path].changes[change];
            match (random.below(3), &mut lie.entry) {
                (0, _) => lie.touches = !lie.touches,
                (1, Some(entry)) => entry.node = FileNode([7; 20]),
                _ => drop(paths.remove(path)),
            }
        });
        if parts == honest {
            continue;
        }
        let error = take_over(whole, &mut parts, &scratch).unwrap_err();
        assert!(matches!(error, crate::Error::Transfer(Error::Wrong { .. })), "seed {seed}: {error}");
        assert_eq!(state(&scratch).indexed, Rev::NULL, "seed {seed}");
    }
}

#[test]
fn without_a_sample_the_files_of_the_head_still_have_to_come_out() {
    let scratch = Scratch::new();
    scratch.sh(
        "git init -q -b main . && for i in $(seq 30); do echo $i > f$((i % 5)); git add .; git commit -qm $i; done",
    );
    let honest = Parts::of(&scratch, None);
    clear(&scratch);
    let none = Sizes { sample: 0, ..SMALL };
    let last = honest.head().parts - 1;
    type Tamper = fn(&mut Vec<PathRows>);
    let lies: [Tamper; 3] = [
        |paths| paths[0].changes.last_mut().unwrap().entry = None,
        |paths| paths[0].changes.last_mut().unwrap().entry.as_mut().unwrap().node = FileNode([1; 20]),
        |paths| {
            let changes = paths[0].changes.clone();
            paths.push(PathRows { path: crate::ids::RepoPath::new("nowhere").unwrap(), changes });
        },
    ];
    for lie in lies {
        let mut parts = honest.clone();
        parts.tamper(last, lie);
        let error = take_over(none, &mut parts, &scratch).unwrap_err().to_string();
        assert!(error.starts_with("the snapshot is wrong: ") && error.contains(" is not what it says at"), "{error}");
    }
    assert_eq!(take_over(none, &mut honest.clone(), &scratch).unwrap().compared, 0);
}

#[test]
fn the_sample_is_another_one_each_time() {
    let scratch = history(9, 60);
    let mut parts = Parts::of(&scratch, None);
    // A lie about a changeset that is not on the way to the head is found by the sample alone, sooner or later.
    let chain = scratch.sh("git rev-list --first-parent HEAD");
    let nodes = |at: usize| parts.0[&Name::Nodes(at).to_string()].as_chunks::<20>().0.to_vec();
    let lie = (0..parts.head().parts).find_map(|at| {
        let rows = nodes(at);
        let paths = decode_changes(&parts.0[&Name::Changes(at).to_string()], rows.len()).unwrap();
        let aside = |row: u16| !chain.contains(&crate::ids::Node(rows[usize::from(row)]).to_hex());
        let found = paths.iter().enumerate().find_map(|(path, rows)| {
            rows.changes.iter().position(|change| aside(change.row)).map(|change| (path, change))
        });
        found.map(|(path, change)| (at, path, change))
    });
    let (at, path, change) = lie.unwrap();
    parts.tamper(at, |paths| paths[path].changes[change].touches ^= true);
    let half = Sizes { sample: parts.head().rows / 2, ..SMALL };
    let mut found = [0, 0];
    for _ in 0..200 {
        clear(&scratch);
        found[usize::from(take_over(half, &mut parts, &scratch).is_err())] += 1;
        if !found.contains(&0) {
            return;
        }
    }
    panic!("200 choices of one half: {found:?}");
}

#[test]
fn what_is_not_of_this_repository_is_refused() {
    let (scratch, other) = (history(10, 20), history(11, 20));
    let mut parts = Parts::of(&other, None);
    let error = take_over(SMALL, &mut parts, &scratch).unwrap_err().to_string();
    assert!(error.starts_with("the snapshot is of another repository: none of its "), "{error}");
    assert_eq!(state(&scratch).indexed, Rev::NULL);
    // Nor what names a changeset twice, or counts otherwise, or lacks a part.
    let honest = Parts::of(&scratch, None);
    clear(&scratch);
    let mut twice = honest.clone();
    let nodes = twice.0.get_mut("000000.nodes").unwrap();
    nodes.copy_within(0..20, 20);
    let mut fewer = honest.clone();
    let head = Head { rows: honest.head().rows - 1, ..honest.head() };
    fewer.0.insert("head".to_owned(), head.encode());
    let mut lacking = honest.clone();
    lacking.0.remove("000001.changes");
    for (mut parts, what) in
        [(twice, "twice"), (fewer, "its head counts otherwise"), (lacking, "000001.changes is missing")]
    {
        let error = take_over(SMALL, &mut parts, &scratch).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    }
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
fn an_order_that_does_not_fit_is_refused_before_anything_is_written() {
    let scratch = history(13, 60);
    let mut parts = Parts::of(&scratch, None);
    clear(&scratch);
    let count = parts.head().parts;
    // The last part first: everything else has to wait for what comes at the end.
    for column in ["nodes", "changes"] {
        let names: Vec<String> = (0..count).map(|at| format!("{at:06}.{column}")).collect();
        let data: Vec<_> = names.iter().map(|name| parts.0[name].clone()).collect();
        names.into_iter().zip(data.into_iter().rev()).for_each(|(name, data)| drop(parts.0.insert(name, data)));
    }
    let error = take_over(Sizes { waiting: 40, ..SMALL }, &mut parts, &scratch).unwrap_err();
    assert!(matches!(error, crate::Error::Transfer(Error::Scattered)), "{error}");
    assert_eq!(state(&scratch).indexed, Rev::NULL);
    take_over(SMALL, &mut parts, &scratch).unwrap();
    agrees_with_git(&scratch, "from the last to the first");
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
