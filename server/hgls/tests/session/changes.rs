//! What the client is told of changes that any program makes.

use std::sync::atomic::Ordering;
use std::time::Duration;

use hgls::session::{Abilities, Settings};
use serde_json::{Value, json};

use super::fixture::{Fixture, wait_until};

const STATUS: &str = "hg/didChangeStatus";
const REPOSITORY: &str = "hg/didChangeRepository";

fn paths(entries: &Value) -> Vec<&str> {
    entries.as_array().unwrap().iter().map(|entry| entry["path"].as_str().unwrap()).collect()
}

#[test]
fn files_that_change_are_told_with_their_status() {
    let fixture = Fixture::watching(Abilities::default());
    fixture.write("p/file", "other\n");
    let params = fixture.wait_for(STATUS, |params| paths(&params["changed"]).contains(&"file"));
    let entry = &params["changed"][0];
    assert_eq!((&entry["status"], paths(&params["changed"]).len()), (&json!("M"), 1), "{params}");
    assert!(entry["uri"].as_str().unwrap().ends_with("/p/file"));
    let first = params["generation"].as_u64().unwrap();

    fixture.write("p/folder/new", "new\n");
    let params = fixture.wait_for(STATUS, |params| paths(&params["changed"]).contains(&"folder/new"));
    assert_eq!(params["changed"][0]["status"], "?");
    assert!(params["generation"].as_u64().unwrap() > first);

    fixture.sh("p", "git checkout -q file && rm -r folder");
    fixture.wait_for(STATUS, |params| paths(&params["removed"]).contains(&"file"));
    fixture.wait_for(STATUS, |params| paths(&params["removed"]).contains(&"folder/new"));
}

#[test]
fn a_file_written_again_with_the_same_status_is_no_news() {
    let fixture = Fixture::watching(Abilities::default());
    fixture.write("p/file", "other\n");
    fixture.wait_for(STATUS, |params| paths(&params["changed"]).contains(&"file"));
    let before = fixture.told(STATUS).len();
    fixture.write("p/file", "another\n");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(fixture.told(STATUS).len(), before);
}

#[test]
fn what_git_does_is_told() {
    let fixture = Fixture::watching(Abilities::default());
    let has = |what: &'static str| move |params: &Value| params["changed"].as_array().unwrap().contains(&json!(what));
    let step = |command: &str, what: &'static str| {
        fixture.editor.told.lock().unwrap().clear();
        fixture.sh("p", command);
        fixture.wait_for(REPOSITORY, has(what))
    };
    let params = step("echo two > file && git commit -qam two", "parents");
    assert!(has("history")(&params) && has("bookmarks")(&params), "{params}");
    assert_eq!(params["node"].as_str().map(str::len), Some(40));
    step("git tag v1", "tags");
    step("git branch other", "bookmarks");
    step("git pack-refs --all && git branch -D other", "bookmarks");
    step("git checkout -q --detach", "bookmarks");
    step("git checkout -q -b side HEAD^ && echo side > file && git commit -qam side", "history");
    step("git merge -q main || true", "mergeState");
    fixture.wait_for(STATUS, |params| params["changed"][0]["unresolved"] == true);
    step("git merge --abort", "mergeState");
    step("git rebase -q main || true", "mergeState");
    step("git rebase --abort", "mergeState");
    step("git commit -q --amend -m amended", "history");
}

#[test]
fn a_folder_and_a_branch_may_be_called_hgls() {
    let fixture = Fixture::new();
    fixture.repository("hgls");
    fixture.start(&["hgls"], Abilities::default(), Settings::default());
    fixture.wait_until_watched("hgls");
    fixture.sh("hgls", "git branch hgls");
    fixture.wait_for(REPOSITORY, |params| params["changed"] == json!(["bookmarks"]));
}

#[test]
fn what_git_stages_may_change_a_status() {
    let fixture = Fixture::watching(Abilities::default());
    fixture.write("p/new", "new\n");
    fixture.wait_for(STATUS, |params| params["changed"][0]["status"] == "?");
    fixture.sh("p", "git add new");
    fixture.wait_for(STATUS, |params| params["changed"][0]["status"] == "A");
    fixture.write("p/.gitignore", "*.o\n");
    fixture.wait_for(STATUS, |params| paths(&params["changed"]).contains(&".gitignore"));
    fixture.write("p/a.o", "");
    fixture.sh("p", "git commit -qam two");
    fixture.wait_for(STATUS, |params| paths(&params["removed"]).contains(&"new"));
    assert!(!fixture.told(STATUS).iter().any(|params| paths(&params["changed"]).contains(&"a.o")), "it is ignored");
    fixture.write("p/.gitignore", "");
    fixture.wait_for(STATUS, |params| paths(&params["changed"]).contains(&"a.o"));
}

#[test]
fn a_checkout_of_ten_thousand_files_is_one_notification() {
    let fixture = Fixture::new();
    fixture.repository("p");
    // The other branch has them all, and this one none: as unknown files they have a status that can change.
    fixture.sh(
        "p",
        "git checkout -q -b many && seq 10000 | while read n; do : > f$n; done && git add . && git commit -qm many \
         && git checkout -q main",
    );
    fixture.start(&["p"], Abilities::default(), Settings::default());
    fixture.wait_until_watched("p");
    fixture.sh("p", "git checkout -q many && git symbolic-ref HEAD refs/heads/main");
    let params = fixture.wait_for(STATUS, |params| params["changed"].as_array().unwrap().len() >= 10_000);
    assert_eq!(paths(&params["changed"]).len(), 10_000);
    // The index is in place before `HEAD` is; who looks in between sees two more changes. `HEAD` itself moved twice.
    assert!(fixture.told(STATUS).len() <= 3, "{} notifications", fixture.told(STATUS).len());
    assert!(fixture.told(REPOSITORY).len() <= 2, "{} notifications", fixture.told(REPOSITORY).len());
}

