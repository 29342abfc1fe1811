//! Other changesets checked out.

use std::sync::Mutex;

use super::{PROGRESS, Place, paths};
use crate::cancel::Cancel;
use crate::edit::{Target, UpdateOptions, Updated, interrupted, update};
use crate::error::Result;
use crate::ids::Node;
use crate::progress::Progress;

impl Place {
    /// Changesets `zero` and `one` (`main`): a is modified, c removed, new and k/k added; b and d/ are the same.
    pub fn with_two() -> Self {
        let place = Self::with_files();
        place.sh(
            "echo c > c; git add c; git commit -q --amend -m zero; git tag zero
             echo a2 > a; echo n > new; mkdir k; echo k > k/k; git rm -q c; git add .; git commit -qm one; git tag one",
        );
        place
    }

    pub fn up(&self, rev: &str) -> String {
        self.up_with(rev, UpdateOptions::default())
    }

    pub fn up_clean(&self, rev: &str) -> String {
        self.up_with(rev, UpdateOptions { clean: true, ..UpdateOptions::default() })
    }

    pub fn up_with(&self, rev: &str, options: UpdateOptions) -> String {
        let is_bookmark = !self.sh(&format!("git for-each-ref refs/heads/{rev}")).is_empty();
        let target = Target { node: self.scratch.node(rev), bookmark: is_bookmark.then(|| rev.into()), advance: false };
        said(update(&self.repository, &UpdateOptions { target: Some(target), ..options }, &Cancel::new(), &PROGRESS))
    }

    fn is_at_one_with_mine(&self) {
        assert_eq!((self.st(), self.git()), ("? y/mine\n".to_owned(), "?? y/mine\n".to_owned()));
    }

    /// That it is at `rev`, by git's account too, with nothing changed.
    pub fn is_clean_at(&self, rev: &str) {
        assert_eq!((self.st(), self.git()), (String::new(), String::new()));
        assert_eq!(self.scratch.node("HEAD"), self.scratch.node(rev));
        assert_eq!(self.sh("git diff-files"), "", "what was written is recorded as it is");
    }
}

pub fn said(updated: Result<Updated>) -> String {
    match updated {
        Err(error) => format!("abort: {error}"),
        Ok(updated) => {
            let name =
                |what, name: Option<bstr::BString>| name.map_or(String::new(), |name| format!(" ({what} {name})"));
            let kept = updated.outcome.files.iter().filter(|file| file.backup.is_some()).count();
            let kept = if kept > 0 { format!(", {kept} kept") } else { String::new() };
            let moved = [("leaving", updated.left), ("activating", updated.activated), ("moving", updated.advanced)];
            let moved = moved.map(|(what, bookmark)| name(what, bookmark)).concat();
            let count = |what, count| if count > 0 { format!(", {count} {what}") } else { String::new() };
            let (merged, unresolved) = (count("merged", updated.merged), count("unresolved", updated.unresolved));
            format!("{} updated{merged}, {} removed{unresolved}{kept}{moved}", updated.updated, updated.removed)
        }
    }
}

#[test]
fn changesets_are_checked_out_to_and_fro() {
    let place = Place::with_two();
    assert_eq!(place.up("zero"), "2 updated, 2 removed (leaving main)");
    place.is_clean_at("zero");
    assert_eq!(place.sh("ls"), "a\nb\nc\nd\n");
    assert_eq!(place.up("one"), "3 updated, 1 removed");
    place.is_clean_at("one");
    assert_eq!(place.up("zero"), "2 updated, 2 removed");
    assert_eq!(place.up("main"), "3 updated, 1 removed (activating main)");
    place.is_clean_at("main");
    assert_eq!(place.sh("git symbolic-ref HEAD"), "refs/heads/main\n");
    let log = place.sh("git reflog --format=%gs");
    let zero = place.scratch.node("zero");
    assert!(log.starts_with(&format!("checkout: moving from {zero} to main\n")), "{log}");
    assert_eq!(place.sh("git checkout -q - && git rev-parse HEAD").trim(), zero.to_hex());
}

