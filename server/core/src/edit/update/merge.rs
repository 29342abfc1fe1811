//! One file that both the user and the target have changed: merged, put in place, and noted so that an update that is
//! interrupted here goes on with nothing lost. Knows nothing of the other files.

use super::state::{MergedFile, UpdateState};
use crate::edit::merge::{Conflict, Merged, Sides, Tool, merge};
use crate::edit::work::{Before, Work};
use crate::edit::{Action, FileOutcome, Warning};
use crate::error::Result;
use crate::git::{Labels, file_node};
use crate::ids::RepoPath;
use crate::objects::Entry;
use crate::steps;

/// What Mercurial calls the two sides of an update.
pub const LABELS: Labels = ("working copy", "destination");

/// Merges the file at `path`, unless that was done already.
pub fn file(
    work: &mut Work<'_>,
    path: &RepoPath,
    sides: Sides,
    state: &mut UpdateState,
    warnings: &mut Vec<Warning>,
) -> Result<FileOutcome> {
    let mut outcome = FileOutcome::new(path.clone(), Action::Merged);
    let there = work.entry_of(path)?;
    let done = match state.merges.get(path).copied() {
        Some(done) if there == done.result => Some(done),
        Some(done) if there != done.local => Some(MergedFile { conflict: true, ..done }),
        _ => None,
    };
    let (local, conflict) = match done {
        Some(done) => (done.local, done.conflict.then(|| kind(Sides { local: done.local, ..sides }))),
        None => {
            let local = if sides.local.is_some() { stored(work, path)? } else { None };
            let merged = merge(work, path, Sides { local, ..sides }, Tool::Merge, LABELS)?;
            let result = merged
                .file
                .as_ref()
                .map(|file| Ok::<_, crate::Error>(Entry { node: file_node(&file.content)?, mode: file.mode }));
            let noted = MergedFile { local, result: result.transpose()?, conflict: merged.conflict.is_some() };
            state.note(&work.moment.location, path, noted)?;
            steps::reached("a merge is noted");
            if noted.result != there {
                let before = match there {
                    None => Before::Nothing,
                    // Nobody tracks it, and it is as it was committed.
                    Some(there) if local.is_none() && sides.base == Some(there) => Before::Committed(there),
                    Some(_) => Before::Own,
                };
                work.keep_staged(path, sides.other)?;
                outcome.backup = put(work, path, &merged, before)?;
            }
            steps::reached("a merged file is in place");
            (local, merged.conflict)
        }
    };
    match (conflict, sides.other) {
        (Some(conflict), other) => {
            work.index.set_conflict(path, [sides.base, other, local])?;
            outcome.action = Action::Unresolved;
            warnings.push(Warning::refused(path, conflict.words(LABELS)));
        }
        (None, Some(other)) => work.set_committed(path, other)?,
        (None, None) => work.index.remove(path)?,
    }
    Ok(outcome)
}

/// The file at `path` as one of git's objects, so that the index can name it.
fn stored(work: &Work<'_>, path: &RepoPath) -> Result<Option<Entry>> {
    let Some(file) = work.read(path)? else { return Ok(None) };
    Ok(Some(Entry { node: work.moment.git.write_file(&file.content)?, mode: file.mode }))
}

fn put(work: &mut Work<'_>, path: &RepoPath, merged: &Merged, before: Before) -> Result<Option<std::path::PathBuf>> {
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
