//! `resolve`: conflicts marked as resolved, marked as not resolved again, and merged anew. Knows git's index and what a
//! conflict is made of; not how texts are merged, nor how files are written.

use std::collections::{BTreeMap, BTreeSet};

use super::merge::{Merged, Tool, merge};
use super::work::{Before, Keep, Work, edit};
use super::{Action, Error, FileOutcome, Outcome, Warning, unsaved};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{Labels, Operation};
use crate::ids::{Node, RepoPath};
use crate::model::dirstate::{MergeStatus, Sides, first_parent, resolve_list};
use crate::model::manifest;
use crate::objects::Entry;
use crate::repository::Repository;

/// What becomes of conflicts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Resolution {
    /// They count as resolved, by what is in the working copy now.
    #[default]
    Mark,
    /// They count as not resolved.
    Unmark,
    /// Those that are not resolved are merged anew; what is in the files now is replaced.
    Merge(Tool),
}

/// Which conflicts, and what becomes of them.
#[derive(Clone, Debug, Default)]
pub struct ResolveOptions {
    /// Files, and folders for all in them; all conflicts when empty.
    pub paths: Vec<RepoPath>,
    /// What becomes of them.
    pub resolution: Resolution,
    /// Where what a new merge overwrites is kept.
    pub keep: Keep,
    /// Files with changes in an editor that are not saved.
    pub unsaved: BTreeSet<RepoPath>,
}

/// Marks conflicts as resolved or not resolved, with the files as they are, or merges them anew.
///
/// A conflict comes back from what git recorded when it was resolved or, of a merge, from its three sides. Of other
/// operations there is only the record, which not every program writes; without it there is no such conflict.
///
/// # Errors
/// [`Error::NotMerging`], [`Error::Unsaved`]; nothing was done then.
pub fn resolve(repository: &Repository, options: &ResolveOptions, cancel: &Cancel) -> Result<Outcome> {
    edit(repository, "resolve", cancel, |work| {
        work.keep = options.keep;
        let files = resolve_list(work.moment)?;
        if files.is_empty() && work.moment.git.operation(&work.moment.location).is_none() {
            return Err(Error::NotMerging.into());
        }
        let mut outcome = Outcome::default();
        let chosen = choose(work, options, &files)?;
        if chosen.is_empty() && !options.paths.is_empty() {
            let warning = Warning::general("arguments do not match paths that need resolving");
            outcome.warnings.push(Warning { refused: true, ..warning });
        }
        if matches!(options.resolution, Resolution::Merge(_)) {
            let written = chosen.iter().filter(|(_, status)| **status == MergeStatus::Unresolved);
            unsaved(written.map(|(path, _)| path), &options.unsaved)?;
        }
        let mut unresolved: BTreeSet<RepoPath> =
            files.into_iter().filter(|(_, status)| *status == MergeStatus::Unresolved).map(|(path, _)| path).collect();
        for (path, status) in chosen {
            cancel.check()?;
            let is_resolved = status == MergeStatus::Resolved;
            let action = match options.resolution {
                Resolution::Mark => {
                    if !is_resolved {
                        mark(work, &path)?;
                    }
                    Action::Resolved
                }
                Resolution::Unmark => {
                    if is_resolved {
                        unmark(work, &path)?;
                    }
                    Action::Unresolved
                }
                Resolution::Merge(_) if is_resolved => continue,
                Resolution::Merge(tool) => {
                    let done = merge_again(work, &path, tool, &mut outcome.warnings)?;
                    let action = done.action;
                    outcome.files.push(done);
                    if action == Action::Resolved {
                        unresolved.remove(&path);
                    }
                    continue;
                }
            };
            outcome.did(&path, action);
            match action {
                Action::Resolved => _ = unresolved.remove(&path),
                _ => _ = unresolved.insert(path),
            }
        }
        if options.resolution != Resolution::Unmark && unresolved.is_empty() {
            outcome.warnings.push(Warning::general("(no more unresolved files)"));
        }
        Ok(outcome)
    })
}

