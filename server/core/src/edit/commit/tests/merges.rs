//! Commits that end what was in progress.

use super::*;

/// A merge of `other` that stopped: with a conflict in `f`, and `g` and `h` merged.
const CONFLICT: &str =
    "for f in f g h; do echo 1 > $f; done && git add . && git commit -qm base && git checkout -qb other
     echo theirs > f && echo theirs > new && git rm -q h && git add . && git commit -qm other && git checkout -q main
     echo ours > f && echo ours > g && git commit -qam ours && git merge -q other >/dev/null 2>&1 || true";

fn marks(scratch: &Scratch) -> String {
    scratch.sh("ls .git | grep -E '_HEAD$|_MSG$|MERGE|sequencer|rebase|SQUASH' | grep -v -e ORIG -e EDITMSG || true")
}

#[test]
fn a_merge_is_committed_whole_with_all_its_parents_and_is_over() {
    let scratch = repository(CONFLICT);
    let refusal = (Kind::UnresolvedConflicts, "unresolved merge conflicts (see 'hg help resolve')".to_owned());
    assert_eq!(refused(&scratch, &ALL), refusal);
    scratch.sh("echo both > f && git add f");
    let names = paths(&["f"]);
    let refusal = "cannot partially commit a merge (do not specify files or patterns)".to_owned();
    assert_eq!(refused(&scratch, &CommitOptions { paths: &names, ..ALL }), (Kind::OperationInProgress, refusal));
    scratch.sh("mv g keep");
    let refusal = "cannot commit merge with missing files".to_owned();
    assert_eq!(refused(&scratch, &ALL), (Kind::OperationInProgress, refusal));
    scratch.sh("mv keep g");
    assert_ne!(marks(&scratch), "");
    let parents = scratch.sh("git rev-parse HEAD other").replace('\n', " ");
    done(&scratch, &ALL);
    assert_eq!(scratch.sh("git log -1 --format='%P '").trim_end_matches('\n'), parents);
    assert_eq!(committed_files(&scratch), "f=both g=ours new=theirs");
    assert_eq!((marks(&scratch), git_status(&scratch)), (String::new(), String::new()));
    assert_eq!(scratch.sh("git log -g -1 --format=%gs"), "commit (merge): message\n");
}

#[test]
fn without_a_message_a_merge_has_the_one_that_git_prepared() {
    let scratch = repository(&format!("{CONFLICT}\necho both > f && git add f"));
    done(&scratch, &CommitOptions { message: None, ..ALL });
    assert_eq!(scratch.sh("git log -1 --format=%B"), "Merge branch 'other'\n\n");
}

#[test]
fn a_merge_without_a_change_is_a_commit() {
    let scratch = repository(
        "echo 1 > f && git add . && git commit -qm base && git checkout -qb other
         git commit -q --allow-empty -m other && git checkout -q main && git commit -q --allow-empty -m ours
         git merge -q --no-commit other 2>/dev/null",
    );
    done(&scratch, &ALL);
    assert_eq!(scratch.sh("git log -1 --format=%P").split(' ').count(), 2);
}

#[test]
fn an_octopus_has_all_its_parents() {
    let scratch = repository(
        "echo 1 > f && git add . && git commit -qm base && for b in a b c; do
         git checkout -qb $b main && echo $b > $b && git add $b && git commit -qm $b; done; git checkout -q main
         git commit -q --allow-empty -m ours && git merge -q --no-commit a b c >/dev/null 2>&1",
    );
    let parents = scratch.sh("git rev-parse HEAD a b c").replace('\n', " ");
    done(&scratch, &ALL);
    assert_eq!(scratch.sh("git log -1 --format='%P '").trim_end_matches('\n'), parents);
    assert_eq!((committed_files(&scratch).as_str(), marks(&scratch).as_str()), ("a=a b=b c=c f=1", ""));
}

