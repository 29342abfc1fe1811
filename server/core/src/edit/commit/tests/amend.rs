//! Commits in the place of the last one, and the last one undone.

use super::*;
use crate::edit::{Action, FileOutcome, Uncommitted};

const AMEND: CommitOptions<'static> = CommitOptions { message: None, amend: true, ..ALL };

const TWO: &str = "export GIT_AUTHOR_NAME=author GIT_AUTHOR_DATE='@100 +0100' GIT_COMMITTER_DATE='@200 +0200'
     echo 1 > f && git add . && git commit -qm base && echo 2 > f && echo 2 > g && git add . && git commit -qm second";

fn undo(scratch: &Scratch) -> Result<Uncommitted> {
    let repository = Repository::open(scratch.path(), Options::default())?;
    uncommit(&repository, CLOCK, &Cancel::new(), &NoProgress)
}

#[test]
fn an_amended_commit_keeps_what_is_not_said_anew() {
    let scratch = repository(&format!("{TWO}\necho 3 > f"));
    let old = scratch.node("HEAD");
    let committed = done(&scratch, &AMEND);
    assert_eq!((committed.replaced, committed_files(&scratch).as_str()), (Some(old), "f=3 g=2"));
    let shown = scratch.sh("git log --date=raw --format='%an %ad %cn %cd %s'");
    assert_eq!(shown, "author 100 +0100 test 200 +0200 second\nauthor 100 +0100 test 200 +0200 base\n");
    assert_eq!(scratch.sh("git log -g -1 --format=%gs"), "commit (amend): second\n");
    assert_eq!(git_status(&scratch), "");
    let anew = CommitOptions { message: Some("other"), user: Some("A <a@b>"), date: Some("5 0"), ..AMEND };
    done(&scratch, &anew);
    let shown = scratch.sh("git log -1 --date=raw --format='%an %ae %ad %cn %ce %cd %s'");
    assert_eq!(shown, "A a@b 5 +0000 A a@b 5 +0000 other\n");
}

#[test]
fn parts_are_amended_and_the_rest_stays() {
    let scratch = repository(&format!("{TWO}\necho 3 > f && echo 3 > g && git add g && git rm -q --cached f"));
    done(&scratch, &CommitOptions { paths: &paths(&["f"]), ..AMEND });
    assert_eq!((committed_files(&scratch).as_str(), git_status(&scratch).as_str()), ("g=2", "M. g, ?? f"));
}

#[test]
fn the_same_again_is_nothing() {
    let scratch = repository(TWO);
    assert_eq!(refused(&scratch, &AMEND), (Kind::NothingToCommit, "nothing changed".to_owned()));
    let same = CommitOptions { message: Some("second"), ..AMEND };
    assert_eq!(refused(&scratch, &same).0, Kind::NothingToCommit);
    done(&scratch, &CommitOptions { message: Some("another message"), ..AMEND });
}

