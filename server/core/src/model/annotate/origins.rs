//! Where a version's lines can come from: the versions of its parents, in the order in which they are asked.

use std::sync::Arc;

use super::{Options, Prefer};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::graph::Graph;
use crate::ids::{Mode, RepoPath, Rev};
use crate::model::history::{History, Version};
use crate::model::renames::{Among, Renames};
use crate::objects::Entry;
use crate::repository::Snapshot;

/// Finds parents' versions.
pub(in crate::model) struct Lineage<'a> {
    graph: &'a Graph,
    pub history: &'a dyn History,
    renames: Renames<'a>,
    cancel: &'a Cancel,
    follow: bool,
    prefer: Prefer,
}

/// A parent's version.
#[derive(Clone)]
pub(in crate::model) struct Origin {
    pub rev: Rev,
    pub path: Arc<RepoPath>,
    pub entry: Entry,
}

/// Where a version's lines can come from.
pub(in crate::model) enum Origins {
    /// It is the same content: all come from here.
    Whole(Origin),
    /// To be compared in this order.
    Several(Vec<Origin>),
}

impl<'a> Lineage<'a> {
    pub fn new(snapshot: &'a Snapshot, history: &'a dyn History, options: &Options) -> Self {
        let Options { follow, prefer, .. } = *options;
        let (graph, cancel) = (&**snapshot.changelog.graph(), &snapshot.cancel);
        Self { graph, history, renames: Renames::new(snapshot), cancel, follow, prefer }
    }

    /// The parents' versions. First all parents are asked for the same path, then those that lack it for a renamed
    /// file: the same content under the same path in any parent saves the search.
    pub fn of(&self, rev: Rev, path: &Arc<RepoPath>, entry: Entry) -> Result<Origins> {
        self.search(rev, path, entry, self.follow)
    }

    /// As far as no rename has to be looked for.
    pub fn of_same_path(&self, rev: Rev, path: &Arc<RepoPath>, entry: Entry) -> Result<Origins> {
        self.search(rev, path, entry, false)
    }

    fn search(&self, rev: Rev, path: &Arc<RepoPath>, entry: Entry, follow: bool) -> Result<Origins> {
        let parents: Vec<Rev> = self.graph.parents(rev).collect();
        let mut found: Vec<Option<Origin>> = vec![None; parents.len()];
        for renamed in [false, true] {
            if renamed && !follow {
                break;
            }
            for (index, parent) in parents.iter().enumerate() {
                let origin = match self.history.version(path, *parent)? {
                    Some(version) if !renamed => self.unrenamed(path, entry, version),
                    None if renamed => self.renamed(rev, *parent, path, entry)?,
                    _ => None,
                };
                let Some(origin) = origin else { continue };
                let has = |node| move |other: &Origin| other.entry.node == node;
                if self.prefer == Prefer::P1 {
                    if has(entry.node)(&origin) {
                        return Ok(Origins::Whole(origin));
                    }
                    if found[..index].iter().flatten().any(has(origin.entry.node)) {
                        continue;
                    }
                }
                found[index] = Some(origin);
            }
        }
        let found = found.into_iter().flatten().collect();
        match self.prefer {
            Prefer::P1 => Ok(Origins::Several(found)),
            Prefer::P2 => self.last_first(entry, found),
        }
    }

    fn unrenamed(&self, path: &Arc<RepoPath>, entry: Entry, version: Version) -> Option<Origin> {
        let kind = |mode: Mode| if mode == Mode::Executable { Mode::File } else { mode };
        let same_kind = kind(version.entry.mode) == kind(entry.mode);
        same_kind.then(|| Origin { rev: version.rev, path: Arc::clone(path), entry: version.entry })
    }

    fn renamed(&self, rev: Rev, parent: Rev, path: &RepoPath, entry: Entry) -> Result<Option<Origin>> {
        let Some(source) = self.renames.source(rev, parent, path, entry, Among::Removed)? else { return Ok(None) };
        let version = self.history.version(&source, parent)?;
        Ok(version.map(|Version { rev, entry, .. }| Origin { rev, path: Arc::new(source), entry }))
    }

    /// Mercurial's order. There a file has no parent from which another one descends, and later parents go first.
    fn last_first(&self, entry: Entry, found: Vec<Origin>) -> Result<Origins> {
        let mut origins: Vec<Origin> = Vec::new();
        for (index, origin) in found.iter().enumerate() {
            let mut superseded = false;
            for (other_index, other) in found.iter().enumerate() {
                let older = other.rev > origin.rev || (other.rev == origin.rev && other_index > index);
                superseded |= older && self.graph.is_ancestor(origin.rev, other.rev, self.cancel)?;
            }
            if !superseded {
                origins.insert(0, origin.clone());
            }
        }
        match origins.first() {
            Some(first) if first.entry.node == entry.node => Ok(Origins::Whole(first.clone())),
            _ => Ok(Origins::Several(origins)),
        }
    }
}
