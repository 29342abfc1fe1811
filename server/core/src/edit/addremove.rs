//! `addremove`: the working copy as it is becomes what is tracked. Knows which files came and went, and which of these
//! look like one; git records no renames, so that the last is only said.

use std::collections::BTreeSet;

use super::add::{NOWHERE, may_be_tracked, may_come};
use super::work::{Work, edit};
use super::{Action, Error, Outcome, Warning};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::RepoPath;
use crate::model::diff::copies::{self, Side};
use crate::model::diff::{Change, Detect};
use crate::model::dirstate::{Code, Codes, Row};
use crate::objects::Entry;
use crate::progress::Progress;
use crate::repository::Repository;

/// What to bring up to date.
#[derive(Clone, Debug, Default)]
pub struct AddremoveOptions {
    /// Files, and folders for all in them; everything when empty.
    pub paths: Vec<RepoPath>,
    /// From how many percent on a file that came counts as one that went, under a new name. 0: never.
    pub similarity: u32,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// Tracks new files that are not ignored, and no longer those that are gone. A file that was removed and is on disk
/// counts as new.
pub fn addremove(
    repository: &Repository,
    options: &AddremoveOptions,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Outcome> {
    if options.similarity > 100 {
        return Err(Error::Similarity.into());
    }
    edit(repository, "addremove", cancel, |work| {
        for path in &options.paths {
            may_be_tracked(work, path)?;
        }
        let mut outcome = Outcome::default();
        let codes = [Code::Modified, Code::Added, Code::Removed, Code::Missing, Code::Unknown, Code::Clean];
        let mut found = work.status(&options.paths, Codes::from_iter(codes))?;
        for path in &found.nowhere {
            outcome.refuse(path, NOWHERE);
        }
        found.rows.sort_by(|one, two| one.path.cmp(&two.path));
        let known = |path: &&RepoPath| found.rows.binary_search_by(|row| row.path.cmp(path)).is_ok();
        let ignored: BTreeSet<&RepoPath> = options.paths.iter().filter(|path| !known(path)).collect();
        let total = found.rows.len() as u64;
        for (done, row) in (0..).zip(&found.rows) {
            cancel.check()?;
            progress.report("adding and removing files", done, Some(total));
            one(work, row, options.dry_run, &mut outcome)?;
        }
        for path in ignored {
            if work.has_file(path)? && (options.dry_run || work.track(path)?) {
                outcome.did(path, Action::Added);
            }
        }
        outcome.files.sort_by(|one, two| one.path.cmp(&two.path));
        if options.similarity > 0 {
            find_renames(work, &found.rows, options.similarity, &mut outcome, cancel)?;
        }
        Ok(outcome)
    })
}

fn one(work: &mut Work<'_>, row: &Row, dry_run: bool, outcome: &mut Outcome) -> Result<()> {
    let path = &row.path;
    match (row.code, row.old) {
        (Code::Unknown, _)
            if work.has_file(path)? && may_come(work, path, outcome)? && (dry_run || work.track(path)?) =>
        {
            outcome.did(path, Action::Added);
        }
        (Code::Removed, Some(old)) if work.has_file(path)? => {
            if !dry_run {
                work.track_as_committed(path, old)?;
            }
            outcome.did(path, Action::Added);
        }
        (Code::Missing, _) => {
            if !dry_run {
                work.untrack(path)?;
            }
            outcome.did(path, Action::Removed);
        }
        _ => {}
    }
    Ok(())
}

/// Which added files were made from removed ones, as `git` will find when it looks for renames.
fn find_renames(work: &Work<'_>, rows: &[Row], similarity: u32, outcome: &mut Outcome, cancel: &Cancel) -> Result<()> {
    let added = outcome.files.iter().filter(|file| file.action == Action::Added).map(|file| &file.path);
    let added: BTreeSet<&RepoPath> = added.collect();
    let mut changes = Vec::new();
    for row in rows {
        let (path, source) = (row.path.clone(), None);
        let added = added.contains(&path);
        match row.code {
            Code::Missing if row.old.is_some() => changes.push(Change { path, old: row.old, new: None, source }),
            Code::Removed if !added => changes.push(Change { path, old: row.old, new: None, source }),
            Code::Unknown if added => {
                let new = work.entry_of(&path)?;
                changes.push(Change { path, old: None, new, source });
            }
            _ => {}
        }
    }
    let mut read = |side: Side, path: &RepoPath, entry: Entry| match side {
        Side::New => Ok(work.read(path)?.map(|file| file.content).unwrap_or_default()),
        Side::Old => Ok(work.moment.objects.blob(entry.node)?),
    };
    copies::detect(&mut changes, Detect::Renames, &mut read, cancel)?;
    for change in changes {
        let Some(source) = change.source.filter(|source| source.similarity >= similarity) else { continue };
        let words = format!(
            "recording removal of {} as rename to {} ({}% similar)",
            source.path, change.path, source.similarity
        );
        outcome.warnings.push(Warning::general(words));
        if let Some(file) = outcome.files.iter_mut().find(|file| file.path == change.path) {
            file.source = Some(source.path);
        }
    }
    Ok(())
}
