//! A process that ends at any step of a commit leaves the repository as before or as after.
//!
//! The process is this test again, in a process of its own, which is told to end at the nth step. What it leaves is held
//! against what was there and what should have come. Locks that it leaves are git's to complain of, and the user's to
//! remove, as those of a git that was killed.

use std::process::Command;

use super::*;

const FOLDER: &str = "HGLS_TEST_INTERRUPTED_FOLDER";
const STEP: &str = "HGLS_TEST_INTERRUPTED_STEP";
const KIND: &str = "HGLS_TEST_INTERRUPTED_KIND";

/// The other process.
#[test]
fn commits_until_a_step() {
    let (Ok(folder), Ok(step), Ok(kind)) = (std::env::var(FOLDER), std::env::var(STEP), std::env::var(KIND)) else {
        return; // This is not the other process.
    };
    let repository = Repository::open(folder.as_ref(), Options { trusted: true, ..Options::default() }).unwrap();
    crate::steps::stop_at(step.parse().unwrap());
    let outcome = match kind.as_str() {
        "uncommit" => uncommit(&repository, CLOCK, &Cancel::new(), &NoProgress).map(drop),
        "amend" => commit(&repository, &CommitOptions { amend: true, ..ALL }, &Cancel::new(), &NoProgress).map(drop),
        "part" => {
            let options = CommitOptions { paths: &paths(&["f", "d"]), ..ALL };
            commit(&repository, &options, &Cancel::new(), &NoProgress).map(drop)
        }
        _ => commit(&repository, &ALL, &Cancel::new(), &NoProgress).map(drop),
    };
    outcome.unwrap();
}

/// The other process, to be run.
fn other_process(scratch: &Scratch, kind: &str, step: usize) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "edit::commit::tests::interrupted::commits_until_a_step", "--nocapture"])
        .env(FOLDER, scratch.path())
        .env(STEP, step.to_string())
        .env(KIND, kind);
    command
}

