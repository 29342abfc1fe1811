//! What is told of a repository, and who waits for whom.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Mutex;

use hgls_core::repository::Options;
use serde_json::Value;

use super::*;
use crate::handlers::Repositories as _;
use crate::session::editor::Then;
use crate::session::repositories::{Beside, Workspace};

/// An editor that keeps what it is told.
#[derive(Default)]
struct Listener(Mutex<Vec<(&'static str, Value)>>);

impl Editor for Listener {
    fn notify(&self, method: &'static str, params: Value) {
        self.0.lock().unwrap().push((method, params));
    }

    fn request(&self, _: &'static str, _: Value, then: Then) {
        then(None);
    }

    fn progress(&self, _: &Value, _: Value) {}

    fn is_congested(&self) -> bool {
        false
    }
}

/// Keeps what was opened.
struct Keeper(Arc<Mutex<Option<Arc<Open>>>>);

impl Beside for Keeper {
    fn opened(&self, open: &Arc<Open>) {
        *self.0.lock().unwrap() = Some(Arc::clone(open));
    }

    fn build_index(&self, _: &Arc<hgls_core::Repository>, _: bool) {}

    fn is_building(&self, _: &hgls_core::Repository) -> bool {
        false
    }

    fn remember(&self, _: &Open) {}

    fn tell(&self, _: &Open, _: Option<&BTreeSet<RepoPath>>) {}
}

/// A repository with a file `new` that nobody tracks, opened and looked at by nobody.
struct Place {
    folder: tempfile::TempDir,
    workspace: Workspace,
    open: Arc<Open>,
    listener: Listener,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let git = std::process::Command::new("git").arg("-C").arg(folder.path()).args(["init", "-q"]).status().unwrap();
        assert!(git.success());
        std::fs::write(folder.path().join("new"), "new").unwrap();
        let (workspace, kept) = (Workspace::new(Options::default()), Arc::default());
        workspace.attend(Box::new(Keeper(Arc::clone(&kept))));
        workspace.find(Some(folder.path())).unwrap();
        let open = kept.lock().unwrap().take().unwrap();
        Self { folder, workspace, open, listener: Listener::default() }
    }

    fn look(&self, interruption: Option<&Cancel>, changed: &Changed<'_>) -> hgls_core::Result<()> {
        look(&self.open, &Happened::ANYTHING, interruption, &mut self.open.told(), &self.listener, changed)
    }

    fn heard(&self) -> Vec<(&'static str, Value)> {
        std::mem::take(&mut self.listener.0.lock().unwrap())
    }
}

#[test]
fn the_first_look_tells_what_is_no_longer_as_it_was_answered() {
    let place = Place::new();
    *place.open.answered() = Some(BTreeSet::new());
    let path = |name: &str| RepoPath::new(name).unwrap();
    let repository = &place.open.opened.repository;
    place.workspace.generation(repository);
    place.workspace.answered(repository, &mut [path("new"), path("gone")].into_iter());
    place.look(Some(&place.open.first_look), &|_| {}).unwrap();
    place.look(None, &|_| {}).unwrap();
    let heard = place.heard();
    let [(DID_CHANGE_STATUS, told)] = heard.as_slice() else { panic!("{heard:?}") };
    assert_eq!((&told["changed"][0]["path"], &told["removed"][0]["path"]), (&json!("new"), &json!("gone")));
    assert!(place.open.answered().is_none(), "nothing is gathered any more");
}

#[test]
fn who_changes_a_repository_does_not_wait_for_the_first_look() {
    let place = Place::new();
    begin(&place.open);
    std::fs::write(place.folder.path().join(".git/BISECT_LOG"), "").unwrap();
    let (looking, is_looking) = std::sync::mpsc::channel();
    // In the midst of the first look, which goes on only when it is interrupted.
    let waits = |_: &[RepositoryChange]| {
        looking.send(()).unwrap();
        let begun = Instant::now();
        while !place.open.first_look.is_tripped() && begun.elapsed() < Duration::from_secs(60) {
            thread::yield_now();
        }
    };
    thread::scope(|scope| {
        let (place, waits) = (&place, &waits);
        let first = scope.spawn(move || place.look(Some(&place.open.first_look), waits));
        is_looking.recv().unwrap();
        remember(&place.open, &place.listener, &|_| {});
        assert!(place.open.told().status.is_some(), "the writer has looked");
        assert_eq!(hgls_core::Explain::kind(&first.join().unwrap().unwrap_err()), hgls_core::Kind::Cancelled);
    });
}

#[test]
fn what_happened_since_the_first_look_was_interrupted_is_told() {
    let place = Place::new();
    place.workspace.generation(&place.open.opened.repository);
    remember(&place.open, &place.listener, &|_| {});
    place.heard();
    // Nothing watches, and nothing is in the inbox.
    std::fs::write(place.folder.path().join("later"), "later").unwrap();
    thread::scope(|scope| {
        scope.spawn(|| observe(&place.open, &place.listener, &|_| {}, &|| {}));
        let begun = Instant::now();
        let heard = loop {
            let heard = place.heard();
            if !heard.is_empty() || begun.elapsed() > Duration::from_secs(60) {
                break heard;
            }
            thread::yield_now();
        };
        place.open.inbox.close();
        let [(DID_CHANGE_STATUS, told)] = heard.as_slice() else { panic!("{heard:?}") };
        assert_eq!(told["changed"][0]["path"], "later");
    });
}