#[test]
fn local_changes_are_carried_over() {
    let place = Place::with_two();
    place.up("zero");
    place.sh(
        "echo m >> b; echo q > q; git add q; git rm -q d/x; echo u > u; echo s > d/e/y; git add d/e/y; echo w > d/e/y",
    );
    assert_eq!(place.up("one"), "3 updated, 1 removed");
    assert_eq!(place.st(), "M b\nM d/e/y\nA q\nR d/x\n? u\n");
    assert_eq!(place.git(), " M b\nMM d/e/y\nD  d/x\nA  q\n?? u\n", "what was staged still is");
    assert_eq!(place.up("zero"), "2 updated, 2 removed");
    assert_eq!(place.st(), "M b\nM d/e/y\nA q\nR d/x\n? u\n");
}

#[test]
fn changes_that_the_target_has_too_are_adopted() {
    let place = Place::with_two();
    place.up("zero");
    place.sh("echo a2 > a; echo n > new; rm c; mkdir k; echo k > k/k; git add k");
    assert_eq!(place.up("main"), "1 updated, 0 removed (activating main)");
    place.is_clean_at("main");
}

#[test]
fn what_has_no_room_is_refused() {
    for (change, told) in [
        ("echo other > new", "untracked files in working directory differ from files in requested revision: new"),
        (
            "echo new > .gitignore; echo other > new",
            "untracked files in working directory differ from files in requested revision: new",
        ),
        (
            "mkdir new; touch new/f",
            "untracked files in working directory differ from files in requested revision: new/f",
        ),
        ("mkdir new; touch new/f; git add new", "conflicting changes: new/f"),
        ("touch k", "untracked files in working directory differ from files in requested revision: k"),
        ("ln -s d k", "untracked files in working directory differ from files in requested revision: k"),
        ("touch k; git add k", "conflicting changes: k"),
        ("git init -q new", "untracked files in working directory differ from files in requested revision: new"),
    ] {
        let place = Place::with_two();
        place.up("zero");
        place.sh(change);
        let before = (place.st(), place.git(), place.sh("cat a b d/x; ls -l | cut -c 1-10"));
        assert_eq!(place.up("one"), format!("abort: {told}"), "{change}");
        assert_eq!((place.st(), place.git(), place.sh("cat a b d/x; ls -l | cut -c 1-10")), before, "{change}");
        assert_eq!(place.scratch.node("HEAD"), place.scratch.node("zero"));
        assert_eq!(interrupted(&place.moment()).unwrap(), None);
    }
}

#[test]
fn what_is_missing_and_changed_there_comes_back() {
    let place = Place::with_two();
    place.up("zero");
    place.sh("rm a b; mkdir new");
    assert_eq!(place.up("one"), "3 updated, 1 removed");
    assert_eq!(
        (place.st(), place.read("a"), place.read("new")),
        ("! b\n".to_owned(), "a2\n".to_owned(), "n\n".to_owned())
    );
}

#[test]
fn a_clean_update_keeps_no_change_and_loses_none() {
    let place = Place::with_two();
    place.up("zero");
    place.sh("echo m >> a; rm b; echo q > q; git add q; git rm -q d/x; echo mine > new; echo m >> c; git rm -q --cached d/e/y");
    assert_eq!(place.up_clean("main"), "6 updated, 1 removed, 3 kept (activating main)");
    assert_eq!((place.st(), place.git()), ("? q\n".to_owned(), "?? q\n".to_owned()));
    assert_eq!(place.backups(), ["update a: a\nm", "update c: c\nm", "update new: mine"]);
    place.sh("rm q; echo staged > b; git add b; echo b > b");
    assert_eq!(place.st(), "");
    assert_eq!(place.up_clean("main"), "0 updated, 0 removed, 1 kept");
    place.is_clean_at("main");
    assert_eq!(place.backups()[0], "update b: staged");
}

