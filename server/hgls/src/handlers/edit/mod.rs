//! The requests that change a repository: what their parameters mean, whose turn it is, and what an operation's outcome is
//! on the wire. What is done to files, index and references, the core does.

mod bookmark;
mod commit;
mod copy;
mod files;
mod init;
mod resolve;
mod restore;
mod update;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

use hgls_core::edit::{self, Action, FileOutcome, HunkRange, Outcome};
use hgls_core::model::dirstate::{self, Between, Code, Codes, Request, first_parent};
use hgls_core::{Cancel, Moment, Node, Progress, RepoPath, Repository, Snapshot};

use super::context::relative;
use super::{Context, Opened, Target};
use crate::documents::Document;
use crate::protocol::{Conflict, EditResult, EditedFile, Failure, FileAction, FileHunks, Hunk, Uri, Warning};

pub use bookmark::bookmark;
pub use commit::{commit, commit_message, uncommit};
pub use copy::{copy, rename};
pub use files::{add, addremove, forget, remove, revert};
pub use init::init;
pub use resolve::resolve;
pub use restore::restore;
pub use update::update;

/// A repository while a request changes it.
struct Change<'a> {
    context: &'a Context,
    opened: Opened,
    /// The files to which something happened.
    touched: RefCell<BTreeSet<RepoPath>>,
}

/// What a request names.
enum Named {
    /// These files and folders.
    Paths(Vec<RepoPath>),
    /// The root: everything.
    Everything,
}

/// Does `job` when it is this request's turn. Whatever came of it, the client was told of what it changed before this
/// returns.
fn change<R>(
    context: &Context,
    root: Option<&Uri>,
    files: &[&Uri],
    job: impl FnOnce(&Change<'_>) -> Result<R, Failure>,
) -> Result<R, Failure> {
    let change = Change { context, opened: find(context, root, files)?, touched: RefCell::default() };
    let repository = &change.opened.repository;
    if let Some(turn) = &context.turn {
        turn.wait(&repository.location().git_dir, &context.cancel)?;
    }
    context.repositories.will_change(repository);
    let mut told = Told { context, repository, touched: None };
    let result = job(&change)?;
    told.touched = Some(change.touched.take());
    Ok(result)
}

/// Tells of what was changed, also when the change failed half-way or panicked.
struct Told<'a> {
    context: &'a Context,
    repository: &'a Repository,
    /// The files to which something happened; `None` for any.
    touched: Option<BTreeSet<RepoPath>>,
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        self.context.repositories.changed(self.repository, self.touched.as_ref());
    }
}

/// The repository that `root` names, or else the one that the first file is in.
fn find(context: &Context, root: Option<&Uri>, files: &[&Uri]) -> Result<Opened, Failure> {
    if let Some(root) = root {
        return context.repositories.find(Some(&root.to_path()?));
    }
    let Some(first) = files.first() else { return context.repositories.find(None) };
    let path = first.to_path()?;
    // A folder may be a repository's root; a file may be gone, and its folder with it.
    let inside = if path.is_dir() && !path.is_symlink() { &path } else { path.parent().unwrap_or(&path) };
    context.repositories.find(Some(inside))
}

