//! What stands at one path in many neighbouring revisions at once, looked up in their manifests on all cores.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::cancel::Cancel;
use crate::error::{Explain as _, Kind, Result};
use crate::graph::{Graph, Lost};
use crate::ids::{RepoPath, Rev, TreeNode};
use crate::objects::{CacheSizes, Entry, Objects};

/// How many neighbouring revisions are looked up together.
const BLOCK: usize = 512;
/// At most so many blocks at once.
const MOST_BLOCKS: usize = 64;
/// Workers beyond this many wait for each other.
const MOST_WORKERS: usize = 8;

/// Where the manifests are.
#[derive(Clone, Copy)]
pub(super) struct Manifests<'a> {
    pub graph: &'a Graph,
    pub objects: &'a Objects,
    pub cancel: &'a Cancel,
}

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

/// What was found, by block.
#[derive(Default)]
pub(super) struct Sweep {
    /// `None` where objects were missing.
    blocks: HashMap<usize, Vec<Option<Option<Entry>>>>,
    stride: usize,
}

impl Sweep {
    /// What stands in `rev`, where that has been looked up.
    pub fn get(&self, rev: Rev) -> Option<Option<Entry>> {
        let row = rev.index()?;
        *self.blocks.get(&(row / BLOCK))?.get(row % BLOCK)?
    }

    /// Looks up `rev` with its neighbours before it, none of them below `first`: ever more of them.
    pub fn down_to(&mut self, manifests: Manifests<'_>, path: &RepoPath, rev: Rev, first: Rev) -> Result<()> {
        let Some(row) = rev.index().filter(|row| !self.blocks.contains_key(&(row / BLOCK))) else { return Ok(()) };
        self.stride = (2 * self.stride).clamp(workers(), MOST_BLOCKS);
        let end = row / BLOCK + 1;
        let start = end.saturating_sub(self.stride).max(first.0.max(0) as usize / BLOCK);
        self.look_up(manifests, path, start..end)
    }

    /// Looks up all from `first` on.
    pub fn all_from(&mut self, manifests: Manifests<'_>, path: &RepoPath, first: Rev) -> Result<()> {
        let blocks = first.0.max(0) as usize / BLOCK..manifests.graph.len().div_ceil(BLOCK);
        self.look_up(manifests, path, blocks)
    }

    fn look_up(&mut self, manifests: Manifests<'_>, path: &RepoPath, blocks: Range<usize>) -> Result<()> {
        let missing: Vec<usize> = blocks.rev().filter(|block| !self.blocks.contains_key(block)).collect();
        let next = AtomicUsize::new(0);
        let Manifests { graph, objects, cancel } = manifests;
        let job = Job { graph, cancel, path, blocks: &missing, next: &next };
        std::thread::scope(|scope| {
            let helpers: Vec<_> = (1..workers().min(missing.len()))
                .map(|_| objects.another(CacheSizes::SWEEP))
                .map(|objects| scope.spawn(move || job.run(&objects)))
                .collect();
            let mut found = vec![job.run(objects)];
            for helper in helpers {
                found.push(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            for found in found {
                self.blocks.extend(found?);
            }
            Ok(())
        })
    }
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS)
}

/// Some blocks, of which each worker takes the next.
#[derive(Clone, Copy)]
struct Job<'a> {
    graph: &'a Graph,
    cancel: &'a Cancel,
    path: &'a RepoPath,
    blocks: &'a [usize],
    next: &'a AtomicUsize,
}

type Block = (usize, Vec<Option<Option<Entry>>>);

impl Job<'_> {
    fn run(&self, objects: &Objects) -> Result<Vec<Block>> {
        let mut found = Vec::new();
        while let Some(block) = self.blocks.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            found.push((*block, Lost::caught(|| self.block(objects, *block))??));
        }
        Ok(found)
    }

    fn block(&self, objects: &Objects, block: usize) -> Result<Vec<Option<Option<Entry>>>> {
        let rows = block * BLOCK..self.graph.len().min((block + 1) * BLOCK);
        let mut entries = vec![None; rows.len()];
        let mut trail = Trail::default();
        // Newest first: packs keep older trees as differences to newer ones, which are then at hand.
        for (entry, row) in entries.iter_mut().zip(rows).rev() {
            self.cancel.check()?;
            match trail.look(objects, self.graph.manifest(Rev::from_index(row)), self.path) {
                Ok(found) => *entry = Some(found),
                // Nobody may ever ask for this one.
                Err(error) if error.kind() == Kind::MissingObject => {}
                Err(error) => return Err(error),
            }
        }
        Ok(entries)
    }
}
