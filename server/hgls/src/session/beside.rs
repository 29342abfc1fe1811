//! What goes on beside requests for each open repository: its index is built, it is watched, the client is told of
//! changes. Begins when the client has said that it is initialized.

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use hgls_core::{Cancel, RepoPath, Repository};
use serde_json::{Value, json};

use super::jobs::{Cause, Jobs};
use super::observer::{self, observe};
use super::repositories::{Beside, Open, Workspace};
use super::watch::Watches;
use super::{Abilities, CurrentSettings, Editor, Reporter, Settings, Tokens};
use crate::protocol::RepositoryChange;

/// The work beside requests.
pub struct Attendant {
    client: Concerned,
    workspace: Weak<Workspace>,
    watches: Arc<Watches>,
}

/// Who has to do something when a repository changed.
#[derive(Clone)]
struct Concerned {
    editor: Arc<dyn Editor>,
    settings: CurrentSettings,
    abilities: Abilities,
    jobs: Arc<Jobs>,
}

impl Concerned {
    /// Has new changesets indexed, and the client ask again for what it shows of its own accord.
    fn changed(&self, open: &Open, changes: &[RepositoryChange]) {
        if changes.contains(&RepositoryChange::History) && self.settings.get().auto_index {
            self.jobs.ask(&open.opened.repository, Cause::Changed);
        }
        refresh(&*self.editor, self.abilities);
    }
}

impl Attendant {
    /// Begins with the repositories of the workspace folders, which it finds on a thread of its own.
    pub fn begin(
        editor: &Arc<dyn Editor>,
        tokens: &Arc<Tokens>,
        settings: CurrentSettings,
        abilities: Abilities,
        workspace: &Arc<Workspace>,
    ) -> Arc<Watches> {
        let reported = (Arc::clone(editor), Arc::clone(tokens));
        let jobs = Jobs::start(Box::new(move |repository: &Repository, cancel| {
            let name = repository.location().root().file_name().unwrap_or_default().to_string_lossy().into_owned();
            let title = format!("Indexing {name}");
            Reporter::new(&reported.0, &reported.1, &title, None, abilities.work_done_progress, cancel)
        }));
        let appeared = Arc::downgrade(workspace);
        let watches = Arc::new(Watches::new(move || discover(appeared.clone(), &FORMING)));
        let client = Concerned { editor: Arc::clone(editor), settings, abilities, jobs };
        let this = Self { client, workspace: Arc::downgrade(workspace), watches: Arc::clone(&watches) };
        if this.settings().watch {
            this.watch_folders(workspace);
        }
        workspace.attend(Box::new(this));
        discover(Arc::downgrade(workspace), &[]);
        watches
    }

    fn settings(&self) -> Arc<Settings> {
        self.client.settings.get()
    }

    fn watch_folders(&self, workspace: &Workspace) {
        if self.client.abilities.watches_files {
            let everything = json!({"globPattern": "**/*"});
            let registration = json!({
                "id": "hgls-files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": {"watchers": [everything]},
            });
            let granted =
                |granted: Option<Value>| tracing::info!(granted = granted.is_some(), "the client watches files");
            let params = json!({"registrations": [registration]});
            self.client.editor.request("client/registerCapability", params, Box::new(granted));
        }
        workspace.folders().iter().for_each(|folder| self.watches.folder(folder));
    }

    /// Whether the client watches the files of this repository for us: it does in its workspace folders.
    fn is_watched_by_client(&self, open: &Open) -> bool {
        let inside = |folder: &std::path::PathBuf| {
            open.opened.root.starts_with(folder) || open.opened.repository.location().root().starts_with(folder)
        };
        self.client.abilities.watches_files
            && self.workspace.upgrade().is_some_and(|workspace| workspace.folders().iter().any(inside))
    }
}

/// A `.git` that appears is no repository yet: how long each further look waits for it to become one.
const FORMING: [Duration; 3] = [Duration::from_millis(100), Duration::from_millis(500), Duration::from_secs(3)];

/// Opens what is in the workspace folders, now and once more after each of the `delays`.
pub fn discover(workspace: Weak<Workspace>, delays: &'static [Duration]) {
    let look = move || {
        for delay in std::iter::once(&Duration::ZERO).chain(delays) {
            thread::sleep(*delay);
            let Some(workspace) = workspace.upgrade() else { return };
            workspace.of_folders();
        }
    };
    if let Err(error) = thread::Builder::new().name("discover".to_owned()).spawn(look) {
        tracing::warn!(%error, "repositories are opened when they are used");
    }
}

/// Has the client ask again for what it shows of its own accord: whose the lines are has changed.
fn refresh(editor: &dyn Editor, abilities: Abilities) {
    let methods = [
        (abilities.refreshes_code_lenses, "workspace/codeLens/refresh"),
        (abilities.refreshes_inlay_hints, "workspace/inlayHint/refresh"),
    ];
    for (_, method) in methods.into_iter().filter(|(able, _)| *able) {
        editor.request(method, Value::Null, Box::new(|_| {}));
    }
}

/// Watches what outside of the repository says which changesets annotations look through.
fn watch_elsewhere(open: &Open, watches: &Watches) {
    match open.opened.repository.moment(&Cancel::new()) {
        Ok(moment) => watches.files(moment.git.elsewhere(&moment.location), &open.inbox),
        Err(error) => tracing::info!(%error, root = %open.opened.root.display(), "cannot be looked at"),
    }
}

impl Beside for Attendant {
    fn opened(&self, open: &Arc<Open>) {
        let repository = &open.opened.repository;
        if self.settings().auto_index {
            self.client.jobs.ask(repository, Cause::Opened);
        }
        if !self.settings().watch {
            return;
        }
        let (open, client, watches) = (Arc::clone(open), self.client.clone(), Arc::clone(&self.watches));
        *open.answered() = Some(BTreeSet::new());
        let working = !self.is_watched_by_client(&open);
        let observer = move || {
            observer::begin(&open);
            observer::give_way(&open);
            // Watched before it is first looked at: what happens in between is seen twice rather than never. Not sooner:
            // in a large working copy it takes long, and whoever opens it waits for an answer.
            watches.repository(open.opened.repository.location(), working, &open.inbox);
            let configured = || watch_elsewhere(&open, &watches);
            observe(&open, &*client.editor, &|changes| client.changed(&open, changes), &configured);
        };
        if let Err(error) = thread::Builder::new().name("observer".to_owned()).spawn(observer) {
            tracing::warn!(%error, "changes are not told");
        }
    }

    fn build_index(&self, repository: &Arc<Repository>, rebuild: bool) {
        self.client.jobs.ask(repository, Cause::Asked { rebuild });
    }

    fn is_building(&self, repository: &Repository) -> bool {
        self.client.jobs.is_building(repository)
    }

    fn remember(&self, open: &Open) {
        if self.settings().watch {
            observer::remember(open, &*self.client.editor, &|changes| self.client.changed(open, changes));
        }
    }

    fn tell(&self, open: &Open, files: Option<&BTreeSet<RepoPath>>) {
        if self.settings().watch {
            observer::tell(open, files, &*self.client.editor, &|changes| self.client.changed(open, changes));
        }
    }
}
