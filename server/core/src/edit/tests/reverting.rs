//! Files brought back.

use super::{PROGRESS, Place, paths, told};
use crate::cancel::Cancel;
use crate::edit::{FileHunks, HunkRange, Keep, RevertOptions, revert};
use crate::ids::Node;

impl Place {
    /// Changesets `one` (a b c d/x d/e/y) and `two`: a is modified, c removed, new added.
    fn with_history() -> Self {
        let place = Self::with_files();
        place.sh("echo c > c; git add c; git commit -q --amend -m one
             echo a2 > a; echo n > new; git rm -q c; git add .; git commit -qm two");
        place
    }

    fn revert(&self, named: &[&str]) -> String {
        self.revert_with(RevertOptions { paths: paths(named), ..RevertOptions::default() })
    }

    fn revert_to(&self, rev: &str, named: &[&str]) -> String {
        let all = named.is_empty();
        let rev: Option<Node> = Some(self.scratch.node(rev));
        self.revert_with(RevertOptions { paths: paths(named), all, rev, ..RevertOptions::default() })
    }

    pub fn revert_all(&self) -> String {
        self.revert_with(RevertOptions { all: true, ..RevertOptions::default() })
    }

    fn revert_with(&self, options: RevertOptions) -> String {
        told(revert(&self.repository, &options, &Cancel::new(), &PROGRESS))
    }
}

#[test]
fn files_are_brought_back_and_what_they_had_is_kept() {
    let place = Place::with_history();
    assert_eq!(place.revert(&[]), "abort: no files or directories specified\n");
    let head = place.scratch.node("HEAD").short();
    assert_eq!(place.revert(&["nosuch"]), format!("nosuch: no such file in rev {head}\n"));
    assert_eq!(place.revert(&["a"]), "no changes needed to a\n");
    place.sh("echo u > u; mkdir empty; echo m >> a; rm d/x; chmod +x b; rm d/e/y; ln -s x d/e/y");
    assert_eq!(place.revert(&["u", "empty"]), "file not managed: u\n");
    assert_eq!(place.revert(&["a"]), "reverting a (kept)\n");
    assert_eq!((place.read("a"), place.backups()), ("a2\n".to_owned(), vec!["revert a: a2\nm".to_owned()]));
    assert_eq!(place.revert(&["d", "b"]), "reverting b (kept)\nreverting d/e/y (kept)\nreverting d/x\n");
    assert_eq!((place.st(), place.git()), ("? u\n".to_owned(), "?? u\n".to_owned()));
    assert_eq!(place.sh("git diff-files"), "", "what was written is recorded as it is");
}

#[test]
fn what_was_added_removed_or_forgotten_is_as_before() {
    let place = Place::with_history();
    place.sh("echo q > q; echo gone > gone; git add .; rm gone; git rm -q b; git rm -q --cached a d/x; echo w > d/x");
    assert_eq!(place.st(), "A q\nR a\nR b\nR d/x\n! gone\n");
    assert_eq!(
        place.revert_all(),
        "undeleting a\nundeleting b\nundeleting d/x (kept)\nforgetting gone (kept)\nforgetting q\n"
    );
    assert_eq!((place.st(), place.git()), ("? q\n".to_owned(), "?? q\n".to_owned()));
    assert_eq!(place.backups(), ["revert d/x: w", "revert gone: gone"]);
    assert_eq!(place.revert(&["a", "q"]), "no changes needed to a\nfile not managed: q\n");
}

#[test]
fn what_was_staged_alone_is_kept_too() {
    let place = Place::with_files();
    place.sh("echo staged > a; git add a; echo working > a");
    assert_eq!(place.revert(&["a"]), "reverting a (kept)\n");
    assert_eq!(place.git(), "");
    let mut backups = place.backups();
    backups.sort();
    assert_eq!(backups, ["revert a: staged", "revert a: working"]);
}

#[test]
fn a_revision_sets_contents_and_not_the_parent() {
    let place = Place::with_history();
    let two = place.scratch.node("HEAD");
    assert_eq!(place.revert_to("HEAD^", &["a"]), "reverting a\n", "it was clean: nothing to keep");
    assert_eq!((place.st(), place.read("a")), ("M a\n".to_owned(), "a\n".to_owned()));
    assert_eq!(place.revert_to("HEAD^", &[]), "adding c\nremoving new\n");
    assert_eq!(place.st(), "M a\nA c\nR new\n");
    assert_eq!(place.git(), "M  a\nA  c\nD  new\n");
    assert_eq!(place.scratch.node("HEAD"), two);
    assert_eq!(place.revert_all(), "reverting a (kept)\nforgetting c\nundeleting new\n");
    assert_eq!(place.st(), "? c\n");
    place.sh("echo mine > c; echo changed > new");
    assert_eq!(place.revert_to("HEAD^", &["c", "new"]), "adding c (kept)\nremoving new (kept)\n");
    assert_eq!(place.st(), "A c\nR new\n");
    place.git();
}

#[test]
fn a_dry_run_says_what_would_be_done() {
    let place = Place::with_history();
    place.sh("echo m >> a; git rm -q b; echo q > q; git add q");
    let options = RevertOptions { all: true, dry_run: true, ..RevertOptions::default() };
    let before = place.git();
    assert_eq!(place.revert_with(options), "reverting a\nundeleting b\nforgetting q\n");
    assert_eq!(place.git(), before);
}

#[test]
fn what_becomes_of_changes_can_be_chosen() {
    let place = Place::with_files();
    place.sh("echo m >> a; echo m >> d/x; echo older > d/x.orig");
    let keep = |keep| RevertOptions { paths: paths(&["a", "d"]), keep, ..RevertOptions::default() };
    assert_eq!(place.revert_with(keep(Keep::Orig)), "reverting a (kept)\nreverting d/x (kept)\n");
    assert_eq!((place.read("a.orig"), place.read("d/x.orig")), ("a\nm\n".to_owned(), "d/x\nm\n".to_owned()));
    assert_eq!(place.backups(), ["revert d/x.orig: older"]);
    place.sh("rm a.orig d/x.orig; echo m >> a");
    assert_eq!(place.revert_with(keep(Keep::Nothing)), "reverting a\n");
    assert_eq!((place.git(), place.backups().len()), (String::new(), 1));
}

#[test]
fn nothing_is_overwritten_that_has_changes_in_an_editor() {
    let place = Place::with_files();
    place.sh("echo m >> a; echo m >> b");
    let unsaved = paths(&["b"]).into_iter().collect();
    let options = RevertOptions { all: true, unsaved, ..RevertOptions::default() };
    assert_eq!(place.revert_with(options), "abort: b: has changes in the editor that are not saved\n");
    assert_eq!(place.st(), "M a\nM b\n");
}

#[test]
fn files_stand_in_the_working_copy_as_their_attributes_say() {
    let place = Place::new(
        "printf '*.bat text eol=crlf\\n*.u text working-tree-encoding=UTF-16\\n' > .gitattributes
         printf 'a\\r\\nb\\r\\n' > x.bat; printf 'a\\n' | iconv -t UTF-16 > y.u; git add .; git commit -qm one
         echo changed > x.bat; echo changed > y.u",
    );
    assert_eq!(place.revert(&["x.bat"]), "reverting x.bat (kept)\n");
    assert_eq!(place.revert(&["y.u"]), "reverting y.u (kept)\n");
    assert_eq!((place.git(), place.read("x.bat")), (String::new(), "a\r\nb\r\n".to_owned()));
}

#[test]
fn a_folder_in_the_place_of_a_file_is_left_alone() {
    let place = Place::with_files();
    place.sh("mv b bb; mkdir b; touch b/f");
    assert_eq!(place.revert(&["b"]), "abort: b: a folder is in its place\n");
    assert_eq!(place.st(), "! b\n? b/f\n? bb\n");
    place.sh("rm b/f");
    assert_eq!(place.revert(&["b"]), "reverting b\n");
    place.sh("rm -r d; echo file > d");
    assert_eq!(place.revert(&["d/x"]), "abort: d/x: a folder above it is a file\n");
    assert_eq!(place.read("d"), "file\n");
    place.git();
}

#[test]
fn a_merge_wants_a_revision_and_keeps_its_conflicts() {
    let place = Place::with_files();
    place.sh("git checkout -qb other; echo other > a; git commit -qam other; git checkout -q main; echo main > a
         git commit -qam main; git merge -q other >/dev/null 2>&1 || true");
    assert_eq!(place.revert(&["a"]), "abort: uncommitted merge with no revision specified\n");
    assert_eq!(place.revert_to("HEAD", &["a"]), "reverting a (kept)\n");
    assert_eq!((place.read("a"), place.git()), ("main\n".to_owned(), "UU a\n".to_owned()));
}

#[test]
fn a_cancelled_revert_has_recorded_what_it_did() {
    let place = Place::with_files();
    let cancel = Cancel::new();
    cancel.trip();
    place.sh("echo m >> a");
    let options = RevertOptions { all: true, ..RevertOptions::default() };
    assert_eq!(told(revert(&place.repository, &options, &cancel, &PROGRESS)), "abort: cancelled\n");
    assert_eq!((place.st(), place.git()), ("M a\n".to_owned(), " M a\n".to_owned()));
}

#[test]
fn chosen_changes_are_taken_back() {
    let place = Place::new(
        "seq 9 > f; cp f crlf; echo 'crlf text eol=crlf' > .gitattributes; git add .; git commit -qm one
         sed -i '2s/.*/two/; 5d; 8s/$/\\nmore/' f; git add f; sed 's/$/\\r/' f > crlf",
    );
    let hunk = |old: std::ops::Range<u32>, new: std::ops::Range<u32>| HunkRange { old, new };
    let hunks = |path: &str, hunks: Vec<HunkRange>| {
        let [path] = paths(&[path]).try_into().unwrap();
        RevertOptions { hunks: vec![FileHunks { path, hunks }], ..RevertOptions::default() }
    };
    let chosen = || vec![hunk(1..2, 1..2), hunk(8..8, 7..8)];
    assert_eq!(place.revert_with(hunks("f", chosen())), "reverting f (kept)\n");
    assert_eq!(place.read("f"), "1\n2\n3\n4\n6\n7\n8\n9\n");
    assert_eq!(place.revert_with(hunks("crlf", chosen())), "reverting crlf (kept)\n");
    assert_eq!(place.read("crlf"), "1\r\n2\r\n3\r\n4\r\n6\r\n7\r\n8\r\n9\r\n");
    assert_eq!(place.git(), " M crlf\nMM f\n", "what was staged is staged");
    let stale = "abort: f: the file has no such change any more (line 2)\n";
    assert_eq!(place.revert_with(hunks("f", chosen())), stale);
    assert_eq!(place.revert_with(hunks("f", vec![hunk(4..5, 4..4)])), "reverting f (kept)\n");
    assert_eq!(place.st(), "M crlf\n");
    assert_eq!(
        place.revert_with(hunks("f", vec![hunk(4..5, 4..4)])),
        "abort: f: the file has no such change any more (line 5)\n"
    );
}
