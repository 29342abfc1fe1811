//! A process that ends at any step of an update, a revert or the like leaves a repository in which nothing is lost, and where the same
//! command once more does the rest.
//!
//! The process is this test again, in a process of its own, which is told to end at the nth step.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{PROGRESS, Place};
use crate::cancel::Cancel;
use crate::edit::{
    self, CopyOptions, ForgetOptions, RemoveOptions, Resolution, ResolveOptions, RevertOptions, Target, Tool,
    UpdateOptions, forget, interrupted, remove, rename, resolve, revert, update,
};
use crate::repository::{Options, Repository};

const FOLDER: &str = "HGLS_TEST_STOPPED_FOLDER";
const STEP: &str = "HGLS_TEST_STOPPED_STEP";
const KIND: &str = "HGLS_TEST_STOPPED_KIND";

/// The other process.
#[test]
fn works_until_a_step() {
    let (Ok(folder), Ok(step), Ok(kind)) = (std::env::var(FOLDER), std::env::var(STEP), std::env::var(KIND)) else {
        return; // This is not the other process.
    };
    let repository = Repository::open(folder.as_ref(), Options::default()).unwrap();
    let moment = repository.moment(&Cancel::new()).unwrap();
    let name = if kind == "advance" { "topic" } else { "main" };
    let main = moment.refs.bookmarks.iter().find(|bookmark| bookmark.name == "main").unwrap().node;
    let target = Some(Target { node: main, bookmark: Some(name.into()), advance: kind == "advance" });
    crate::steps::stop_at(step.parse().unwrap());
    let (cancel, all) = (Cancel::new(), RevertOptions { all: true, ..RevertOptions::default() });
    let done = match kind.as_str() {
        "revert" => revert(&repository, &all, &cancel, &PROGRESS).map(drop),
        "remove" => {
            let paths = super::paths(&["a", "b", "d/e"]);
            remove(&repository, &RemoveOptions { paths, force: true, ..RemoveOptions::default() }, &cancel, &PROGRESS)
                .map(drop)
        }
        "copy" | "rename" => {
            let (sources, target) = (super::paths(&["d"]), super::paths(&["e"]).pop());
            let unsaved = BTreeSet::new();
            let options = CopyOptions { sources, target, after: false, force: true, dry_run: false, unsaved };
            let way = if kind == "copy" { edit::copy } else { rename };
            way(&repository, &options, &cancel, &PROGRESS).map(drop)
        }
        "nothing" => {
            let paths = super::paths(&["nosuch"]);
            forget(&repository, &ForgetOptions { paths, ..ForgetOptions::default() }, &cancel, &PROGRESS).map(drop)
        }
        "resolve" => {
            let options = ResolveOptions { resolution: Resolution::Merge(Tool::Other), ..ResolveOptions::default() };
            resolve(&repository, &options, &cancel).map(drop)
        }
        "clean" => {
            let options = UpdateOptions { target, clean: true, ..UpdateOptions::default() };
            update(&repository, &options, &cancel, &PROGRESS).map(drop)
        }
        "resume" => update(&repository, &UpdateOptions::default(), &cancel, &PROGRESS).map(drop),
        _ => {
            let options = UpdateOptions { target, ..UpdateOptions::default() };
            update(&repository, &options, &cancel, &PROGRESS).map(drop)
        }
    };
    done.unwrap();
}

/// Runs the other process; gives the step at which it ended, `None` when it came through.
fn until(place: &Place, kind: &str, step: usize) -> Option<String> {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "edit::tests::interrupted::works_until_a_step", "--nocapture"])
        .env(FOLDER, place.scratch.path())
        .env(STEP, step.to_string())
        .env(KIND, kind)
        .output()
        .unwrap();
    if output.status.success() {
        return None;
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let step = words.lines().find_map(|line| line.strip_prefix("stopped at: "));
    Some(step.unwrap_or_else(|| panic!("{words}")).to_owned())
}

