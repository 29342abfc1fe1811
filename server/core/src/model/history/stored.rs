//! History from the changes that the index keeps: a walk over revision numbers in memory.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{Change, History, Version};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::graph::Graph;
use crate::ids::{RepoPath, Rev};
use crate::objects::Entry;

/// History where all changes of a path can be had at once.
///
/// Complete as far as the index is: it must not be asked about revisions that the index has not seen.
pub struct StoredHistory<'a> {
    graph: &'a Graph,
    load: Box<Load<'a>>,
    cancel: &'a Cancel,
    changes: RefCell<HashMap<RepoPath, Rc<[Change]>>>,
}

/// Gives all changes of a path, by ascending revision.
type Load<'a> = dyn Fn(&RepoPath) -> Result<Vec<Change>> + 'a;

impl<'a> StoredHistory<'a> {
    /// `load` gives all changes of a path, by ascending revision.
    pub fn new(graph: &'a Graph, load: impl Fn(&RepoPath) -> Result<Vec<Change>> + 'a, cancel: &'a Cancel) -> Self {
        Self { graph, load: Box::new(load), cancel, changes: RefCell::default() }
    }

    /// The nearest change on the chain of first parents.
    fn nearest(&self, path: &RepoPath, mut rev: Rev) -> Result<Option<Change>> {
        let changes = self.changes(path)?;
        let mut older = &changes[..changes.partition_point(|change| change.rev <= rev)];
        while let Some((change, rest)) = older.split_last() {
            self.cancel.check()?;
            while rev > change.rev {
                rev = self.graph.p1(rev);
            }
            if rev == change.rev {
                return Ok(Some(*change));
            }
            older = rest;
        }
        Ok(None)
    }
}

impl History for StoredHistory<'_> {
    fn version(&self, path: &RepoPath, rev: Rev) -> Result<Option<Version>> {
        let nearest = self.nearest(path, rev)?;
        Ok(nearest.and_then(|Change { rev, entry, touches }| Some(Version { rev, entry: entry?, touches })))
    }

    fn entry(&self, path: &RepoPath, rev: Rev) -> Result<Option<Entry>> {
        Ok(self.nearest(path, rev)?.and_then(|change| change.entry))
    }

    fn is_at_hand(&self, _: Rev) -> bool {
        true
    }

    fn changes(&self, path: &RepoPath) -> Result<Rc<[Change]>> {
        if let Some(changes) = self.changes.borrow().get(path) {
            return Ok(Rc::clone(changes));
        }
        let changes: Rc<[Change]> = (self.load)(path)?.into();
        self.changes.borrow_mut().insert(path.clone(), Rc::clone(&changes));
        Ok(changes)
    }
}
