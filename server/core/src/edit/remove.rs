//! `remove`: files that are to be tracked no more and go. Knows which may go, not how.

use std::collections::BTreeSet;

use super::add::NOWHERE;
use super::work::{Work, before, edit};
use super::{Action, Error, FileOutcome, Outcome, unsaved};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::{Mode, RepoPath};
use crate::model::dirstate::{Code, Codes, Row};
use crate::progress::Progress;
use crate::repository::Repository;

/// What to remove.
#[derive(Clone, Debug, Default)]
pub struct RemoveOptions {
    /// Files, and folders for all that is tracked in them. May be empty with `after`: everything then.
    pub paths: Vec<RepoPath>,
    /// Only record those that are gone already.
    pub after: bool,
    /// Remove modified files too, which are kept among the backups, and forget added ones.
    pub force: bool,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Files with changes in an editor that are not saved.
    pub unsaved: BTreeSet<RepoPath>,
}

/// Removes files, so that the next commit does.
///
/// # Errors
/// [`Error::NoFiles`] when none are named, [`Error::Unsaved`] when one of them has changes that are in an editor alone.
pub fn remove(
    repository: &Repository,
    options: &RemoveOptions,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Outcome> {
    if options.paths.is_empty() && !options.after {
        return Err(Error::NoFiles.into());
    }
    edit(repository, "remove", cancel, |work| {
        let codes = [Code::Modified, Code::Added, Code::Removed, Code::Missing, Code::Clean];
        let mut found = work.status(&options.paths, Codes::from_iter(codes))?;
        let mut outcome = Outcome::default();
        for path in &options.paths {
            if found.nowhere.contains(path) {
                outcome.refuse(path, NOWHERE);
            } else if !found.rows.iter().any(|row| row.path.is_within(path)) {
                let untracked = work.has_file(path)?;
                let reason = if untracked { "file is untracked" } else { "no tracked files" };
                outcome.refuse(path, format!("not removing {{}}: {reason}"));
            }
        }
        found.rows.retain(|row| row.code != Code::Removed);
        found.rows.sort_by(|one, two| one.path.cmp(&two.path));
        let (going, staying): (Vec<&Row>, Vec<&Row>) = found.rows.iter().partition(|row| goes(row.code, options));
        for row in staying {
            let named = options.paths.contains(&row.path);
            outcome.refuse_to_remove(row, options.after, named);
        }
        if !options.after {
            let deleted = going.iter().filter(|row| row.code != Code::Added).map(|row| &row.path);
            unsaved(deleted, &options.unsaved)?;
        }
        let total = going.len() as u64;
        for (done, row) in (0..).zip(going) {
            cancel.check()?;
            progress.report("removing files", done, Some(total));
            outcome.files.push(if options.dry_run {
                FileOutcome::new(row.path.clone(), Action::Removed)
            } else {
                one(work, row, options.after)?
            });
        }
        Ok(outcome)
    })
}

fn goes(code: Code, options: &RemoveOptions) -> bool {
    match code {
        Code::Missing => true,
        _ if options.force => true,
        Code::Clean => !options.after,
        _ => false,
    }
}

/// An added file is forgotten and left: nothing else has it.
fn one(work: &mut Work<'_>, row: &Row, after: bool) -> Result<FileOutcome> {
    let mut outcome = FileOutcome::new(row.path.clone(), Action::Removed);
    if row.code == Code::Added {
        outcome.action = Action::Forgotten;
    } else if row.new.is_some_and(|new| new.mode == Mode::Submodule) {
        work.checkout.remove_submodule(&row.path);
    } else if !after {
        work.note(&row.path, None)?;
        outcome.backup = work.delete(&row.path, before(row))?;
    }
    work.untrack(&row.path)?;
    Ok(outcome)
}

impl Outcome {
    fn refuse_to_remove(&mut self, row: &Row, after: bool, named: bool) {
        let reason = match row.code {
            _ if after && !named => {
                self.incomplete = true;
                return;
            }
            _ if after => "file still exists",
            Code::Added => "file has been marked for add (use 'hg forget' to undo add)",
            _ => "file is modified (use -f to force removal)",
        };
        self.refuse(&row.path, format!("not removing {{}}: {reason}"));
    }
}