#[test]
fn an_update_may_insist_on_a_clean_working_copy() {
    let place = Place::with_two();
    let check = || UpdateOptions { check: true, ..UpdateOptions::default() };
    place.sh("echo u > u; echo m >> b");
    assert_eq!(place.up_with("zero", check()), "abort: uncommitted changes");
    place.sh("git checkout -q b");
    assert_eq!(place.up_with("zero", check()), "2 updated, 2 removed (leaving main)");
    let both = UpdateOptions { clean: true, ..check() };
    assert_eq!(place.up_with("zero", both), "abort: cannot specify both --clean and --check");
}

#[test]
fn a_merge_is_left_only_by_a_clean_update() {
    let place = Place::with_two();
    place.sh(
        "git checkout -qb other zero; echo x > a; git commit -qam other; git merge -q main >/dev/null 2>&1 || true",
    );
    assert_eq!(place.up("zero"), "abort: outstanding uncommitted merge");
    place.sh("echo resolving > a");
    assert_eq!(place.up_clean("other"), "2 updated, 2 removed, 3 kept", "what the merge had staged, too");
    place.is_clean_at("other");
    assert!(!place.scratch.path().join(".git/MERGE_HEAD").exists());
    place.sh("git rebase -q main >/dev/null 2>&1 || true");
    assert_eq!(place.up_clean("zero"), "abort: rebase in progress");
}

#[test]
fn files_and_folders_take_each_others_places() {
    let place = Place::new(
        "echo f > x; mkdir y; echo 1 > y/1; echo 2 > y/2; git add .; git commit -qm one; git tag one
         git rm -qr x y; mkdir x; echo in > x/f; echo f > y; git add .; git commit -qm two; git tag two",
    );
    for rev in ["one", "two", "one"] {
        place.up(rev);
        place.is_clean_at(rev);
    }
    place.sh("touch y/mine");
    let told = "abort: untracked files in working directory differ from files in requested revision: y/mine";
    assert_eq!(place.up("two"), told);
    assert_eq!(place.up_clean("two"), told);
    place.is_at_one_with_mine();
    place.sh("rm y/mine");
    assert_eq!(place.up("two"), "2 updated, 3 removed");
    place.is_clean_at("two");
}

#[test]
fn modes_links_and_attributes_are_as_git_has_them() {
    let place = Place::new(
        "echo a > run; ln -s run link; echo t > text; git add .; git commit -qm one; git tag one
         chmod +x run; rm link; echo l > link; echo '*.bat text eol=crlf' > .gitattributes; echo b > b.bat; git add .
         git commit -qm two; git tag two",
    );
    for rev in ["one", "two"] {
        place.up(rev);
        place.is_clean_at(rev);
    }
    assert_eq!(place.read("b.bat"), "b\r\n");
    assert_eq!(place.sh("test -x run && test ! -L link && echo yes"), "yes\n");
}

