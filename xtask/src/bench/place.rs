//! A clone to measure in. It borrows the objects of the repository it was made from, which is never written to.
//!
//! git and hgls get the same environment, in which nothing of the user's configuration is. Knows where the index is kept, so
//! that it can be taken away and put back; knows no request.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::client::Client;
use super::{Result, process};

/// Read by every git command here. A clone has no commit-graph, which is what the goals were set against.
const GITCONFIG: &str = "\
[init]\n\tdefaultBranch = main\n[user]\n\tname = Bench\n\temail = bench@example.org\n[core]\n\tcommitGraph = false\n\
[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[advice]\n\tdetachedHead = false\n";

/// A working copy with its environment, gone when dropped.
pub struct Place {
    folder: TempDir,
    repo: PathBuf,
    server: PathBuf,
    limit: Duration,
}

impl Place {
    /// A place below `work` without a repository yet, for the server `server`; nothing may take longer than `limit`.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn new(work: &Path, server: &Path, limit: Duration) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("run-").tempdir_in(work)?;
        let repo = folder.path().canonicalize()?.join("repo");
        fs::create_dir(folder.path().join("home"))?;
        fs::write(folder.path().join("home/.gitconfig"), GITCONFIG)?;
        Ok(Self { folder, repo, server: server.to_owned(), limit })
    }

    /// Clones `source` into it, with a working copy.
    ///
    /// # Errors
    /// When git fails.
    pub fn clone_from(&self, source: &Path) -> Result<()> {
        // As the user, whose configuration may say that a repository of another owner is safe.
        let mut clone = Command::new("git");
        clone.args(["clone", "--quiet", "--shared", "--no-recurse-submodules"]).arg(source).arg(&self.repo);
        process::output(&mut clone)?;
        // What the user's configuration or template put there.
        self.git_line(["config", "core.commitGraph", "false"])?;
        Ok(())
    }

    /// Uses the working copy `repo` as it is. It must be one that was made to be measured.
    pub fn in_made(mut self, repo: PathBuf) -> Self {
        self.repo = repo;
        self
    }

    /// The root of the working copy.
    pub fn repo(&self) -> &Path {
        &self.repo
    }

    /// A command in the working copy.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let home = self.folder.path().join("home");
        let mut command = Command::new(program);
        command.current_dir(&self.repo);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        command
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("LC_ALL", "C")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            // Otherwise git log writes each commit on its own to a pipe, which takes longer.
            .env("GIT_FLUSH", "0");
        command
    }

    /// `git ARGS`.
    pub fn git<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.command("git");
        command.args(args);
        command
    }

    /// What `git ARGS` prints, without the line end.
    ///
    /// # Errors
    /// When git fails.
    pub fn git_line<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Result<String> {
        process::line(&mut self.git(args))
    }

    /// Times `git ARGS`.
    ///
    /// # Errors
    /// As [`process::time`].
    pub fn time_git<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Result<process::Spent> {
        process::time(&mut self.git(args), self.limit)
    }

    /// The longest that anything may take.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// A server that was just started and initialized.
    ///
    /// # Errors
    /// As [`Client::request`].
    pub fn server(&self) -> Result<Client> {
        let mut client = self.unready_server()?;
        client.initialize(&self.repo)?;
        Ok(client)
    }

    /// A server that was just started, and nothing more.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn unready_server(&self) -> Result<Client> {
        Client::start(self.command(&self.server).args(["serve", "--stdio"]), self.limit)
    }

    /// Moves `HEAD`, its branch and the working copy to `revision`.
    ///
    /// # Errors
    /// When git fails.
    pub fn move_head(&self, revision: &str) -> Result<()> {
        self.git_line(["reset", "--quiet", "--hard", revision]).map(drop)
    }

    /// Takes away what hgls stored.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn drop_store(&self) -> Result<()> {
        remove(&self.store())
    }

    /// Keeps what hgls stored, under a name.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn keep_store(&self, name: &str) -> Result<()> {
        copy(&self.store(), &self.folder.path().join(name))
    }

    /// Puts back what was kept.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn restore_store(&self, name: &str) -> Result<()> {
        copy(&self.folder.path().join(name), &self.store())
    }

    /// How many bytes hgls stored.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn store_size(&self) -> Result<u64> {
        size(&self.store(), "")
    }

    /// How many bytes the packs have that the clone uses, its own and borrowed ones.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn pack_size(&self) -> Result<u64> {
        let mut bytes = 0;
        let mut left = vec![self.repo.join(".git/objects")];
        while let Some(objects) = left.pop() {
            bytes += size(&objects.join("pack"), ".pack")?;
            let borrowed = fs::read_to_string(objects.join("info/alternates")).unwrap_or_default();
            left.extend(borrowed.lines().map(|line| objects.join(line)));
        }
        Ok(bytes)
    }

    fn store(&self) -> PathBuf {
        self.repo.join(".git/hgls")
    }
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Makes `to` a copy of the files of `from`.
fn copy(from: &Path, to: &Path) -> Result<()> {
    remove(to)?;
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// The size of the files in a folder whose name ends so.
fn size(folder: &Path, end: &str) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with(end) {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}
