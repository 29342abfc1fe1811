//! The indexer against git itself, on repositories made by git commands.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::changes::{Portions, index_in};
use super::*;
use crate::Kind;
use crate::cancel::Cancel;
use crate::git::testing::Scratch;
use crate::git::{Handle, Location, Refs};
use crate::graph::{Graph, Lost};
use crate::ids::{Node, Rev};
use crate::model::changelog::Changelog;
use crate::objects::{CacheSizes, ObjectStore};
use crate::progress::{NoProgress, Progress};
use crate::repository::{Options, Repository};
use crate::store::{Change, State, Store};
use crate::testing::Random;

const ALL: &str = "--branches --tags --remotes HEAD";

fn open(scratch: &Scratch) -> std::sync::Arc<Repository> {
    Repository::open(scratch.path(), Options::default()).unwrap()
}

/// The nodes in the order of their numbers, as a new process sees them.
pub(crate) fn order(scratch: &Scratch) -> Vec<String> {
    let order = || {
        let changelog = open(scratch).snapshot(&Cancel::new(), &NoProgress).unwrap().changelog;
        (0..changelog.len()).map(|row| changelog.node(Rev::from_index(row)).to_hex()).collect()
    };
    // As every request: once more where the store was found to be damaged.
    Lost::caught(order).or_else(|_| Lost::caught(order)).unwrap()
}

