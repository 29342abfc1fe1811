//! Which files a merge left conflicts in, and which of these are resolved. Knows git's index and nothing of contents.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::ids::RepoPath;
use crate::repository::Moment;

/// How far a file of a merge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MergeStatus {
    /// `U`
    Unresolved,
    /// `R`
    Resolved,
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
