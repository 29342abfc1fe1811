//! One file that both the user and the target have changed: merged, put in place, and noted so that an update that is
//! interrupted here goes on with nothing lost. Knows nothing of the other files.

use std::path::PathBuf;

use super::renames::{By, Rename};
use super::state::{MergedFile, UpdateState};
use crate::edit::merge::{Conflict, Merged, Tool, merge};
use crate::edit::work::{Before, Work};
use crate::edit::{Action, FileOutcome, Warning};
use crate::error::Result;
use crate::git::{Labels, file_node};
use crate::ids::RepoPath;
use crate::model::dirstate::Sides;
use crate::objects::Entry;
use crate::steps;

/// What Mercurial calls the two sides of an update.
pub const LABELS: Labels = ("working copy", "destination");

/// Merges the file at `path`, unless that was done already. Where the target has given it, or its folder, this name, the
/// file of the old name goes.
pub fn file(
    work: &mut Work<'_>,
    path: &RepoPath,
    sides: Sides,
    rename: Option<&Rename>,
    state: &mut UpdateState,
    warnings: &mut Vec<Warning>,
) -> Result<FileOutcome> {
    let by = rename.map(|rename| rename.by);
    let action = match by {
        Some(By::Folder) if sides.other.is_none() => Action::Renamed,
        Some(By::Folder) if sides.other == sides.local => Action::Updated,
        _ => Action::Merged,
    };
    let source = rename.map(|rename| rename.source.clone());
    let other = source.clone().filter(|_| by == Some(By::User));
    let mut outcome = FileOutcome { source, other, ..FileOutcome::new(path.clone(), action) };
    // While the old name is tracked, the user's file is there.
    let old_name = rename.map(|rename| &rename.source).filter(|source| !work.index.before().find(source).is_empty());
    let there = work.entry_of(path)?;
    let before = match old_name {
        Some(old_name) => work.entry_of(old_name)?,
        None => there,
    };
    let done = match state.merges.get(path).cloned() {
        Some(done) if there == done.result && (old_name.is_none() || before.is_none() || before == done.local) => {
            Some(done)
        }
        Some(done) if before == done.local && (old_name.is_none() || there.is_none()) => None,
        Some(done) => Some(MergedFile { conflict: true, ..done }),
        None => None,
    };
    let (local, conflict) = match done {
        Some(done) => {
            outcome.backup = leave(work, old_name, &done)?;
            (done.local, done.conflict.then(|| kind(Sides { local: done.local, ..sides })))
        }
        None => {
            let local = if sides.local.is_some() { stored(work, old_name.unwrap_or(path))? } else { None };
            let merged = merge(work, path, Sides { local, ..sides }, Tool::Merge, LABELS)?;
            let result = merged
                .file
                .as_ref()
                .map(|file| Ok::<_, crate::Error>(Entry { node: file_node(&file.content)?, mode: file.mode }));
            let conflict = merged.conflict.is_some();
            let noted = MergedFile { local, result: result.transpose()?, conflict, rename: rename.cloned() };
            state.note(&work.moment.location, path, noted.clone())?;
            steps::reached("a merge is noted");
            if noted.result != there {
                let before = match there {
                    None => Before::Nothing,
                    // Nobody tracks it, and it is as it was committed.
                    Some(there) if local.is_none() && sides.base == Some(there) => Before::Committed(there),
                    Some(_) => Before::Own,
                };
                // What is staged under a new name may be what the old one has.
                if !matches!(work.index.before().find(path), [tracked] if Some(tracked.entry) == sides.base) {
                    work.keep_staged(path, sides.other)?;
                }
                outcome.backup = put(work, path, &merged, before)?;
            }
            steps::reached("a merged file is in place");
            outcome.backup = leave(work, old_name, &noted)?.or(outcome.backup);
            (local, merged.conflict)
        }
    };
    match (conflict, sides.other.filter(|_| by != Some(By::User))) {
        (Some(conflict), _) => {
            work.index.set_conflict(path, [sides.base, sides.other, local])?;
            outcome.action = Action::Unresolved;
            outcome.conflict = Some(conflict);
            warnings.push(Warning::refused(path, conflict.words(LABELS)));
        }
        (None, Some(other)) => work.set_committed(path, other)?,
        (None, None) if by.is_none() => work.index.remove(path),
        // The target has no such file: added, as it was.
        (None, None) => _ = work.track(path)?,
    }
    Ok(outcome)
}

/// Takes the file of the old name away, once it is merged under the new one. Gives where it is kept, unless it is what
/// stands there now.
fn leave(work: &mut Work<'_>, old_name: Option<&RepoPath>, done: &MergedFile) -> Result<Option<PathBuf>> {
    let Some(old_name) = old_name else { return Ok(None) };
    work.keep_staged(old_name, done.local)?;
    let before = match done.local.filter(|_| done.result == done.local) {
        Some(local) => Before::Committed(local),
        None => Before::Own,
    };
    let kept = work.delete(old_name, before)?;
    work.index.remove(old_name);
    Ok(kept)
}

/// The file at `path` as one of git's objects, so that the index can name it.
fn stored(work: &Work<'_>, path: &RepoPath) -> Result<Option<Entry>> {
    let Some(file) = work.read(path)? else { return Ok(None) };
    Ok(Some(Entry { node: work.moment.git.write_file(&file.content)?, mode: file.mode }))
}

fn put(work: &mut Work<'_>, path: &RepoPath, merged: &Merged, before: Before) -> Result<Option<PathBuf>> {
    match &merged.file {
        Some(file) => work.write_committed(path, file, before),
        None => work.delete(path, before),
    }
}

fn kind(sides: Sides) -> Conflict {
    match sides {
        Sides { local: None, .. } => Conflict::LocalRemoved,
        Sides { other: None, .. } => Conflict::OtherRemoved,
        _ => Conflict::Lines,
    }
}
