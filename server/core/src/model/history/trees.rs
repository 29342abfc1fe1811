//! History from the manifests, for what the index has not seen yet: reads a commit and a few folders for each changeset
//! that it looks at, once. From the first revision on that the index knows, it goes on with what is stored.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{Change, History, StoredHistory, Version};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::graph::Graph;
use crate::ids::{RepoPath, Rev, TreeNode};
use crate::objects::{Entry, Objects};

/// History by comparing the manifests of neighbours, as `git blame` and `git log` do.
pub struct TreeHistory<'a> {
    graph: &'a Graph,
    objects: &'a Objects,
    cancel: &'a Cancel,
    /// What is stored, complete up to and including [`TreeHistory::indexed`].
    stored: Option<StoredHistory<'a>>,
    indexed: Rev,
    trails: RefCell<HashMap<RepoPath, Trail>>,
}

/// What has been seen of one path.
#[derive(Default)]
struct Trail {
    /// The folders on the way to the path at the last look, the root first: neighbours share most of them.
    folders: Vec<TreeNode>,
    /// What was found at that look.
    last: Option<Entry>,
    entries: HashMap<Rev, Option<Entry>>,
    /// The revision of the change, for revisions whose chain has been walked.
    versions: HashMap<Rev, Rev>,
    changes: Option<Rc<[Change]>>,
}

impl Trail {
    fn look(&mut self, objects: &Objects, root: TreeNode, path: &RepoPath) -> Result<Option<Entry>> {
        let mut folder = root;
        let mut found = None;
        let mut components = path.split(|byte| *byte == b'/').enumerate().peekable();
        while let Some((depth, name)) = components.next() {
            if self.folders.get(depth) == Some(&folder) {
                return Ok(self.last);
            }
            self.folders.truncate(depth);
            let listing = objects.tree(folder)?;
            self.folders.push(folder);
            let entry = listing.find(name);
            if components.peek().is_none() {
                found = entry.and_then(|entry| entry.as_file());
                break;
            }
            match entry.and_then(|entry| entry.as_folder()) {
                Some(next) => folder = next,
                None => break,
            }
        }
        self.last = found;
        Ok(found)
    }
}

impl<'a> TreeHistory<'a> {
    /// Reads through `objects`.
    pub fn new(graph: &'a Graph, objects: &'a Objects, cancel: &'a Cancel) -> Self {
        Self { graph, objects, cancel, stored: None, indexed: Rev::NULL, trails: RefCell::default() }
    }

    /// With what is stored of the revisions up to and including `indexed`.
    pub fn above(self, stored: StoredHistory<'a>, indexed: Rev) -> Self {
        Self { stored: Some(stored), indexed, ..self }
    }

    /// What is stored, if that has the answer for `rev`.
    fn stored(&self, rev: Rev) -> Option<&StoredHistory<'a>> {
        self.stored.as_ref().filter(|_| rev <= self.indexed)
    }

    fn look(&self, trail: &mut Trail, path: &RepoPath, rev: Rev) -> Result<Option<Entry>> {
        if let Some(stored) = self.stored(rev) {
            return stored.entry(path, rev);
        }
        if let Some(entry) = trail.entries.get(&rev) {
            return Ok(*entry);
        }
        if rev.index().is_none_or(|row| row >= self.graph.len()) {
            return Ok(None);
        }
        self.cancel.check()?;
        let root = self.objects.commit(self.graph.node(rev))?.tree;
        let entry = trail.look(self.objects, root, path).inspect_err(|_| trail.folders.clear())?;
        trail.entries.insert(rev, entry);
        Ok(entry)
    }

    fn with_trail<T>(&self, path: &RepoPath, ask: impl FnOnce(&mut Trail) -> Result<T>) -> Result<T> {
        let mut trails = self.trails.borrow_mut();
        if let Some(trail) = trails.get_mut(path) {
            return ask(trail);
        }
        ask(trails.entry(path.clone()).or_default())
    }

    /// Whether the entry at `path` in `rev`, which differs from that in the first parent, differs in all others too.
    fn touches(&self, trail: &mut Trail, path: &RepoPath, rev: Rev, entry: Option<Entry>) -> Result<bool> {
        for parent in self.graph.parents(rev).skip(1) {
            if self.look(trail, path, parent)? == entry {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl History for TreeHistory<'_> {
    fn version(&self, path: &RepoPath, rev: Rev) -> Result<Option<Version>> {
        self.with_trail(path, |trail| {
            let Some(entry) = self.look(trail, path, rev)? else { return Ok(None) };
            let mut walked = Vec::new();
            let mut at = rev;
            let changed = loop {
                if let Some(stored) = self.stored(at) {
                    return stored.version(path, at);
                }
                if let Some(known) = trail.versions.get(&at) {
                    break *known;
                }
                walked.push(at);
                let parent = self.graph.p1(at);
                if self.look(trail, path, parent)? != Some(entry) {
                    break at;
                }
                at = parent;
            };
            trail.versions.extend(walked.into_iter().map(|walked| (walked, changed)));
            let touches = self.touches(trail, path, changed, Some(entry))?;
            Ok(Some(Version { rev: changed, entry, touches }))
        })
    }

    fn entry(&self, path: &RepoPath, rev: Rev) -> Result<Option<Entry>> {
        self.with_trail(path, |trail| self.look(trail, path, rev))
    }

    fn is_at_hand(&self, rev: Rev) -> bool {
        self.stored(rev).is_some()
    }

    fn changes(&self, path: &RepoPath) -> Result<Rc<[Change]>> {
        self.with_trail(path, |trail| {
            if let Some(changes) = &trail.changes {
                return Ok(Rc::clone(changes));
            }
            let mut changes = match &self.stored {
                Some(stored) => stored.changes(path)?.to_vec(),
                None => Vec::new(),
            };
            for rev in
                (self.indexed.0 + 1..).map(Rev).take_while(|rev| rev.index().is_some_and(|row| row < self.graph.len()))
            {
                let entry = self.look(trail, path, rev)?;
                if entry != self.look(trail, path, self.graph.p1(rev))? {
                    let touches = self.touches(trail, path, rev, entry)?;
                    changes.push(Change { rev, entry, touches });
                }
            }
            Ok(Rc::clone(trail.changes.insert(changes.into())))
        })
    }
}
