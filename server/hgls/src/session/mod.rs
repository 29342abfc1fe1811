//! What lasts from one request to the next: open documents, repositories, settings, and the work beside requests.
//!
//! Knows the editor by the trait [`Editor`] only, and nothing of LSP's types, of the wire, or of what requests answer.

mod beside;
mod editor;
mod foresight;
mod inbox;
mod jobs;
mod observer;
mod priority;
mod progress;
mod repositories;
mod settings;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use hgls_core::repository::Options;
use hgls_core::{Cancel, NoProgress, Progress};

use crate::documents::{Documents, Encoding};
use crate::handlers::{self, Context, Memory, Turns};

pub use editor::{Abilities, Editor, NoEditor, Then};
use foresight::{Foresight, Prospect};
pub use progress::{Reporter, Tokens};
pub use repositories::Workspace;
pub use settings::Settings;
use watch::Watches;

/// The session with one client.
pub struct Session {
    editor: Arc<dyn Editor>,
    workspace: Arc<Workspace>,
    memory: Arc<Memory>,
    turns: Turns,
    foresight: Arc<Foresight>,
    tokens: Arc<Tokens>,
    watches: OnceLock<Arc<Watches>>,
    settings: CurrentSettings,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    documents: Documents,
    abilities: Abilities,
}

/// The settings of now, shared by whoever reads them.
#[derive(Clone, Default)]
pub struct CurrentSettings(Arc<RwLock<Arc<Settings>>>);

impl CurrentSettings {
    /// As they are now.
    pub fn get(&self) -> Arc<Settings> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, settings: Settings) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }
}

impl Session {
    /// A session. Reads nothing.
    pub fn new(editor: Arc<dyn Editor>) -> Self {
        let tokens = Arc::<Tokens>::default();
        let workspace = Arc::new(Workspace::new(Options { cache_dir: settings::cache_dir(), trusted: false }));
        let (memory, turns, watches) = (Arc::<Memory>::default(), Turns::default(), OnceLock::new());
        let foresight = foresight(Arc::clone(&workspace), Arc::clone(&memory));
        let (settings, state) = (CurrentSettings::default(), Mutex::default());
        Self { editor, workspace, memory, turns, foresight, tokens, watches, settings, state }
    }

    /// What the client told of itself. Called once, before anything else.
    pub fn initialize(&self, abilities: Abilities, encoding: Encoding, folders: Vec<PathBuf>, settings: Settings) {
        self.workspace.change_folders(folders, &[]);
        let mut state = self.state();
        state.documents = Documents::new(encoding);
        state.abilities = abilities;
        self.apply(settings);
    }

    fn apply(&self, settings: Settings) {
        if let Some(trusted) = settings.trusted {
            self.workspace.set_trusted(trusted);
        }
        self.settings.set(settings);
    }

    /// The client is ready: work beside requests begins.
    pub fn initialized(&self) {
        let (settings, abilities) = (self.settings.clone(), self.state().abilities);
        self.watches
            .get_or_init(|| beside::Attendant::begin(&self.editor, &self.tokens, settings, abilities, &self.workspace));
    }

    /// What a request of this moment sees. `cancel` is tripped when nobody waits for its answer any more.
    pub fn context(&self, cancel: Cancel, progress: Arc<dyn Progress>) -> Context {
        let documents = self.state().documents.clone();
        let memory = Arc::clone(&self.memory);
        Context { repositories: Arc::clone(&self.workspace) as _, documents, memory, cancel, progress, turn: None }
    }

    /// The same for a request that changes something, which has its turn after those that came before.
    pub fn context_of_change(&self, cancel: Cancel, progress: Arc<dyn Progress>) -> Context {
        Context { turn: Some(self.turns.ticket()), ..self.context(cancel, progress) }
    }

    /// Changes the open documents.
    pub fn change_documents(&self, change: impl FnOnce(&mut Documents)) {
        change(&mut self.state().documents);
    }

    /// The editor opened a file, and may ask who made its lines.
    pub fn document_opened(&self, path: &Path) {
        if self.settings.get().annotate_ahead && self.watches.get().is_some() {
            self.foresight.opened(path);
        }
    }

    /// The editor closed a file.
    pub fn document_closed(&self, path: &Path) {
        self.foresight.closed(path);
    }

    /// A file changed on disk: the client saved it, or saw it change.
    pub fn file_changed(&self, path: &Path) {
        if let Some(watches) = self.watches.get() {
            watches.seen(path);
        }
    }

    /// Workspace folders came and went.
    pub fn change_folders(&self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        if let Some(watches) = self.watches.get() {
            added.iter().for_each(|folder| watches.folder(folder));
        }
        self.workspace.change_folders(added, removed);
        if self.watches.get().is_some() {
            beside::discover(Arc::downgrade(&self.workspace), &[]);
        }
    }

    /// The settings as they are now.
    pub fn settings(&self) -> Arc<Settings> {
        self.settings.get()
    }

    /// The settings changed. Some clients say how; others only that they did, and are asked.
    pub fn settings_changed(&self, told: &serde_json::Value) {
        if told.get("hgls").is_some() {
            return self.apply(Settings::read(told));
        }
        if self.state().abilities.tells_settings {
            let settings = self.settings.clone();
            let answered = move |answer: Option<serde_json::Value>| {
                if let Some(told) = answer.as_ref().and_then(|answer| answer.get(0)).filter(|told| told.is_object()) {
                    // Clients mix the workspace's own settings into such an answer: trust is not in it, for nothing that
                    // comes with a repository may ask to be trusted.
                    settings.set(Settings::read(told));
                }
            };
            let params = serde_json::json!({"items": [{"section": "hgls"}]});
            self.editor.request("workspace/configuration", params, Box::new(answered));
        }
    }

    /// The repositories that are open.
    pub fn workspace(&self) -> &Arc<Workspace> {
        &self.workspace
    }

    /// The editor.
    pub fn editor(&self) -> &dyn Editor {
        &*self.editor
    }

    /// The progress that is shown, by token: what the client may cancel.
    pub fn tokens(&self) -> &Arc<Tokens> {
        &self.tokens
    }

    /// Reports the progress of a request to the client: by the client's `token`, or by one of our own once the request
    /// has taken a while.
    pub fn reporter(&self, title: &str, token: Option<serde_json::Value>, cancel: &Cancel) -> Arc<Reporter> {
        let able = self.state().abilities.work_done_progress;
        Reporter::new(&self.editor, &self.tokens, title, token, able, cancel)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Annotates opened files by the handler that answers questions about them, and remembers as it does.
fn foresight(workspace: Arc<Workspace>, memory: Arc<Memory>) -> Arc<Foresight> {
    let documents = Documents::default();
    Foresight::new(Box::new(move |path, cancel| {
        let (repositories, memory) = (Arc::clone(&workspace) as _, Arc::clone(&memory));
        let (documents, cancel, progress) = (documents.clone(), cancel.clone(), Arc::new(NoProgress));
        let context = Context { repositories, documents, memory, cancel, progress, turn: None };
        match handlers::annotate_ahead(&context, path) {
            Ok(true) => Prospect::Done,
            Ok(false) => Prospect::Later,
            Err(failure) => {
                tracing::debug!(message = failure.message, path = %path.display(), "not annotated ahead");
                Prospect::Done
            }
        }
    }))
}
