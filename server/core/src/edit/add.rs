//! `add`: files that are to be tracked. Knows what of the working copy may be tracked, not how that is written down.

use std::collections::BTreeSet;

use super::work::{Work, edit};
use super::{Action, Error, Outcome};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::{Mode, RepoPath};
use crate::model::dirstate::{Code, Codes, Row};
use crate::progress::Progress;
use crate::repository::Repository;

/// What to add.
#[derive(Clone, Debug, Default)]
pub struct AddOptions {
    /// Files, and folders for all files in them that are not ignored; everything when empty. A file that is named is
    /// added though it be ignored.
    pub paths: Vec<RepoPath>,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// Tracks files. One that was removed and is on disk is as if it had not been removed, when it is named.
///
/// # Errors
/// [`Error::Nested`] and the like for a path that cannot be tracked; then nothing is.
pub fn add(repository: &Repository, options: &AddOptions, cancel: &Cancel, progress: &dyn Progress) -> Result<Outcome> {
    edit(repository, "add", cancel, |work| {
        for path in &options.paths {
            may_be_tracked(work, path)?;
        }
        let mut adding = Adding { work, outcome: Outcome::default(), dry_run: options.dry_run };
        let named: BTreeSet<&RepoPath> = options.paths.iter().collect();
        let codes = [Code::Modified, Code::Added, Code::Removed, Code::Missing, Code::Unknown, Code::Clean];
        let found = adding.work.status(&options.paths, Codes::from_iter(codes))?;
        let total = found.rows.len() as u64;
        for (done, row) in (0..).zip(&found.rows) {
            cancel.check()?;
            progress.report("adding files", done, Some(total));
            adding.row(row, named.contains(&row.path))?;
        }
        for path in named.into_iter().filter(|path| !found.rows.iter().any(|row| row.path == **path)) {
            match adding.work.has_file(path)? {
                true => adding.track(path)?, // An ignored one.
                false if found.nowhere.contains(path) => adding.outcome.refuse(path, NOWHERE),
                false => {}
            }
        }
        adding.outcome.files.sort_by(|one, two| one.path.cmp(&two.path));
        Ok(adding.outcome)
    })
}

/// What Mercurial says of a path that is neither on disk nor tracked.
pub(super) const NOWHERE: &str = "{}: No such file or directory";

struct Adding<'w, 'a> {
    work: &'w mut Work<'a>,
    outcome: Outcome,
    dry_run: bool,
}

impl Adding<'_, '_> {
    fn row(&mut self, row: &Row, named: bool) -> Result<()> {
        let path = &row.path;
        match row.code {
            // A repository inside the working copy is not for this one.
            Code::Unknown if self.work.has_file(path)? && may_come(self.work, path, &mut self.outcome)? => {
                self.track(path)?;
            }
            Code::Unknown => {}
            _ if !named => {}
            Code::Removed if self.work.has_file(path)? => {
                if let (Some(old), false) = (row.old, self.dry_run) {
                    self.work.track_as_committed(path, old)?;
                }
                self.outcome.did(path, Action::Added);
            }
            Code::Removed | Code::Missing => self.outcome.refuse(path, "{} does not exist!"),
            _ => self.outcome.note(path, "{} already tracked!"),
        }
        Ok(())
    }

    fn track(&mut self, path: &RepoPath) -> Result<()> {
        if self.dry_run || self.work.track(path)? {
            self.outcome.did(path, Action::Added);
        } else {
            self.outcome.refuse(path, NOWHERE);
        }
        Ok(())
    }
}

/// Whether git can have the file that is at `path`. Where it cannot, that is said.
pub(super) fn may_come(work: &Work<'_>, path: &RepoPath, outcome: &mut Outcome) -> Result<bool> {
    let is_link = work.checkout.look(path)?.is_some_and(|metadata| metadata.is_symlink());
    let may = work.checkout.may_have(path, if is_link { Mode::Symlink } else { Mode::File }).is_ok();
    if !may {
        outcome.refuse(path, "path contains illegal component: {}");
    }
    Ok(may)
}

/// Whether git can have a file of that path.
///
/// # Errors
/// [`crate::git::Error::IllegalPath`], [`Error::Nested`], [`Error::BehindLink`].
pub(super) fn may_be_tracked(work: &Work<'_>, path: &RepoPath) -> Result<()> {
    work.checkout.may_have(path, Mode::File)?;
    let folders: Vec<RepoPath> = std::iter::successors(Some(path.clone()), RepoPath::parent).collect();
    for folder in folders.into_iter().rev() {
        let Some(metadata) = work.checkout.look(&folder)? else { return Ok(()) };
        if folder != *path && metadata.is_symlink() {
            return Err(Error::BehindLink { path: path.clone(), link: folder }.into());
        }
        if metadata.is_dir() && work.checkout.place(&folder).join(".git").exists() {
            return Err(Error::Nested { path: path.clone(), repository: folder }.into());
        }
    }
    Ok(())
}
