//! A repository as long as it is open, and the snapshots that every answer is made from.
//!
//! [`Repository`] keeps what is worth sharing between requests: the graph, the object database, the store. A
//! [`Snapshot`] is what one request sees: the references of one moment and readers of its own. This module joins
//! `git`, `objects`, `graph`, `store` and `indexer`; it knows nothing of the questions that `model` answers.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{self, Location, Refs};
use crate::graph::{Columns, Graph};
use crate::ids::{Node, Rev};
use crate::model::changelog::Changelog;
use crate::objects::{CacheSizes, ObjectStore, Objects};
use crate::progress::Progress;

/// What a repository is opened with, beside its place.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where stores go that cannot lie inside their repository: the user's cache folder. `None`: nowhere.
    pub cache_dir: Option<PathBuf>,
}

/// A repository, open. Shared between threads.
pub struct Repository {
    location: Arc<Location>,
    objects: Mutex<Option<Arc<Database>>>,
    changelog: Mutex<Option<(Arc<Refs>, Arc<Changelog>)>>,
}

/// What one request sees of a repository: everything as of one moment. For one thread at a time.
pub struct Snapshot {
    /// Where the repository lies.
    pub location: Arc<Location>,
    /// The references.
    pub refs: Arc<Refs>,
    /// The graph as these references show it.
    pub changelog: Arc<Changelog>,
    /// Reads objects.
    pub objects: PooledObjects,
    /// Reads what else git knows: index, configuration, working copy.
    pub git: git::Handle,
    /// Tripped when nobody waits for the answer any more.
    pub cancel: Cancel,
}

impl Repository {
    /// Opens the repository whose working copy holds `path`. Reads no history.
    pub fn open(path: &Path, _options: Options) -> Result<Arc<Self>> {
        let location = Arc::new(Location::discover(path)?);
        Ok(Arc::new(Self { location, objects: Mutex::default(), changelog: Mutex::default() }))
    }

    /// Where it lies.
    pub fn location(&self) -> &Arc<Location> {
        &self.location
    }

    /// What there is to see now.
    pub fn snapshot(&self, cancel: &Cancel, _progress: &dyn Progress) -> Result<Snapshot> {
        let git = git::Handle::open(&self.location)?;
        let refs = Refs::read(&git, &self.location)?;
        let objects = self.database(&refs)?.reader();
        let known = lock(&self.changelog).clone();
        let (refs, changelog) = match known {
            Some((known, changelog)) if *known == refs => (known, changelog),
            _ => {
                let graph = Arc::new(in_memory(&objects, &refs, cancel)?);
                let revs = |nodes: Vec<Node>| nodes.iter().filter_map(|node| graph.rev(node)).collect::<Vec<_>>();
                let (tips, public) = (revs(refs.tips()), revs(refs.public_tips()));
                let changelog = Arc::new(Changelog::new(graph, &tips, &public));
                let refs = Arc::new(refs);
                *lock(&self.changelog) = Some((Arc::clone(&refs), Arc::clone(&changelog)));
                (refs, changelog)
            }
        };
        Ok(Snapshot { location: Arc::clone(&self.location), refs, changelog, objects, git, cancel: cancel.clone() })
    }

    /// The object database, opened again when other objects stand in for some.
    fn database(&self, refs: &Refs) -> Result<Arc<Database>> {
        let mut database = lock(&self.objects);
        if let Some(open) = database.as_ref().filter(|open| open.replacements == refs.replacements) {
            return Ok(Arc::clone(open));
        }
        let replacements = refs.replacements.clone();
        let store = ObjectStore::open(&self.location.common_dir.join("objects"), replacements.clone())?;
        Ok(Arc::clone(database.insert(Arc::new(Database { store, replacements, idle: Mutex::default() }))))
    }
}

/// An object database, and the readers of it that nobody uses at the moment.
struct Database {
    store: ObjectStore,
    replacements: Vec<(Node, Node)>,
    idle: Mutex<Vec<Objects>>,
}

impl Database {
    /// How many readers are kept with their caches.
    const MOST_IDLE: usize = 2;