fn index_all(scratch: &Scratch) -> State {
    open(scratch).index(&Cancel::new(), &NoProgress).unwrap().unwrap()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Path and node of a change, and the mode and content that it leaves, as git prints them.
type Changes = BTreeMap<(String, Vec<u8>), String>;

/// What is stored: all changes, and those that differ from every parent.
fn stored(scratch: &Scratch) -> (Changes, Changes) {
    let snapshot = open(scratch).snapshot(&Cancel::new(), &NoProgress).unwrap();
    let store = snapshot.store.as_ref().unwrap();
    let (mut all, mut touching) = (Changes::new(), Changes::new());
    for path in store.paths_within(None).unwrap() {
        for Change { rev, entry, touches } in store.changes(&path).unwrap() {
            let key = (snapshot.changelog.node(rev).to_hex(), path.to_vec());
            let value = entry.map_or(format!("000000 {}", Node::NULL), |entry| {
                format!("{:06o} {}", entry.mode.to_git(), entry.node)
            });
            if touches {
                touching.insert(key.clone(), value.clone());
            }
            all.insert(key, value);
        }
    }
    (all, touching)
}

/// What git says, with merges as `merges` says.
fn by_git(scratch: &Scratch, merges: &str) -> Changes {
    let command = format!(
        "git -c core.quotePath=false log -z --format=tformat:@%H --raw --no-renames --no-abbrev {merges} {ALL} \
         | tr '\\000\\n' '\\n\\000' | iconv -f latin1 -t utf8"
    );
    let text = scratch.sh(&command);
    let (mut changes, mut node) = (Changes::new(), String::new());
    let mut words = text.split('\n').map(|word| word.trim_matches('\0'));
    while let Some(word) = words.next() {
        let word = match word.strip_prefix('@') {
            Some(commit) => {
                node = commit[..40].to_owned();
                commit[40..].trim_matches('\0')
            }
            None => word,
        };
        if word.starts_with(':') {
            let parents = word.bytes().take_while(|byte| *byte == b':').count();
            let fields: Vec<_> = word[parents..].split(' ').collect();
            // One byte a character: that is what latin1 is for.
            let path = words.next().unwrap().chars().map(|character| character as u8).collect();
            changes.insert((node.clone(), path), format!("{} {}", fields[parents], fields[2 * parents + 1]));
        }
    }
    changes
}

pub(crate) fn agrees_with_git(scratch: &Scratch, what: &str) {
    let (all, touching) = stored(scratch);
    assert_eq!(all, by_git(scratch, "--diff-merges=first-parent"), "{what}");
    assert_eq!(touching, by_git(scratch, "-c"), "{what}");
}

/// A random history with branches, merges, octopus merges, several roots, dates out of order, links, submodules, and
/// files that become folders, made by `git fast-import`. Dates are all different unless `ties`.
pub(crate) fn random_history(random: &mut Random, count: usize, ties: bool) -> Scratch {
    let names: [&[u8]; 9] = [b"a", b"a/b", b"a/b/c", b"a-b", b"d/x y", b"d/e/f", b"d.e", b"z", b"caf\xe9"];
    let mut files: Vec<BTreeMap<&[u8], (u32, usize)>> = Vec::new();
    let (mut script, mut inner) = (Vec::new(), BTreeSet::<usize>::new());
    for at in 0..count {
        let wanted = [0, 1, 1, 1, 1, 1, 2, 2, 3, 4][random.below(10)];
        let mut parents: Vec<usize> = (0..wanted.min(at)).map(|_| at - 1 - random.below(at.min(7))).collect();
        parents.sort_unstable();
        parents.dedup();
        if random.below(2) == 0 {
            parents.reverse();
        }
        inner.extend(&parents);
        let mut tree = parents.first().map_or_else(BTreeMap::new, |parent| files[*parent].clone());
        for parent in parents.iter().skip(1).filter(|_| random.below(2) == 0).collect::<Vec<_>>() {
            let theirs = files[*parent].clone();
            theirs.into_iter().for_each(|(name, file)| put(&mut tree, name, file));
        }
        for _ in 0..random.below(4) {
            let name = names[random.below(names.len())];
            if random.below(4) == 0 {
                tree.remove(name);
            } else {
                put(
                    &mut tree,
                    name,
                    ([0o100644, 0o100644, 0o100755, 0o120000, 0o160000][random.below(5)], random.below(4)),
                );
            }
        }
        let date = 1_000_000 + if ties { random.below(5) } else { random.below(1000) * count + at };
        script.extend(
            format!("commit refs/heads/b{at}\nmark :{}\ncommitter C <c@d> {date} +0000\ndata 1\nx\n", at + 1).bytes(),
        );
        for (place, parent) in parents.iter().enumerate() {
            script.extend(format!("{} :{}\n", if place == 0 { "from" } else { "merge" }, parent + 1).bytes());
        }
        script.extend(b"deleteall\n");
        for (name, (mode, content)) in &tree {
            let reference =
                if *mode == 0o160000 { format!("{content}{}", "1".repeat(39)) } else { "inline".to_owned() };
            script.extend([format!("M {mode:o} {reference} ").as_bytes(), name, b"\n"].concat());
            if *mode != 0o160000 {
                script.extend(format!("data 1\n{content}\n").bytes());
            }
        }
        files.push(tree);
    }
    let scratch = Scratch::new();
    std::fs::write(scratch.path().join("script"), script).unwrap();
    let inner: Vec<_> = inner.into_iter().map(|at| format!("delete refs/heads/b{at}\n")).collect();
    std::fs::write(scratch.path().join("delete"), inner.concat()).unwrap();
    scratch.sh(&format!(
        "git init -q -b b{} . && git fast-import --quiet < script && git tag old b0 && git update-ref --stdin < delete \
         && rm script delete",
        count - 1
    ));
    scratch
}

fn put<'a>(tree: &mut BTreeMap<&'a [u8], (u32, usize)>, name: &'a [u8], file: (u32, usize)) {
    let is_below = |one: &[u8], other: &[u8]| one.starts_with(other) && one.get(other.len()) == Some(&b'/');
    tree.retain(|other, _| !is_below(other, name) && !is_below(name, other));
    tree.insert(name, file);
}

