//! What is tracked: add, forget, remove, addremove.

use super::{PROGRESS, Place, paths, told};
use crate::cancel::Cancel;
use crate::edit::{AddOptions, AddremoveOptions, ForgetOptions, RemoveOptions, add, addremove, forget, remove};

impl Place {
    fn add(&self, named: &[&str]) -> String {
        let options = AddOptions { paths: paths(named), dry_run: false };
        told(add(&self.repository, &options, &Cancel::new(), &PROGRESS))
    }

    fn forget(&self, named: &[&str]) -> String {
        let options = ForgetOptions { paths: paths(named), dry_run: false };
        told(forget(&self.repository, &options, &Cancel::new(), &PROGRESS))
    }

    fn rm(&self, named: &[&str]) -> String {
        self.remove(RemoveOptions { paths: paths(named), ..RemoveOptions::default() })
    }

    fn remove(&self, options: RemoveOptions) -> String {
        told(remove(&self.repository, &options, &Cancel::new(), &PROGRESS))
    }

    fn addremove(&self, named: &[&str], similarity: u32) -> String {
        let options = AddremoveOptions { paths: paths(named), similarity, dry_run: false };
        told(addremove(&self.repository, &options, &Cancel::new(), &PROGRESS))
    }
}

#[test]
fn files_are_added_and_git_has_their_content() {
    let place = Place::with_files();
    place
        .sh("echo '*.o' > .gitignore; echo u > u; touch d/i.o i.o; mkdir empty; ln -s a l; echo x > run; chmod +x run");
    assert_eq!(place.add(&["a"]), "a already tracked!\n");
    assert_eq!(place.add(&["nosuch", "i.o", "empty"]), "adding i.o\n! nosuch: No such file or directory\n");
    assert_eq!(place.add(&["d"]), "");
    assert_eq!(place.add(&[]), "adding .gitignore\nadding l\nadding run\nadding u\n");
    assert_eq!(place.st(), "A .gitignore\nA i.o\nA l\nA run\nA u\n");
    assert_eq!(place.git(), "A  .gitignore\nA  i.o\nA  l\nA  run\nA  u\n");
    let modes = place.sh("git ls-files -s l run u | cut -c 1-7 | tr -d '\\n'");
    assert_eq!(modes, "120000 100755 100644 ");
    place.sh("rm u");
    assert_eq!(place.add(&["u"]), "! u does not exist!\n");
}

#[test]
fn what_was_forgotten_and_is_added_again_is_as_before() {
    let place = Place::with_files();
    assert_eq!(place.forget(&["a", "d"]), "forgetting a\nforgetting d/e/y\nforgetting d/x\n");
    assert_eq!((place.st(), place.read("a")), ("R a\nR d/e/y\nR d/x\n".to_owned(), "a\n".to_owned()));
    assert_eq!(place.git(), "D  a\nD  d/e/y\nD  d/x\n?? a\n?? d/e/y\n?? d/x\n");
    place.sh("echo changed > d/x");
    assert_eq!(place.add(&["a", "d/x"]), "adding a\nadding d/x\n");
    assert_eq!((place.st(), place.git()), ("M d/x\nR d/e/y\n".to_owned(), "D  d/e/y\n M d/x\n?? d/e/y\n".to_owned()));
    assert_eq!(place.add(&["d"]), "", "a folder is looked through for unknown files only");
}

#[test]
fn what_may_not_be_tracked_is_refused() {
    let place = Place::with_files();
    place.sh("git init -q nested; touch nested/f; ln -s d link");
    assert_eq!(place.add(&["nested/f"]), "abort: path 'nested/f' is inside nested repo 'nested'\n");
    assert_eq!(place.add(&["nested"]), "abort: path 'nested' is inside nested repo 'nested'\n");
    assert_eq!(place.add(&[".git/x"]), "abort: path contains illegal component: .git/x\n");
    assert_eq!(place.add(&["link/new"]), "abort: path 'link/new' traverses symbolic link 'link'\n");
    assert_eq!(place.add(&[]), "adding link\n");
    assert_eq!(place.git(), "A  link\n?? nested/\n");
}

#[test]
fn files_are_forgotten_and_stay() {
    let place = Place::with_files();
    place.sh("echo n > n; git add n; echo u > u; mkdir empty; echo changed >> b; git add b; echo again >> b");
    assert_eq!(place.forget(&[]), "abort: no files specified\n");
    assert_eq!(
        place.forget(&["n", "b", "u", "empty", "nosuch"]),
        "forgetting b (kept)\nforgetting n\n! not removing u: file is already untracked\n! nosuch: No such file or directory\n"
    );
    assert_eq!(place.st(), "R b\n? n\n? u\n");
    assert_eq!(place.git(), "D  b\n?? b\n?? n\n?? u\n");
    assert_eq!(place.backups(), ["forget b: b\nchanged"], "what was staged alone");
    place.sh("rm a");
    assert_eq!(place.forget(&["a"]), "forgetting a\n");
    assert_eq!(place.st(), "R a\nR b\n? n\n? u\n");
}

