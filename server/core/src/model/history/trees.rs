//! History from the manifests, for what the index has not seen yet: reads a commit and a few folders for each changeset
//! that it looks at, once. From the first revision on that the index knows, it goes on with what is stored.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::sweep::{Entries, Manifests, Reach, Trail};
use super::{Change, History, StoredHistory, Version};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::graph::Graph;
use crate::ids::{RepoPath, Rev};
use crate::objects::{Entry, Objects};

/// History by comparing the manifests of neighbours, as `git blame` and `git log` do.
pub struct TreeHistory<'a> {
    graph: &'a Graph,
    objects: &'a Objects,
    cancel: &'a Cancel,
    /// What is stored, complete up to and including [`TreeHistory::indexed`].
    stored: Option<StoredHistory<'a>>,
    indexed: Rev,
    seen: RefCell<HashMap<RepoPath, Seen>>,
}

/// After so many revisions of a path that were looked at one by one, those before them are looked at as well: who goes
/// back so far goes on.
const FEW: usize = if cfg!(test) { 5 } else { 64 };

/// What has been seen of one path.
#[derive(Default)]
struct Seen {
    trail: Trail,
    entries: Entries,
    reach: Reach,
    /// The revision of the change, for revisions whose chain has been walked.
    versions: HashMap<Rev, Rev>,
    changes: Option<Rc<[Change]>>,
}

impl<'a> TreeHistory<'a> {
    /// Reads through `objects`.
    pub fn new(graph: &'a Graph, objects: &'a Objects, cancel: &'a Cancel) -> Self {
        Self { graph, objects, cancel, stored: None, indexed: Rev::NULL, seen: RefCell::default() }
    }

    /// With what is stored of the revisions up to and including `indexed`.
    pub fn above(self, stored: StoredHistory<'a>, indexed: Rev) -> Self {
        Self { stored: Some(stored), indexed, ..self }
    }

    /// What is stored, if that has the answer for `rev`.
    fn stored(&self, rev: Rev) -> Option<&StoredHistory<'a>> {
        self.stored.as_ref().filter(|_| rev <= self.indexed)
    }

    fn look(&self, seen: &mut Seen, path: &RepoPath, rev: Rev) -> Result<Option<Entry>> {
        if let Some(stored) = self.stored(rev) {
            return stored.entry(path, rev);
        }
        if let Some(entry) = seen.entries.get(&rev) {
            return Ok(*entry);
        }
        if rev.index().is_none_or(|row| row >= self.graph.len()) {
            return Ok(None);
        }
        self.cancel.check()?;
        if seen.entries.len() >= FEW {
            seen.reach.ahead(self.manifests(), path, rev, Rev(self.indexed.0 + 1), &mut seen.entries)?;
            if let Some(entry) = seen.entries.get(&rev) {
                return Ok(*entry);
            }
        }
        let entry = seen.trail.look(self.objects, self.graph.manifest(rev), path)?;
        seen.entries.insert(rev, entry);
        Ok(entry)
    }

    fn manifests(&self) -> Manifests<'_> {
        Manifests { graph: self.graph, objects: self.objects, cancel: self.cancel }
    }

    fn with_seen<T>(&self, path: &RepoPath, ask: impl FnOnce(&mut Seen) -> Result<T>) -> Result<T> {
        let mut all = self.seen.borrow_mut();
        if let Some(seen) = all.get_mut(path) {
            return ask(seen);
        }
        ask(all.entry(path.clone()).or_default())
    }

    /// Whether the entry at `path` in `rev`, which differs from that in the first parent, differs in all others too.
    fn touches(&self, seen: &mut Seen, path: &RepoPath, rev: Rev, entry: Option<Entry>) -> Result<bool> {
        for parent in self.graph.parents(rev).skip(1) {
            if self.look(seen, path, parent)? == entry {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl History for TreeHistory<'_> {
    fn version(&self, path: &RepoPath, rev: Rev) -> Result<Option<Version>> {
        self.with_seen(path, |seen| {
            let Some(entry) = self.look(seen, path, rev)? else { return Ok(None) };
            let mut walked = Vec::new();
            let mut at = rev;
            let changed = loop {
                if let Some(stored) = self.stored(at) {
                    return stored.version(path, at);
                }
                if let Some(known) = seen.versions.get(&at) {
                    break *known;
                }
                walked.push(at);
                let parent = self.graph.p1(at);
                if self.look(seen, path, parent)? != Some(entry) {
                    break at;
                }
                at = parent;
            };
            seen.versions.extend(walked.into_iter().map(|walked| (walked, changed)));
            let touches = self.touches(seen, path, changed, Some(entry))?;
            Ok(Some(Version { rev: changed, entry, touches }))
        })
    }

    fn entry(&self, path: &RepoPath, rev: Rev) -> Result<Option<Entry>> {
        self.with_seen(path, |seen| self.look(seen, path, rev))
    }

    fn is_at_hand(&self, rev: Rev) -> bool {
        self.stored(rev).is_some()
    }

    fn changes(&self, path: &RepoPath) -> Result<Rc<[Change]>> {
        self.with_seen(path, |seen| {
            if let Some(changes) = &seen.changes {
                return Ok(Rc::clone(changes));
            }
            let mut changes = match &self.stored {
                Some(stored) => stored.changes(path)?.to_vec(),
                None => Vec::new(),
            };
            self.manifests().all_from(path, Rev(self.indexed.0 + 1), &mut seen.entries)?;
            for rev in
                (self.indexed.0 + 1..).map(Rev).take_while(|rev| rev.index().is_some_and(|row| row < self.graph.len()))
            {
                let entry = self.look(seen, path, rev)?;
                if entry != self.look(seen, path, self.graph.p1(rev))? {
                    let touches = self.touches(seen, path, rev, entry)?;
                    changes.push(Change { rev, entry, touches });
                }
            }
            Ok(Rc::clone(seen.changes.insert(changes.into())))
        })
    }
}
