//! `resolve`: conflicts of a merge marked as resolved, and marked as not resolved again. Knows git's index and what a
//! merge is made of; the files themselves are the user's.

use std::collections::BTreeMap;

use super::work::{Work, edit};
use super::{Action, Error, Outcome, Warning};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::{Node, RepoPath};
use crate::model::dirstate::{MergeStatus, first_parent, resolve_list};
use crate::model::manifest;
use crate::objects::Entry;
use crate::repository::Repository;

/// Which conflicts.
#[derive(Clone, Debug, Default)]
pub struct ResolveOptions {
    /// Files, and folders for all in them; all conflicts when empty.
    pub paths: Vec<RepoPath>,
    /// Mark as not resolved, rather than as resolved.
    pub unmark: bool,
}

/// Marks conflicts as resolved by what is in the working copy now, or as not resolved. The files stay as they are.
///
/// A conflict comes back from what git recorded when it was resolved or, of a merge, from its three sides. Of other
/// operations there is only the record, which not every program writes; without it there is no such conflict.
///
/// # Errors
/// [`Error::NotMerging`].
pub fn resolve(repository: &Repository, options: &ResolveOptions, cancel: &Cancel) -> Result<Outcome> {
    edit(repository, "resolve", cancel, |work| {
        let files = resolve_list(work.moment)?;
        if files.is_empty() && work.moment.git.operation(&work.moment.location).is_none() {
            return Err(Error::NotMerging.into());
        }
        let asked =
            |path: &RepoPath| options.paths.is_empty() || options.paths.iter().any(|asked| path.is_within(asked));
        let mut chosen: BTreeMap<RepoPath, MergeStatus> =
            files.iter().filter(|(path, _)| asked(path)).cloned().collect();
        // Resolved by a program that left no record of it.
        for path in options.paths.iter().filter(|_| options.unmark) {
            if !chosen.contains_key(path) && conflict(work, path)?.is_some() {
                chosen.insert(path.clone(), MergeStatus::Resolved);
            }
        }
        let mut outcome = Outcome::default();
        if chosen.is_empty() && !options.paths.is_empty() {
            outcome.warnings.push(Warning::general("arguments do not match paths that need resolving"));
        }
        let mut states: BTreeMap<RepoPath, MergeStatus> = files.into_iter().collect();
        for (path, status) in chosen {
            cancel.check()?;
            let (wanted, action) = match options.unmark {
                true => (MergeStatus::Unresolved, Action::Unresolved),
                false => (MergeStatus::Resolved, Action::Resolved),
            };
            if status != wanted {
                if options.unmark {
                    unmark(work, &path)?
                } else {
                    mark(work, &path)?
                };
            }
            outcome.did(&path, action);
            states.insert(path, wanted);
        }
        let all_resolved = states.values().all(|status| *status == MergeStatus::Resolved);
        if !options.unmark && all_resolved && outcome.warnings.is_empty() {
            outcome.warnings.push(Warning::general("(no more unresolved files)"));
        }
        Ok(outcome)
    })
}

/// What is there is the resolution; so is that nothing is.
fn mark(work: &mut Work<'_>, path: &RepoPath) -> Result<()> {
    if !work.track(path)? {
        work.index.remove(path)?;
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
