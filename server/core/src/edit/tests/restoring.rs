//! Backups listed and brought back.

use super::{Place, paths, told};
use crate::cancel::Cancel;
use crate::edit::{RestoreOptions, backups, restore};

impl Place {
    fn bring_back(&self, path: &str, id: Option<&str>, unsaved: &[&str]) -> String {
        let path = paths(&[path]).remove(0);
        let unsaved = paths(unsaved).into_iter().collect();
        told(restore(&self.repository, &RestoreOptions { path, id: id.map(str::to_owned), unsaved }, &Cancel::new()))
    }

    fn ids(&self) -> Vec<(String, String)> {
        let listed = backups::list(self.repository.location()).unwrap();
        listed.into_iter().map(|backup| (backup.id, backup.path.to_string())).collect()
    }
}

#[test]
fn the_newest_backup_of_a_file_comes_back_or_the_one_that_is_named() {
    let place = Place::with_files();
    for content in ["one", "two"] {
        place.sh(&format!("echo {content} > a; chmod +x a; echo {content} > d/x"));
        place.revert_all();
    }
    assert_eq!((place.read("a"), place.backups().len()), ("a\n".to_owned(), 4));
    assert_eq!(place.bring_back("a", None, &[]), "restoring a\n");
    assert_eq!((place.read("a"), place.git()), ("two\n".to_owned(), " M a\n".to_owned()));
    assert_eq!(place.sh("test -x a && echo executable"), "executable\n");
    let (oldest, _) = place.ids().into_iter().rfind(|(_, path)| path == "a").unwrap();
    assert_eq!(place.bring_back("a", Some(&oldest), &[]), "restoring a (kept)\n", "what it replaces is kept too");
    assert_eq!((place.read("a"), place.backups()[0].as_str()), ("one\n".to_owned(), "restore a: two"));
    assert_eq!(place.bring_back("a", Some(&oldest), &[]), "no changes needed to a\n");
    // One back and forth more.
    assert_eq!(place.bring_back("a", None, &[]), "restoring a (kept)\n");
    assert_eq!(place.read("a"), "two\n");
}

#[test]
fn a_file_comes_back_where_nothing_is_any_more() {
    let place = Place::with_files();
    place.sh("echo mine > d/e/y");
    place.revert_all();
    place.sh("rm -r d");
    assert_eq!(place.bring_back("d/e/y", None, &[]), "restoring d/e/y\n");
    assert_eq!((place.read("d/e/y"), place.git()), ("mine\n".to_owned(), " M d/e/y\n D d/x\n".to_owned()));
    place.sh("rm -r d; echo file > d");
    assert_eq!(place.bring_back("d/e/y", None, &[]), "abort: d/e/y: a folder above it is a file\n");
    assert_eq!(place.read("d"), "file\n");
}

#[test]
fn what_was_only_staged_comes_back_into_the_file() {
    let place = Place::with_files();
    place.sh("echo '* eol=crlf' > .git/info/attributes; printf 'staged\\r\\n' > a; git add a; git checkout-index -f a; printf 'a\\r\\n' > a");
    place.up_clean("main");
    let (id, _) = place.ids().remove(0);
    assert!(id.contains("/staged"), "{id}");
    assert_eq!(place.bring_back("a", Some(&id), &[]), "restoring a\n");
    assert_eq!(place.read("a"), "staged\r\n");
    assert_eq!(place.bring_back("b", None, &[]), "abort: b: no such backup\n");
}

#[test]
fn nothing_is_brought_back_over_unsaved_changes_or_from_elsewhere() {
    let place = Place::with_files();
    place.sh("echo mine > a");
    place.revert_all();
    let (id, _) = place.ids().remove(0);
    let before = place.git();
    assert_eq!(place.bring_back("a", None, &["a"]), "abort: a: has changes in the editor that are not saved\n");
    assert_eq!(place.bring_back("a", Some("../../config"), &[]), "abort: a: no such backup\n");
    assert_eq!(place.bring_back("b", Some(&id), &[]), "abort: b: no such backup\n");
    assert_eq!((place.git(), place.read("a")), (before, "a\n".to_owned()));
}