/// The conflicts that are asked for.
fn choose(
    work: &Work<'_>,
    options: &ResolveOptions,
    files: &[(RepoPath, MergeStatus)],
) -> Result<BTreeMap<RepoPath, MergeStatus>> {
    let asked = |path: &RepoPath| options.paths.is_empty() || options.paths.iter().any(|asked| path.is_within(asked));
    let mut chosen: BTreeMap<RepoPath, MergeStatus> = files.iter().filter(|(path, _)| asked(path)).cloned().collect();
    // Resolved by a program that left no record of it.
    for path in options.paths.iter().filter(|_| options.resolution == Resolution::Unmark) {
        if !chosen.contains_key(path) && conflict(work, path)?.is_some() {
            chosen.insert(path.clone(), MergeStatus::Resolved);
        }
    }
    Ok(chosen)
}

/// Merges the versions of a conflict that the index has, whatever the file holds now: that goes to the backups.
fn merge_again(work: &mut Work<'_>, path: &RepoPath, tool: Tool, warnings: &mut Vec<Warning>) -> Result<FileOutcome> {
    let mut outcome = FileOutcome::new(path.clone(), Action::Resolved);
    let operation = work.moment.git.operation(&work.moment.location);
    let stages = work.index.before().conflict(path).unwrap_or_default();
    let (sides, labels) = (Sides::of(operation, stages), labels(operation));
    let merged = merge(work, path, sides, tool, labels)?;
    let there = work.read(path)?;
    if there != merged.file {
        let there = work.entry_of(path)?;
        // What the user had before an update is in no changeset.
        let committed = if operation.is_some() { sides.local } else { None };
        let known = [sides.base, committed, sides.other].into_iter().flatten().find(|side| there == Some(*side));
        let before = match (there, known) {
            (None, _) => Before::Nothing,
            (Some(_), Some(known)) => Before::Committed(known),
            (Some(_), None) => Before::Own,
        };
        outcome.backup = match &merged.file {
            Some(file) => work.write_committed(path, file, before)?,
            None => work.delete(path, before)?,
        };
    }
    match merged {
        Merged { conflict: Some(conflict), .. } => {
            outcome.action = Action::Unresolved;
            outcome.conflict = Some(conflict);
            warnings.push(Warning::refused(path, conflict.words(labels)));
        }
        Merged { conflict: None, .. } => mark(work, path)?,
    }
    Ok(outcome)
}

/// What the two sides are called between the markers of a conflict.
fn labels(operation: Option<Operation>) -> Labels {
    match operation {
        None | Some(Operation::Bisect) => ("working copy", "destination"),
        Some(Operation::Merge) => ("working copy", "merge rev"),
        Some(Operation::CherryPick) => ("local", "graft"),
        Some(Operation::Revert) => ("working copy", "backout"),
        Some(Operation::Rebase) => ("dest", "source"),
    }
}

/// What is there is the resolution; so is that nothing is.
fn mark(work: &mut Work<'_>, path: &RepoPath) -> Result<()> {
    if !work.track(path)? {
        work.index.remove(path);
    }
    Ok(())
}

fn unmark(work: &mut Work<'_>, path: &RepoPath) -> Result<()> {
    match conflict(work, path)? {
        Some(sides) => Ok(work.index.set_conflict(path, sides)?),
        None => Ok(()),
    }
}

/// What the conflict at `path` was: from the record of it or, of a merge, from what is merged.
fn conflict(work: &Work<'_>, path: &RepoPath) -> Result<Option<[Option<Entry>; 3]>> {
    match work.index.before().recorded_conflict(path) {
        Some(sides) => Ok(Some(sides)),
        None => sides(work, path),
    }
}

/// What a merge in progress joins at `path`: the common ancestor's, ours and theirs. `None` where that is no conflict.
fn sides(work: &Work<'_>, path: &RepoPath) -> Result<Option<[Option<Entry>; 3]>> {
    let moment = work.moment;
    let [theirs] = moment.refs.merge_parents.as_slice() else { return Ok(None) };
    let ours = first_parent(moment);
    let base = moment.git.merge_base(ours, *theirs)?;
    let entry = |node: Option<Node>| -> Result<Option<Entry>> {
        let Some(node) = node else { return Ok(None) };
        let Some(root) = manifest::root(moment, node)? else { return Ok(None) };
        Ok(moment.objects.entry(root, path)?)
    };
    let sides = [entry(base)?, entry(Some(ours))?, entry(Some(*theirs))?];
    let differ = sides[0] != sides[1] && sides[0] != sides[2] && sides[1] != sides[2];
    Ok(differ.then_some(sides))
}