/// Runs the other process; gives the step at which it ended, `None` when it came through.
fn until(scratch: &Scratch, kind: &str, step: usize) -> Option<String> {
    let output = other_process(scratch, kind, step).output().unwrap();
    if output.status.success() {
        return None;
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let step = words.lines().find_map(|line| line.strip_prefix("stopped at: "));
    Some(step.unwrap_or_else(|| panic!("{words}")).to_owned())
}

/// What Mercurial's view of the repository is made of, and nothing of what is staged.
fn view(scratch: &Scratch) -> String {
    let repository = Repository::open(scratch.path(), Options::default()).unwrap();
    let moment = repository.moment(&Cancel::new()).unwrap();
    let request = crate::model::dirstate::Request { copies: false, ..crate::model::dirstate::Request::CHANGED };
    let base = crate::model::dirstate::first_parent(&moment);
    let between = crate::model::dirstate::Between::Working(base);
    let status = crate::model::dirstate::status(&moment, between, &request).unwrap();
    let rows: String = status.rows.iter().map(|row| format!("{}{} ", row.code.letter(), row.path)).collect();
    // The node of what is new varies with nothing: dates are fixed.
    format!("{base} {:?} {rows}", moment.refs.merge_parents)
}

fn interrupt(kind: &str, script: &str) {
    let before = view(&repository(script));
    let after = {
        let scratch = repository(script);
        assert_eq!(until(&scratch, kind, 0), None);
        assert_eq!(scratch.sh("find .git -name '*.lock' | grep -v open.lock || true"), "");
        view(&scratch)
    };
    assert_ne!(before, after);
    let mut steps = Vec::new();
    for step in 1.. {
        let scratch = repository(script);
        let files = scratch.sh("find . -path ./.git -prune -o -type f -print -exec cat {} +");
        let Some(at) = until(&scratch, kind, step) else { break };
        scratch.sh("find .git -name '*.lock' -delete");
        let found = view(&scratch);
        let moved = steps.iter().any(|(name, _): &(String, bool)| name == "the reference has moved")
            || at == "the reference has moved";
        assert_eq!(found, if moved { after.clone() } else { before.clone() }, "{kind}: stopped at '{at}'");
        assert_eq!(
            scratch.sh("git fsck --strict --no-dangling --no-progress 2>&1 | grep -v ^notice || true"),
            "",
            "{at}"
        );
        assert_eq!(scratch.sh("find . -path ./.git -prune -o -type f -print -exec cat {} +"), files, "{at}");
        // Whoever comes next finds nothing in the way.
        if !moved {
            assert_eq!(until(&scratch, kind, 0), None, "{kind}: again after '{at}'");
            assert_eq!(view(&scratch), after, "{kind}: again after '{at}'");
        }
        steps.push((at, moved));
    }
    let (first, last) = (steps.first().unwrap(), steps.last().unwrap());
    assert!(!first.1 && last.1 && steps.len() >= 6, "{steps:?}");
}

const CHANGES: &str = "mkdir d && for f in f g d/x d/y; do echo 1 > $f; done && git add . && git commit -qm base
     echo 2 > f && echo 2 > g && git add g && echo 2 > d/x && git rm -q d/y && echo 2 > d/new && git add -N d/new";

#[test]
fn a_commit_of_everything() {
    interrupt("all", CHANGES);
}

#[test]
fn a_commit_of_a_part() {
    interrupt("part", CHANGES);
}

#[test]
fn a_first_commit() {
    interrupt("all", "echo 1 > f && git add f");
}

#[test]
fn a_commit_of_a_merge() {
    interrupt(
        "all",
        "echo 1 > f && echo 1 > g && git add . && git commit -qm base && git checkout -qb other && echo theirs > f
         git commit -qam other && git checkout -q main && echo ours > f && git commit -qam ours
         git merge -q other >/dev/null 2>&1 || true; echo both > f && git add f && echo 2 > g",
    );
}

#[test]
fn an_amended_commit() {
    interrupt("amend", CHANGES);
}

#[test]
fn an_undone_commit() {
    interrupt(
        "uncommit",
        "echo 1 > f && git add . && git commit -qm base && echo 2 > f && git commit -qam second && echo 3 > f",
    );
}

#[test]
fn what_a_server_was_started_with_has_no_say() {
    let scratch = repository(CHANGES);
    let hook = "#!/bin/sh\nenv | grep -E '^GIT_(DIR|WORK_TREE|OBJECT|INDEX|AUTHOR|CONFIG)' | sort > .git/seen; git write-tree\n";
    std::fs::write(scratch.path().join(".git/hooks/pre-commit"), hook).unwrap();
    scratch.sh("chmod +x .git/hooks/pre-commit");
    let output = other_process(&scratch, "all", 0)
        .env("GIT_DIR", "/nowhere/.git")
        .env("GIT_WORK_TREE", "/nowhere")
        .env("GIT_INDEX_FILE", "/nowhere/index")
        .env("GIT_OBJECT_DIRECTORY", "/nowhere/objects")
        .env("GIT_AUTHOR_NAME", "nobody")
        .env("GIT_AUTHOR_DATE", "@5 +0000")
        .env("GIT_COMMITTER_EMAIL", "no@body")
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "user.name")
        .env("GIT_CONFIG_VALUE_0", "nobody")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let shown = scratch.sh("git log -1 --date=raw --format='%an %ae %ad %cn %ce %cd'");
    assert_eq!(shown, "test test@example.org 1594819230 +0000 test test@example.org 1594819230 +0000\n");
    let seen = scratch.sh("sed 's|=.*/.git/hgls/.*|=here|' .git/seen");
    let expected = "GIT_AUTHOR_DATE=@1594819230 +0000\nGIT_AUTHOR_EMAIL=test@example.org\nGIT_AUTHOR_NAME=test\n\
                    GIT_INDEX_FILE=here\n";
    assert_eq!(seen.replace("GIT_CONFIG_KEY_0=user.name\nGIT_CONFIG_VALUE_0=nobody\n", ""), expected);
}