    fn reader(self: &Arc<Self>) -> PooledObjects {
        let idle = lock(&self.idle).pop();
        let objects = idle.unwrap_or_else(|| self.store.reader(CacheSizes::REQUEST));
        PooledObjects { objects: Some(objects), database: Arc::clone(self) }
    }
}

/// A reader of objects that goes back, with what it has cached, when its request is done.
pub struct PooledObjects {
    /// `None` only while it is dropped.
    objects: Option<Objects>,
    database: Arc<Database>,
}

impl Deref for PooledObjects {
    type Target = Objects;

    #[expect(clippy::expect_used, reason = "only drop takes it")]
    fn deref(&self) -> &Objects {
        self.objects.as_ref().expect("present until dropped")
    }
}

impl Drop for PooledObjects {
    fn drop(&mut self) {
        let mut idle = lock(&self.database.idle);
        if idle.len() < Database::MOST_IDLE {
            idle.extend(self.objects.take());
        }
    }
}

/// What a panic of another request left behind is whole: every value is replaced in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The graph, made from the objects alone. (Replaced by the indexer's.)
fn in_memory(objects: &Objects, refs: &Refs, cancel: &Cancel) -> Result<Graph> {
    use std::collections::{BinaryHeap, HashMap};
    let mut commits = HashMap::new();
    let mut waiting = refs.tips();
    while let Some(node) = waiting.pop() {
        cancel.check()?;
        if commits.contains_key(&node) {
            continue;
        }
        let mut commit = objects.commit(node)?;
        if refs.shallow.contains(&node) {
            commit.parents.clear();
        }
        waiting.extend(&commit.parents);
        commits.insert(node, (commit.committer().time, commit.parents));
    }
    let mut children: HashMap<Node, usize> = HashMap::new();
    commits.values().flat_map(|(_, parents)| parents).for_each(|parent| *children.entry(*parent).or_default() += 1);
    let mut ready: BinaryHeap<(i64, Node)> = BinaryHeap::new();
    ready.extend(commits.iter().filter(|(node, _)| !children.contains_key(*node)).map(|(node, c)| (c.0, *node)));
    let mut newest_first = Vec::new();
    while let Some((_, node)) = ready.pop() {
        newest_first.push(node);
        for parent in &commits[&node].1 {
            if let Some(count) = children.get_mut(parent) {
                *count -= 1;
                if *count == 0 {
                    ready.push((commits[parent].0, *parent));
                }
            }
        }
    }
    let mut columns = Columns::default();
    let mut revs: HashMap<Node, Rev> = HashMap::new();
    for node in newest_first.into_iter().rev() {
        let (time, parents) = &commits[&node];
        let parents: Vec<Rev> = parents.iter().filter_map(|parent| revs.get(parent).copied()).collect();
        revs.insert(node, Rev::from_index(revs.len()));
        columns.push(node, &parents, *time);
    }
    Ok(columns.try_into().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;
    use crate::progress::NoProgress;

    #[test]
    fn a_snapshot_does_not_change_and_the_next_one_sees_what_came() -> Result<()> {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && git commit -q --allow-empty -m one");
        let repository = Repository::open(scratch.path(), Options::default())?;
        let before = repository.snapshot(&Cancel::new(), &NoProgress)?;
        scratch.sh("git commit -q --allow-empty -m two");
        let after = repository.snapshot(&Cancel::new(), &NoProgress)?;
        assert_eq!((before.changelog.tip(), after.changelog.tip()), (Rev(0), Rev(1)));
        assert_eq!(after.changelog.node(Rev(0)), scratch.node("HEAD^"));
        Ok(())
    }

    #[test]
    fn an_empty_repository_has_a_snapshot() -> Result<()> {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main .");
        let repository = Repository::open(scratch.path(), Options::default())?;
        assert_eq!(repository.snapshot(&Cancel::new(), &NoProgress)?.changelog.tip(), Rev::NULL);
        Ok(())
    }

    #[test]
    fn a_snapshot_may_be_sent_to_another_thread() {
        fn is_send<T: Send>() {}
        is_send::<Snapshot>();
    }
}
