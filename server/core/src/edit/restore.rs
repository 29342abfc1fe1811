//! `restore`: a file comes back from the backups. Knows which backup is meant, and nothing of what made it.

use std::collections::BTreeSet;
use std::path::Path;

use super::backups::{self, Backup};
use super::work::{Before, edit};
use super::{Action, Error, FileOutcome, Outcome, unsaved};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::file_node;
use crate::ids::{Mode, RepoPath};
use crate::repository::Repository;

/// What to bring back.
#[derive(Clone, Debug)]
pub struct RestoreOptions {
    /// The file.
    pub path: RepoPath,
    /// Which of its backups ([`Backup::id`]); `None` for the newest of this working copy.
    pub id: Option<String>,
    /// Files with changes in an editor that are not saved.
    pub unsaved: BTreeSet<RepoPath>,
}

/// Puts a backup in the place of the file that it was made of. The file that is there now goes to the backups itself,
/// unless git has it. What is tracked and what is staged stays: the file is as if it had been edited so.
///
/// # Errors
/// [`Error::NoBackup`], [`Error::Unsaved`]; nothing was done then.
pub fn restore(repository: &Repository, options: &RestoreOptions, cancel: &Cancel) -> Result<Outcome> {
    let RestoreOptions { path, id, .. } = options;
    edit(repository, "restore", cancel, |work| {
        unsaved([path], &options.unsaved)?;
        let backup = find(work.moment.location.root(), backups::list(&work.moment.location)?, path, id.as_deref())?;
        let (mode, kept) = work.checkout.raw_at(&backup.file)?;
        work.checkout.may_have(path, mode)?;
        let there = work.entry_of(path)?;
        // What was only staged is kept as git has it, without its mode.
        let (mode, content) = match backup.staged {
            false => (mode, kept),
            true => {
                let mode = there.map_or(Mode::File, |there| there.mode);
                (mode, work.checkout.content(path, mode, &kept, file_node(&kept)?)?)
            }
        };
        let committed = work.committed(path)?;
        let before = match there {
            None => Before::Nothing,
            Some(there) if committed == Some(there) => Before::Committed(there),
            Some(_) => Before::Own,
        };
        let mut outcome = Outcome::default();
        let mut done = FileOutcome::new(path.clone(), Action::Restored);
        if is_there(work.checkout.raw_at(&work.checkout.place(path)).ok(), mode, &content) {
            outcome.note(path, "no changes needed to {}");
            return Ok(outcome);
        }
        (done.backup, _) = work.write(path, mode, &content, before)?;
        outcome.files.push(done);
        Ok(outcome)
    })
}

fn is_there(there: Option<(Mode, Vec<u8>)>, mode: Mode, content: &[u8]) -> bool {
    there.is_some_and(|there| there.0 == mode && there.1 == content)
}

fn find(root: &Path, all: Vec<Backup>, path: &RepoPath, id: Option<&str>) -> Result<Backup, Error> {
    let is_meant = |backup: &Backup| {
        backup.path == *path
            && match id {
                Some(id) => backup.id == id,
                None => backup.root == root,
            }
    };
    all.into_iter().find(is_meant).ok_or_else(|| Error::NoBackup(path.clone()))
}
