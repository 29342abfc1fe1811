//! Local changes carried over to a changeset that gave files other names, and files with other names carried over to one
//! that has changed them: merged under the new name, as with Mercurial, and as `git checkout -m` does.

use super::Place;
use super::carrying::lines;

const LINES: &str = "1 2 3 4 5 6 7 8 9";

impl Place {
    /// At `zero` with `a` and `d/x` and others; in `main` after it, what the script makes.
    fn before(change: &str) -> Self {
        let place = Self::new(&format!(
            "mkdir d; for f in a d/x other; do printf '%s\\n' $f {LINES} > $f; done; git add .; git commit -qm zero
             git tag zero; {change}; git add -A; git commit -qm one"
        ));
        place.up("zero");
        place
    }
}

#[test]
fn what_the_target_renamed_is_merged_under_its_new_name() {
    let place = Place::before("git mv a b; sed -i s/5/five/ b; mkdir e; git mv d/x e/y");
    place.sh("sed -i s/9/nine/ a; sed -i s/1/one/ d/x; chmod +x d/x");
    let by_git = place.by_checkout_m("main");
    assert_eq!(place.up("main"), "0 updated, 2 merged, 0 removed, 1 kept (activating main)");
    assert_eq!((place.git(), place.sh("git ls-files -u")), by_git);
    assert_eq!(place.st(), "M b\nM e/y\n");
    assert_eq!(place.read("b"), lines("a 1 2 3 4 five 6 7 8 nine"));
    assert_eq!(place.sh("ls -1; git diff --summary"), "b\ne\nother\n mode change 100644 => 100755 e/y\n");
    assert_eq!(place.backups().len(), 1, "what is only called otherwise is nowhere lost");
    assert!(place.backups()[0].starts_with("update a: a\n1\n2\n") && place.backups()[0].ends_with("nine"));
}

#[test]
fn conflicts_are_under_the_new_name() {
    let place = Place::before("git mv a b; sed -i s/5/five/ b");
    place.sh("sed -i s/5/FIVE/ a");
    let by_git = place.by_checkout_m("main");
    assert_eq!(place.up("main"), "0 updated, 0 removed, 1 unresolved, 1 kept (activating main)");
    assert_eq!(place.git(), "UU b\n");
    assert_eq!((place.git(), place.sh("git ls-files -u")), by_git, "the versions are those that git has there");
    let conflict = "a 1 2 3 4 <<<<<<<_working_copy FIVE ======= five >>>>>>>_destination 6 7 8 9";
    assert_eq!(place.read("b"), lines(conflict).replace('_', " "));
}

#[test]
fn what_the_user_renamed_gets_the_changes_of_its_old_name() {
    let place = Place::before("sed -i s/5/five/ a d/x");
    place.sh("git mv a c; sed -i s/9/nine/ c; git mv d/x y; sed -i s/5/FIVE/ y");
    assert_eq!(place.up("main"), "0 updated, 1 merged, 0 removed, 1 unresolved, 2 kept (activating main)");
    assert_eq!(place.st(), "M y\nA c\nR a\nR d/x\n");
    assert_eq!(place.git(), "R  a -> c\nD  d/x\nUU y\n");
    assert_eq!(place.read("c"), lines("a 1 2 3 4 five 6 7 8 nine"));
    assert!(place.read("y").contains("FIVE\n=======\nfive\n"), "{}", place.read("y"));
    place.sh("git add y; git commit -qm renamed");
    assert_eq!(place.git(), "");
}

#[test]
fn what_both_renamed_alike_is_merged() {
    let place = Place::before("git mv a b; sed -i s/5/five/ b");
    place.sh("git mv a b; sed -i s/9/nine/ b");
    assert_eq!(place.up("main"), "0 updated, 1 merged, 0 removed, 1 kept (activating main)");
    assert_eq!((place.st().as_str(), place.git().as_str()), ("M b\n", " M b\n"));
    assert_eq!(place.read("b"), lines("a 1 2 3 4 five 6 7 8 nine"));
}

#[test]
fn each_side_keeps_the_name_that_it_gave() {
    let place = Place::before("git mv a b");
    place.sh("git mv a c; sed -i s/9/nine/ c");
    assert_eq!(place.up("main"), "1 updated, 0 removed (activating main)");
    assert_eq!(place.st(), "A c\n");
    assert_eq!(place.read("b"), lines("a 1 2 3 4 5 6 7 8 9"));
    assert_eq!(place.read("c"), lines("a 1 2 3 4 5 6 7 8 nine"));
}

#[test]
fn a_name_that_is_taken_is_not_followed() {
    let place = Place::before("git mv a b");
    place.sh("sed -i s/9/nine/ a; echo mine > b");
    assert_eq!(
        place.up("main"),
        "abort: untracked files in working directory differ from files in requested revision: b"
    );
    assert_eq!((place.st().as_str(), place.read("b").as_str()), ("M a\n? b\n", "mine\n"));
    // What is not like it is no rename.
    let place = Place::before("git rm -q a; echo else > b");
    place.sh("sed -i s/9/nine/ a");
    assert_eq!(place.up("main"), "1 updated, 0 removed, 1 unresolved (activating main)");
    assert_eq!(place.st(), "M a\n");
}

#[test]
fn back_again() {
    let place = Place::before("git mv a b; sed -i s/5/five/ b");
    place.sh("sed -i s/9/nine/ a");
    place.up("main");
    assert_eq!(place.up("zero"), "0 updated, 1 merged, 0 removed, 1 kept (leaving main)");
    assert_eq!((place.st().as_str(), place.git().as_str()), ("M a\n", " M a\n"));
    assert_eq!(place.read("a"), lines("a 1 2 3 4 5 6 7 8 nine"));
}

#[test]
fn drivers_merge_where_they_may_run() {
    let change =
        "printf 'a merge=mine\nother merge=union\nd/x -merge\n' > .gitattributes; sed -i s/5/five/ a other d/x";
    for trusted in [true, false] {
        let place = Place::before(change);
        place.sh(
            "git checkout -q main -- .gitattributes; git commit -qm attributes; git tag -f zero; git checkout -q main
             git reset -q --hard zero; sed -i s/5/five/ a other d/x; git commit -qam one; git checkout -q zero
             git config merge.mine.driver 'cat %O %A %B > ../%P.seen; mv ../%P.seen %A; echo %X %Y >> %A'
             sed -i s/5/FIVE/ a other d/x",
        );
        let place = if trusted { place.trusted() } else { place };
        let by_git = place.by_checkout_m("main");
        let told = place.up("main");
        assert_eq!(place.read("other"), lines("other 1 2 3 4 FIVE five 6 7 8 9"), "{told}");
        assert_eq!(place.read("d/x"), lines("d/x 1 2 3 4 FIVE 6 7 8 9"), "the user's");
        let driven = |line: &str| lines(&format!("a 1 2 3 4 {line} 6 7 8 9"));
        if trusted {
            assert_eq!(
                place.read("a"),
                format!("{}{}{}working copy destination\n", driven("5"), driven("FIVE"), driven("five"))
            );
            assert_eq!((place.git(), place.sh("git ls-files -u")), by_git);
            assert_eq!(place.git(), " M a\nUU d/x\n M other\n");
        } else {
            assert_eq!(place.read("a"), driven("FIVE"), "not merged in another way");
            assert_eq!(place.git(), "UU a\nUU d/x\n M other\n");
        }
    }
}
