//! Operations on repositories that git made, and what git and hgls say of them afterwards.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod bookmarks;
mod carrying;
mod copying;
mod folders;
mod illegal;
mod interrupted;
mod merging;
mod random;
mod renaming;
mod restoring;
mod reverting;
mod tracking;
mod updating;

use std::fmt::Write as _;
use std::sync::Arc;

use crate::cancel::Cancel;
use crate::edit::{Action, Outcome, backups};
use crate::error::Result;
use crate::git::testing::Scratch;
use crate::ids::RepoPath;
use crate::model::dirstate::{Between, Request, first_parent, status};
use crate::progress::NoProgress;
use crate::repository::{Moment, Options, Repository};

/// A repository to change.
pub struct Place {
    pub scratch: Scratch,
    pub repository: Arc<Repository>,
}

impl Place {
    /// With what the shell script makes behind `git init`.
    pub fn new(script: &str) -> Self {
        let scratch = Scratch::new();
        scratch.sh(&format!("git init -q -b main .\n{script}"));
        let repository = Repository::open(scratch.path(), Options::default()).unwrap();
        Self { scratch, repository }
    }

    /// Files `a`, `b`, `d/x` and `d/e/y`, committed.
    pub fn with_files() -> Self {
        Self::new("mkdir -p d/e; for f in a b d/x d/e/y; do echo $f > $f; done; git add .; git commit -qm one")
    }

    /// The same, with programs of the repository allowed to run.
    pub fn trusted(self) -> Self {
        let options = Options { trusted: true, ..Options::default() };
        let repository = Repository::open(self.scratch.path(), options).unwrap();
        Self { repository, ..self }
    }

    pub fn sh(&self, script: &str) -> String {
        self.scratch.sh(script)
    }

    pub fn moment(&self) -> Moment {
        self.repository.moment(&Cancel::new()).unwrap()
    }

    /// `hg status`.
    pub fn st(&self) -> String {
        let moment = self.moment();
        let request = Request { copies: false, ..Request::CHANGED };
        let rows = status(&moment, Between::Working(first_parent(&moment)), &request).unwrap().rows;
        rows.iter().map(|row| format!("{} {}\n", row.code.letter(), row.path)).collect()
    }

    /// `git status`, after a look at whether git finds the repository sound and no lock is left.
    pub fn git(&self) -> String {
        self.sh("git fsck --strict 2>&1 && git ls-files -s >/dev/null");
        assert_eq!(self.sh("find .git -name '*.lock' -not -path '.git/hgls/*' -o -name '*.tmp'"), "");
        self.sh("git status --porcelain -uall")
    }

    pub fn read(&self, path: &str) -> String {
        String::from_utf8_lossy(&std::fs::read(self.scratch.path().join(path)).unwrap()).into_owned()
    }
}

impl Place {
    /// What is kept, the newest first.
    pub fn backups(&self) -> Vec<String> {
        let listed = backups::list(self.repository.location()).unwrap();
        let shown = |backup: &backups::Backup| {
            let content = String::from_utf8_lossy(&std::fs::read(&backup.file).unwrap()).into_owned();
            format!("{} {}: {}", backup.operation, backup.path, content.trim())
        };
        listed.iter().map(shown).collect()
    }
}

pub fn paths(paths: &[&str]) -> Vec<RepoPath> {
    paths.iter().map(|path| RepoPath::new(*path).unwrap()).collect()
}

/// An outcome, a line a file and a line a warning.
pub fn told(outcome: Result<Outcome>) -> String {
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => return format!("abort: {error}\n"),
    };
    let mut told = String::new();
    for file in &outcome.files {
        let word = match file.action {
            Action::Copied => "copied",
            Action::Renamed => "renamed",
            Action::Added => "adding",
            Action::Removed => "removing",
            Action::Forgotten => "forgetting",
            Action::Reverted => "reverting",
            Action::Undeleted => "undeleting",
            Action::Modified => "modified",
            Action::Updated => "getting",
            Action::Restored => "restoring",
            Action::Merged => "merging",
            Action::Resolved => "resolved",
            Action::Unresolved => "unresolved",
            Action::Skipped => "skipped",
        };
        write!(told, "{word} {}", file.path).unwrap();
        if let Some(source) = &file.source {
            write!(told, " from {source}").unwrap();
        }
        told.push_str(if file.backup.is_some() { " (kept)\n" } else { "\n" });
    }
    for warning in &outcome.warnings {
        writeln!(told, "{}{warning}", if warning.refused { "! " } else { "" }).unwrap();
    }
    if outcome.incomplete {
        told.push_str("incomplete\n");
    }
    told
}

/// What operations take beside their options.
pub const PROGRESS: NoProgress = NoProgress;