/// What there is: what is checked out, the status, and each file; and, where `staged` says so, git's index.
fn all(place: &Place, staged: bool) -> String {
    let index = if staged { "git status --porcelain -uall; git ls-files -u" } else { "true" };
    let heads = place
        .sh(&format!("git symbolic-ref -q HEAD; git show-ref --head; ls .git/MERGE_HEAD 2>/dev/null || true; {index}"));
    format!("{heads}{}{:?}", place.st(), files(place.scratch.path()))
}

/// The files below a folder and what they hold, `.git` left out.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name() != ".git") {
        match entry.file_type().unwrap().is_dir() {
            true => found.extend(files(&entry.path())),
            false => _ = found.insert(entry.file_name().into(), std::fs::read_to_string(entry.path()).unwrap()),
        }
    }
    found
}

/// What files hold, and backups of them.
fn contents(place: &Place) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = files(place.scratch.path()).into_values().collect();
    let backups = std::fs::read_dir(place.scratch.path().join(".git/hgls/backups")).into_iter().flatten().flatten();
    backups.for_each(|operation| found.extend(files(&operation.path()).into_values()));
    found
}

/// A copy of the repository that the script makes.
fn copy(made: &Place) -> Place {
    Place::new(&format!("rm -rf .git; cp -a '{}/.' .", made.scratch.path().display()))
}

/// Has `kind` end at each of its steps, and then `again`. What is staged need not come out the same where Mercurial's view
/// has no place for it.
fn interrupt(script: &str, kind: &str, again: &str, staged: bool) {
    let made = Place::new(script);
    let expected = {
        let place = copy(&made);
        assert_eq!(until(&place, kind, 0), None);
        place.git();
        all(&place, staged)
    };
    assert_ne!(all(&made, staged), expected);
    let before = contents(&made);
    let mut steps = Vec::new();
    for step in 1.. {
        let place = copy(&made);
        let Some(at) = until(&place, kind, step) else { break };
        let nothing_is_lost = |when: &str| {
            let now = contents(&place);
            for content in before.iter().filter(|content| !now.contains(*content)) {
                std::fs::write(place.scratch.path().join(".git/content"), content).unwrap();
                let found = place.sh("git cat-file -e $(git hash-object .git/content) && echo found || true");
                assert_eq!(found, "found\n", "{kind} {when} '{at}' ({step}): {content:?} is lost");
            }
        };
        // Locks are git's to complain of, and the user's to remove.
        place.sh("find .git -name '*.lock' -delete; git fsck --strict --no-dangling");
        nothing_is_lost("stopped at");
        let resumed = interrupted(&place.moment()).unwrap().is_some();
        if all(&place, staged) != expected {
            // Nothing has begun yet, or it is known what was.
            let again = if again == "resume" && !resumed { kind } else { again };
            assert_eq!(until(&place, again, 0), None, "{kind}: again after '{at}' ({step})");
            place.git();
        }
        assert_eq!(all(&place, staged), expected, "{kind}: again after '{at}' ({step})");
        nothing_is_lost("again after");
        steps.push(at);
    }
    assert!(steps.len() >= 4, "{steps:?}");
}

/// Each kind of step: files that come, go, are merged, are in conflict, were removed on either side, are unchanged.
const CHANGES: &str = "for f in come merge conflict gone mine d/x; do mkdir -p $(dirname $f); printf '1\\n2\\n3\\n4\\n5\\n' > $f; done
     echo r > removed; echo t > there; git add .; git commit -qm zero; git tag zero
     sed -i s/3/three/ come merge conflict; git rm -q gone there; echo R > removed; echo n > new; git add .; git commit -qm one
     git checkout -q -b topic zero
     sed -i s/5/five/ merge; git add merge; sed -i s/3/THREE/ conflict; echo m >> mine; git rm -q removed; echo T > there";