#[test]
fn a_root_and_a_merge_keep_their_parents() {
    let scratch = repository("echo 1 > f && git add . && git commit -qm base && echo 2 > f");
    done(&scratch, &AMEND);
    assert_eq!(scratch.sh("git log --format=%P"), "\n");
    scratch.sh("git checkout -qb other && git commit -q --allow-empty -m other && git checkout -q main
         git commit -q --allow-empty -m ours && git merge -q -m merged other && echo 3 > f");
    let parents = scratch.sh("git log -1 --format=%P");
    done(&scratch, &AMEND);
    assert_eq!(scratch.sh("git log -1 --format=%P"), parents);
}

#[test]
fn what_others_have_is_not_rewritten() {
    let scratch = repository(&format!("{TWO}\necho 3 > f && git update-ref refs/remotes/origin/main HEAD^"));
    let public = format!("public changesets: {}", scratch.node("HEAD^").short());
    done(&scratch, &AMEND);
    undo(&scratch).unwrap();
    assert_eq!(refused(&scratch, &AMEND), (Kind::PublicChangeset, format!("cannot amend {public}")));
    let error = undo(&scratch).unwrap_err();
    assert_eq!((error.kind(), error.to_string()), (Kind::PublicChangeset, format!("cannot uncommit {public}")));
}

#[test]
fn what_is_in_progress_is_not_amended() {
    let scratch = repository(&format!(
        "{TWO}\ngit checkout -qb other HEAD^ && echo other > h && git add h
         git commit -qm other && git checkout -q main && git merge -q --no-commit other 2>/dev/null"
    ));
    let refusal = (Kind::OperationInProgress, "cannot amend changesets while merging".to_owned());
    assert_eq!(refused(&scratch, &AMEND), refusal);
    assert_eq!(undo(&scratch).unwrap_err().kind(), Kind::OperationInProgress);
    assert_eq!(
        refused(&repository("true"), &AMEND),
        (Kind::InvalidArgument, "cannot amend the null revision".to_owned())
    );
}

#[test]
fn the_old_one_is_hidden_and_can_be_found_in_the_log_of_the_branch() {
    let scratch = repository(&format!("{TWO}\necho 3 > f"));
    let repository = Repository::open(scratch.path(), Options::default()).unwrap();
    let old = scratch.node("HEAD");
    let rev = repository.snapshot(&Cancel::new(), &NoProgress).unwrap().changelog.rev(&old).unwrap();
    let committed = commit(&repository, &AMEND, &Cancel::new(), &NoProgress).unwrap();
    let snapshot = repository.snapshot(&Cancel::new(), &NoProgress).unwrap();
    assert!(!snapshot.changelog.is_visible(rev));
    assert_eq!(snapshot.changelog.node(snapshot.changelog.tip()), committed.node);
    assert_eq!(scratch.node("main@{1}"), old);
}

#[test]
fn headers_that_stay_and_signatures_that_do_not() {
    let scratch = repository(&format!(
        "{TWO}\ngit cat-file commit HEAD > .git/raw
         sed -i '/^committer/a gpgsig begin\\n end\\nnote kept\\n and continued' .git/raw
         git reset -q --soft $(git hash-object -w -t commit .git/raw) && echo 3 > f"
    ));
    done(&scratch, &AMEND);
    let raw = scratch.sh("git cat-file commit HEAD");
    assert!(raw.contains("\nnote kept\n and continued\n\nsecond\n") && !raw.contains("gpgsig"), "{raw}");
}

#[test]
fn the_last_commit_is_undone_and_everything_is_kept() {
    let scratch =
        repository(&format!("{TWO}\ngit rm -q f && git commit -qm 'third\n\nbody' && echo 4 > g && echo 5 > h"));
    let (node, parent) = (scratch.node("HEAD"), scratch.node("HEAD^"));
    let undone = undo(&scratch).unwrap();
    let files = vec![FileOutcome::new(path("f"), Action::Removed)];
    assert_eq!((undone.node, undone.parent, undone.message.as_str()), (node, Some(parent), "third\n\nbody"));
    assert_eq!((undone.outcome.files, git_status(&scratch).as_str()), (files, "D. f, .M g, ?? h"));
    assert_eq!(scratch.sh("git log -g -1 --format=%gs"), "uncommit: third\n");
    sound(&scratch);
    let again = CommitOptions { message: Some(&undone.message), paths: &paths(&["f"]), ..ALL };
    done(&scratch, &again);
    assert_eq!(scratch.sh("git diff --name-status HEAD^ HEAD"), "D\tf\n");
}

#[test]
fn the_first_commit_is_undone_to_a_branch_without_any() {
    let scratch = repository("echo 1 > f && git add . && git commit -qm base");
    let undone = undo(&scratch).unwrap();
    assert_eq!((undone.parent, git_status(&scratch).as_str()), (None, "A. f"));
    assert_eq!(scratch.sh("git for-each-ref; cat .git/HEAD"), "ref: refs/heads/main\n");
    sound(&scratch);
    done(&scratch, &ALL);
    scratch.sh("git checkout -q --detach");
    assert_eq!(undo(&scratch).unwrap_err().kind(), Kind::InvalidArgument);
    scratch.sh("git checkout -q main && git checkout -qb o && git commit -q --allow-empty -m o && git checkout -q main
         git commit -q --allow-empty -m n && git merge -q -m merge o");
    assert_eq!(undo(&scratch).unwrap_err().to_string(), "cannot uncommit merge changeset");
}
