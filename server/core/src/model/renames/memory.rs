//! Renames that have been looked for, remembered: the search reads a changeset's whole difference.

use std::cell::RefCell;
use std::collections::HashMap;

use super::{Among, source};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::graph::Graph;
use crate::ids::{RepoPath, Rev};
use crate::objects::{Entry, Objects};
use crate::repository::Snapshot;
use crate::store;

/// Looks for renames, each one once.
pub struct Renames<'a> {
    graph: &'a Graph,
    objects: &'a Objects,
    cancel: &'a Cancel,
    store: Option<&'a store::Reader>,
    known: RefCell<HashMap<Key, Option<RepoPath>>>,
}

type Key = (Rev, Rev, Among, RepoPath);

impl<'a> Renames<'a> {
    /// In the history that `snapshot` sees.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        let (graph, objects, cancel) = (snapshot.changelog.graph(), &snapshot.objects, &snapshot.cancel);
        Self { graph, objects, cancel, store: snapshot.store.as_ref(), known: RefCell::default() }
    }

    /// The file of `parent` that became `path` in its child `rev`, where `path` is `entry`. There must be nothing at
    /// `path` in `parent`.
    pub fn source(
        &self,
        rev: Rev,
        parent: Rev,
        path: &RepoPath,
        entry: Entry,
        among: Among,
    ) -> Result<Option<RepoPath>> {
        let key = (rev, parent, among, path.clone());
        if let Some(known) = self.known.borrow().get(&key) {
            return Ok(known.clone());
        }
        let copies = among == Among::All;
        let stored = match self.store {
            Some(store) => store.rename(path, rev, parent, copies)?,
            None => None,
        };
        let found = match stored {
            Some(stored) => stored,
            None => {
                let (parent_root, root) = (self.graph.manifest(parent), self.graph.manifest(rev));
                let found = source(self.objects, parent_root, root, (path, entry), among, self.cancel)?;
                if let Some(store) = self.store {
                    store.remember_rename(path, rev, parent, copies, found.as_ref());
                }
                found
            }
        };
        self.known.borrow_mut().insert(key, found.clone());
        Ok(found)
    }
}