#[test]
fn an_update_that_merges() {
    interrupt(CHANGES, "update", "update", true);
}

#[test]
fn an_update_that_is_taken_up_without_saying_where_to() {
    interrupt(CHANGES, "update", "resume", true);
}

/// Files that the target calls otherwise, and files that the user does: merged, in conflict, the same.
const RENAMES: &str =
    "for f in a b c d e; do printf \"$f\\n1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n\" > $f; done; git add .; git commit -qm zero
     git tag zero; mkdir x; for f in a b c; do git mv $f x/$f; done; sed -i s/3/three/ x/a x/b d; git commit -qam one
     git checkout -q -b topic zero; sed -i s/7/seven/ a c d; sed -i s/3/THREE/ b; git mv d y";

#[test]
fn an_update_that_merges_what_was_renamed() {
    interrupt(RENAMES, "update", "update", true);
    interrupt(RENAMES, "update", "resume", true);
}

/// Files that the user added in a folder that the target calls otherwise, in which it has files of these names, or not.
const FOLDERS: &str =
    "mkdir d; for f in a b; do printf \"$f\\n1\\n2\\n3\\n4\\n\" > d/$f; done; git add .; git commit -qm zero
     git tag zero; git mv d e; echo theirs > e/both; echo same > e/same; git add .; git commit -qm one
     git checkout -q -b topic zero; for f in new both same; do echo $f > d/$f; done; git add d; echo edited > d/new";

#[test]
fn an_update_to_where_folders_have_other_names() {
    interrupt(FOLDERS, "update", "update", true);
    interrupt(FOLDERS, "update", "resume", true);
}

#[test]
fn an_update_along_the_line() {
    interrupt(CHANGES, "advance", "resume", true);
}

#[test]
fn a_clean_update_that_ends_a_merge() {
    let merging =
        "echo 1 > f; echo 1 > g; git add .; git commit -qm base; git checkout -qb other; echo theirs > f; echo o > o
         git add .; git commit -qm other; git checkout -q main; echo ours > f; git commit -qam ours
         git checkout -q -b topic; git merge -q other >/dev/null 2>&1 || true; echo both > f; echo 2 > g";
    interrupt(merging, "clean", "clean", true);
}

#[test]
fn a_revert_of_everything() {
    interrupt(CHANGES, "revert", "revert", true);
}

#[test]
fn a_removal() {
    interrupt(
        "mkdir d; echo c | tee a b d/e > c; git add .; git commit -qm one; echo staged > b; git add b; echo own > b",
        "remove",
        "remove",
        true,
    );
}

/// Has `kind` end at each of its steps. Whatever comes next completes what had been done of each of `files`, and nothing
/// else; files in one line belong together.
fn each_is_as_before_or_as_after(script: &str, kind: &str, files: &[&str]) {
    let made = Place::new(script);
    let shown = |place: &Place| {
        let show = "cat $file 2>/dev/null || true; git ls-files -s $file";
        files.iter().map(|files| place.sh(&format!("for file in {files}; do {show}; done"))).collect::<Vec<_>>()
    };
    let (before, kept) = (shown(&made), contents(&made));
    let place = copy(&made);
    assert_eq!(until(&place, kind, 0), None);
    let after = shown(&place);
    let mut between = 0;
    for step in 1.. {
        let place = copy(&made);
        let Some(at) = until(&place, kind, step) else { break };
        place.sh("find .git -name '*.lock' -delete");
        assert_eq!(until(&place, "nothing", 0), None);
        place.git();
        let now = shown(&place);
        for (file, now) in now.iter().enumerate() {
            assert!([&before[file], &after[file]].contains(&now), "{kind}: '{at}' ({step}): {now}");
        }
        if kind != "revert" {
            assert!(kept.is_subset(&contents(&place)), "{kind}: '{at}' ({step})");
        }
        between += usize::from(now != before && now != after);
    }
    assert!(between > 2, "{kind}: {between}");
}

