//! What an operation did: to each file, and what it has to say. Knows nothing of how it is shown.

use std::path::PathBuf;

use crate::ids::RepoPath;

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Its change was committed, or it is tracked now: the file is new.
    Added,
    /// Its change was committed, or taken into the commit.
    Modified,
    /// Its removal was committed, or it is gone and no longer tracked.
    Removed,
    /// It is no longer tracked; the file is left.
    Forgotten,
    /// It is tracked under a new name.
    Renamed,
    /// It is tracked a second time, under another name.
    Copied,
    /// Its content is again that of a revision.
    Reverted,
    /// Its content was brought to that of the revision that was checked out.
    Updated,
    /// Its content was joined with that of the revision that was checked out.
    Merged,
    /// Its conflict counts as resolved.
    Resolved,
    /// Its conflict counts as not resolved.
    Unresolved,
    /// Nothing: it was there already, or was refused; a warning says which.
    Skipped,
}

/// What happened to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOutcome {
    /// Which.
    pub path: RepoPath,
    /// What.
    pub action: Action,
    /// Where what it overwrote is kept.
    pub backup: Option<PathBuf>,
}

impl FileOutcome {
    /// Nothing was overwritten.
    pub fn new(path: RepoPath, action: Action) -> Self {
        Self { path, action, backup: None }
    }
}

/// What an operation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Ordered by path.
    pub files: Vec<FileOutcome>,
    /// What Mercurial prints about what was not done, in its words, without `abort: ` or a newline. It exits with 1 when
    /// there is one that counts.
    pub warnings: Vec<String>,
}
