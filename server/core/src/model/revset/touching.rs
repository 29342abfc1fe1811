//! Which changesets touch files: as far as the index is complete from the store, from the manifests otherwise. Both give
//! the same answers. Knows nothing of expressions.

use std::ops::ControlFlow;
use std::rc::Rc;

use super::files::FilePattern;
use super::set::{Members, Set};
use crate::error::{Error, Kind, Result};
use crate::graph::RevSet;
use crate::ids::Rev;
use crate::model::touched::{Touched, touched};
use crate::repository::Snapshot;
use crate::store;

/// Which of the files that a changeset touches count.
#[derive(Clone, Copy)]
pub(super) enum Which {
    /// Every one.
    Any,
    /// Those of which this holds.
    That(fn(&Touched) -> bool),
}

/// With more paths than these it takes longer to look them all up than to ask some changesets, one by one.
const MOST_PATHS: usize = 10_000;

/// Those of `all` that touch a file that one of `patterns` means.
pub(super) fn touching<'a>(
    snapshot: &'a Snapshot,
    all: Set<'a>,
    patterns: Vec<FilePattern>,
    which: Which,
) -> Result<Set<'a>> {
    let stored = match stored(snapshot, &patterns) {
        Ok(stored) => stored,
        Err(error @ store::Error::Cancelled(_)) => return Err(error.into()),
        // The store heals itself; the manifests have the same.
        Err(_) => None,
    };
    let (complete, set) = match stored {
        None => (Rev::NULL, all),
        Some((complete, mut revs)) => {
            // What the store has not seen yet may touch them.
            revs.extend((complete.0 + 1..Rev::from_index(snapshot.changelog.len()).0).map(Rev));
            (complete, all.and(Set::new(Members::from(revs))))
        }
    };
    if matches!(which, Which::Any) && complete >= snapshot.changelog.tip() {
        return Ok(set);
    }
    Ok(set.filter(Rc::new(move |rev| {
        snapshot.cancel.check()?;
        match which {
            Which::Any if rev <= complete && !rev.is_null() => Ok(true),
            Which::Any => touches(snapshot, rev, &patterns, &|_| true),
            Which::That(counts) => touches(snapshot, rev, &patterns, &counts),
        }
    })))
}

/// What touches the files by the store, and up to which revision it knows all. `None` where the store is no help.
fn stored(snapshot: &Snapshot, patterns: &[FilePattern]) -> Result<Option<(Rev, RevSet)>, store::Error> {
    let Some(reader) = &snapshot.store else { return Ok(None) };
    if reader.indexed().is_null() {
        return Ok(None);
    }
    let mut revs = RevSet::new();
    for pattern in patterns {
        let mut paths = reader.paths_within(pattern.base())?;
        paths.retain(|path| pattern.matches(path));
        if paths.len() > MOST_PATHS {
            return Ok(None);
        }
        for path in paths {
            snapshot.cancel.check()?;
            let changes = reader.changes(&path)?;
            revs.extend(changes.into_iter().filter(|change| change.touches).map(|change| change.rev));
        }
    }
    Ok(Some((reader.indexed(), revs)))
}

/// Whether `rev` touches a file that one of `patterns` means and of which `counts` holds. Pseudo revisions touch
/// nothing.
fn touches(snapshot: &Snapshot, rev: Rev, patterns: &[FilePattern], counts: &dyn Fn(&Touched) -> bool) -> Result<bool> {
    if matches!(rev, Rev::NULL | Rev::WDIR) {
        return Ok(false);
    }
    for pattern in patterns {
        let mut visit = |file: Touched| {
            if pattern.matches(&file.path) && counts(&file) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let found = touched(snapshot, rev, pattern.base(), &mut visit).map(|flow| flow.is_break());
        if unless_gone(snapshot, rev, found)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Objects of hidden changesets may have been collected: such a changeset has nothing that anybody looks for.
pub(super) fn unless_gone(snapshot: &Snapshot, rev: Rev, answer: Result<bool>) -> Result<bool> {
    use crate::error::Explain as _;
    let is_missing = |error: &Error| error.kind() == Kind::MissingObject;
    match answer {
        Err(error) if is_missing(&error) && !snapshot.changelog.is_visible(rev) => Ok(false),
        answer => answer,
    }
}