#[test]
fn each_file_of_a_revert_is_as_before_or_as_after() {
    each_is_as_before_or_as_after(CHANGES, "revert", &["come", "conflict", "merge", "mine", "removed", "there"]);
}

/// Files that are as they were committed, edited, staged, staged and edited, new, and where another one stands.
const NAMED: &str = "mkdir d; for f in a b c x; do echo $f > d/$f; done; git add .; git commit -qm one
     echo B > d/b; echo C > d/c; echo n > d/n; git add d/c d/n; echo CC > d/c; mkdir -p e/d; echo taken > e/d/x";

const PAIRS: [&str; 5] = ["d/a e/d/a", "d/b e/d/b", "d/c e/d/c", "d/n e/d/n", "d/x e/d/x"];

#[test]
fn each_file_is_renamed_or_is_not() {
    each_is_as_before_or_as_after(NAMED, "rename", &PAIRS);
}

#[test]
fn each_file_is_copied_or_is_not() {
    each_is_as_before_or_as_after(NAMED, "copy", &PAIRS);
}

#[test]
fn an_old_name_that_was_written_since_stays() {
    let made = Place::new(NAMED);
    let mut seen = 0;
    for step in 1.. {
        let place = copy(&made);
        let Some(at) = until(&place, "rename", step) else { break };
        place.sh("find .git -name '*.lock' -delete");
        if place.sh("cat d/b e/d/b 2>/dev/null || true") != "B\nB\n" {
            continue;
        }
        seen += 1;
        place.sh("echo since > d/b");
        assert_eq!(until(&place, "nothing", 0), None);
        assert_eq!((place.read("d/b").as_str(), place.read("e/d/b").as_str()), ("since\n", "B\n"), "{at}");
        assert_eq!(place.sh("git ls-files d/b e/d/b"), "d/b\ne/d/b\n", "{at}");
    }
    assert!(seen > 0);
}

#[test]
fn conflicts_that_are_merged_anew() {
    let conflicts = format!(
        "{CHANGES}\ngit checkout -q -f -b y zero; sed -i s/3/THREE/ conflict; echo T > there; git checkout -q -m main 2>/dev/null || true; echo edited >> conflict"
    );
    interrupt(&conflicts, "resolve", "resolve", true);
}

#[test]
fn a_file_that_was_edited_after_the_interruption_stays_and_is_a_conflict() {
    let made = Place::new(CHANGES);
    for step in 1.. {
        let place = copy(&made);
        let Some(at) = until(&place, "update", step) else { break };
        place.sh("find .git -name '*.lock' -delete");
        if !place.read("merge").contains("three") || interrupted(&place.moment()).unwrap().is_none() {
            continue;
        }
        place.sh("sed -i s/1/edited/ merge");
        assert_eq!(until(&place, "resume", 0), None, "{at}");
        assert_eq!(place.read("merge"), "edited\n2\nthree\n4\nfive\n", "{at}");
        assert!(place.git().contains("UU merge\n"), "{at}: {}", place.git());
    }
}

#[test]
fn another_target_has_to_wait() {
    let place = Place::new(&format!("{CHANGES}\ngit branch side zero"));
    until(&place, "update", 2).unwrap();
    place.sh("find .git -name '*.lock' -delete -o -name '*.tmp' -delete; git tag -f other $(git commit-tree -m x HEAD^{tree})");
    let before = all(&place, true);
    assert_eq!(
        place.up("other"),
        format!("abort: last update was interrupted, on its way to {}", place.scratch.node("main").short())
    );
    assert_eq!(all(&place, true), before);
    // Whoever throws it all away may go anywhere; so may who checked out something else by hand.
    place.up_clean("other");
    place.is_clean_at("other");
    place.sh("git checkout -q -f zero; rm -rf new");
    assert_eq!(interrupted(&place.moment()).unwrap(), None);
    assert_eq!(place.up("other"), "0 updated, 0 removed");
}
