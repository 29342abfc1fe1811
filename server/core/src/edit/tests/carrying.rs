//! Local changes carried over to another changeset that has changed the same files: merged, or in conflict, as with
//! Mercurial; and in git's index as `git checkout -m` leaves them.

use super::updating::said;
use super::{PROGRESS, Place, paths, told};
use crate::cancel::Cancel;
use crate::edit::{Resolution, ResolveOptions, Target, Tool, UpdateOptions, resolve, update};

const LINES: &str = "1 2 3 4 5 6 7 8 9";

impl Place {
    /// Changesets `zero` and `one` (`main`) on one line, and `side` beside `one`. In `one` the fifth line of a and b is
    /// another, c is gone, d and x are modified, n is new.
    fn with_lines() -> Self {
        let place = Self::new(&format!(
            "for f in a b c d e x; do printf '%s\\n' {LINES} > $f; done; printf 'x\\0y' > bin; ln -s a link
             git add .; git commit -qm zero; git tag zero
             sed -i s/5/five/ a b d; echo end >> x; git rm -q c; echo new > n; printf 'x\\0z' > bin; ln -sf b link
             git add .; git commit -qm one; git tag one
             git checkout -q zero; sed -i s/5/side/ a; git commit -qam side; git tag side; git checkout -q main"
        ));
        place.up("zero");
        place
    }

    /// What git makes of the same, in a copy: its status and the stages, then the working copy is back.
    pub fn by_checkout_m(&self, rev: &str) -> (String, String) {
        self.sh(&format!(
            "rm -rf ../{0}; cp -a . ../{0}; cd ../{0}; git checkout -q -m {rev} >/dev/null 2>&1 || true",
            self.copy()
        ));
        let shown = |command: &str| self.sh(&format!("cd ../{}; {command}", self.copy()));
        let found = (shown("git status --porcelain -uall"), shown("git ls-files -u"));
        self.sh(&format!("rm -rf ../{}", self.copy()));
        found
    }

    fn copy(&self) -> String {
        format!("{}-copy", self.scratch.path().file_name().unwrap().to_string_lossy())
    }

    fn re_merge(&self, named: &[&str], tool: Tool) -> String {
        let resolution = Resolution::Merge(tool);
        let options = ResolveOptions { paths: paths(named), resolution, ..ResolveOptions::default() };
        told(resolve(&self.repository, &options, &Cancel::new()))
    }
}

pub fn lines(of: &str) -> String {
    of.split(' ').map(|line| format!("{line}\n")).collect()
}

#[test]
fn changes_of_other_lines_are_merged() {
    let place = Place::with_lines();
    place.sh("sed -i s/9/nine/ a; sed -i s/1/one/ b; sed -i s/2/two/ b; chmod +x d; chmod +x x; echo u > u");
    let by_git = place.by_checkout_m("one");
    // Where something is staged git refuses.
    place.sh("sed -i s/two/2/ b; git add b; sed -i s/2/two/ b");
    assert_eq!(place.up("main"), "3 updated, 4 merged, 1 removed, 4 kept (activating main)");
    assert_eq!(place.st(), "M a\nM b\nM d\nM x\n? u\n");
    assert_eq!((place.git(), place.sh("git ls-files -u")), by_git);
    assert_eq!(place.read("a"), lines("1 2 3 4 five 6 7 8 nine"));
    assert_eq!(place.read("b"), lines("one two 3 4 five 6 7 8 9"));
    assert_eq!(place.sh("git diff --stat --summary d | tail -1"), " mode change 100644 => 100755 d\n");
    let kept = place.backups();
    assert!(kept.iter().any(|kept| kept.starts_with("update a: 1\n2\n") && kept.ends_with("nine")), "{kept:?}");
    assert!(kept.iter().any(|kept| kept.starts_with("update b: one\n2\n")), "staged and nowhere else: {kept:?}");
}