#[test]
fn clean_files_are_removed_and_others_refused() {
    let place = Place::with_files();
    place.sh("echo u > u; echo n > n; git add n; echo m >> b");
    assert_eq!(place.rm(&["nosuch"]), "! nosuch: No such file or directory\n");
    assert_eq!(place.rm(&["u"]), "! not removing u: file is untracked\n");
    assert_eq!(place.rm(&["b"]), "! not removing b: file is modified (use -f to force removal)\n");
    let refused = "! not removing n: file has been marked for add (use 'hg forget' to undo add)\n";
    assert_eq!(place.rm(&["n"]), refused);
    place.sh("mkdir empty");
    assert_eq!(place.rm(&["empty"]), "! not removing empty: no tracked files\n");
    assert_eq!(place.rm(&["d"]), "removing d/e/y\nremoving d/x\n");
    assert_eq!(place.sh("ls"), "a\nb\nempty\nn\nu\n");
    assert_eq!(place.git(), " M b\nD  d/e/y\nD  d/x\nA  n\n?? u\n");
    assert!(place.backups().is_empty(), "all was in git");
    assert_eq!(place.rm(&["d/x"]), "", "removed already");
    let force = |named: &[&str]| RemoveOptions { paths: paths(named), force: true, ..RemoveOptions::default() };
    assert_eq!(place.remove(force(&["b", "n"])), "removing b (kept)\nforgetting n\n");
    assert_eq!((place.st(), place.read("n")), ("R b\nR d/e/y\nR d/x\n? n\n? u\n".to_owned(), "n\n".to_owned()));
    assert_eq!(place.backups(), ["remove b: b\nm"]);
    place.git();
}

#[test]
fn what_is_gone_is_recorded() {
    let place = Place::with_files();
    let after = |named: &[&str]| RemoveOptions { paths: paths(named), after: true, ..RemoveOptions::default() };
    assert_eq!(place.remove(after(&[])), "incomplete\n");
    assert_eq!(place.remove(after(&["a"])), "! not removing a: file still exists\n");
    place.sh("rm a d/x");
    assert_eq!(place.remove(after(&["a", "b"])), "removing a\n! not removing b: file still exists\n");
    assert_eq!(place.remove(after(&[])), "removing d/x\nincomplete\n");
    assert_eq!(place.git(), "D  a\nD  d/x\n");
    assert_eq!(place.remove(after(&["nosuch"])), "! nosuch: No such file or directory\n");
    place.sh("echo q > q; git add q; rm q");
    assert_eq!(place.rm(&["q"]), "removing q (kept)\n");
    assert_eq!(place.rm(&[]), "abort: no files specified\n");
}

#[test]
fn nothing_is_removed_that_has_changes_in_an_editor() {
    let place = Place::with_files();
    let unsaved = paths(&["d/x"]).into_iter().collect();
    let options = RemoveOptions { paths: paths(&["d"]), unsaved, ..RemoveOptions::default() };
    assert_eq!(place.remove(options), "abort: d/x: has changes in the editor that are not saved\n");
    assert_eq!(place.st(), "");
}

#[test]
fn the_working_copy_becomes_what_is_tracked() {
    let place = Place::new("seq 30 > a; seq 40 70 > b; mkdir d; echo x > d/x; git add .; git commit -qm one");
    place.sh("rm a; seq 31 > a2; echo u > u; touch d/u; echo '*.o' > .gitignore; touch i.o");
    assert_eq!(place.addremove(&["nosuch"], 0), "! nosuch: No such file or directory\n");
    assert_eq!(place.addremove(&["d", "i.o"], 0), "adding d/u\nadding i.o\n");
    assert_eq!(
        place.addremove(&[], 50),
        "adding .gitignore\nremoving a\nadding a2 from a\nadding u\nrecording removal of a as rename to a2 (96% similar)\n"
    );
    assert_eq!(place.git(), "A  .gitignore\nR  a -> a2\nA  d/u\nA  i.o\nA  u\n");
    place.sh("git commit -qm two");
    assert_eq!(place.rm(&["b"]), "removing b\n");
    place.sh("seq 3 > b");
    assert_eq!(place.addremove(&[], 0), "adding b\n");
    assert_eq!((place.st(), place.git()), ("M b\n".to_owned(), " M b\n".to_owned()));
    assert_eq!(place.addremove(&[], 101), "abort: similarity must be between 0 and 100\n");
}

#[test]
fn a_file_takes_the_place_of_a_folder_and_the_other_way_round() {
    let place = Place::with_files();
    place.sh("rm -r d a; echo file > d; mkdir a; echo inside > a/f");
    assert_eq!(place.addremove(&[], 0), "removing a\nadding a/f\nadding d\nremoving d/e/y\nremoving d/x\n");
    assert_eq!(place.st(), "A a/f\nA d\nR a\nR d/e/y\nR d/x\n");
    place.git();
    assert_eq!(place.sh("git ls-files"), "a/f\nb\nd\n");
}
