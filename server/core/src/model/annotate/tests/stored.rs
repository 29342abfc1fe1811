//! Stored annotations: with them, as without.

use std::time::Duration;

use super::*;
use crate::store::Run;

fn open(scratch: &Scratch) -> std::sync::Arc<Repository> {
    Repository::open(scratch.path(), Open::default()).unwrap()
}

/// What there is to see now, once all that was found out before is written.
fn settled(repository: &Repository) -> Snapshot {
    repository.settle(Duration::MAX);
    repository.snapshot(&Cancel::new(), &NoProgress).unwrap()
}

/// All ways of following lines, with changesets of `snapshot` to skip, and `git blame`'s arguments where it has the same.
fn ways(random: &mut Random, snapshot: &Snapshot) -> Vec<(Options, Option<String>)> {
    let rev = |random: &mut Random| Rev::from_index(random.below(snapshot.changelog.len()));
    let skip: RevSet = (0..4).map(|_| rev(random)).collect();
    let ignored = skip.iter().map(|rev| format!("--ignore-rev {} ", snapshot.changelog.node(rev))).collect();
    let plain = Options::default;
    vec![
        (plain(), Some(String::new())),
        (Options { spaces: Spaces::IgnoreAll, ..plain() }, Some("-w".to_owned())),
        (Options { skip: skip.clone(), ..plain() }, Some(ignored)),
        (Options { skip, skip_by: SkipBy::Position, ..plain() }, None),
        (Options { prefer: Prefer::P2, ..plain() }, None),
        (Options { follow: false, ..plain() }, None),
    ]
}

#[test]
fn annotations_are_the_same_with_stored_ones_of_any_other_versions() {
    for seed in 40..46 {
        let mut random = Random::new(seed);
        let scratch = crate::model::testing::random_repository(&mut random, 60);
        let mut repository = open(&scratch);
        let mut without = snapshot(&scratch);
        without.store = None;
        let ways = ways(&mut random, &without);
        let mut ended_early = 0;
        for step in 0..120 {
            // New servers, with and without an index, and a client that asks for what it asked before.
            if random.below(20) == 0 {
                repository.settle(Duration::MAX);
                repository = open(&scratch);
            }
            if step == 60 {
                repository.index(&Cancel::new(), &NoProgress).unwrap();
            }
            let rev = Rev::from_index(random.below(without.changelog.len()));
            let node = without.changelog.node(rev);
            let files = scratch.sh(&format!("git ls-tree -r {node} | sed -n 's/^100.*\t//p'"));
            let names: Vec<&str> = files.lines().collect();
            if names.is_empty() {
                continue;
            }
            let name = names[random.below(names.len())];
            let (options, arguments) = &ways[random.below(ways.len())];
            println!("seed {seed}, step {step}: {name} in {rev:?} {node}, {options:?}");
            let with = settled(&repository);
            let version = history::of(&with).version(&path(name), rev).unwrap().unwrap();
            let stored = Stored::new(&with, options);
            ended_early += usize::from(stored.get(version.rev, &Arc::new(path(name))).unwrap().is_some());
            let some = [random.below(30) as u32..40, 2..4];
            let ranges = (random.below(4) == 0).then_some(&some[..]);
            let ask = |snapshot| annotate(snapshot, &path(name), rev, ranges, options).unwrap();
            let found = ask(&with);
            assert_eq!(found, ask(&without));
            if let (Some(arguments), None) = (arguments, ranges) {
                assert_eq!(lines(&with, &found), blame(&scratch, &format!("{arguments} {node} -- {name}")));
            }
        }
        assert!(ended_early > 5, "seed {seed}: {ended_early}");
    }
}

/// `count` changesets, each of which adds a line at the end of `f`.
fn growing(count: usize) -> Scratch {
    let scratch = Scratch::new();
    scratch.sh(&format!(
        "git init -q -b main . && for i in $(seq {count}); do echo $i >>f; git add f; git commit -qm $i; done"
    ));
    scratch
}

/// Has the store say that the first two lines of `f` in `rev`, which are all, come from elsewhere.
fn mislead(repository: &Repository, rev: Rev, way: Vec<u8>) {
    let run = Run { count: 2, rev: Rev(0), path: Arc::new(path("elsewhere")), origin_start: 7, guessed: true };
    let snapshot = settled(repository);
    snapshot.store.as_ref().unwrap().remember_annotation(&path("f"), rev, way, vec![run]);
    drop(snapshot);
    repository.settle(Duration::MAX);
}

#[test]
fn a_stored_annotation_of_an_older_version_ends_the_way_of_its_lines() {
    let scratch = growing(4);
    let repository = open(&scratch);
    mislead(&repository, Rev(1), vec![4]);
    let snapshot = settled(&repository);
    let ask = |rev: i32, options: &Options| {
        let annotation = annotate(&snapshot, &path("f"), Rev(rev), None, options).unwrap();
        let line = |hunk: &Hunk| (hunk.start, hunk.count, hunk.rev.0, hunk.path.to_string(), hunk.origin_start);
        annotation.hunks.iter().map(line).collect::<Vec<_>>()
    };
    let told = (0, 2, 0, "elsewhere".to_owned(), 7);
    let own = |line: u32| (line, 1, line as i32, "f".to_owned(), line);
    assert_eq!(ask(1, &Options::default()), std::slice::from_ref(&told));
    assert_eq!(ask(3, &Options::default()), [told, own(2), own(3)]);
    assert_eq!(ask(0, &Options::default()), [own(0)]);
    // In another way it is another question.
    let other_way = Options { spaces: Spaces::IgnoreAll, ..Options::default() };
    assert_eq!(ask(3, &other_way), [0, 1, 2, 3].map(own));
    // An open buffer's lines end there too.
    let text = b"1\n2\n3\nnew\n";
    let draft = Draft { path: &path("f"), text, parents: &[Rev(3)], source: None };
    let drafted = draft.annotate(&snapshot, Some(&[0..1, 3..4]), &Options::default()).unwrap();
    let revs = drafted.hunks.iter().map(|hunk| (hunk.start, hunk.rev, hunk.origin_start));
    assert_eq!(revs.collect::<Vec<_>>(), [(0, Rev(0), 7), (3, Rev::WDIR, 3)]);
}

#[test]
fn a_stored_annotation_that_is_too_short_or_damaged_is_as_good_as_none() {
    let scratch = growing(3);
    let repository = open(&scratch);
    // The version has three lines.
    mislead(&repository, Rev(2), vec![4]);
    let ask = || {
        let snapshot = settled(&repository);
        let annotation = annotate(&snapshot, &path("f"), Rev(2), Some(&[0..2, 1..3]), &Options::default()).unwrap();
        assert_eq!(lines(&snapshot, &annotation), blame(&scratch, "-- f"));
    };
    scratch.sh("echo 4 >>f; git commit -qam 4");
    let newer = settled(&repository);
    let annotation = annotate(&newer, &path("f"), Rev(3), None, &Options::default()).unwrap();
    assert_eq!(lines(&newer, &annotation), blame(&scratch, "-- f"));
    drop(newer);
    scratch.sh("git reset -q --hard HEAD^");
    mislead(&repository, Rev(2), vec![4]);
    settled(&repository).store.as_ref().unwrap().spoil("UPDATE annotation SET data = substr(data, 2)");
    ask();
    ask();
}
