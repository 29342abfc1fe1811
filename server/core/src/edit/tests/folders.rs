//! Files that the user added in a folder that the target calls otherwise go along with it. What becomes of them is what
//! Mercurial 7.2 does in the same place; where it fails, or loses something, a comment says so.

use super::Place;

impl Place {
    /// At `zero` with `d/a`, `d/b`, `d/s/c` and another file; in `main` after it, what the script makes.
    fn before_folders(change: &str) -> Self {
        let place = Self::new(&format!(
            "mkdir -p d/s; for f in d/a d/b d/s/c other; do printf '%s\\n' $f 1 2 3 4 5 6 > $f; done; git add .
             git commit -qm zero; git tag zero; {change}; git add -A; git commit -qm one"
        ));
        place.up("zero");
        place
    }
}

#[test]
fn what_was_added_goes_along_with_its_folder() {
    let place = Place::before_folders("git mv d e; sed -i s/3/three/ e/a");
    place.sh(
        "echo staged > d/new; ln -s new d/link; mkdir d/t; echo x > d/t/x; chmod +x d/t/x; git add d; echo new > d/new
              echo unknown > d/unknown; sed -i s/6/six/ d/a",
    );
    assert_eq!(place.up("main"), "5 updated, 1 merged, 2 removed, 2 kept (activating main)");
    assert_eq!(place.st(), "M e/a\nA e/link\nA e/new\nA e/t/x\n? d/unknown\n");
    assert_eq!(place.git(), " M e/a\nA  e/link\nA  e/new\nA  e/t/x\n?? d/unknown\n");
    assert_eq!(
        place.sh("cd d && find . -type f; cd ..; readlink e/link; test -x e/t/x; cat e/new"),
        "./unknown\nnew\nnew\n"
    );
    assert!(place.backups().contains(&"update d/new: staged".to_owned()), "{:?}", place.backups());
    // And back again.
    assert_eq!(place.up("zero"), "5 updated, 1 merged, 2 removed, 1 kept (leaving main)");
    assert_eq!(place.git(), " M d/a\nA  d/link\nA  d/new\nA  d/t/x\n?? d/unknown\n");
    assert!(!place.scratch.path().join("e").exists());
}

#[test]
fn which_folders_were_renamed() {
    for (change, added, becomes) in [
        ("git mv d e", "d/new", "e/new"),
        ("git mv d e", "d/s/new", "e/s/new"),
        ("mkdir f; git mv d f/g", "d/t/u/new", "f/g/t/u/new"),
        // Of folders in each other the nearest counts.
        ("git mv d/s f; git mv d e", "d/s/new", "f/new"),
        ("git mv d/s f; git mv d e", "d/new", "e/new"),
        // What is left of it was removed.
        ("mkdir e; git mv d/a e; git rm -qr d", "d/new", "e/new"),
        // In two, in part, or copied.
        ("mkdir e f; git mv d/a e; git mv d/b d/s f", "d/new", "d/new"),
        ("mkdir e; git mv d/a d/b e", "d/new", "d/new"),
        ("cp -r d e", "d/new", "d/new"),
        ("git rm -qr d", "d/new", "d/new"),
        // Into the root: there Mercurial ends in the midst of the update.
        ("git mv d/a d/b d/s .", "d/new", "new"),
    ] {
        let place = Place::before_folders(change);
        place.sh(&format!("mkdir -p $(dirname {added}); echo new > {added}; git add {added}"));
        let told = place.up("main");
        assert!(told.ends_with("removed (activating main)"), "{change}: {told}");
        assert_eq!(place.st(), format!("A {becomes}\n"), "{change}");
        assert_eq!(place.git(), format!("A  {becomes}\n"), "{change}");
        assert_eq!(place.read(becomes), "new\n", "{change}");
        assert_eq!(place.sh("find . -name new -not -path './.git/*' | wc -l").trim(), "1", "{change}");
    }
}

#[test]
fn both_added_a_file_of_that_name() {
    let place = Place::before_folders("git mv d e; echo theirs > e/new; echo same > e/same");
    place.sh("echo mine > d/new; echo same > d/same; git add d");
    assert_eq!(place.up("main"), "4 updated, 3 removed, 1 unresolved, 1 kept (activating main)");
    assert_eq!((place.st().as_str(), place.git().as_str()), ("M e/new\n", "AA e/new\n"));
    let conflict = "<<<<<<< working copy\nmine\n=======\ntheirs\n>>>>>>> destination\n";
    assert_eq!(place.read("e/new"), conflict);
    assert_eq!(place.backups(), ["update d/new: mine"]);
    assert!(!place.scratch.path().join("d").exists());
}

#[test]
fn a_file_whose_name_is_taken_stays() {
    for taken in [
        // Mercurial overwrites it.
        "mkdir e; echo taken > e/new",
        "mkdir e; echo taken > e/new; git add e/new",
        "mkdir -p e/new; echo taken > e/new/x; git add e/new/x",
    ] {
        let place = Place::before_folders("git mv d e");
        place.sh(&format!("{taken}; echo new > d/new; git add d/new"));
        let before = place.sh("cat e/new 2>/dev/null || true");
        place.up("main");
        assert_eq!(place.sh("git ls-files d; cat d/new"), "d/new\nnew\n", "{taken}");
        assert_eq!(place.sh("cat e/new 2>/dev/null || true"), before, "{taken}");
    }
    // By what the target has there.
    for change in ["git mv d e; mkdir e/new; echo x > e/new/x", "git mv d/s s; git mv d e; git mv s/c e/new"] {
        let place = Place::before_folders(change);
        place.sh("echo new > d/new; git add d/new");
        place.up("main");
        assert_eq!((place.st(), place.read("d/new")), ("A d/new\n".to_owned(), "new\n".to_owned()), "{change}");
    }
    let place = Place::before_folders("git mv d e; echo file > e/t");
    place.sh("mkdir d/t; echo new > d/t/new; git add d/t/new");
    place.up("main");
    assert_eq!(place.st(), "A d/t/new\n");
}

#[test]
fn across_lines_nothing_is_merged_by_a_new_name_alone() {
    let place = Place::before_folders("git mv d e");
    place.sh("git checkout -q -b side zero; echo side > side; git add side; git commit -qm side; echo new > d/new; git add d");
    assert_eq!(place.up("main"), "4 updated, 4 removed (activating main)");
    assert_eq!(place.st(), "A e/new\n");
    let place = Place::before_folders("git mv d e; echo theirs > e/new");
    place.sh("git checkout -q -b side zero; echo side > side; git add side; git commit -qm side; echo new > d/new; git add d");
    assert!(place.up("main").starts_with("abort: "), "{}", place.git());
    assert_eq!(place.st(), "A d/new\n");
}