#[test]
fn a_cherry_pick_keeps_its_author_and_a_series_goes_on() {
    let base = "echo 1 > f && git add . && git commit -qm base && git checkout -qb other
         export GIT_AUTHOR_NAME=picked GIT_AUTHOR_DATE='@7 +0100'
         for n in 2 3; do echo $n > f && git commit -qam $n; done && git checkout -q main && echo ours > f
         git commit -qam ours";
    let scratch =
        repository(&format!("{base}; git cherry-pick other~1 >/dev/null 2>&1 || true; echo both > f && git add f"));
    assert_eq!(refused(&scratch, &CommitOptions { paths: &paths(&["f"]), ..ALL }).0, Kind::OperationInProgress);
    assert_eq!(refused(&scratch, &CommitOptions { amend: true, ..ALL }).0, Kind::OperationInProgress);
    done(&scratch, &ALL);
    let shown = scratch.sh("git log -1 --date=raw --format='%an %ad %cn %cd'");
    assert_eq!((shown.as_str(), marks(&scratch).as_str()), ("picked 7 +0100 test 1594819230 +0000\n", ""));
    assert_eq!(scratch.sh("git log -g -1 --format=%gs"), "commit (cherry-pick): message\n");

    let scratch = repository(&format!(
        "{base}; git cherry-pick other~1 other >/dev/null 2>&1 || true; echo both > f && git add f"
    ));
    done(&scratch, &ALL);
    assert_eq!(marks(&scratch), "sequencer\n");
    scratch.sh("git cherry-pick --continue >/dev/null 2>&1 || true; echo last > f && git add f");
    done(&scratch, &ALL);
    assert_eq!(marks(&scratch), "");
}

#[test]
fn a_revert_and_a_squash_are_over_too() {
    let scratch = repository(
        "echo 1 > f && git add . && git commit -qm base && echo 2 > f && git commit -qam 2
         git revert --no-commit HEAD && git rev-parse HEAD > .git/REVERT_HEAD && echo words > .git/MERGE_MSG",
    );
    done(&scratch, &ALL);
    assert_eq!((marks(&scratch).as_str(), committed_files(&scratch).as_str()), ("", "f=1"));
    scratch.sh("git checkout -qb other && echo 3 > g && git add g && git commit -qm 3 && git checkout -q main
         git merge -q --squash other >/dev/null");
    let committed = done(&scratch, &CommitOptions { message: None, ..ALL });
    assert!(committed.replaced.is_none() && marks(&scratch).is_empty());
    assert!(scratch.sh("git log -1 --format=%B").starts_with("Squashed commit of the following:"));
}

#[test]
fn a_rebase_that_stopped_goes_on_with_git() {
    let scratch = repository(
        "echo 1 > f && git add . && git commit -qm base && git checkout -qb other
         for n in 2 3; do echo $n > f && git commit -qam $n; done && git checkout -q main && echo ours > f
         git commit -qam ours && git checkout -q other && git rebase main >/dev/null 2>&1 || true
         echo both > f && git add f",
    );
    done(&scratch, &ALL);
    scratch.sh("GIT_EDITOR=true git rebase --continue >/dev/null 2>&1 || true; echo 3 > f && git add f");
    done(&scratch, &ALL);
    scratch.sh("GIT_EDITOR=true git rebase --continue >/dev/null 2>&1");
    assert_eq!(scratch.sh("git log --format=%s other"), "message\nmessage\nours\nbase\n");
}

#[test]
fn what_a_killed_commit_left_of_a_merge_goes_with_the_next_look() {
    let scratch = repository(&format!("{CONFLICT}\necho both > f && git add f"));
    let marks_before = scratch.sh("mkdir .git/saved && cp .git/MERGE_* .git/saved && ls .git/saved");
    assert!(marks_before.contains("MERGE_HEAD"));
    let mark = crate::git::merge_state::fingerprint(&crate::git::Location::discover(scratch.path()).unwrap()).unwrap();
    let committed = done(&scratch, &ALL);
    // As if the process had ended right after the reference moved.
    scratch.sh("cp .git/saved/* .git/");
    let journal = format!("hgls journal 1\n{}\n{mark}\n", committed.node);
    std::fs::write(scratch.path().join(".git/hgls/journal"), &journal).unwrap();
    let location = crate::git::Location::discover(scratch.path()).unwrap();
    crate::git::journal::replay(&location).unwrap();
    assert_eq!(marks(&scratch), "");
    assert!(!scratch.path().join(".git/hgls/journal").exists());
    // One whose move never happened means nothing.
    scratch.sh("cp .git/saved/* .git/");
    let journal = format!("hgls journal 1\n{}\n{mark}\n", scratch.node("HEAD^"));
    std::fs::write(scratch.path().join(".git/hgls/journal"), &journal).unwrap();
    crate::git::journal::replay(&location).unwrap();
    assert!(marks(&scratch).contains("MERGE_HEAD"));
}