#[test]
fn changes_of_the_same_lines_are_in_conflict_until_they_are_resolved() {
    let place = Place::with_lines();
    place.sh("sed -i s/5/FIVE/ a; sed -i s/9/nine/ b");
    let by_git = place.by_checkout_m("one");
    assert_eq!(place.up("main"), "5 updated, 1 merged, 1 removed, 1 unresolved, 2 kept (activating main)");
    let conflict =
        lines("1 2 3 4 <<<<<<<_working_copy FIVE ======= five >>>>>>>_destination 6 7 8 9").replace('_', " ");
    assert_eq!(place.read("a"), conflict);
    assert_eq!((place.git(), place.sh("git ls-files -u")), by_git, "the versions are those that git has there");
    assert_eq!(place.git(), "UU a\n M b\n");
    assert_eq!(place.scratch.node("HEAD"), place.scratch.node("main"));
    // As Mercurial, nothing goes on before that is settled.
    assert_eq!(place.up("zero"), "abort: outstanding merge conflicts");
    place.sh("sed -i 's/^9/edited/' a");
    let warning = "! warning: conflicts while merging a! (edit, then use 'hg resolve --mark')\n";
    assert_eq!(place.re_merge(&["a"], Tool::Merge), format!("unresolved a (kept)\n{warning}"));
    assert_eq!(place.read("a"), conflict);
    assert!(place.backups()[0].starts_with("resolve a: 1\n") && place.backups()[0].ends_with("edited"));
    for (tool, line) in [
        (Tool::Local, "FIVE"),
        (Tool::Other, "five"),
        (Tool::Union, "FIVE five"),
        (Tool::MergeLocal, "FIVE"),
        (Tool::MergeOther, "five"),
    ] {
        let told = place.re_merge(&["a"], tool);
        assert!(told.starts_with("resolved a") && told.ends_with("(no more unresolved files)\n"), "{tool:?}: {told}");
        assert_eq!(place.read("a"), lines(&format!("1 2 3 4 {line} 6 7 8 9")), "{tool:?}");
        assert_eq!(place.sh("git ls-files -u"), "");
        let unmark = ResolveOptions { paths: paths(&["a"]), resolution: Resolution::Unmark, ..Default::default() };
        let told = super::told(resolve(&place.repository, &unmark, &Cancel::new()));
        // Nothing is in progress by git's account any more.
        assert_eq!(told, "abort: resolve command not applicable when not merging\n");
        place.sh(&format!("git update-index --unresolve a; printf '{}' > a", conflict.replace('\n', "\\n")));
        assert_eq!(place.git(), "UU a\n M b\n", "{tool:?}");
    }
    assert_eq!(place.re_merge(&[], Tool::Other), "resolved a (kept)\n(no more unresolved files)\n");
    assert_eq!((place.st(), place.git()), ("M b\n".to_owned(), " M b\n".to_owned()));
}

#[test]
fn what_one_side_removed_and_the_other_changed_is_a_conflict() {
    let place = Place::with_lines();
    place.sh("echo mine >> c; git rm -q d; git rm -q --cached x; echo mine > x");
    assert_eq!(place.up("main"), "5 updated, 0 removed, 3 unresolved, 1 kept (activating main)");
    let stages = place.sh("git ls-files -u | cut -c 49-");
    assert_eq!(stages, "1\tc\n3\tc\n1\td\n2\td\n1\tx\n2\tx\n");
    assert_eq!(place.git(), "DU c\nUD d\nUD x\n");
    assert_eq!(place.read("c"), lines(LINES) + "mine\n", "the one that was changed is there");
    assert_eq!(place.read("d"), lines(LINES).replace('5', "five"));
    assert_eq!(place.backups(), ["update x: mine"]);
    assert_eq!(place.re_merge(&["c"], Tool::Other), "resolved c (kept)\n");
    assert_eq!(place.re_merge(&["d"], Tool::Local), "resolved d\n", "what a changeset has is not kept");
    assert_eq!(place.re_merge(&["x"], Tool::Other), "resolved x\n(no more unresolved files)\n");
    assert_eq!((place.st(), place.git()), ("R d\n".to_owned(), "D  d\n".to_owned()));
    assert!(!place.scratch.path().join("c").exists() && !place.scratch.path().join("d").exists());
}

