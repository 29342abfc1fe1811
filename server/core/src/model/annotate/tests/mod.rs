//! Annotations, beside those of git blame.

#![allow(clippy::unwrap_used, clippy::reversed_empty_ranges)]

//! The oracle is `git blame`, on random repositories and on small ones made for a purpose.

mod stored;

use std::collections::BTreeMap;

use super::*;
use crate::cancel::Cancel;
use crate::git::testing::Scratch;
use crate::progress::NoProgress;
use crate::repository::{Options as Open, Repository};
use crate::testing::Random;

fn path(path: &str) -> RepoPath {
    RepoPath::new(path).unwrap()
}

fn snapshot(scratch: &Scratch) -> Snapshot {
    Repository::open(scratch.path(), Open::default()).unwrap().snapshot(&Cancel::new(), &NoProgress).unwrap()
}

/// With the index made before.
fn indexed(scratch: &Scratch) -> Snapshot {
    let repository = Repository::open(scratch.path(), Open::default()).unwrap();
    repository.index(&Cancel::new(), &NoProgress).unwrap();
    repository.snapshot(&Cancel::new(), &NoProgress).unwrap()
}

/// Node, path and line there, for each line.
type Lines = Vec<(Node, String, u32)>;

fn lines(snapshot: &Snapshot, annotation: &Annotation) -> Lines {
    let mut lines = Lines::new();
    for hunk in &annotation.hunks {
        for line in 0..hunk.count {
            lines.push((snapshot.changelog.node(hunk.rev), hunk.path.to_string(), hunk.origin_start + line));
        }
    }
    lines
}

/// What `git blame` says. A line's path is named once for each changeset, and again when it changes.
fn blame(scratch: &Scratch, arguments: &str) -> Lines {
    let output = scratch.sh(&format!("git blame --line-porcelain {arguments}"));
    let mut lines = Lines::new();
    let mut header = None;
    for line in output.lines() {
        if line.starts_with('\t') {
            header = None;
        } else if header.is_none() {
            let mut words = line.split(' ');
            let node = Node::from_hex(words.next().unwrap().as_bytes()).unwrap();
            let number: u32 = words.next().unwrap().parse().unwrap();
            header = Some((if node.is_null() { Node::WDIR } else { node }, number - 1));
        } else if let (Some(name), Some((node, number))) = (line.strip_prefix("filename "), header) {
            lines.push((node, name.to_owned(), number));
        }
    }
    lines
}

#[test]
fn random_repositories_are_annotated_as_git_does() {
    for seed in 0..8 {
        let scratch = crate::model::testing::random_repository(&mut Random::new(seed), 60);
        let snapshot = if seed % 2 == 0 { snapshot(&scratch) } else { indexed(&scratch) };
        for name in scratch.sh("git ls-files").lines() {
            for (options, arguments) in variants() {
                println!("seed {seed}, git blame {arguments} -- {name}");
                let annotation = annotate(&snapshot, &path(name), head(&scratch, &snapshot), None, &options).unwrap();
                assert_eq!(lines(&snapshot, &annotation), blame(&scratch, &format!("{arguments} -- {name}")));
            }
        }
    }
}

fn head(scratch: &Scratch, snapshot: &Snapshot) -> Rev {
    snapshot.changelog.rev(&scratch.node("HEAD")).unwrap()
}

fn variants() -> Vec<(Options, &'static str)> {
    vec![(Options::default(), ""), (Options { spaces: Spaces::IgnoreAll, ..Options::default() }, "-w")]
}

#[test]
fn skipped_changesets_are_guessed_over_as_git_does() {
    for seed in 0..6 {
        let mut random = Random::new(seed);
        let scratch = crate::model::testing::random_repository(&mut random, 40);
        let snapshot = snapshot(&scratch);
        let mut skip = RevSet::new();
        let mut arguments = String::new();
        for _ in 0..6 {
            let rev = Rev::from_index(random.below(snapshot.changelog.len()));
            skip.insert(rev);
            arguments += &format!("--ignore-rev {} ", snapshot.changelog.node(rev));
        }
        let options = Options { skip, ..Options::default() };
        for name in scratch.sh("git ls-files").lines() {
            println!("seed {seed}, git blame {arguments} -- {name}");
            let annotation = annotate(&snapshot, &path(name), head(&scratch, &snapshot), None, &options).unwrap();
            assert_eq!(lines(&snapshot, &annotation), blame(&scratch, &format!("{arguments} -- {name}")));
        }
    }
}

