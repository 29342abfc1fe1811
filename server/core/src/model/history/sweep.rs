//! What stands at one path in many revisions at once, looked up in their manifests on all cores.

use std::iter;
use std::sync::atomic::{AtomicUsize, Ordering};

use hashbrown::HashMap;

use crate::cancel::Cancel;
use crate::error::{Explain as _, Kind, Result};
use crate::graph::{Graph, Lost};
use crate::ids::{RepoPath, Rev, TreeNode};
use crate::objects::{CacheSizes, Entry, Objects};

/// How many revisions that follow each other a worker looks up at once.
const PORTION: usize = if cfg!(test) { 4 } else { 512 };
/// At most so many portions are looked up before somebody asks for more.
const MOST_PORTIONS: usize = 64;
/// Workers beyond this many wait for each other.
const MOST_WORKERS: usize = 8;

/// Where the manifests are.
#[derive(Clone, Copy)]
pub(super) struct Manifests<'a> {
    pub graph: &'a Graph,
    pub objects: &'a Objects,
    pub cancel: &'a Cancel,
}

/// What was found, by revision.
pub(super) type Entries = HashMap<Rev, Option<Entry>>;

/// Looks for one path, and remembers the way: neighbours share most folders.
#[derive(Default)]
pub(super) struct Trail {
    /// The folders on the way to the path at the last look, the root first.
    folders: Vec<TreeNode>,
    /// What was found at that look.
    last: Option<Entry>,
}

impl Trail {
    /// What stands at `path` below `root`.
    pub fn look(&mut self, objects: &Objects, root: TreeNode, path: &RepoPath) -> Result<Option<Entry>> {
        let found = self.walk(objects, root, path);
        if found.is_err() {
            self.folders.clear();
        }
        found
    }

    fn walk(&mut self, objects: &Objects, root: TreeNode, path: &RepoPath) -> Result<Option<Entry>> {
        let mut folder = root;
        let mut found = None;
        let mut components = path.split(|byte| *byte == b'/').enumerate().peekable();
        while let Some((depth, name)) = components.next() {
            if self.folders.get(depth) == Some(&folder) {
                return Ok(self.last);
            }
            self.folders.truncate(depth);
            let is_last = components.peek().is_none();
            // The listings passed through differ nearly every time: they are not worth keeping.
            let (file, next) = objects.look_into(folder, name)?;
            self.folders.push(folder);
            if is_last {
                found = file;
                break;
            }
            match next {
                Some(next) => folder = next,
                None => break,
            }
        }
        self.last = found;
        Ok(found)
    }
}

/// How far to look ahead: ever further while somebody goes back in history.
#[derive(Default)]
pub(super) struct Reach {
    portions: usize,
    readers: Readers,
}

/// Readers for as many threads as there are: what they have read is of use further back.
#[derive(Default)]
pub(super) struct Readers(Vec<Objects>);

impl Readers {
    /// Sees to it that there are so many.
    fn see_to(&mut self, count: usize, objects: &Objects) {
        self.0.resize_with(count.max(self.0.len()), || {
            let reader = objects.another(CacheSizes::SWEEP);
            reader.hurry();
            reader
        });
    }
}

impl Reach {
    /// Looks up `rev` and what the walk comes to after it, none below `first`: its chain of first parents, as far as
    /// that is not known.
    pub fn ahead(
        &mut self,
        manifests: Manifests<'_>,
        path: &RepoPath,
        rev: Rev,
        first: Rev,
        known: &mut Entries,
    ) -> Result<()> {
        let portions = (2 * self.portions).clamp(workers(), MOST_PORTIONS);
        let chain = iter::successors(Some(rev), |rev| Some(manifests.graph.p1(*rev)))
            .take_while(|rev| *rev >= first && !known.contains_key(rev));
        let chain: Vec<Rev> = chain.take(portions * PORTION).collect();
        if chain.len() == portions * PORTION {
            self.portions = portions;
        }
        manifests.look_up(path, &chain, &mut self.readers, known)
    }
}

impl Manifests<'_> {
    /// Looks up all from `first` on that are not known.
    pub fn all_from(self, path: &RepoPath, first: Rev, known: &mut Entries) -> Result<()> {
        let all = (first.0.max(0) as usize..self.graph.len()).map(Rev::from_index);
        let missing: Vec<Rev> = all.rev().filter(|rev| !known.contains_key(rev)).collect();
        self.look_up(path, &missing, &mut Readers::default(), known)
    }

    /// Where objects are missing, nothing becomes known: nobody may ever ask for it.
    fn look_up(self, path: &RepoPath, revs: &[Rev], readers: &mut Readers, known: &mut Entries) -> Result<()> {
        let portions: Vec<&[Rev]> = revs.chunks(PORTION).collect();
        let Self { graph, objects, cancel } = self;
        let next = AtomicUsize::new(0);
        let job = Job { graph, cancel, path, portions: &portions, next: &next };
        if portions.len() < 2 {
            known.extend(job.run(objects)?);
            return Ok(());
        }
        readers.see_to(workers().min(portions.len()), objects);
        std::thread::scope(|scope| {
            let workers: Vec<_> = readers.0.iter_mut().map(|objects| scope.spawn(move || job.run(objects))).collect();
            for worker in workers {
                known.extend(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Ok(())
        })
    }
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS)
}

/// Some portions, of which each worker takes the next.
#[derive(Clone, Copy)]
struct Job<'a> {
    graph: &'a Graph,
    cancel: &'a Cancel,
    path: &'a RepoPath,
    portions: &'a [&'a [Rev]],
    next: &'a AtomicUsize,
}

impl Job<'_> {
    fn run(&self, objects: &Objects) -> Result<Vec<(Rev, Option<Entry>)>> {
        let mut found = Vec::new();
        while let Some(portion) = self.portions.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            Lost::caught(|| self.portion(objects, portion, &mut found))??;
        }
        Ok(found)
    }

    /// Newest first: packs keep older trees as differences to newer ones, which are then at hand.
    fn portion(&self, objects: &Objects, revs: &[Rev], found: &mut Vec<(Rev, Option<Entry>)>) -> Result<()> {
        let mut trail = Trail::default();
        for rev in revs {
            self.cancel.check()?;
            match trail.look(objects, self.graph.manifest(*rev), self.path) {
                Ok(entry) => found.push((*rev, entry)),
                Err(error) if error.kind() == Kind::MissingObject => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
