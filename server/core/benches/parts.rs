//! Single parts of the core, timed: to find out which of them became slower when a row of `cargo xtask bench` did.
//!
//! `cargo bench -p hgls-core`, with the beginning of a name for some of them. What is asked of a store and of trees is asked in
//! a repository that is made for it; all else is in memory.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark fails by panicking, and divan makes what is public")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};

use divan::{Bencher, black_box};
use hgls_core::linediff::{self, Hunk, Tail, Whitespace};
use hgls_core::model::annotate::spans::{self, Span};
use hgls_core::objects::Tree;
use hgls_core::{Cancel, NoProgress, Options, RepoPath, Repository, Snapshot};
use tempfile::TempDir;

fn main() {
    divan::main();
}

const COMMITS: usize = 3000;
const FILES: usize = 400;

/// An indexed repository: each commit changes a file of its own folder, every third one `often` as well.
fn repository() -> &'static Repository {
    static MADE: OnceLock<(TempDir, Arc<Repository>)> = OnceLock::new();
    let (_, repository) = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let git = |args: &[&str]| {
            let mut command = Command::new("git");
            command.env("GIT_CONFIG_GLOBAL", "/dev/null").current_dir(folder.path()).args(args);
            command
        };
        assert!(git(&["init", "--quiet", "--bare", "--initial-branch=main"]).status().unwrap().success());
        let mut import = git(&["fast-import", "--quiet"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        import.stdin.take().unwrap().write_all(stream().as_bytes()).unwrap();
        assert!(import.wait().unwrap().success());
        let repository = Repository::open(folder.path(), Options::default()).unwrap();
        repository.index(&Cancel::new(), &NoProgress).unwrap();
        (folder, repository)
    });
    repository
}

fn stream() -> String {
    let mut stream = String::new();
    for commit in 0..COMMITS {
        let (file, time) = (commit * 7 % FILES, 1_700_000_000 + commit);
        writeln!(stream, "commit refs/heads/main\ncommitter A <a@example.org> {time} +0000\ndata 1\nm").unwrap();
        let mut put = |path: &str| {
            let content = format!("{path} {commit}\n");
            writeln!(stream, "M 100644 inline {path}\ndata {}\n{content}", content.len()).unwrap();
        };
        put(&format!("part{}/unit{}/file{file}", file % 10, file % 40));
        if commit % 3 == 0 {
            put("often");
        }
    }
    stream
}

fn snapshot() -> Snapshot {
    repository().snapshot(&Cancel::new(), &NoProgress).unwrap()
}

fn path(name: &str) -> RepoPath {
    RepoPath::new(name).unwrap()
}

// Trees.

/// A folder of a thousand files; the one in the middle has the content `middle`.
fn folder(middle: u8) -> Tree {
    let mut raw = Vec::new();
    for number in 0..1000 {
        raw.extend(format!("100644 file{number:04}\0").bytes());
        raw.extend([if number == 500 { middle } else { number as u8 }; 20]);
    }
    Tree::parse(std::sync::Arc::new(raw)).unwrap()
}

#[divan::bench]
fn tree_step_over_what_two_folders_share(bencher: Bencher) {
    let (one, other) = (folder(1), folder(2));
    bencher.bench_local(|| {
        let (mut left, mut right) = (black_box(&one).entries(), black_box(&other).entries());
        left.skip_common(&mut right);
        let differs = (left.next(), right.next());
        left.skip_common(&mut right);
        (differs.0.is_some(), left.peek().is_none())
    });
}

#[divan::bench]
fn tree_find_a_path_of_the_newest_commit(bencher: Bencher) {
    let snapshot = snapshot();
    let tip = snapshot.changelog.tip();
    let tree = snapshot.objects.commit(snapshot.changelog.node(tip)).unwrap().tree;
    let path = path("part3/unit13/file13");
    bencher.bench_local(|| snapshot.objects.entry(tree, black_box(&path)).unwrap());
}

// Lines.

/// Ten thousand lines; every `step`th is another for each `seed`.
fn text(seed: usize, step: usize) -> String {
    let line = |number: usize| if number.is_multiple_of(step) { number * 31 + seed } else { number * 31 };
    (0..10_000).map(|number| format!("    let value_{} = call({});\n", line(number), number % 17)).collect()
}

#[divan::bench(args = [100, 1000])]
fn lines_compare_ten_thousand(bencher: Bencher, step: usize) {
    let (before, after) = (text(1, step), text(2, step));
    bencher.bench_local(|| linediff::hunks(before.as_bytes(), after.as_bytes(), Whitespace::default(), Tail::Cut));
}

#[divan::bench]
fn spans_pass_two_thousand_over_two_hundred_hunks(bencher: Bencher) {
    let spans: Vec<Span> =
        (0..2000).map(|number| Span { at: number * 5, target: number * 6, count: 4, guessed: false }).collect();
    let hunk = |number: u32| {
        let (before, after) = (number * 49, number * 50);
        Hunk { before: before..before + 1, after: after..after + 2, blank: false }
    };
    let hunks: Vec<Hunk> = (0..200).map(hunk).collect();
    bencher.bench_local(|| {
        let mut split = spans::split(black_box(&spans), black_box(&hunks));
        spans::sort(&mut split.passed);
        split
    });
}

// The store.

#[divan::bench]
fn store_changes_of_a_file_with_a_thousand(bencher: Bencher) {
    let snapshot = snapshot();
    let (store, path) = (snapshot.store.as_ref().unwrap(), path("often"));
    bencher.bench_local(|| store.changes(black_box(&path)).unwrap());
}

#[divan::bench]
fn store_paths_within_a_folder(bencher: Bencher) {
    let snapshot = snapshot();
    let (store, folder) = (snapshot.store.as_ref().unwrap(), path("part3"));
    bencher.bench_local(|| store.paths_within(Some(black_box(&folder))).unwrap());
}

#[divan::bench]
fn snapshot_of_an_open_repository(bencher: Bencher) {
    let repository = repository();
    bencher.bench_local(|| repository.snapshot(&Cancel::new(), &NoProgress).unwrap().changelog.tip());
}

#[divan::bench]
fn snapshot_of_a_repository_just_opened(bencher: Bencher) {
    let path = repository().location().git_dir.clone();
    bencher.bench_local(|| {
        let repository = Repository::open(&path, Options::default()).unwrap();
        repository.snapshot(&Cancel::new(), &NoProgress).unwrap().changelog.tip()
    });
}