#[test]
fn order_and_changes_are_gits() {
    for seed in 0..12 {
        let mut random = Random::new(seed);
        let count = 2 + random.below(60);
        let scratch = random_history(&mut random, count, false);
        assert_eq!(
            order(&scratch),
            lines(&scratch.sh(&format!("git rev-list --reverse --date-order {ALL}"))),
            "seed {seed}"
        );
        index_all(&scratch);
        agrees_with_git(&scratch, &format!("seed {seed}"));
    }
}

/// How many manifests are stored as differences to their parents', and how many the other way round.
fn differences(scratch: &Scratch) -> (usize, usize) {
    let snapshot = open(scratch).snapshot(&Cancel::new(), &NoProgress).unwrap();
    let changelog = &snapshot.changelog;
    let pairs = (1..changelog.len()).map(Rev::from_index);
    let pairs: Vec<_> = pairs.map(|rev| [rev, changelog.p1(rev)].map(|rev| changelog.manifest(rev))).collect();
    let older = pairs.iter().filter(|[here, before]| snapshot.objects.is_difference(*here, *before));
    let newer = pairs.iter().filter(|[here, before]| snapshot.objects.is_difference(*before, *here));
    (older.count(), newer.count())
}

#[test]
fn manifests_may_be_stored_as_differences_to_older_or_to_newer_ones() {
    let mut script = String::new();
    for at in 0..300 {
        script += &format!("commit refs/heads/main\ncommitter C <c@d> {at} +0000\ndata 1\nx\n");
        for file in if at == 0 { 0..60 } else { at % 60..at % 60 + 1 } {
            script += &format!(
                "M 644 inline folder/file{file}\ndata <<END\n{at} {file}\nEND\nM 644 inline {file}\ndata 1\n{}\n",
                at % 7
            );
        }
    }
    let scratch = Scratch::new();
    std::fs::write(scratch.path().join("script"), script).unwrap();
    scratch.sh("git init -q -b main . && git -c fastimport.unpackLimit=1 fast-import --quiet <script");
    let (older, newer) = differences(&scratch);
    assert!(older > 200 && newer == 0, "{older} {newer}");
    index_all(&scratch);
    agrees_with_git(&scratch, "as they came");
    scratch.sh("rm -r .git/hgls && git repack -qadf");
    let (older, newer) = differences(&scratch);
    assert!(older == 0 && newer > 200, "{older} {newer}");
    index_all(&scratch);
    agrees_with_git(&scratch, "packed again");
}

#[test]
fn the_order_depends_on_nothing_but_the_changesets() {
    for seed in 0..4 {
        let scratch = random_history(&mut Random::new(seed), 30, true);
        let first = order(&scratch);
        scratch.sh("rm -r .git/hgls && for b in $(git for-each-ref --format='%(refname:short)' refs/heads); do \
             git tag $(echo $b | rev)-$b $b; done && git pack-refs --all");
        assert_eq!(order(&scratch), first, "seed {seed}");
        // Where nothing can be kept, the numbers are the same.
        scratch.sh("rm -r .git/hgls && touch .git/hgls");
        assert_eq!(order(&scratch), first, "seed {seed}");
    }
}

#[test]
fn numbers_that_were_given_stay() {
    let scratch = random_history(&mut Random::new(5), 20, true);
    let repository = open(&scratch);
    let mut before = order(&scratch);
    for script in [
        "git commit -q --allow-empty -m new",
        "GIT_COMMITTER_DATE='@1000 +0000' git commit -q --allow-empty -m old && git branch side HEAD^",
        "git checkout -q --orphan other && git commit -q --allow-empty -m root",
        "git commit -q --amend --allow-empty -m amended",
        "git checkout -q --detach && git commit -q --allow-empty -m detached && git branch -D other",
        "git checkout -q side && git reflog expire --expire=now --all && git gc -q --prune=now",
    ] {
        scratch.sh(script);
        let after = order(&scratch);
        assert_eq!(after[..before.len()], before, "{script}");
        let visible: BTreeSet<_> = lines(&scratch.sh(&format!("git rev-list {ALL}"))).into_iter().collect();
        // A server that goes on sees what a new one sees.
        let changelog = repository.snapshot(&Cancel::new(), &NoProgress).unwrap().changelog;
        let seen = changelog.visible().iter().map(|rev| changelog.node(rev).to_hex()).collect();
        assert_eq!(visible, seen, "{script}");
        assert_eq!(changelog.len(), after.len(), "{script}");
        index_all(&scratch);
        before = after;
    }
}

