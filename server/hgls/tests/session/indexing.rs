//! Indexes are built beside the requests, and what is told of it.

use hgls::handlers::dispatch;
use hgls::session::{Abilities, Settings};
use serde_json::{Value, json};

use super::fixture::{Fixture, wait_until};

fn state(fixture: &Fixture) -> Value {
    let answer = dispatch(&fixture.context(), "hg/index", json!({"root": uri(fixture)})).unwrap();
    serde_json::from_str(&answer).unwrap()
}

fn uri(fixture: &Fixture) -> String {
    format!("file://{}", fixture.path("p").display())
}

fn ready(fixture: &Fixture) -> Value {
    wait_until("an index", || Some(state(fixture)).filter(|state| state["state"] == "ready"))
}

#[test]
fn the_index_of_an_open_folder_is_built_by_itself_and_kept_up_to_date() {
    let fixture = Fixture::new();
    fixture.repository("p");
    fixture.start(&["p"], Abilities::default(), Settings::default());
    wait_until("an index", || fixture.path("p/.git/hgls").exists().then_some(()));
    assert_eq!(ready(&fixture)["revisions"], 1);
    fixture.sh("p", "git commit -q --allow-empty -m two");
    wait_until("both revisions", || Some(ready(&fixture)).filter(|state| state["revisions"] == 2));
}

#[test]
fn no_index_is_built_unasked_when_the_settings_say_so() {
    let fixture = Fixture::new();
    fixture.repository("p");
    let settings = Settings { auto_index: false, ..Settings::default() };
    fixture.start(&["p"], Abilities::default(), settings);
    let opened = wait_until("opened", || fixture.context().repositories.find(None).ok());
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(!fixture.context().repositories.is_indexing(&opened.repository));
    assert!(state(&fixture)["revisions"].is_u64(), "asking builds it");
    assert_eq!(ready(&fixture)["revisions"], 1);
}
