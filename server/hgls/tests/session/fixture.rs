//! A folder with repositories, and an editor that writes down what it is told.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hgls::documents::Encoding;
use hgls::handlers::Context;
use hgls::session::{Abilities, Editor, Session, Settings, Then};
use hgls_core::{Cancel, NoProgress};
use serde_json::{Value, json};

/// Longer than anything takes, on any machine.
pub const EVER: Duration = Duration::from_secs(60);

#[derive(Default)]
pub struct Recorder {
    /// `(method, params)`, progress as `$/progress`.
    pub told: Mutex<Vec<(String, Value)>>,
    pub congested: AtomicBool,
    /// What it answers to requests.
    pub answer: Mutex<Value>,
}

impl Editor for Recorder {
    fn notify(&self, method: &'static str, params: Value) {
        self.told.lock().unwrap().push((method.to_owned(), params));
    }

    fn request(&self, method: &'static str, params: Value, then: Then) {
        self.told.lock().unwrap().push((method.to_owned(), params));
        then(Some(self.answer.lock().unwrap().clone()));
    }

    fn progress(&self, token: &Value, value: Value) {
        self.notify("$/progress", json!({"token": token, "value": value}));
    }

    fn is_congested(&self) -> bool {
        self.congested.load(Ordering::SeqCst)
    }
}

pub struct Fixture {
    root: tempfile::TempDir,
    pub editor: Arc<Recorder>,
    pub session: Arc<Session>,
}

impl Fixture {
    /// An empty folder and a session that was not told of it yet.
    pub fn new() -> Self {
        let editor = Arc::<Recorder>::default();
        let session = Arc::new(Session::new(Arc::clone(&editor) as Arc<dyn Editor>));
        Self { root: tempfile::tempdir().unwrap(), editor, session }
    }

    /// A folder with the repository `p` of one commit, opened by an editor of these abilities, and watched.
    pub fn watching(abilities: Abilities) -> Self {
        let fixture = Self::new();
        fixture.repository("p");
        fixture.start(&["p"], abilities, Settings::default());
        fixture.wait_until_watched("p");
        fixture
    }

    /// Tells the session of these folders.
    pub fn start(&self, folders: &[&str], abilities: Abilities, settings: Settings) {
        let folders = folders.iter().map(|folder| self.path(folder)).collect();
        self.session.initialize(abilities, Encoding::Utf16, folders, settings);
        self.session.initialized();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().canonicalize().unwrap().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Runs a shell command in a folder below the root.
    pub fn sh(&self, folder: &str, command: &str) {
        let folder = self.path(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let home = self.path("");
        let mut shell = Command::new("sh");
        shell.args(["-ec", command]).current_dir(folder).env_clear();
        shell.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", home);
        for role in ["AUTHOR", "COMMITTER"] {
            shell.env(format!("GIT_{role}_NAME"), "test").env(format!("GIT_{role}_EMAIL"), "test@example.org");
            shell.env(format!("GIT_{role}_DATE"), "1167609610 +0000");
        }
        shell
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "protocol.file.allow")
            .env("GIT_CONFIG_VALUE_0", "always");
        let output = shell.output().unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// A repository with one commit of the file `file`.
    pub fn repository(&self, name: &str) {
        self.sh(name, "git init -q -b main . && echo one > file && git add . && git commit -qm one");
    }

    pub fn context(&self) -> Context {
        self.session.context(Cancel::new(), Arc::new(NoProgress))
    }

    /// The root of the repository that a path is in, relative to the folder of all; or the kind of the error.
    pub fn find(&self, inside: Option<&str>) -> Result<String, String> {
        let inside = inside.map(|inside| self.path(inside));
        match self.context().repositories.find(inside.as_deref()) {
            Ok(opened) => Ok(self.relative(&opened.root)),
            Err(failure) => Err(failure.kind.as_str().to_string()),
        }
    }

    fn relative(&self, path: &Path) -> String {
        path.strip_prefix(self.path("")).unwrap_or(path).to_string_lossy().into_owned()
    }

    /// What was told so far by `method`.
    pub fn told(&self, method: &str) -> Vec<Value> {
        let told = self.editor.told.lock().unwrap();
        told.iter().filter(|(name, _)| name == method).map(|(_, params)| params.clone()).collect()
    }

    /// Waits for something told by `method` of which `wanted` is true.
    pub fn wait_for(&self, method: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        wait_until(&format!("{method}: {:?}", self.told(method)), || {
            self.told(method).into_iter().find(|params| wanted(params))
        })
    }

    /// Waits until changes of a repository are seen: those of a file that is there for this alone.
    pub fn wait_until_watched(&self, name: &str) {
        let probe = format!("{name}/probe-{}", std::process::id());
        let relative = probe.strip_prefix(&format!("{name}/")).unwrap().to_owned();
        self.wait_for_probe(&probe, |params| params["changed"].to_string().contains(&relative));
        std::fs::remove_file(self.path(&probe)).unwrap();
        self.wait_for("hg/didChangeStatus", |params| params["removed"].to_string().contains(&relative));
        self.editor.told.lock().unwrap().clear();
    }

    fn wait_for_probe(&self, probe: &str, seen: impl Fn(&Value) -> bool) {
        // Written again and again: what is there at the first look is not told.
        wait_until("the first look", || {
            std::fs::remove_file(self.path(probe)).ok();
            std::thread::sleep(Duration::from_millis(150));
            self.write(probe, "probe");
            self.session.file_changed(&self.path(probe));
            std::thread::sleep(Duration::from_millis(300));
            self.told("hg/didChangeStatus").iter().any(&seen).then_some(())
        });
    }
}

pub fn wait_until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < EVER, "never happened: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
