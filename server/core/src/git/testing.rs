//! Repositories for unit tests, made by git's own commands with fixed names and dates.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ids::Node;

/// An empty folder of its own, inside a temporary one that goes with it.
pub struct Scratch {
    _temporary: Option<tempfile::TempDir>,
    folder: PathBuf,
}

impl Scratch {
    pub fn new() -> Self {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let folder = temporary.path().join("repository");
        std::fs::create_dir(&folder).expect("a folder in it");
        Self { _temporary: Some(temporary), folder }
    }

    /// A folder inside this one, to run scripts in. Goes with this one.
    pub fn inside(&self, folder: &str) -> Self {
        Self { _temporary: None, folder: self.folder.join(folder) }
    }

    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Runs a shell script in the folder and gives what it prints. The user's own git configuration has no influence.
    pub fn sh(&self, script: &str) -> String {
        let output = Command::new("sh")
            .args(["-e", "-c", script])
            .current_dir(&self.folder)
            .env("HOME", &self.folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "test")
            .env("GIT_AUTHOR_EMAIL", "test@example.org")
            .env("GIT_AUTHOR_DATE", "1167609610 +0000")
            .env("GIT_COMMITTER_NAME", "test")
            .env("GIT_COMMITTER_EMAIL", "test@example.org")
            .env("GIT_COMMITTER_DATE", "1167609610 +0000")
            .env("TZ", "UTC")
            .env("LC_ALL", "C")
            .output()
            .expect("a shell");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{script}\n{}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }

    /// The changeset that git finds by `name`.
    pub fn node(&self, name: &str) -> Node {
        let hex = self.sh(&format!("git rev-parse {name}"));
        Node::from_hex(hex.trim().as_bytes()).expect("a node")
    }
}