#[test]
fn ranges_are_what_the_whole_says_of_them() {
    let scratch = crate::model::testing::random_repository(&mut Random::new(77), 50);
    let snapshot = snapshot(&scratch);
    let head = head(&scratch, &snapshot);
    for name in scratch.sh("git ls-files").lines().map(path) {
        let whole = annotate(&snapshot, &name, head, None, &Options::default()).unwrap();
        let all: BTreeMap<u32, _> = (0..).zip(lines(&snapshot, &whole)).collect();
        let ranges = [7..9, 2..5, 4..6, 30..20, 12..u32::MAX];
        let part = annotate(&snapshot, &name, head, Some(&ranges), &Options::default()).unwrap();
        let expected: Vec<_> = all
            .iter()
            .filter(|(line, _)| ranges.iter().any(|range| range.contains(line)))
            .map(|(_, line)| line.clone())
            .collect();
        assert_eq!(lines(&snapshot, &part), expected);
    }
}

#[test]
fn an_old_revision_is_annotated_as_it_was() {
    let scratch = crate::model::testing::random_repository(&mut Random::new(5), 40);
    let snapshot = snapshot(&scratch);
    for rev in (0..40).step_by(3).map(Rev) {
        let node = snapshot.changelog.node(rev);
        for name in scratch.sh(&format!("git ls-tree -r --name-only {node}")).lines() {
            let annotation = annotate(&snapshot, &path(name), rev, None, &Options::default()).unwrap();
            assert_eq!(lines(&snapshot, &annotation), blame(&scratch, &format!("{node} -- {name}")));
        }
    }
}

#[test]
fn edited_texts_are_annotated_as_git_does_and_mapped_to_the_same() {
    for seed in 20..24 {
        let mut random = Random::new(seed);
        let scratch = crate::model::testing::random_repository(&mut random, 30);
        let snapshot = snapshot(&scratch);
        let head = head(&scratch, &snapshot);
        for name in scratch.sh("git ls-files -s | sed -n 's/^100.*\t//p'").lines() {
            println!("seed {seed}, {name}");
            let file = scratch.path().join(name);
            let committed = std::fs::read_to_string(&file).unwrap();
            let mut edited: Vec<_> = committed.lines().collect();
            edited.insert(random.below(edited.len() + 1), "a new line");
            edited.remove(random.below(edited.len()));
            let edited = edited.join("\n");
            std::fs::write(&file, &edited).unwrap();
            let path = path(name);
            let draft = Draft { path: &path, text: edited.as_bytes(), parents: &[head], source: None };
            let annotation = draft.annotate(&snapshot, None, &Options::default()).unwrap();
            assert_eq!(lines(&snapshot, &annotation), blame(&scratch, &format!("-- {name}")));
            let whole = annotate(&snapshot, &path, head, None, &Options::default()).unwrap();
            let mapped = map_over(&whole, committed.as_bytes(), edited.as_bytes(), &path, Spaces::Compare);
            assert_eq!(mapped, annotation);
        }
    }
}

/// Both branches change `five` in the same way; each changes another line by itself.
fn same_change_on_both_sides() -> Scratch {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && seq 9 >f && git add f && git commit -qm base && git checkout -qb side
         sed -i 's/5/five/; s/1$/one/' f && git commit -qam theirs && git checkout -q main
         sed -i 's/5/five/; s/9/nine/' f && git commit -qam ours && git merge -q side -m merge");
    scratch
}

#[test]
fn of_two_parents_that_have_a_line_git_says_the_first_and_hg_the_last() {
    let scratch = same_change_on_both_sides();
    let snapshot = snapshot(&scratch);
    let who = |prefer: Prefer, line: u32| {
        let options = Options { prefer, ..Options::default() };
        let annotation = annotate(&snapshot, &path("f"), head(&scratch, &snapshot), None, &options).unwrap();
        snapshot.changelog.node(annotation.at(line).unwrap().rev)
    };
    assert_eq!((who(Prefer::P1, 4), who(Prefer::P2, 4)), (scratch.node("main^"), scratch.node("side")));
    for prefer in [Prefer::P1, Prefer::P2] {
        assert_eq!((who(prefer, 0), who(prefer, 8)), (scratch.node("side"), scratch.node("main^")));
    }
}

