//! Which files a merge left conflicts in, which of these are resolved, and whose the versions in conflict are. Knows
//! git's index and nothing of contents.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::git::Operation;
use crate::ids::RepoPath;
use crate::objects::Entry;
use crate::repository::Moment;

/// How far a file of a merge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MergeStatus {
    /// `U`
    Unresolved,
    /// `R`
    Resolved,
}

/// One of the versions in conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// What both others were made from.
    Base,
    /// What the user has.
    Local,
    /// What it is to be merged with.
    Other,
}

/// The three versions of a file; `None` where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sides {
    /// What both others were made from.
    pub base: Option<Entry>,
    /// What the user has.
    pub local: Option<Entry>,
    /// What it is to be merged with.
    pub other: Option<Entry>,
}

impl Sides {
    /// Those of git's three stages. Where nothing is in progress, an update (or git's own, or a stash) left the conflict,
    /// and then what is checked out is the second and what the user had the third.
    pub fn of(operation: Option<Operation>, [base, second, third]: [Option<Entry>; 3]) -> Self {
        match operation {
            None | Some(Operation::Bisect) => Self { base, local: third, other: second },
            Some(_) => Self { base, local: second, other: third },
        }
    }

    /// One of them.
    pub fn get(&self, side: Side) -> Option<Entry> {
        match side {
            Side::Base => self.base,
            Side::Local => self.local,
            Side::Other => self.other,
        }
    }
}

/// The versions of `path` that are in conflict; `None` where none are.
pub fn conflict(moment: &Moment, path: &RepoPath) -> Result<Option<Sides>> {
    let stages = moment.git.index()?.conflict(path);
    Ok(stages.map(|stages| Sides::of(moment.git.operation(&moment.location), stages)))
}

/// The files that had conflicts when the operation in progress began, or stopped the last time, ordered by path.
///
/// git forgets which conflicts were resolved when the operation ends; Mercurial, too, lists none then.
pub fn resolve_list(moment: &Moment) -> Result<Vec<(RepoPath, MergeStatus)>> {
    let index = moment.git.index()?;
    let unresolved = index.tracked.iter().filter(|tracked| tracked.stage > 0).map(|tracked| tracked.path.clone());
    let unresolved: Vec<RepoPath> = unresolved.collect();
    if unresolved.is_empty() && moment.git.operation(&moment.location).is_none() {
        return Ok(Vec::new());
    }
    let resolved = index.resolved.iter().cloned().map(|resolved| (resolved.path, MergeStatus::Resolved));
    let mut files: BTreeMap<RepoPath, MergeStatus> = resolved.collect();
    files.extend(unresolved.into_iter().map(|path| (path, MergeStatus::Unresolved)));
    Ok(files.into_iter().collect())
}
