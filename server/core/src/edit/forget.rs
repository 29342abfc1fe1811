//! `forget`: files that are to be tracked no more, and stay where they are. Knows which, not how that is written down.

use super::add::NOWHERE;
use super::work::edit;
use super::{Action, Error, Outcome};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::RepoPath;
use crate::model::dirstate::{Code, Codes};
use crate::progress::Progress;
use crate::repository::Repository;

/// What to forget.
#[derive(Clone, Debug, Default)]
pub struct ForgetOptions {
    /// Files, and folders for all that is tracked in them.
    pub paths: Vec<RepoPath>,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// Tracks files no more. The next commit removes those that the parent has.
///
/// # Errors
/// [`Error::NoFiles`] when none are named.
pub fn forget(
    repository: &Repository,
    options: &ForgetOptions,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Outcome> {
    if options.paths.is_empty() {
        return Err(Error::NoFiles.into());
    }
    edit(repository, "forget", cancel, |work| {
        let mut outcome = Outcome::default();
        let codes = [Code::Modified, Code::Added, Code::Removed, Code::Missing, Code::Clean];
        let mut found = work.status(&options.paths, Codes::from_iter(codes))?;
        for path in &options.paths {
            if found.nowhere.contains(path) {
                outcome.refuse(path, NOWHERE);
            } else if work.has_file(path)? && !found.rows.iter().any(|row| row.path == *path) {
                outcome.refuse(path, "not removing {}: file is already untracked");
            }
        }
        found.rows.retain(|row| row.code != Code::Removed);
        found.rows.sort_by(|one, two| one.path.cmp(&two.path));
        let total = found.rows.len() as u64;
        for (done, row) in (0..).zip(&found.rows) {
            cancel.check()?;
            progress.report("forgetting files", done, Some(total));
            if !options.dry_run {
                work.untrack(&row.path)?;
            }
            outcome.did(&row.path, Action::Forgotten);
        }
        Ok(outcome)
    })
}