#[test]
fn a_merge_in_flight_has_two_parents() {
    let scratch = same_change_on_both_sides();
    scratch.sh("git reset -q --hard main^ && git merge -q --no-commit side && echo more >>f");
    let snapshot = snapshot(&scratch);
    let text = std::fs::read(scratch.path().join("f")).unwrap();
    let parents = ["main", "side"].map(|name| snapshot.changelog.rev(&scratch.node(name)).unwrap());
    let draft = Draft { path: &path("f"), text: &text, parents: &parents, source: None };
    let annotation = draft.annotate(&snapshot, None, &Options::default()).unwrap();
    assert_eq!(lines(&snapshot, &annotation), blame(&scratch, "-- f"));
    assert_eq!(annotation.at(9).map(|hunk| hunk.rev), Some(Rev::WDIR));
}

#[test]
fn a_draft_of_a_renamed_or_new_file() {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && seq 5 >f && git add f && git commit -qm one");
    let snapshot = snapshot(&scratch);
    let (old, new) = (path("f"), path("g"));
    let text = b"1\n2\n3\n4\n5\n6\n";
    let revs = |source: Option<&RepoPath>, parents: &[Rev]| {
        let draft = Draft { path: &new, text, parents, source };
        let annotation = draft.annotate(&snapshot, None, &Options::default()).unwrap();
        annotation.hunks.iter().map(|hunk| (hunk.start, hunk.rev, hunk.path.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(revs(Some(&old), &[Rev(0)]), [(0, Rev(0), "f".into()), (5, Rev::WDIR, "g".into())]);
    assert_eq!(revs(None, &[Rev(0)]), [(0, Rev::WDIR, "g".into())]);
    assert_eq!(revs(None, &[]), [(0, Rev::WDIR, "g".into())]);
}

#[test]
fn without_following_the_rename_has_its_lines() {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && seq 5 >f && git add f && git commit -qm one
         git mv f g && git commit -qm two && echo 6 >>g && git commit -qam three");
    let snapshot = snapshot(&scratch);
    let revs = |follow: bool| {
        let options = Options { follow, ..Options::default() };
        let annotation = annotate(&snapshot, &path("g"), Rev(2), None, &options).unwrap();
        annotation.hunks.iter().map(|hunk| (hunk.start, hunk.rev.0)).collect::<Vec<_>>()
    };
    assert_eq!((revs(true), revs(false)), (vec![(0, 0), (5, 2)], vec![(0, 1), (5, 2)]));
}

#[test]
fn what_cannot_be_annotated_is_an_error_with_a_kind() {
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main . && printf 'a\\0b' >binary && touch empty && git add . && git commit -qm one");
    let snapshot = snapshot(&scratch);
    let kind = |name: &str, rev: Rev| {
        annotate(&snapshot, &path(name), rev, None, &Options::default()).map_err(|error| error.kind())
    };
    assert_eq!(kind("binary", Rev(0)), Err(Kind::BinaryFile));
    assert_eq!(kind("absent", Rev(0)), Err(Kind::NotTracked));
    assert_eq!(kind("empty", Rev::NULL), Err(Kind::NotTracked));
    assert_eq!(kind("empty", Rev(0)), Ok(Annotation::default()));
}

#[test]
fn parts_of_an_annotation() {
    let part = |start, count, rev, origin_start| {
        let path = Arc::new(RepoPath::new("f").expect("a path"));
        Hunk { start, count, rev: Rev(rev), path, origin_start, skipped: false }
    };
    let annotation = Annotation { hunks: vec![part(0, 4, 1, 10), part(4, 2, Rev::WDIR.0, 4), part(6, 1, 2, 0)] };
    // Ranges may overlap, lie outside and come in any order.
    let within = annotation.within(&[3..5, 1..4, 6..99, 200..300, 2..2]);
    assert_eq!(within.hunks, [part(1, 3, 1, 11), part(4, 1, Rev::WDIR.0, 4), part(6, 1, 2, 0)]);
    let other = Annotation { hunks: vec![part(0, 5, 7, 0), part(5, 2, Rev::WDIR.0, 5)] };
    let both = annotation.or(&other);
    assert_eq!(both.hunks, [part(0, 4, 1, 10), part(4, 1, 7, 4), part(5, 1, Rev::WDIR.0, 5), part(6, 1, 2, 0)]);
}
