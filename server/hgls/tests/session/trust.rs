//! Who may say that repositories are trusted.

use hgls::session::{Abilities, Settings};
use serde_json::json;

use super::fixture::Fixture;

#[test]
fn the_client_says_it_and_nothing_that_comes_with_the_workspace_does() {
    let fixture = Fixture::new();
    fixture.repository("p");
    fixture.repository("q");
    let settings = Settings { auto_index: false, watch: false, ..Settings::default() };
    fixture.start(&["p"], Abilities { tells_settings: true, ..Abilities::default() }, settings);
    let is_trusted =
        |name: &str| fixture.context().repositories.find(Some(&fixture.path(name))).unwrap().repository.is_trusted();
    assert!(!is_trusted("p"));
    *fixture.editor.answer.lock().unwrap() = json!([{"trusted": true, "hover": false}]);
    fixture.session.settings_changed(&json!(null));
    assert!(
        !is_trusted("p") && !fixture.session.settings().hover,
        "a client's answer has the workspace's settings in it"
    );
    fixture.session.settings_changed(&json!({"hgls": {"trusted": true}}));
    assert!(is_trusted("p") && is_trusted("q"), "what is open, and what is opened later");
    fixture.session.settings_changed(&json!({"hgls": {"hover": true}}));
    assert!(is_trusted("p"), "nothing was said of it");
    fixture.session.settings_changed(&json!({"hgls": {"trusted": false}}));
    assert!(!is_trusted("p") && !is_trusted("q"));
}
