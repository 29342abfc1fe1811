//! Copies and new names, and repositories that are made.

use super::{PROGRESS, Place, paths, told};
use crate::cancel::Cancel;
use crate::edit::{CopyOptions, copy, init, rename};
use crate::git::testing::Scratch;

impl Place {
    fn cp(&self, names: &[&str]) -> String {
        told(copy(&self.repository, &options(names, false, false), &Cancel::new(), &PROGRESS))
    }

    fn mv(&self, names: &[&str]) -> String {
        self.mv_with(&options(names, false, false))
    }

    fn mv_with(&self, options: &CopyOptions) -> String {
        told(rename(&self.repository, options, &Cancel::new(), &PROGRESS))
    }
}

/// The last name is the target.
fn options(names: &[&str], after: bool, force: bool) -> CopyOptions {
    let mut sources = paths(names);
    let target = sources.pop();
    CopyOptions { sources, target, after, force, dry_run: false, unsaved: Default::default() }
}

#[test]
fn files_get_other_names() {
    let place = Place::with_files();
    assert_eq!(place.mv(&["nosuch", "z"]), "abort: no files to copy\n");
    assert_eq!(place.mv(&["a", "new"]), "renamed new from a\n");
    assert_eq!((place.st(), place.git()), ("A new\nR a\n".to_owned(), "R  a -> new\n".to_owned()));
    assert_eq!(place.mv(&["new", "d"]), "renamed d/new from new\n");
    assert_eq!(place.mv(&["d/new", "n/e/w"]), "renamed n/e/w from d/new\n");
    assert_eq!(place.mv(&["n/e/w", "a"]), "renamed a from n/e/w\n");
    assert_eq!((place.st(), place.git(), place.sh("ls")), (String::new(), String::new(), "a\nb\nd\n".to_owned()));
    assert!(place.backups().is_empty());
}

#[test]
fn folders_get_other_names() {
    let place = Place::with_files();
    place.sh("touch d/untracked");
    assert_eq!(place.mv(&["d", "dd"]), "renamed dd/e/y from d/e/y\nrenamed dd/x from d/x\n");
    assert_eq!(place.git(), "R  d/e/y -> dd/e/y\nR  d/x -> dd/x\n?? d/untracked\n");
    place.sh("rm -r d");
    assert_eq!(place.mv(&["a", "b", "dd"]), "renamed dd/a from a\nrenamed dd/b from b\n");
    assert_eq!(
        place.mv(&["dd/a", "dd/b", "none"]),
        "abort: with multiple sources, destination must be an existing directory\n"
    );
    place.sh("mkdir into");
    assert_eq!(place.mv(&["dd/e", "into"]), "renamed into/e/y from dd/e/y\n");
    let root = CopyOptions { target: None, ..options(&["into/e/y", "ignored"], false, false) };
    assert_eq!(place.mv_with(&root), "renamed y from into/e/y\n");
    assert_eq!(place.sh("git ls-files; ls"), "dd/a\ndd/b\ndd/x\ny\ndd\ny\n");
    place.git();
}

#[test]
fn changes_and_what_is_staged_of_them_go_along() {
    let place = Place::with_files();
    place.sh("echo staged >> a; git add a; echo more >> a; chmod +x a");
    assert_eq!(place.mv(&["a", "z"]), "renamed z from a\n");
    assert_eq!(
        place.sh("git show :z; cat z; git status --porcelain | cut -c 1-2"),
        "a\nstaged\na\nstaged\nmore\nD \nAM\n"
    );
    assert_eq!(place.sh("test -x z && echo yes"), "yes\n");
    assert_eq!(place.cp(&["z", "copy"]), "copied copy from z\n");
    assert_eq!(place.read("copy"), "a\nstaged\nmore\n");
    place.sh("ln -s b link; git add link");
    assert_eq!(place.mv(&["link", "renamed"]), "renamed renamed from link\n");
    assert_eq!(place.sh("readlink renamed"), "b\n");
    place.git();
}

