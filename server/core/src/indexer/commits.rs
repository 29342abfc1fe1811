//! Reading the commits that have no number yet, on all cores: wherever history branches there is something to do for
//! each of them, and the references of a repository stand all along it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::users::Users;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::graph::{Graph, Lost};
use crate::ids::{Node, TreeNode};
use crate::objects::{CacheSizes, CommitObject, Objects};
use crate::progress::Progress;
use crate::store::Author;

/// Workers beyond this many wait for each other.
const MOST_WORKERS: usize = 8;
/// How many commits a worker takes at once at most.
const PORTION: usize = 64;
/// So many are read before other threads are started.
const FEW: usize = 500;

/// Commits as they were read, in no order: a column for each of their parts, so that whoever has used one can let go of it.
/// A million fit into memory many times over.
#[derive(Debug, Default)]
pub(super) struct Commits {
    pub nodes: Vec<Node>,
    pub manifests: Vec<TreeNode>,
    /// The committers' times.
    pub times: Vec<i64>,
    pub authors: Vec<Author>,
    /// The parents of all, one after the other.
    pub parents: Vec<Node>,
    /// Where those of each end; they begin where those of the one before end.
    pub parents_end: Vec<u32>,
    /// Who wrote them.
    pub users: Users,
}

/// What to read: all that can be reached from `tips` and is not in `base`. Those in `cut` are taken to have no parents.
pub(super) struct Reading<'a> {
    pub base: &'a Graph,
    pub tips: &'a [Node],
    pub cut: &'a HashSet<Node>,
    pub objects: &'a Objects,
    /// Whether somebody waits for it.
    pub is_awaited: &'a (dyn Fn() -> bool + Sync),
    pub cancel: &'a Cancel,
    pub progress: &'a dyn Progress,
}

impl Commits {
    pub fn push(&mut self, node: Node, manifest: TreeNode, time: i64, author: Author, parents: &[Node]) {
        self.nodes.push(node);
        self.manifests.push(manifest);
        self.times.push(time);
        self.authors.push(author);
        self.parents.extend(parents);
        self.parents_end.push(self.parents.len() as u32);
    }

    fn add(&mut self, node: Node, commit: &CommitObject, parents: &[Node]) {
        let author = self.users.author(commit);
        self.push(node, commit.tree, commit.committer().time, author, parents);
    }

    fn append(&mut self, other: Self) {
        let (offset, users) = (self.parents.len() as u32, self.users.merge(other.users));
        self.nodes.extend(other.nodes);
        self.manifests.extend(other.manifests);
        self.times.extend(other.times);
        let user = |author: Author| Author { user: users[author.user as usize], ..author };
        self.authors.extend(other.authors.into_iter().map(user));
        self.parents.extend(other.parents);
        self.parents_end.extend(other.parents_end.into_iter().map(|end| end + offset));
    }
}

impl Reading<'_> {
    pub fn run(&self) -> Result<Commits> {
        let Self { base, cut, is_awaited, cancel, progress, .. } = *self;
        let (frontier, count) = (Frontier::default(), AtomicUsize::new(0));
        let shared = Shared { base, cut, is_awaited, cancel, progress, frontier, count };
        shared.frontier.add(self.tips, |tip| base.rev(tip).is_none());
        if shared.frontier.lock().waiting.is_empty() {
            return Ok(Commits::default());
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
        // A few are read at once; only many are worth threads.
        let mut commits = shared.work(self.objects, FEW, || ())?;
        if !shared.frontier.is_done() {
            let readers = (0..cores).map(|_| self.objects.another(CacheSizes::COMMITS));
            std::thread::scope(|scope| -> Result<()> {
                let shared = &shared;
                let workers: Vec<_> = readers.map(|objects| scope.spawn(move || shared.help(&objects))).collect();
                for worker in workers {
                    commits.append(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
                }
                Ok(())
            })?;
        }
        Ok(commits)
    }
}

/// What workers have in common.
struct Shared<'a> {
    base: &'a Graph,
    cut: &'a HashSet<Node>,
    is_awaited: &'a (dyn Fn() -> bool + Sync),
    cancel: &'a Cancel,
    progress: &'a dyn Progress,
    frontier: Frontier,
    count: AtomicUsize,
}

impl Shared<'_> {
    /// The work of one thread of several: all that there is for it.
    fn help(&self, objects: &Objects) -> Result<Commits> {
        let prepare = || {
            if (self.is_awaited)() {
                objects.hurry();
            }
        };
        Lost::caught(|| self.work(objects, usize::MAX, prepare))?
    }

    /// Reads about so many, a portion at a time, and prepares for each.
    fn work(&self, objects: &Objects, most: usize, prepare: impl Fn()) -> Result<Commits> {
        let leaving = Leaving(&self.frontier);
        let mut commits = Commits::default();
        let mut portion = Vec::new();
        while commits.nodes.len() < most && self.frontier.take(&mut portion) {
            prepare();
            let mut next = Vec::new();
            for node in &portion {
                self.cancel.check()?;
                let commit = objects.commit(*node)?;
                let parents = if self.cut.contains(node) { &[][..] } else { &commit.parents };
                commits.add(*node, &commit, parents);
                next.extend(parents);
            }
            let read = portion.len();
            let done = self.count.fetch_add(read, Ordering::Relaxed) + read;
            if done / 256 != (done - read) / 256 {
                self.progress.report("reading changesets", done as u64, None);
            }
            self.frontier.add(&next, |node| self.base.rev(node).is_none());
            self.frontier.done();
        }
        leaving.in_peace();
        Ok(commits)
    }
}

/// What is to be read next.
#[derive(Default)]
struct Frontier {
    state: Mutex<State>,
    more: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Vec<Node>,
    seen: hashbrown::HashSet<Node>,
    /// How many portions are being read, in which more may be found.
    reading: usize,
    idle: usize,
    failed: bool,
}

impl Frontier {
    /// Takes a few, or waits for some; whether there are any.
    fn take(&self, portion: &mut Vec<Node>) -> bool {
        let mut state = self.lock();
        loop {
            if state.failed {
                return false;
            }
            if !state.waiting.is_empty() {
                // Others are to have something too.
                let count = (state.waiting.len() / 4).clamp(1, PORTION);
                let start = state.waiting.len() - count;
                portion.clear();
                portion.extend(state.waiting.drain(start..));
                state.reading += 1;
                return true;
            }
            if state.reading == 0 {
                return false;
            }
            state.idle += 1;
            state = self.more.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    /// Adds those that were never added and are `wanted`.
    fn add(&self, nodes: &[Node], wanted: impl Fn(&Node) -> bool) {
        let mut fresh = nodes.to_vec();
        let mut state = self.lock();
        fresh.retain(|node| state.seen.insert(*node));
        drop(state);
        // Not under the lock: the store may have to be asked.
        fresh.retain(wanted);
        state = self.lock();
        state.waiting.extend(fresh);
        if state.idle > 0 && state.waiting.len() > 1 {
            self.more.notify_one();
        }
    }

    /// Says that a portion has been read.
    fn done(&self) {
        self.lock().reading -= 1;
    }

    fn is_done(&self) -> bool {
        self.lock().waiting.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A worker that goes wakes those who wait for what it would have found, and when it failed ends their work too.
struct Leaving<'a>(&'a Frontier);

impl Leaving<'_> {
    fn in_peace(self) {
        self.0.more.notify_all();
        std::mem::forget(self);
    }
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.lock().failed = true;
        self.0.more.notify_all();
    }
}