#[test]
fn what_has_no_lines_stays_and_is_a_conflict() {
    let place = Place::with_lines();
    place.sh("printf 'x\\0q' > bin; ln -sf d link; rm a; ln -s x a");
    let by_git = place.by_checkout_m("one");
    place.sh("echo mine > n; git add n");
    assert_eq!(place.up("main"), "3 updated, 1 removed, 4 unresolved, 1 kept (activating main)");
    let ours = place.sh("git ls-files -u | cut -f 2 | sort -u");
    assert_eq!(ours, "a\nbin\nlink\nn\n");
    // git puts aside one of two files of different kinds that have one name; here the user's stays where it is.
    let without_a = |stages: &str| {
        stages.lines().filter(|line| !line.contains("\ta") && !line.contains("\tn")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(without_a(&place.sh("git ls-files -u")), without_a(&by_git.1));
    assert_eq!(place.read("bin"), "x\0q");
    assert_eq!(place.sh("readlink link a"), "d\nx\n");
    assert_eq!(place.read("n"), "<<<<<<< working copy\nmine\n=======\nnew\n>>>>>>> destination\n");
    place.re_merge(&["bin", "link", "a", "n"], Tool::Other);
    place.is_clean_at("one");
}

#[test]
fn across_lines_of_history_changes_are_merged_only_when_that_is_asked_for() {
    let place = Place::with_lines();
    place.up("one");
    place.sh("echo mine >> e");
    assert_eq!(place.up("side"), "7 updated, 1 removed", "nothing has to be merged");
    assert_eq!(place.up("one"), "7 updated, 1 removed");
    place.sh("sed -i s/9/nine/ a");
    let before = (place.git(), place.read("a"));
    assert_eq!(place.up("side"), "abort: conflicting changes: a");
    assert_eq!((place.git(), place.read("a")), before);
    let merge = || UpdateOptions { merge: true, ..UpdateOptions::default() };
    assert_eq!(place.up_with("side", merge()), "6 updated, 1 merged, 1 removed, 1 kept");
    assert_eq!(place.read("a"), lines("1 2 3 4 side 6 7 8 nine"));
    assert_eq!(
        place.up_with("one", UpdateOptions { check: true, ..merge() }),
        "abort: cannot specify both --check and --merge"
    );
    assert_eq!(
        place.up_with("one", UpdateOptions { clean: true, ..merge() }),
        "abort: cannot specify both --clean and --merge"
    );
}

#[test]
fn what_the_target_has_already_is_not_written_and_line_ends_stay() {
    let place = Place::new(
        "echo '* text eol=crlf' > .gitattributes; printf 'a\\r\\nb\\r\\nc\\r\\n' > f; git add .; git commit -qm zero; git tag zero
         printf 'A\\r\\nb\\r\\nc\\r\\n' > f; git commit -qam one; git tag one; git checkout -q zero",
    );
    place.sh("printf 'A\\r\\nb\\r\\nC\\r\\n' > f");
    assert_eq!(place.up("one"), "0 updated, 1 merged, 0 removed", "the change of the target is there already");
    assert_eq!((place.read("f"), place.git()), ("A\r\nb\r\nC\r\n".to_owned(), " M f\n".to_owned()));
    place.up_clean("zero");
    place.sh("printf 'a\\r\\nb\\r\\nC\\r\\n' > f");
    assert_eq!(place.up("one"), "0 updated, 1 merged, 0 removed, 1 kept");
    assert_eq!((place.read("f"), place.git()), ("A\r\nb\r\nC\r\n".to_owned(), " M f\n".to_owned()));
}

#[test]
fn the_active_bookmark_comes_along() {
    let place = Place::with_lines();
    place.sh("git checkout -q -b topic; sed -i s/9/nine/ a");
    let target = Target { node: place.scratch.node("one"), bookmark: Some("topic".into()), advance: true };
    let options = UpdateOptions { target: Some(target.clone()), ..UpdateOptions::default() };
    assert_eq!(
        said(update(&place.repository, &options, &Cancel::new(), &PROGRESS)),
        "6 updated, 1 merged, 1 removed, 1 kept (moving topic)"
    );
    assert_eq!(place.sh("git symbolic-ref --short HEAD; git rev-parse topic"), format!("topic\n{}\n", target.node));
    assert_eq!(place.git(), " M a\n");
    assert_eq!(place.sh("git reflog -1 --format=%gs topic"), format!("update: moving to {}\n", target.node));
    assert_eq!(said(update(&place.repository, &options, &Cancel::new(), &PROGRESS)), "0 updated, 0 removed");
}

#[test]
fn a_file_that_is_unsaved_in_an_editor_is_not_merged() {
    let place = Place::with_lines();
    place.sh("sed -i s/9/nine/ a");
    let unsaved = paths(&["a"]).into_iter().collect();
    let options = UpdateOptions { unsaved, ..UpdateOptions::default() };
    assert_eq!(place.up_with("one", options), "abort: a: has changes in the editor that are not saved");
    place.sh("sed -i s/5/FIVE/ a");
    place.up("one");
    let resolution = Resolution::Merge(Tool::Merge);
    let unsaved = paths(&["a"]).into_iter().collect();
    let options = ResolveOptions { resolution, unsaved, ..ResolveOptions::default() };
    assert_eq!(
        told(resolve(&place.repository, &options, &Cancel::new())),
        "abort: a: has changes in the editor that are not saved\n"
    );
}