#[test]
fn nothing_is_overwritten_unasked() {
    let place = Place::with_files();
    place.sh("echo u > u; echo n > n; git add n");
    let committed = "not overwriting - file already committed\n";
    assert_eq!(
        place.mv(&["a", "b"]),
        format!("! b: {committed}('hg rename --force' to replace the file by recording a rename)\n")
    );
    assert_eq!(
        place.cp(&["a", "b"]),
        format!("! b: {committed}('hg copy --force' to replace the file by recording a copy)\n")
    );
    assert_eq!(
        place.mv(&["a", "a"]),
        format!("! a: {committed}('hg rename --force' to replace the file by recording a rename)\n")
    );
    for name in ["u", "n"] {
        let told = format!("! {name}: not overwriting - file exists\n('hg rename --after' to record the rename)\n");
        assert_eq!(place.mv(&["a", name]), told);
    }
    assert_eq!(place.cp(&["u", "v"]), "abort: no files to copy\n");
    place.sh("rm b");
    assert_eq!(place.mv(&["b", "v"]), "! b: deleted in working directory\n");
    place.sh("git checkout -q b");
    assert_eq!(place.mv_with(&options(&["a", "u"], false, true)), "renamed u from a (kept)\n");
    assert_eq!(place.mv_with(&options(&["u", "b"], false, true)), "renamed b from u\n", "what was there is in git");
    assert_eq!((place.backups(), place.read("b")), (vec!["rename u: u".to_owned()], "a\n".to_owned()));
    assert_eq!(place.git(), "D  a\nM  b\nA  n\n");
}

#[test]
fn what_was_done_already_is_recorded() {
    let place = Place::with_files();
    let after = |names: &[&str]| place.mv_with(&options(names, true, false));
    assert_eq!(after(&["a", "z"]), "! a: not recording move - z does not exist\n");
    place.sh("mv a z");
    assert_eq!(after(&["a", "z"]), "renamed z from a\n");
    assert_eq!(place.git(), "R  a -> z\n");
    let told = "! d/x: not overwriting - file already committed\n('hg rename --after --force' to replace the file by recording a rename)\n";
    assert_eq!(after(&["b", "d/x"]), told);
    place.sh("cp b copy");
    assert_eq!(told_copy(&place, &["b", "copy"]), "copied copy from b\n");
    assert_eq!(place.st(), "A copy\nA z\nR a\n");
}

fn told_copy(place: &Place, names: &[&str]) -> String {
    told(copy(&place.repository, &options(names, true, false), &Cancel::new(), &PROGRESS))
}

#[test]
fn targets_that_cannot_be_are_refused() {
    let place = Place::with_files();
    place.sh("git init -q nested; ln -s d link");
    assert_eq!(place.mv(&["a", "nested/f"]), "abort: path 'nested/f' is inside nested repo 'nested'\n");
    assert_eq!(place.mv(&["a", "link/f"]), "abort: path 'link/f' traverses symbolic link 'link'\n");
    assert_eq!(
        place.mv(&["d", "a"]),
        "! d/e/y: cannot rename - a folder above it is a file\n! d/x: cannot rename - a folder above it is a file\n"
    );
    assert_eq!(place.mv(&["d", "d/e"]), "renamed d/e/d/e/y from d/e/y\nrenamed d/e/d/x from d/x\n");
    let unsaved = CopyOptions { unsaved: paths(&["a"]).into_iter().collect(), ..options(&["a", "z"], false, false) };
    assert_eq!(place.mv_with(&unsaved), "abort: a: has changes in the editor that are not saved\n");
    place.git();
}

#[test]
fn a_folder_becomes_a_repository_once() {
    let scratch = Scratch::new();
    let folder = scratch.path().join("new/one");
    let made = init(&folder).unwrap();
    assert!(made.made && made.location.root().ends_with("new/one"));
    let inside = scratch.inside("new/one");
    assert_eq!(inside.sh("git status --porcelain && git commit -q --allow-empty -m one && git fsck --strict"), "");
    let head = inside.node("HEAD");
    assert!(!init(&folder).unwrap().made);
    assert_eq!(inside.node("HEAD"), head);
    assert!(init(&folder.join("nested")).unwrap().made, "a repository of its own");
}
