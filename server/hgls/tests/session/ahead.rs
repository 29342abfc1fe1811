//! Files are annotated when they are opened, before somebody asks.

use hgls::session::{Abilities, Settings};
use hgls_core::repository::Options;
use hgls_core::{Cancel, NoProgress, RepoPath, Repository};

use super::fixture::{Fixture, wait_until};

/// How many annotations of a file are stored.
fn stored(fixture: &Fixture, file: &str) -> usize {
    let repository = Repository::open(&fixture.path("p"), Options::default()).unwrap();
    let snapshot = repository.snapshot(&Cancel::new(), &NoProgress).unwrap();
    snapshot.store.as_ref().unwrap().annotations(&RepoPath::new(file).unwrap()).unwrap().len()
}

#[test]
fn a_file_that_is_opened_is_annotated_unless_the_settings_say_otherwise() {
    let fixture = Fixture::new();
    fixture.sh("p", "git init -q -b main . && echo one >file && echo two >other && git add . && git commit -qm one");
    let ahead = |annotate_ahead| Settings { annotate_ahead, ..Settings::default() };
    fixture.start(&["p"], Abilities::default(), ahead(false));
    fixture.session.document_opened(&fixture.path("p/other"));
    fixture.session.settings_changed(&serde_json::json!({"hgls": {"annotateAhead": true}}));
    // What cannot be annotated is no harm.
    fixture.session.document_opened(&fixture.path("p/absent"));
    fixture.session.document_opened(&fixture.path("elsewhere"));
    fixture.session.document_opened(&fixture.path("p/file"));
    wait_until("an annotation", || (stored(&fixture, "file") == 1).then_some(()));
    assert_eq!(stored(&fixture, "other"), 0);
}
