//! What an operation did: to each file, and what it has to say. Knows nothing of how it is shown.

use std::fmt;
use std::path::PathBuf;

use super::merge::Conflict;
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
    /// It was removed, or no longer tracked, and is back.
    Undeleted,
    /// Its content was brought to that of the revision that was checked out.
    Updated,
    /// Its local changes were merged with those of the revision that was checked out.
    Merged,
    /// It came back from the backups.
    Restored,
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
    /// Of a copy or a new name: what it was made from.
    pub source: Option<RepoPath>,
    /// Of a file that was merged: what the other side calls it, where that is another name.
    pub other: Option<RepoPath>,
    /// Where what it overwrote is kept.
    pub backup: Option<PathBuf>,
    /// Why it was merged without a result, when it was.
    pub conflict: Option<Conflict>,
}

impl FileOutcome {
    /// Nothing was overwritten, and nothing left undecided.
    pub fn new(path: RepoPath, action: Action) -> Self {
        Self { path, action, source: None, other: None, backup: None, conflict: None }
    }
}

/// What Mercurial prints about something that it did not do, or that the user should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Which file it is about.
    pub path: Option<RepoPath>,
    /// Mercurial's words, with `{}` where the file is named; several lines where it prints several.
    pub words: String,
    /// Whether something that was asked for was not done: then Mercurial exits with 1.
    pub refused: bool,
}

impl Warning {
    /// Something that was asked for was not done.
    pub fn refused(path: &RepoPath, words: impl Into<String>) -> Self {
        Self { path: Some(path.clone()), words: words.into(), refused: true }
    }

    /// Something to know of a file: that there was nothing to do, say.
    pub fn note(path: &RepoPath, words: impl Into<String>) -> Self {
        Self { path: Some(path.clone()), words: words.into(), refused: false }
    }

    /// Something about no file in particular.
    pub fn general(words: impl Into<String>) -> Self {
        Self { path: None, words: words.into(), refused: false }
    }

    /// The words, with the file under a name that its reader knows.
    pub fn with_name(&self, name: &str) -> String {
        self.words.replace("{}", name)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_name(&self.path.as_ref().map(RepoPath::to_string).unwrap_or_default()))
    }
}

/// What an operation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Ordered by path.
    pub files: Vec<FileOutcome>,
    /// What was not done, and why.
    pub warnings: Vec<Warning>,
    /// Whether something was left out that Mercurial does not name: it exits with 1 all the same.
    pub incomplete: bool,
}

impl Outcome {
    /// Names staged content that is kept, of files of which nothing else is.
    pub(super) fn name_staged(&mut self, kept: Vec<(RepoPath, PathBuf)>) {
        for (path, place) in kept {
            let is_of = |file: &&mut FileOutcome| file.path == path || file.source.as_ref() == Some(&path);
            if let Some(file) = self.files.iter_mut().find(is_of) {
                file.backup.get_or_insert(place);
            }
        }
    }

    /// That happened to the file.
    pub(super) fn did(&mut self, path: &RepoPath, action: Action) {
        self.files.push(FileOutcome::new(path.clone(), action));
    }

    /// What was asked of the file was not done.
    pub(super) fn refuse(&mut self, path: &RepoPath, words: impl Into<String>) {
        self.warnings.push(Warning::refused(path, words));
    }

    /// There was nothing to do about the file.
    pub(super) fn note(&mut self, path: &RepoPath, words: impl Into<String>) {
        self.warnings.push(Warning::note(path, words));
    }
}
