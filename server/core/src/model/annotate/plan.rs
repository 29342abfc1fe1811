//! Which versions the walk will come to, as far as that can be told without comparing contents: all that are reached
//! under the same path. Lines may end before, and go elsewhere by a rename; then it was no good, and no harm.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::ahead::Ahead;
use super::origins::{Lineage, Origin, Origins};
use super::stored::Stored;
use crate::error::Result;
use crate::ids::{RepoPath, Rev};
use crate::objects::Entry;

/// Has contents read ahead of the walk.
pub(super) struct Plan<'a> {
    ahead: &'a Ahead,
    lineage: &'a Lineage<'a>,
    stored: &'a Stored<'a>,
    pending: BTreeMap<(Rev, Arc<RepoPath>), Entry>,
    planned: HashSet<(Rev, Arc<RepoPath>)>,
}

impl<'a> Plan<'a> {
    pub fn new(ahead: &'a Ahead, lineage: &'a Lineage<'a>, stored: &'a Stored<'a>) -> Self {
        Self { ahead, lineage, stored, pending: BTreeMap::new(), planned: HashSet::new() }
    }

    /// The walk will come to this version.
    pub fn add(&mut self, rev: Rev, path: &Arc<RepoPath>, entry: Entry) {
        if self.planned.insert((rev, Arc::clone(path))) {
            self.pending.insert((rev, Arc::clone(path)), entry);
        }
    }

    /// The walk is at `rev`: has what comes next read, as much as may wait.
    pub fn follow(&mut self, rev: Rev) {
        self.ahead.forget_above(rev);
        while self.ahead.has_room()
            && let Some(((rev, path), entry)) = self.pending.pop_last()
        {
            for origin in self.origins(rev, &path, entry).unwrap_or_default() {
                if origin.entry.node != entry.node {
                    self.ahead.plan(origin.rev, origin.entry.node);
                }
                self.add(origin.rev, &origin.path, origin.entry);
            }
        }
    }

    /// Where the walk may go on. What cannot be told here does not matter before the walk comes there.
    fn origins(&self, rev: Rev, path: &Arc<RepoPath>, entry: Entry) -> Result<Vec<Origin>> {
        // The walk has its own; and looking for what nobody may ask for must be cheap.
        if self.stored.has(rev, path)? || !self.lineage.history.is_at_hand(rev) {
            return Ok(Vec::new());
        }
        Ok(match self.lineage.of_same_path(rev, path, entry)? {
            Origins::Whole(origin) => vec![origin],
            Origins::Several(origins) => origins,
        })
    }
}