/// Everything that [`Repository`] would put together, to index in small portions.
struct Parts {
    store: Store,
    objects: ObjectStore,
    changelog: Changelog,
}

impl Parts {
    fn of(scratch: &Scratch) -> Self {
        let location = Location::discover(scratch.path()).unwrap();
        let refs = Refs::read(&Handle::open(&location).unwrap(), &location, |_| false).unwrap();
        let store = Store::new(&location.common_dir, None);
        let objects = ObjectStore::open(&location.common_dir.join("objects"), Vec::new()).unwrap();
        let reader = objects.reader(CacheSizes::REQUEST);
        let (cancel, progress) = (&Cancel::new(), &NoProgress);
        let work = Work { objects: &reader, refs: &refs, is_awaited: &|| true, cancel, progress };
        let graph = bring_graph(&store, None, &work).unwrap();
        let revs = |nodes: Vec<Node>| nodes.iter().filter_map(|node| graph.rev(node)).collect::<Vec<_>>();
        let changelog = Changelog::new(graph.clone(), &revs(refs.tips()), &revs(refs.public_tips()));
        Self { store, objects, changelog }
    }

    fn index(&self, cancel: &Cancel, progress: &dyn Progress) -> crate::Result<Option<State>> {
        let portions = Portions { slice: 3, most: 2, batch: 1, batch_age: Duration::ZERO };
        index_in(portions, &self.store, &self.objects, &self.changelog, cancel, progress)
    }
}

/// Cancels the work when it has come this far.
struct StopAt(u64, Cancel);

impl Progress for StopAt {
    fn report(&self, _stage: &'static str, done: u64, _total: Option<u64>) {
        if done >= self.0 {
            self.1.trip();
        }
    }
}

#[test]
fn stopped_work_goes_on_where_it_was() {
    let scratch = random_history(&mut Random::new(7), 60, false);
    let parts = Parts::of(&scratch);
    let mut last = Rev::NULL;
    for stop in (5..60).step_by(10) {
        let cancel = Cancel::new();
        let stopped = parts.index(&cancel, &StopAt(stop, cancel.clone()));
        assert!(matches!(stopped, Err(crate::Error::Cancelled(_)) | Err(crate::Error::Store(_))), "{stop}");
        let indexed = parts.store.reader(&Cancel::new()).unwrap().unwrap().indexed();
        assert!(indexed >= last && (indexed.0 as i64) < stop as i64 + 3, "{stop}: {indexed}");
        last = indexed;
    }
    assert!(last > Rev(20), "{last}");
    let state = parts.index(&Cancel::new(), &NoProgress).unwrap().unwrap();
    assert_eq!((state.indexed, state.revisions), (Rev(59), 60));
    agrees_with_git(&scratch, "resumed");
}

#[test]
fn who_is_in_a_hurry_is_given_way() {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && for i in $(seq 9); do echo $i >f; git add f; git commit -qm $i; done");
    let (parts, cancel) = (Parts::of(&scratch), Cancel::new());
    let hurried = parts.objects.reader(CacheSizes::REQUEST);
    hurried.hurry();
    let indexed = || parts.store.reader(&cancel).unwrap().unwrap().indexed();
    std::thread::scope(|scope| {
        let indexing = scope.spawn(|| parts.index(&cancel, &NoProgress));
        std::thread::sleep(Duration::from_millis(100));
        assert_eq!(indexed(), Rev::NULL);
        drop(hurried);
        indexing.join().unwrap().unwrap();
    });
    assert_eq!(indexed(), Rev(8));
}

