//! git's hooks: where they are, and how they are run, as git runs them. Knows nothing of what a hook's answer means.

use std::ffi::OsString;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use super::programs::{Finished, Output, run};
use super::{Error, Handle, Location};
use crate::cancel::{Cancel, Cancelled};
use crate::error::Result;

/// What git unsets before it runs something in another repository; set in hgls' own environment by whoever started it,
/// these would lead a hook elsewhere.
const OF_ONE_REPOSITORY: [&str; 15] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// A hook that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// git's name for it: `pre-commit`.
    pub name: &'static str,
    path: PathBuf,
    /// Whether it can be run. git passes over one that cannot, and says so.
    pub is_executable: bool,
}

/// What a hook is told.
#[derive(Clone, Debug)]
pub struct Setting<'a> {
    /// The index that it shall look at, and may add to; `None` for one that is told of none.
    pub index: Option<&'a Path>,
    /// Whose change it is: name, mail, and the date in git's form.
    pub author: (&'a str, &'a str, &'a str),
    /// What git gives it as arguments.
    pub arguments: Vec<OsString>,
    /// What git writes to its standard input.
    pub input: Vec<u8>,
}

/// How a hook ended.
pub struct HookEnd {
    /// How.
    pub status: ExitStatus,
    /// What it printed, decoded.
    pub output: String,
}

impl Handle {
    /// The hook of this name, if there is one: in `core.hooksPath`, or in the repository.
    pub fn hook(&self, location: &Location, name: &'static str) -> Result<Option<Hook>, Error> {
        let config = self.repository.config()?.snapshot()?;
        let folder = match config.get_path("core.hookspath") {
            // Relative to where hooks run.
            Ok(folder) => location.root().join(folder),
            Err(_) => location.common_dir.join("hooks"),
        };
        let mut path = folder.join(name);
        let mut metadata = std::fs::metadata(&path);
        if cfg!(windows) && metadata.is_err() {
            path = folder.join(format!("{name}.exe"));
            metadata = std::fs::metadata(&path);
        }
        let hook = metadata.ok().filter(Metadata::is_file);
        Ok(hook.map(|metadata| Hook { name, path, is_executable: is_executable(&metadata) }))
    }

    /// Whether hooks, filters and signing programs may run.
    pub fn may_run_programs(&self) -> bool {
        self.programs
    }
}

impl Hook {
    /// Runs it in the working copy. It may take its time; when nobody waits any more it is ended.
    pub fn run(&self, location: &Location, setting: &Setting<'_>, cancel: &Cancel) -> Result<HookEnd> {
        let mut command = Command::new(&self.path);
        for name in OF_ONE_REPOSITORY {
            command.env_remove(name);
        }
        let (name, mail, date) = setting.author;
        command
            .args(&setting.arguments)
            .current_dir(location.root())
            // No hook may wait for somebody who types.
            .env("GIT_EDITOR", ":")
            .env("GIT_PREFIX", "")
            .env("GIT_AUTHOR_NAME", name)
            .env("GIT_AUTHOR_EMAIL", mail)
            .env("GIT_AUTHOR_DATE", date);
        if let Some(index) = setting.index {
            command.env("GIT_INDEX_FILE", index);
        }
        if location.git_dir != location.root().join(".git") {
            command.env("GIT_DIR", &location.git_dir);
        }
        let finished = run(command, setting.input.clone(), Output::Together, cancel);
        match finished.map_err(|source| Error::Io { path: self.path.clone(), source })? {
            None => Err(Cancelled.into()),
            Some(Finished { status, stdout, .. }) => {
                Ok(HookEnd { status, output: String::from_utf8_lossy(&stdout).into_owned() })
            }
        }
    }
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_metadata: &Metadata) -> bool {
    true
}