impl Change<'_> {
    fn repository(&self) -> &Repository {
        &self.opened.repository
    }

    fn cancel(&self) -> &Cancel {
        &self.context.cancel
    }

    fn progress(&self) -> &dyn Progress {
        &*self.context.progress
    }

    fn path(&self, uri: &Uri) -> Result<RepoPath, Failure> {
        relative(&self.opened, &uri.to_path()?)
    }

    fn named(&self, uris: &[Uri]) -> Result<Named, Failure> {
        let mut paths = Vec::with_capacity(uris.len());
        for uri in uris {
            let absolute = uri.to_path()?;
            if absolute == self.opened.root || absolute == self.repository().location().root() {
                return Ok(Named::Everything);
            }
            paths.push(relative(&self.opened, &absolute)?);
        }
        Ok(Named::Paths(paths))
    }

    /// For operations to which no path is everything.
    fn paths_or_all(&self, uris: &[Uri]) -> Result<Vec<RepoPath>, Failure> {
        Ok(match self.named(uris)? {
            Named::Paths(paths) => paths,
            Named::Everything => Vec::new(),
        })
    }

    /// For operations to which no path is nothing: everything is each tracked file.
    fn paths_of_tracked(&self, uris: &[Uri]) -> Result<Vec<RepoPath>, Failure> {
        match self.named(uris)? {
            Named::Paths(paths) => Ok(paths),
            Named::Everything => {
                let moment = self.moment()?;
                let tracked = [Code::Modified, Code::Added, Code::Missing, Code::Clean];
                let codes = tracked.into_iter().collect::<Codes>();
                let request = Request { paths: &[], codes, copies: false, limit: usize::MAX };
                let status = dirstate::status(&moment, Between::Working(first_parent(&moment)), &request)?;
                Ok(status.rows.into_iter().map(|row| row.path).collect())
            }
        }
    }

    fn moment(&self) -> Result<Moment, Failure> {
        Ok(self.repository().moment(self.cancel())?)
    }

    /// The repository as questions see it.
    fn target(&self) -> Result<Target<Moment>, Failure> {
        self.context.target(self.opened.clone())
    }

    /// The repository as it is after the change: a cancellation that comes now is too late.
    fn after(&self) -> Result<Snapshot, Failure> {
        Ok(self.repository().snapshot(&Cancel::new(), self.progress())?)
    }

    /// The changeset that a client names.
    fn resolve(&self, name: Option<&str>) -> Result<Option<Node>, Failure> {
        Ok(self.target()?.resolve(self.context, [name])?.1[0])
    }

    /// The files of which an editor shows something else than the disk holds.
    fn unsaved(&self) -> BTreeSet<RepoPath> {
        let documents = self.context.documents.iter();
        let unsaved = documents.filter(|(path, document)| is_unsaved(path, document));
        unsaved.filter_map(|(path, _)| relative(&self.opened, path).ok()).collect()
    }

    fn hunks(&self, chosen: &[FileHunks]) -> Result<Vec<edit::FileHunks>, Failure> {
        let range = |hunk: &Hunk| HunkRange {
            old: hunk.old_start..hunk.old_start.saturating_add(hunk.old_count),
            new: hunk.new_start..hunk.new_start.saturating_add(hunk.new_count),
        };
        let convert = |file: &FileHunks| {
            let path = relative(&self.opened, &file.uri.to_path()?)?;
            Ok(edit::FileHunks { path, hunks: file.hunks.iter().map(range).collect() })
        };
        chosen.iter().map(convert).collect()
    }

    fn file(&self, file: FileOutcome) -> EditedFile {
        self.touched.borrow_mut().extend(file.source.iter().chain([&file.path]).cloned());
        EditedFile {
            path: file.path.to_string(),
            uri: Uri::in_repository(&self.opened.root, &file.path),
            action: file.action.into(),
            source: file.source.map(|source| source.to_string()),
            other: file.other.map(|other| other.to_string()),
            backup: file.backup.map(|backup| Uri::from_path(&backup)),
            conflict: file.conflict.map(Conflict::from),
        }
    }

    fn warning(&self, warning: hgls_core::edit::Warning) -> Warning {
        Warning {
            message: warning.to_string(),
            uri: warning.path.map(|path| Uri::in_repository(&self.opened.root, &path)),
            refused: warning.refused,
        }
    }

    /// An error, with what there is to say of single files.
    fn failure(&self, error: hgls_core::Error) -> Failure {
        match error {
            hgls_core::Error::Edit(edit::Error::NothingToCopy(warnings)) => {
                let error = edit::Error::NothingToCopy(Vec::new());
                let warnings = warnings.into_iter().map(|warning| self.warning(warning)).collect();
                Failure { warnings, ..Failure::from(error) }
            }
            error => Failure::from(error),
        }
    }

    fn result(&self, outcome: Outcome) -> EditResult {
        EditResult {
            incomplete: outcome.incomplete || outcome.warnings.iter().any(|warning| warning.refused),
            files: outcome.files.into_iter().map(|file| self.file(file)).collect(),
            warnings: outcome.warnings.into_iter().map(|warning| self.warning(warning)).collect(),
        }
    }
}

/// Whether a document has changes that are not on disk. Of a file that is not UTF-8 nobody can tell: editors send its text
/// decoded. Of one that is gone the editor has all there is.
pub fn is_unsaved(path: &Path, document: &Document) -> bool {
    const BYTE_ORDER_MARK: char = '\u{feff}';
    let Ok(Ok(saved)) = std::fs::read(path).map(String::from_utf8) else { return false };
    let shown = document.text();
    saved.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&saved) != shown.strip_prefix(BYTE_ORDER_MARK).unwrap_or(shown)
}

macro_rules! same {
    ($from:ty, $to:ty: $($variant:ident),*) => {
        impl From<$from> for $to {
            fn from(from: $from) -> Self {
                match from { $(<$from>::$variant => Self::$variant),* }
            }
        }
    };
}

same!(
    Action, FileAction: Added, Modified, Removed, Forgotten, Renamed, Copied, Reverted, Undeleted, Updated, Merged, Restored,
    Resolved, Unresolved, Skipped
);
same!(edit::Conflict, Conflict: Lines, Whole, LocalRemoved, OtherRemoved);