#[test]
fn while_git_holds_its_index_nothing_is_told() {
    let fixture = Fixture::watching(Abilities::default());
    fixture.write("p/.git/index.lock", "");
    for number in 0..3 {
        fixture.write(&format!("p/new{number}"), "");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(fixture.told(STATUS), Vec::<Value>::new());
    std::fs::remove_file(fixture.path("p/.git/index.lock")).unwrap();
    let params = fixture.wait_for(STATUS, |params| params["changed"].as_array().unwrap().len() == 3);
    assert_eq!(fixture.told(STATUS), vec![params]);
}

#[test]
fn a_lock_that_was_left_behind_does_not_silence_for_ever() {
    let fixture = Fixture::watching(Abilities::default());
    fixture.write("p/.git/index.lock", "");
    fixture.write("p/new", "");
    fixture.wait_for(STATUS, |params| paths(&params["changed"]) == ["new"]);
}

#[test]
fn a_client_that_watches_is_asked_to_and_believed() {
    let abilities = Abilities { watches_files: true, ..Abilities::default() };
    let fixture = Fixture::new();
    fixture.repository("p");
    fixture.sh("p", "mkdir folder && echo one > folder/file && git add . && git commit -qm two");
    fixture.start(&["p"], abilities, Settings::default());
    let params = fixture.wait_for("client/registerCapability", |_| true);
    assert_eq!(params["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    fixture.wait_until_watched("p");
    fixture.write("p/folder/file", "other\n");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(fixture.told(STATUS), Vec::<Value>::new(), "the working copy is the client's to watch");
    fixture.session.file_changed(&fixture.path("p/folder/file"));
    fixture.wait_for(STATUS, |params| paths(&params["changed"]).contains(&"folder/file"));
    fixture.sh("p", "git commit -qam two");
    fixture.wait_for(REPOSITORY, |params| params["changed"].as_array().unwrap().contains(&json!("parents")));
}

#[test]
fn a_client_that_does_not_read_is_told_later_and_at_once() {
    let fixture = Fixture::watching(Abilities::default());
    fixture.editor.congested.store(true, Ordering::SeqCst);
    for number in 0..5 {
        fixture.write(&format!("p/new{number}"), "");
        std::thread::sleep(Duration::from_millis(120));
    }
    assert_eq!(fixture.told(STATUS), Vec::<Value>::new());
    fixture.editor.congested.store(false, Ordering::SeqCst);
    let params = fixture.wait_for(STATUS, |params| params["changed"].as_array().unwrap().len() == 5);
    assert_eq!(fixture.told(STATUS), vec![params]);
}

#[test]
fn a_repository_made_in_an_open_folder_is_seen_and_one_deleted_is_told() {
    let fixture = Fixture::new();
    fixture.write("p/file", "");
    fixture.start(&["p"], Abilities::default(), Settings::default());
    std::thread::sleep(Duration::from_millis(200));
    fixture.repository("p");
    fixture.wait_until_watched("p");
    std::fs::remove_dir_all(fixture.path("p/.git")).unwrap();
    let params = fixture.wait_for(REPOSITORY, |params| params["node"] == "0".repeat(40));
    assert!(params["root"].as_str().unwrap().ends_with("/p"));
}

#[test]
fn a_worktree_and_its_main_repository_both_see_a_new_branch() {
    let fixture = Fixture::new();
    fixture.repository("p");
    fixture.sh("p", "git worktree add -q ../linked");
    fixture.start(&["p", "linked"], Abilities::default(), Settings::default());
    fixture.wait_until_watched("p");
    fixture.wait_until_watched("linked");
    fixture.sh("p", "git branch new");
    for root in ["/p", "/linked"] {
        fixture.wait_for(REPOSITORY, |params| params["root"].as_str().unwrap().ends_with(root));
    }
    fixture.editor.told.lock().unwrap().clear();
    fixture.sh("linked", "git commit -q --allow-empty -m two");
    let params = fixture.wait_for(REPOSITORY, |params| params["root"].as_str().unwrap().ends_with("/linked"));
    assert!(params["changed"].as_array().unwrap().contains(&json!("parents")));
}

#[test]
fn an_editor_that_shows_whose_lines_are_is_asked_to_look_again() {
    let abilities = Abilities { refreshes_code_lenses: true, refreshes_inlay_hints: true, ..Abilities::default() };
    let fixture = Fixture::watching(abilities);
    fixture.sh("p", "git commit -q --allow-empty -m two");
    fixture.wait_for("workspace/codeLens/refresh", |_| true);
    fixture.wait_for("workspace/inlayHint/refresh", |_| true);
}

#[test]
fn nothing_is_watched_when_the_settings_say_so() {
    let fixture = Fixture::new();
    fixture.repository("p");
    let settings = Settings { watch: false, ..Settings::default() };
    fixture.start(&["p"], Abilities { watches_files: true, ..Abilities::default() }, settings);
    wait_until("opened", || fixture.find(None).ok());
    fixture.sh("p", "echo two > file && git commit -qam two && echo three > file");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!((fixture.told(STATUS).len(), fixture.told(REPOSITORY).len()), (0, 0));
    assert_eq!(fixture.told("client/registerCapability").len(), 0);
}
