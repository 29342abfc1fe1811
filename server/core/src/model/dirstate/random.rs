//! Status against git on working copies in random disorder: files written, removed, staged, forgotten, renamed, turned
//! into folders and links, ignored by rules of several files. What git's commands say of each path on its own (tracked,
//! in `HEAD`, its content) gives the expected code; which files are unknown or ignored, `git status` says.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::error::Result;
use crate::git::testing::Scratch;
use crate::ids::RepoPath;
use crate::model::testing::snapshot_of;
use crate::testing::Random;

const NAMES: [&str; 12] =
    ["a", "b", "a/x", "a/y.o", "a/b/x", "a/b/z", "c/d/e", "c/d.o", "c/f", "a-b", "c/d/keep.o", "build/out"];
const RULES: [&str; 9] = ["*.o", "!keep.o", "build/", "/b", "x", "!/a/b/x", "c/**/e", "d", "[ab]*"];

/// One random thing done to the working copy or the index.
fn disturb(random: &mut Random) -> String {
    let name = NAMES[random.below(NAMES.len())];
    let other = NAMES[random.below(NAMES.len())];
    let rule = RULES[random.below(RULES.len())];
    let folder = ["", "a/", "c/", "c/d/"][random.below(4)];
    let content = random.below(3);
    let write = format!("mkdir -p $(dirname {name}) && echo {content} > {name}");
    match random.below(14) {
        0..4 => write,
        4 => format!("{write} && git add -f {name}"),
        5 => format!("rm -rf {name}"),
        6 => format!("git rm -rqf --cached {name}"),
        7 => format!("git rm -rqf {name}"),
        8 => format!("git add -A {name}"),
        9 => format!("mkdir -p $(dirname {other}) && git mv -k {name} {other}"),
        10 => format!("chmod +x {name}"),
        11 => format!("ln -sfn target {name}"),
        12 => format!("git add -N -f {name}"),
        _ => format!("mkdir -p ./{folder} && echo '{rule}' >> {folder}.gitignore"),
    }
}

fn expected(scratch: &Scratch) -> BTreeMap<String, char> {
    let lines =
        |command: &str| -> Vec<String> { scratch.sh(command).split_terminator('\0').map(str::to_owned).collect() };
    let entries = |command: &str| -> BTreeMap<String, String> {
        let split = |line: String| line.split_once('\t').map(|(entry, path)| (path.to_owned(), entry.to_owned()));
        lines(command).into_iter().filter_map(split).collect()
    };
    let head = entries("git ls-tree -rz --format='%(objectmode) %(objectname)%x09%(path)' HEAD");
    let tracked: BTreeSet<String> = lines("git ls-files -z").into_iter().collect();
    let mut codes = BTreeMap::new();
    for path in &tracked {
        let script = format!(
            "case $(readlink -f $(dirname {path})) in $(readlink -f .)/$(dirname {path})|$(readlink -f .)) ;; *) exit 0 ;; esac
             if [ -L {path} ]; then echo 120000 $(printf %s \"$(readlink {path})\" | git hash-object --stdin)
             elif [ -f {path} ] && [ -x {path} ]; then echo 100755 $(git hash-object {path})
             elif [ -f {path} ]; then echo 100644 $(git hash-object {path}); fi"
        );
        let now = scratch.sh(&script);
        let code = match (now.trim(), head.get(path)) {
            ("", _) => '!',
            (_, None) => 'A',
            (now, Some(old)) if now == old => 'C',
            _ => 'M',
        };
        codes.insert(path.clone(), code);
    }
    for path in head.keys().filter(|path| !tracked.contains(*path)) {
        codes.insert(path.clone(), 'R');
    }
    for line in lines("git status --porcelain -z -uall --ignored --no-renames") {
        let (code, path) = line.split_at(3);
        let code = match code {
            "?? " => '?',
            "!! " => 'I',
            _ => continue,
        };
        codes.entry(path.to_owned()).or_insert(code);
    }
    codes
}

#[test]
fn random_working_copies_have_the_status_that_git_implies() -> Result<()> {
    for seed in 0..4 {
        let mut random = Random::new(seed);
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && git commit -q --allow-empty -m 0");
        let mut done = Vec::new();
        for round in 0..8 {
            for _ in 0..8 {
                let action = disturb(&mut random);
                scratch.sh(&format!("({action}) >/dev/null 2>&1 || true"));
                done.push(action);
            }
            if round % 3 == 1 {
                scratch.sh("git commit -qam next || true");
                done.push("commit".to_owned());
            }
            let snapshot = snapshot_of(&scratch);
            let request = Request { codes: Codes::ALL, ..Request::CHANGED };
            let all = status(&snapshot, Between::Working(first_parent(&snapshot)), &request)?;
            let codes = |status: &Status| -> BTreeMap<String, char> {
                status.rows.iter().map(|row| (row.path.to_string(), row.code.letter())).collect()
            };
            assert_eq!(codes(&all), expected(&scratch), "seed {seed}, after\n{}", done.join("\n"));
            let asked = [NAMES[random.below(NAMES.len())], NAMES[random.below(NAMES.len())]].map(path);
            let part =
                status(&snapshot, Between::Working(first_parent(&snapshot)), &Request { paths: &asked, ..request })?;
            let within = |row: &&Row| asked.iter().any(|path| row.path.is_within(path));
            let rows: Vec<Row> = all.rows.iter().filter(within).cloned().collect();
            assert_eq!(part.rows, rows, "seed {seed}, {asked:?}, after\n{}", done.join("\n"));
        }
    }
    Ok(())
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a path")
}
