//! Changesets that were made to do harm: their files would go into `.git`, where they are hooks and settings, or out of
//! the working copy. Nothing of them is written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{PROGRESS, Place, paths, told};
use crate::cancel::Cancel;
use crate::edit::{AddOptions, AddremoveOptions, RevertOptions, UpdateOptions, add, addremove, revert};

/// Makes the branch `hostile`, whose manifest no command of git's makes: an entry of any name, beside another content of
/// the file `a`. The entry is a link out of the working copy, or a folder with a program in it.
fn make_hostile(place: &Place, is_link: bool, name: &str) {
    let node = |made_by: &str| {
        place.sh(&format!("git update-ref refs/made $({made_by})"));
        place.scratch.node("refs/made").as_bytes().to_vec()
    };
    let blob = node("echo harm | git hash-object -w --stdin");
    let (mode, entry) = match is_link {
        true => ("120000", node("printf ../outside | git hash-object -w --stdin")),
        false => ("40000", node("printf '100755 blob %s\\tpost-checkout\\n' $(git rev-parse refs/made) | git mktree")),
    };
    let tree = [b"100644 a\0", &*blob, format!("{mode} {name}\0").as_bytes(), &*entry].concat();
    fs::write(place.scratch.path().join(".git/made"), tree).unwrap();
    place.sh("tree=$(git hash-object -t tree -w --literally .git/made); rm .git/made; git update-ref -d refs/made
         git update-ref refs/heads/hostile $(git commit-tree -p main -m hostile $tree)");
}

/// Every file below `folder`, with what is in it; of git's folder neither objects nor what hgls keeps.
fn all_files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_symlink() {
            files.insert(path.clone(), fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes());
        } else if path.is_file() {
            files.insert(path.clone(), fs::read(&path).unwrap());
        } else if !path.ends_with(".git/objects") && !path.ends_with(".git/hgls") {
            files.insert(path.clone(), Vec::new());
            files.extend(all_files(&path));
        }
    }
    files
}

#[test]
fn what_leads_into_git_s_folder_or_out_of_the_working_copy_is_not_checked_out() {
    let place = Place::with_files();
    let folders = [".git", ".GIT", "git~1", "GIT~1", ".git ", ".git.", ".git::$INDEX_ALLOCATION", "b\\.git\\hooks"];
    let links = [".gitmodules", ".git"];
    let hostile = folders.map(|name| (false, name)).into_iter().chain(links.map(|name| (true, name)));
    for (is_link, name) in hostile {
        make_hostile(&place, is_link, name);
        // The folder around the working copy is the test's own.
        let around = place.scratch.path().parent().unwrap();
        let before = all_files(around);
        let everything =
            RevertOptions { all: true, rev: Some(place.scratch.node("hostile")), ..RevertOptions::default() };
        for (what, said) in [
            ("update", place.up("hostile")),
            ("update --clean", place.up_clean("hostile")),
            ("update --merge", place.up_with("hostile", UpdateOptions { merge: true, ..UpdateOptions::default() })),
            ("revert", told(revert(&place.repository, &everything, &Cancel::new(), &PROGRESS))),
        ] {
            assert!(said.starts_with("abort: "), "{what} to {name:?}: {said}");
            assert!(all_files(around) == before, "{what} to {name:?} changed something: {said}");
        }
    }
}

#[test]
fn names_that_are_no_names_of_files_are_nothing() {
    for name in ["..", ".", "../outside", "x/../../outside", "/outside"] {
        for is_link in [false, true] {
            let place = Place::with_files();
            make_hostile(&place, is_link, name);
            let before = all_files(place.scratch.path().parent().unwrap());
            place.up("hostile");
            let after = all_files(place.scratch.path().parent().unwrap());
            let made: Vec<_> = after.keys().filter(|path| !before.contains_key(*path)).collect();
            assert!(made.is_empty(), "{name:?}: {made:?}");
        }
    }
}

#[test]
fn what_macos_takes_for_git_s_folder_is_refused_there() {
    let place = Place::with_files();
    let name = ".g\u{200c}it";
    place.sh("git config core.protectHFS true");
    make_hostile(&place, false, name);
    assert_eq!(place.up("hostile"), format!("abort: path contains illegal component: {name}/post-checkout"));
}

#[test]
fn files_that_git_cannot_have_are_left_alone_when_everything_is_added() {
    let place = Place::with_files();
    place.sh("mkdir git~1; touch git~1/config new; ln -s new .gitmodules");
    let refused = "! path contains illegal component: .gitmodules\n! path contains illegal component: git~1/config\n";
    let dry_run = AddOptions { dry_run: true, ..AddOptions::default() };
    for options in [dry_run, AddOptions::default()] {
        let said = told(add(&place.repository, &options, &Cancel::new(), &PROGRESS));
        assert_eq!(said, format!("adding new\n{refused}"));
    }
    assert_eq!(place.sh("git ls-files"), "a\nb\nd/e/y\nd/x\nnew\n");
    let said = told(addremove(&place.repository, &AddremoveOptions::default(), &Cancel::new(), &PROGRESS));
    assert_eq!(said, refused);
    for path in ["git~1/config", "git~1"] {
        let options = AddOptions { paths: paths(&[path]), dry_run: false };
        let said = told(add(&place.repository, &options, &Cancel::new(), &PROGRESS));
        assert_eq!(said, format!("abort: path contains illegal component: {path}\n"));
    }
}