#[test]
fn submodules_are_left_alone() {
    let place = Place::with_files();
    place.sh("git tag none; git init -q sub; git -C sub commit -q --allow-empty -m s; git add sub 2>/dev/null; git commit -qm with
         git tag with; git -C sub commit -q --allow-empty -m t; git add sub; git commit -qm moved; git tag moved");
    let head = place.sh("git -C sub rev-parse HEAD");
    place.up("with");
    assert_eq!((place.st(), place.sh("git -C sub rev-parse HEAD")), ("M sub\n".to_owned(), head.clone()));
    place.up("moved");
    place.is_clean_at("moved");
    place.up("none");
    assert_eq!((place.st(), place.sh("git -C sub rev-parse HEAD")), ("? sub\n".to_owned(), head));
    place.sh("rm -rf sub");
    place.up("with");
    place.is_clean_at("with");
    place.up("none");
    place.is_clean_at("none");
    assert!(!place.scratch.path().join("sub").exists());
}

#[test]
fn a_sparse_checkout_stays_sparse() {
    let place = Place::with_two();
    place.sh("mkdir d/new; echo 1 > d/new/1; echo 2 > k/2; echo x2 > d/x; git add .; git commit -qm two; git tag two
         git checkout -q zero; git sparse-checkout set --no-cone '/*' '!/d/' '/d/e/' 2>/dev/null");
    assert_eq!(place.sh("ls d"), "e\n");
    place.up("two");
    place.is_clean_at("two");
    assert_eq!(
        (place.sh("ls d k"), place.sh("git ls-files -t | grep ^S")),
        ("d:\ne\n\nk:\n2\nk\n".to_owned(), "S d/new/1\nS d/x\n".to_owned())
    );
    place.up("zero");
    place.is_clean_at("zero");
    place.sh("git sparse-checkout set --cone k");
    place.up_clean("two");
    place.is_clean_at("two");
    assert_eq!(place.sh("ls"), "a\nb\nk\nnew\n");
}

#[test]
fn a_bookmark_of_another_worktree_is_not_activated() {
    let place = Place::with_two();
    place.sh("git worktree add -q ../linked -b other zero");
    let told = place.up("other");
    assert!(
        told.starts_with("abort: bookmark 'other' is active in another worktree, '") && told.ends_with("/linked'"),
        "{told}"
    );
    assert_eq!(place.scratch.node("HEAD"), place.scratch.node("main"));
}

#[test]
fn an_update_from_nothing_and_to_nothing() {
    let place = Place::with_two();
    place.sh("git checkout -q --orphan fresh && git rm -rqf .");
    assert_eq!(place.up("one"), "6 updated, 0 removed");
    place.is_clean_at("one");
}

#[test]
fn nothing_is_overwritten_that_has_changes_in_an_editor() {
    let place = Place::with_two();
    let unsaved = |path| UpdateOptions { unsaved: paths(&[path]).into_iter().collect(), ..UpdateOptions::default() };
    assert_eq!(place.up_with("zero", unsaved("a")), "abort: a: has changes in the editor that are not saved");
    assert_eq!(place.up_with("zero", unsaved("b")), "2 updated, 2 removed (leaving main)");
}

/// Trips its token after so many files.
struct After(Mutex<u64>, Cancel);

impl Progress for After {
    fn report(&self, _stage: &'static str, done: u64, _total: Option<u64>) {
        if done == *self.0.lock().unwrap() {
            self.1.trip();
        }
    }
}

#[test]
fn an_update_that_was_interrupted_goes_on() {
    let all = Place::new(
        "for i in 1 2 3 4 5 6; do echo $i > $i; done; git add .; git commit -qm one; git tag one
         for i in 2 3 4; do echo new > $i; done; git rm -q 5; echo 7 > 7; git add .; git commit -qm two; git tag two
         git checkout -q one; echo mine > 6; echo 8 > 8; git add 8",
    );
    let target = || Some(Target { node: all.scratch.node("two"), bookmark: Some("main".into()), advance: false });
    for files in 0..4 {
        let cancel = Cancel::new();
        let progress = After(Mutex::new(files), cancel.clone());
        let options = UpdateOptions { target: target(), ..UpdateOptions::default() };
        assert_eq!(said(update(&all.repository, &options, &cancel, &progress)), "abort: cancelled");
        all.git();
        assert_eq!(all.scratch.node("HEAD"), all.scratch.node("one"));
        assert_eq!(interrupted(&all.moment()).unwrap(), target());
    }
    said(update(&all.repository, &UpdateOptions::default(), &Cancel::new(), &PROGRESS));
    assert_eq!((all.st(), all.git()), ("M 6\nA 8\n".to_owned(), " M 6\nA  8\n".to_owned()));
    assert_eq!(all.sh("git symbolic-ref --short HEAD; cat 2 6 7; ls"), "main\nnew\nmine\n7\n1\n2\n3\n4\n6\n7\n8\n");
    assert_eq!(interrupted(&all.moment()).unwrap(), None);
}

#[test]
fn nothing_cannot_be_checked_out() {
    let place = Place::with_two();
    for clean in [false, true] {
        let target = Some(Target { node: Node::NULL, bookmark: None, advance: false });
        let options = UpdateOptions { target, clean, ..UpdateOptions::default() };
        let updated = said(update(&place.repository, &options, &Cancel::new(), &PROGRESS));
        assert_eq!(updated, "abort: cannot check out the null revision");
        place.is_clean_at("one");
    }
}
