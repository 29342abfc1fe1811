//! Holding a snapshot against the repository: whether changesets changed what it says.
//!
//! To read them all would be to index. Two things are looked at instead. Some changesets, drawn at random, are read from git and
//! compared change by change. And the files of one changeset as a whole, the newest whose first ancestors the snapshot
//! all has, are put together from the changes and compared with its manifest: what every file there is came from the
//! newest change of its path, and none may be missing, wrong or too many.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher as _, RandomState};

use super::Error;
use super::import::{Rows, Target};
use super::parts::PathRows;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::graph::RevSet;
use crate::ids::{RepoPath, Rev};
use crate::indexer;
use crate::objects::{CacheSizes, Entry, Objects};
use crate::store::{Change, PathChange};

/// Looks through a snapshot, part by part.
pub(super) struct Checker<'a> {
    target: &'a Target<'a>,
    objects: Objects,
    /// Drawn at random.
    sample: RevSet,
    compared: usize,
    /// The chain of first parents whose changes make up the manifest of its highest changeset.
    chain: RevSet,
    /// What stands at each path at the end of the chain, and since when.
    files: HashMap<RepoPath, (Rev, Option<Entry>)>,
}

impl<'a> Checker<'a> {
    pub fn new(target: &'a Target<'a>, rows: &Rows, sample: usize) -> Result<Self> {
        Ok(Self {
            target,
            objects: target.objects.reader(CacheSizes::REQUEST),
            sample: draw(rows, sample),
            compared: 0,
            chain: covered_chain(target, rows),
            files: HashMap::new(),
        })
    }

    /// Looks at what the changesets `revs` of one part are said to have changed.
    pub fn look_at(&mut self, revs: &[Rev], paths: &[PathRows], cancel: &Cancel) -> Result<()> {
        let mut claimed: BTreeMap<Rev, Vec<PathChange>> =
            revs.iter().filter(|rev| self.sample.contains(**rev)).map(|rev| (*rev, Vec::new())).collect();
        for PathRows { path, changes } in paths {
            let mut newest: Option<(Rev, Option<Entry>)> = None;
            for change in changes {
                let Some(rev) = revs.get(usize::from(change.row)).copied().filter(|rev| !rev.is_null()) else {
                    continue;
                };
                if let Some(claimed) = claimed.get_mut(&rev) {
                    let change = Change { rev, entry: change.entry, touches: change.touches };
                    claimed.push(PathChange { path: path.clone(), change });
                }
                if self.chain.contains(rev) && newest.is_none_or(|(newest, _)| newest < rev) {
                    newest = Some((rev, change.entry));
                }
            }
            match newest {
                Some(newest) if self.files.get(path).is_none_or(|known| known.0 < newest.0) => {
                    self.files.insert(path.clone(), newest);
                }
                _ => {}
            }
        }
        for (rev, claimed) in claimed.into_iter().rev() {
            cancel.check()?;
            let found = indexer::changes_of(&self.objects, self.target.changelog, rev, cancel)?;
            if found != claimed {
                let node = self.target.changelog.node(rev);
                return Err(Error::Wrong { what: format!("changeset {node} did not change what it says") }.into());
            }
            self.compared += 1;
        }
        Ok(())
    }

    /// Compares the manifest. Gives how many changesets were compared.
    pub fn finish(self, cancel: &Cancel) -> Result<usize> {
        let Some(last) = self.chain.last() else { return Ok(self.compared) };
        let node = self.target.changelog.node(last);
        let wrong = |path: &RepoPath| Error::Wrong { what: format!("{path} is not what it says at changeset {node}") };
        let mut files = self.files;
        for file in indexer::files_of(&self.objects, node, cancel)? {
            match files.remove(&file.0) {
                Some((_, entry)) if entry == Some(file.1) => {}
                _ => return Err(wrong(&file.0).into()),
            }
        }
        match files.iter().filter(|(_, (_, entry))| entry.is_some()).map(|(path, _)| path).min() {
            Some(path) => Err(wrong(path).into()),
            None => Ok(self.compared),
        }
    }
}

/// Some of the changesets that the snapshot has and that are here: all, if they are few.
fn draw(rows: &Rows, most: usize) -> RevSet {
    let mut candidates: Vec<Rev> =
        rows.has.iter().enumerate().filter(|(_, has)| **has).map(|(rev, _)| Rev::from_index(rev)).collect();
    // Seeded by the system for each choice: whoever makes a snapshot cannot know what will be looked at.
    let seed = RandomState::new();
    let mut sample = RevSet::new();
    for drawn in 0..most.min(candidates.len()) {
        let left = candidates.len() - drawn;
        candidates.swap(drawn, drawn + (seed.hash_one(drawn) % left as u64) as usize);
        sample.insert(candidates[drawn]);
    }
    sample
}

/// Of the chain of first parents from what is checked out down to its root, the lower part, as far as the snapshot has
/// all of it. Empty when it does not have the root.
fn covered_chain(target: &Target<'_>, rows: &Rows) -> RevSet {
    let mut chain = Vec::new();
    let mut rev = target.head;
    while let Some(at) = rev.index() {
        chain.push((rev, rows.has.get(at).copied().unwrap_or(false)));
        rev = target.changelog.p1(rev);
    }
    chain.into_iter().rev().take_while(|(_, has)| *has).map(|(rev, _)| rev).collect()
}