#[test]
fn a_new_changeset_adds_what_it_changed() {
    let scratch = random_history(&mut Random::new(3), 20, false);
    let before = index_all(&scratch);
    scratch.sh("git reset -q --hard && mkdir -p new && echo 1 > new/one && echo 2 > new/two && git add new && git commit -qm x");
    let after = index_all(&scratch);
    assert_eq!((after.epoch, after.indexed.0, after.changes), (before.epoch, before.indexed.0 + 1, before.changes + 2));
    agrees_with_git(&scratch, "after a commit");
    assert_eq!(index_all(&scratch), after);
}

#[test]
fn servers_that_index_at_once_do_the_work_once() {
    let scratch = random_history(&mut Random::new(11), 50, false);
    std::thread::scope(|scope| {
        let servers: Vec<_> = (0..6).map(|_| scope.spawn(|| index_all(&scratch))).collect();
        let states: Vec<_> = servers.into_iter().map(|server| server.join().unwrap()).collect();
        assert!(states.iter().all(|state| *state == states[0]));
    });
    agrees_with_git(&scratch, "six servers");
}

#[test]
fn what_was_removed_before_it_was_read_is_a_gap_until_it_comes_back() {
    let scratch = Scratch::new();
    let lost = "git checkout -q -b lost && echo 2 > b && git add b && git commit -qm lost && git checkout -q main";
    scratch.sh(&format!("git init -q -b main . && echo 1 > a && git add a && git commit -qm one && {lost}"));
    let revs = order(&scratch);
    scratch.sh("git branch -qD lost && git reflog expire --expire=now --all && git gc -q --prune=now");
    let state = index_all(&scratch);
    assert_eq!((state.indexed, state.changes), (Rev(1), 1));
    let snapshot = open(&scratch).snapshot(&Cancel::new(), &NoProgress).unwrap();
    assert_eq!(snapshot.store.as_ref().unwrap().gaps().unwrap(), [Rev(1)]);
    assert!(!snapshot.changelog.is_visible(Rev(1)));
    scratch.sh(lost);
    assert_eq!(order(&scratch), revs);
    assert_eq!(index_all(&scratch).changes, 2);
    agrees_with_git(&scratch, "brought back");
}

#[test]
fn a_shallow_clone_ends_at_its_boundary_and_is_numbered_again_when_deepened() {
    let scratch = Scratch::new();
    scratch.sh(
        "git init -q -b main up && cd up && for i in 1 2 3 4 5; do echo $i > f; git add f; git commit -qm $i; done
         git clone -q --depth 2 file://$PWD ../down && cd ../down && git checkout -q -b local && echo 6 > f && git commit -qam 6",
    );
    let down = scratch.inside("down");
    let shallow = index_all(&down);
    assert_eq!((shallow.revisions, shallow.changes), (3, 3));
    assert_eq!(index_all(&down).epoch, shallow.epoch);
    let repository = open(&down);
    assert_eq!(repository.snapshot(&Cancel::new(), &NoProgress).unwrap().changelog.len(), 3);
    for (fetch, revisions) in [("git fetch -q --depth 3", 4), ("git fetch -q --unshallow", 6)] {
        down.sh(fetch);
        let snapshot = repository.snapshot(&Cancel::new(), &NoProgress).unwrap();
        assert_eq!(snapshot.changelog.len(), revisions, "{fetch}");
        assert_ne!(snapshot.changelog.epoch(), Some(shallow.epoch), "{fetch}");
        assert!(snapshot.store.is_some(), "{fetch}");
        assert_eq!(index_all(&down).changes, revisions as u64, "{fetch}");
        agrees_with_git(&down, fetch);
    }
}

