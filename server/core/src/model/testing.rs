//! Random repositories for unit tests: branches, merges with two and more parents, criss-cross history, renames,
//! removals and re-additions, mode changes, files that are like each other, clocks that go wrong.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::cancel::Cancel;
use crate::git::testing::Scratch;
use crate::progress::NoProgress;
use crate::repository::{Options, Repository, Snapshot};
use crate::testing::Random;

type Files = BTreeMap<String, (&'static str, Vec<String>)>;

/// What there is to see of a repository now.
pub fn snapshot_of(scratch: &Scratch) -> Snapshot {
    let repository = Repository::open(scratch.path(), Options::default()).expect("a repository");
    repository.snapshot(&Cancel::new(), &NoProgress).expect("a snapshot")
}

/// A repository with `count` changesets; every head has a branch, the last changeset is `HEAD`.
pub fn random_repository(random: &mut Random, count: usize) -> Scratch {
    let mut commits: Vec<Files> = Vec::new();
    let mut childless = Vec::new();
    let mut stream = String::new();
    for number in 0..count {
        let parents = choose_parents(random, number);
        childless.retain(|commit| !parents.contains(commit));
        childless.push(number);
        let mut files = merge(random, &parents, &commits);
        for _ in 0..1 + random.below(3) {
            change(random, &mut files);
        }
        write_commit(&mut stream, random, number, &parents, &files);
        commits.push(files);
    }
    for head in childless {
        writeln!(stream, "reset refs/heads/b{head}\nfrom :{}\n", head + 1).expect("a string");
    }
    writeln!(stream, "reset refs/heads/main\nfrom :{count}\n").expect("a string");
    let scratch = Scratch::new();
    scratch.sh("git init -q -b main .");
    std::fs::write(scratch.path().join(".git/stream"), stream).expect("a file");
    scratch.sh("git fast-import --quiet --force <.git/stream && git reset -q --hard");
    scratch
}

fn choose_parents(random: &mut Random, number: usize) -> Vec<usize> {
    if number == 0 || random.below(30) == 0 {
        return Vec::new();
    }
    let wanted = [1, 1, 1, 1, 1, 2, 2, 2, 2, 3][random.below(10)];
    let mut parents = Vec::new();
    for _ in 0..wanted {
        let parent = number - 1 - random.below(number.min(6));
        if !parents.contains(&parent) {
            parents.push(parent);
        }
    }
    parents
}

/// Each file of any parent: one parent's, or a mixture of two.
fn merge(random: &mut Random, parents: &[usize], commits: &[Files]) -> Files {
    let mut files = Files::new();
    let mut paths: Vec<&String> = parents.iter().flat_map(|parent| commits[*parent].keys()).collect();
    paths.sort();
    paths.dedup();
    for path in paths {
        let mut pick = || commits[parents[random.below(parents.len())]].get(path);
        let (one, two) = (pick(), pick());
        let Some((mode, one)) = one else { continue };
        let mut lines = one.clone();
        if let (Some((_, two)), 0) = (two, random.below(2)) {
            let cut = random.below(lines.len().min(two.len()) + 1);
            lines.truncate(cut);
            lines.extend_from_slice(&two[cut..]);
        }
        insert(&mut files, path.clone(), mode, lines);
    }
    files
}

/// A path cannot be a file and a folder.
fn insert(files: &mut Files, path: String, mode: &'static str, lines: Vec<String>) {
    let clashes = |one: &str, two: &str| one.strip_prefix(two).is_some_and(|rest| rest.starts_with('/'));
    files.retain(|other, _| !clashes(other, &path) && !clashes(&path, other));
    files.insert(path, (mode, lines));
}

fn any_path(random: &mut Random) -> String {
    ["a", "b", "c", "d/a", "d/b", "d/e/a", "a/f", "z"][random.below(8)].to_owned()
}

/// Few distinct lines, so that many places look alike.
fn any_line(random: &mut Random) -> String {
    match random.below(4) {
        0 => ["", "}", "    }", "\treturn;", "    if x {"][random.below(5)].to_owned(),
        1 => format!("    call({});", random.below(20)),
        _ => format!("{}let line_{} = {};", " ".repeat(random.below(9)), random.below(300), random.below(1000)),
    }
}

fn change(random: &mut Random, files: &mut Files) {
    let existing = (!files.is_empty()).then(|| files.keys().nth(random.below(files.len())).cloned()).flatten();
    let (choice, existing) = (random.below(20), existing.unwrap_or_default());
    let Some((mode, mut lines)) = files.get(&existing).cloned().filter(|_| choice != 0) else {
        let lines = (0..random.below(40)).map(|_| any_line(random)).collect();
        return insert(files, any_path(random), "100644", lines);
    };
    match choice {
        1 => drop(files.remove(&existing)),
        2..5 => {
            files.remove(&existing);
            if random.below(2) == 0 {
                edit(random, &mut lines);
            }
            insert(files, any_path(random), mode, lines);
        }
        5 => insert(files, any_path(random), mode, lines),
        6 => {
            let mode = ["100644", "100755", "120000"][random.below(3)];
            insert(files, existing, mode, lines);
        }
        7 => insert(files, existing, mode, Vec::new()),
        _ => {
            (0..1 + random.below(3)).for_each(|_| edit(random, &mut lines));
            insert(files, existing, mode, lines);
        }
    }
}

fn edit(random: &mut Random, lines: &mut Vec<String>) {
    let at = random.below(lines.len() + 1);
    let removed = random.below(5).min(lines.len() - at);
    let added: Vec<_> = (0..random.below(5)).map(|_| any_line(random)).collect();
    lines.splice(at..at + removed, added);
    if random.below(5) == 0 {
        respace(random, lines);
    }
}

/// Other white space around some lines, as tools that format do.
fn respace(random: &mut Random, lines: &mut [String]) {
    for line in lines {
        if random.below(3) == 0 {
            let indent = ["", "  ", "\t", "        "][random.below(4)];
            *line = format!("{indent}{}{}", line.trim(), ["", "", " ", "\r"][random.below(4)]);
        }
    }
}

fn write_commit(stream: &mut String, random: &mut Random, number: usize, parents: &[usize], files: &Files) {
    // Some clocks are slow.
    let time = 1_167_609_610 + 60 * number - if random.below(10) == 0 { 3_000 } else { 0 };
    let mut text = format!("commit refs/heads/main\nmark :{}\n", number + 1);
    if parents.is_empty() {
        text = format!("reset refs/heads/main\n\n{text}");
    }
    write!(text, "committer test <test@example.org> {time} +0000\ndata 2\nc\n").expect("a string");
    for (at, parent) in parents.iter().enumerate() {
        let word = if at == 0 { "from" } else { "merge" };
        writeln!(text, "{word} :{}", parent + 1).expect("a string");
    }
    text.push_str("deleteall\n");
    for (path, (mode, lines)) in files {
        let mut content = lines.join("\n");
        // Now and then the end of the last line is missing.
        if !lines.is_empty() && lines.len() % 7 != 0 {
            content.push('\n');
        }
        // No system has a link to nowhere.
        if *mode == "120000" && content.is_empty() {
            content.push('.');
        }
        writeln!(text, "M {mode} inline {path}\ndata {}\n{content}", content.len()).expect("a string");
    }
    stream.push_str(&text);
    stream.push('\n');
}
