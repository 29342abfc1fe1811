//! Status against git on working copies in random disorder: files written, removed, staged, forgotten, renamed, turned
//! into folders and links, ignored by rules of several files. What git's commands say of each path on its own (tracked,
//! in `HEAD`, its content) gives the expected code; which files are unknown or ignored, `git status` says.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::error::Result;
use crate::git::spellings;
use crate::git::testing::Scratch;
use crate::ids::RepoPath;
use crate::model::testing::snapshot_of;
use crate::testing::Random;

/// What a random working copy is made of.
struct Kind {
    /// How it begins.
    begin: &'static str,
    files: &'static [&'static str],
    /// Where `.gitignore` may stand.
    folders: &'static [&'static str],
    rules: &'static [&'static str],
}

const PLAIN: Kind = Kind {
    begin: "git init -q -b main .",
    files: &["a", "b", "a/x", "a/y.o", "a/b/x", "a/b/z", "c/d/e", "c/d.o", "c/f", "a-b", "c/d/keep.o", "build/out"],
    folders: &["", "a/", "c/", "c/d/"],
    rules: &["*.o", "!keep.o", "build/", "/b", "x", "!/a/b/x", "c/**/e", "d", "[ab]*"],
};

/// Names that differ in case, where case does not count: on a file system that folds case, and on one that does not
/// but git is told so.
const FOLDED: Kind = Kind {
    begin: "git init -q -b main . && git config core.ignoreCase true",
    files: &["a", "A", "b/x", "B/X", "b/Y.o", "B/y.o", "b/c/z", "B/C/z", "b/C/Z", "B/k", "d/D", "D/d", "d", "D/e/f"],
    folders: &["", "b/", "B/", "b/C/"],
    rules: &["*.O", "!Y.o", "B/c/", "/A", "Z", "d", "!D/D", "[ab]*"],
};

/// One random thing done to the working copy or the index.
fn disturb(kind: &Kind, random: &mut Random) -> String {
    let mut pick = |from: &[&'static str]| from[random.below(from.len())];
    let (name, other) = (pick(kind.files), pick(kind.files));
    let (rule, folder) = (pick(kind.rules), pick(kind.folders));
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
            "if [ $(git config core.fileMode) = true ]; then is_executable() {{ [ -x $1 ]; }}
             else is_executable() {{ git ls-files -s $1 | grep -q ^100755; }}; fi
             case $(readlink -f $(dirname {path})) in $(readlink -f .)/$(dirname {path})|$(readlink -f .)) ;; *) exit 0 ;; esac
             if [ -L {path} ]; then echo 120000 $(printf %s \"$(readlink {path})\" | git hash-object --stdin)
             elif [ -f {path} ] && is_executable {path}; then echo 100755 $(git hash-object {path})
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

/// Compares at many points of a random life, of all of the working copy and of parts that are asked for by name.
fn live(kind: &Kind, seed: u64) -> Result<()> {
    let mut random = Random::new(seed);
    let scratch = Scratch::new();
    scratch.sh(&format!("{} && git commit -q --allow-empty -m 0", kind.begin));
    let mut done = Vec::new();
    for round in 0..8 {
        for _ in 0..8 {
            let action = disturb(kind, &mut random);
            scratch.sh(&format!("({action}) >/dev/null 2>&1 || true"));
            done.push(action);
        }
        if round % 3 == 1 {
            scratch.sh("git commit -qam next || true");
            done.push("commit".to_owned());
        }
        let snapshot = snapshot_of(&scratch);
        let request = Request { codes: Codes::ALL, ..Request::CHANGED };
        let of = |request: &Request<'_>| status(&snapshot, Between::Working(first_parent(&snapshot)), request);
        let all = of(&request)?;
        let codes = |status: &Status| -> BTreeMap<String, char> {
            status.rows.iter().map(|row| (row.path.to_string(), row.code.letter())).collect()
        };
        assert_eq!(codes(&all), expected(&scratch), "seed {seed}, after\n{}", done.join("\n"));
        let mut asked = Vec::new();
        for _ in 0..2 {
            let path = path(kind.files[random.below(kind.files.len())]);
            asked.extend(spellings(&snapshot.git, &snapshot.location, &path)?);
        }
        let part = of(&Request { paths: &asked, ..request })?;
        let within = |row: &&Row| asked.iter().any(|path| row.path.is_within(path));
        let rows: Vec<Row> = all.rows.iter().filter(within).cloned().collect();
        assert_eq!(part.rows, rows, "seed {seed}, {asked:?}, after\n{}", done.join("\n"));
    }
    Ok(())
}

#[test]
fn random_working_copies_have_the_status_that_git_implies() -> Result<()> {
    (0..4).try_for_each(|seed| live(&PLAIN, seed))
}

#[test]
fn random_working_copies_in_which_case_does_not_count_have_the_status_that_git_implies() -> Result<()> {
    (0..4).try_for_each(|seed| live(&FOLDED, seed))
}

#[test]
fn names_in_another_case_are_what_git_takes_them_for() -> Result<()> {
    let twice = "touch f && for name in Makefile makefile MAKEFILE; do
        git update-index --add --cacheinfo 100644,$(git hash-object -w f),$name; done && rm f && echo 1 > makefile";
    for script in [
        "echo 1 > README.md && git add . && mv README.md x && mv x readme.md && echo 2 > readme.md",
        "mkdir -p Src/Deep && touch Src/a.c Src/Deep/b && git add . && mv Src x && mv x src && touch src/new src/A.C",
        "mkdir -p Src/a src/A && touch Src/a/x src/A/x && git add . && touch src/A/y Src/a/X && rm src/A/x",
        "touch A && git add A && touch a && echo B > .gitignore && touch b",
        "touch A && git add A && rm A && mkdir a && touch a/new",
        "mkdir A && touch A/f && git add A && rm -r A && touch a",
        "mkdir .GIT .Git2 || true; touch .GIT/f .Git2/f; rm -rf .GIT/f",
        "touch \u{c9}t\u{e9} && git add . && mv \u{c9}t\u{e9} x && mv x \u{e9}t\u{e9}",
        "mkdir d && echo '*.O' > d/.gitignore && touch d/x.o D.o && git add -f d/x.o && mv d x && mv x D && touch D/y.o",
        twice,
    ] {
        let scratch = Scratch::new();
        scratch.sh(&format!("{} && git commit -q --allow-empty -m 0\n{script}", FOLDED.begin));
        let snapshot = snapshot_of(&scratch);
        let request = Request { codes: Codes::ALL, ..Request::CHANGED };
        let all = status(&snapshot, Between::Working(first_parent(&snapshot)), &request)?;
        let codes: BTreeMap<_, _> = all.rows.iter().map(|row| (row.path.to_string(), row.code.letter())).collect();
        assert_eq!(codes, expected(&scratch), "{script}");
    }
    Ok(())
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a path")
}
