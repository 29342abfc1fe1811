//! Versions of files through history: which changeset put the content of a path there.
//!
//! The version of a path at a revision is the nearest change of that path on the chain of first parents. With the
//! changes of all changesets at hand ([`StoredHistory`]) finding it needs no tree; without them ([`TreeHistory`]) the
//! manifests along the chain are compared. Both give the same answers. Knows nothing of renames: one path at a time.

mod remembered;
mod stored;
mod sweep;
#[cfg(test)]
mod tests;
mod trees;

pub use remembered::Remembered;
pub use stored::StoredHistory;
pub use trees::TreeHistory;

use std::rc::Rc;

use crate::error::Result;
use crate::graph::Graph;
use crate::ids::{RepoPath, Rev};
use crate::objects::Entry;
use crate::repository::Snapshot;
pub use crate::store::Change;

/// The content of a path at some revision, and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// The changeset that put the content there, counting only first parents.
    pub rev: Rev,
    /// The content.
    pub entry: Entry,
    /// Whether that changeset differs from all its parents, not just from the first.
    pub touches: bool,
}

/// Answers which changeset changed a path. Revisions that do not exist have no files.
pub trait History {
    /// What is at `path` in `rev`, and which changeset put it there: the nearest change of `path` on the chain of first
    /// parents that starts with `rev`. `None` when nothing is there.
    fn version(&self, path: &RepoPath, rev: Rev) -> Result<Option<Version>>;

    /// What is at `path` in `rev`: cheaper than [`History::version`] where it is not known who put it there.
    fn entry(&self, path: &RepoPath, rev: Rev) -> Result<Option<Entry>>;

    /// Whether the answers for `rev` are at hand, so that asking more than needed costs next to nothing.
    fn is_at_hand(&self, rev: Rev) -> bool;

    /// All changes of `path`, by ascending revision, in whatever line of history, hidden ones included.
    fn changes(&self, path: &RepoPath) -> Result<Rc<[Change]>>;
}

/// The history that `snapshot` has: from the store as far as that is complete, from the manifests beyond.
pub fn of(snapshot: &Snapshot) -> Box<dyn History + '_> {
    let (graph, cancel) = (&**snapshot.changelog.graph(), &snapshot.cancel);
    let trees = TreeHistory::new(graph, &snapshot.objects, cancel);
    let Some(store) = &snapshot.store else { return Box::new(trees) };
    let stored = StoredHistory::new(graph, |path| Ok(store.changes(path)?), cancel);
    if store.indexed() >= snapshot.changelog.tip() {
        return Box::new(stored);
    }
    Box::new(trees.above(stored, store.indexed()))
}

/// The same, for those who want all changes of a path: what the index has not is looked up at once and remembered.
pub fn whole(snapshot: &Snapshot) -> Box<dyn History + '_> {
    let (graph, cancel) = (&**snapshot.changelog.graph(), &snapshot.cancel);
    let history = of(snapshot);
    if snapshot.store.as_ref().is_some_and(|store| store.indexed() >= snapshot.changelog.tip()) {
        return history;
    }
    let find = move |path: &RepoPath| {
        snapshot.looked_up.changes(graph, path, || history.changes(path).map(|changes| changes.to_vec()))
    };
    Box::new(StoredHistory::new(graph, find, cancel))
}

/// The nearest changeset that *touches* `path` (differs from all its parents) and from which `rev` has what is there:
/// along first parents, and at a merge that took another parent's file, along the first parent that has it.
pub fn touching(history: &dyn History, graph: &Graph, path: &RepoPath, mut rev: Rev) -> Result<Option<Version>> {
    loop {
        let Some(version) = history.version(path, rev)? else { return Ok(None) };
        if version.touches {
            return Ok(Some(version));
        }
        let mut from = None;
        for parent in graph.parents(version.rev) {
            if history.entry(path, parent)? == Some(version.entry) {
                from = Some(parent);
                break;
            }
        }
        // A change that does not touch has its entry from some parent.
        let Some(parent) = from else { return Ok(Some(version)) };
        rev = parent;
    }
}