#[test]
fn replaced_changesets_have_the_parents_that_git_says() {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && for i in 1 2 3; do echo $i > f; git add f; git commit -qm $i; done");
    let repository = open(&scratch);
    let parents = |repository: &Repository| {
        let changelog = repository.snapshot(&Cancel::new(), &NoProgress).unwrap().changelog;
        let tip = changelog.tip();
        (changelog.visible().len(), changelog.parents(tip).map(|rev| changelog.node(rev).to_hex()).collect::<Vec<_>>())
    };
    assert_eq!(parents(&repository).0, 3);
    scratch.sh("git replace --graft HEAD HEAD~2");
    let expected = (2, lines(&scratch.sh("git rev-parse HEAD^")));
    assert_eq!(parents(&repository), expected);
    assert_eq!(parents(&open(&scratch)), expected);
    index_all(&scratch);
    agrees_with_git(&scratch, "replaced");
    scratch.sh("git replace --graft HEAD~2 HEAD");
    let error = repository.snapshot(&Cancel::new(), &NoProgress).err().unwrap();
    assert_eq!(error.to_string(), "2 changesets are ancestors of themselves");
}

#[test]
fn a_server_goes_on_when_its_store_is_removed_or_damaged() {
    let scratch = random_history(&mut Random::new(2), 30, false);
    let repository = open(&scratch);
    repository.index(&Cancel::new(), &NoProgress).unwrap();
    let before = order(&scratch);
    for damage in [
        "rm -r .git/hgls",
        "echo garbage > .git/hgls/store.sqlite",
        "dd if=/dev/zero of=.git/hgls/store.sqlite bs=4096 seek=2 count=20 conv=notrunc 2>&1",
    ] {
        scratch.sh(damage);
        // The request that meets the damage may fail, and only with the store's error.
        match repository.index(&Cancel::new(), &NoProgress).and_then(|_| repository.verify_index(&Cancel::new())) {
            Ok(_) | Err(crate::Error::Store(_)) => {}
            Err(error) => panic!("{damage}: {error}"),
        }
        assert_eq!(repository.index(&Cancel::new(), &NoProgress).unwrap().unwrap().indexed, Rev(29), "{damage}");
        // Another process may have been the one to heal it.
        assert_eq!(order(&scratch), before, "{damage}");
        assert_eq!(index_all(&scratch).indexed, Rev(29), "{damage}");
        agrees_with_git(&scratch, damage);
    }
    repository.forget_index(&Cancel::new()).unwrap();
    assert_eq!(index_all(&scratch).indexed, Rev(29));
}

#[test]
fn an_empty_repository_has_an_empty_index() {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main .");
    let state = index_all(&scratch);
    assert_eq!((state.revisions, state.indexed, state.changes), (0, Rev::NULL, 0));
    scratch.sh("touch a && git add a && git commit -qm first");
    assert_eq!(index_all(&scratch).changes, 1);
}

#[test]
fn a_visible_changeset_whose_objects_are_missing_is_an_error() {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && echo 1 > a && git add a && git commit -qm one");
    scratch.sh("t=$(git rev-parse HEAD^{tree}) && rm -f .git/objects/$(echo $t | cut -c1-2)/$(echo $t | cut -c3-)");
    let error = open(&scratch).index(&Cancel::new(), &NoProgress).unwrap_err();
    assert_eq!(error.kind(), Kind::MissingObject);
}

#[test]
fn the_graph_is_shared_as_long_as_nothing_is_new() {
    let scratch = random_history(&mut Random::new(4), 10, false);
    let repository = open(&scratch);
    let graph = || std::sync::Arc::clone(repository.snapshot(&Cancel::new(), &NoProgress).unwrap().changelog.graph());
    let first: std::sync::Arc<Graph> = graph();
    scratch.sh("git branch another HEAD");
    assert!(std::sync::Arc::ptr_eq(&first, &graph()));
}
