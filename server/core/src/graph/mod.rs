//! The graph of changesets: who is whose parent, by revision number, and which node has which number.
//!
//! A graph only ever grows at its end, and one that has been made is shared and never changes. What a store has of it is
//! read when it is asked for, in [chunks](CHUNK): a large history costs nobody anything who looks at its newest part.
//! It knows nothing of references: what is visible or public is the matter of
//! [`Changelog`](crate::model::changelog::Changelog).

mod columns;
mod lazy;
mod nodes;
mod rev_set;

pub use columns::{Columns, Damaged, Parents};
pub use lazy::{CHUNK, Lost};
pub use nodes::{PrefixMatch, Side, key};
pub use rev_set::{Iter, RevSet};

use std::fmt::Debug;
use std::ops::{Range, RangeInclusive};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use crate::cancel::{Cancel, Cancelled};
use crate::ids::{Node, Rev, TreeNode};
use lazy::Lazy;
use nodes::NodeIndex;

/// Numbers mean the same within one epoch: a store that is made anew, which gives all numbers again, begins another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Epoch(pub i64);

/// What numbers mean something within: graphs of one numbering give a changeset the same number, if it has one in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Numbering {
    /// That of a store.
    Stored(Epoch),
    /// One that no store has, of this process.
    OfProcess(u64),
}

/// The graph of all changesets that have a number, hidden ones included.
///
/// Parents are always lower than their children; that is checked when they are read, so that every walk ends.
/// Numbers that are out of range are answered as [`Rev::NULL`] is: no parents, the null node. What cannot be read any
/// more is thrown: see [`Lost`].
#[derive(Debug, Default)]
pub struct Graph {
    length: usize,
    nodes: Lazy<Vec<Node>>,
    manifests: Lazy<Vec<TreeNode>>,
    parents: Lazy<Parents>,
    times: Lazy<Vec<i64>>,
    tips: OnceLock<Vec<(Node, Rev)>>,
    epoch: Option<Epoch>,
    /// Of a graph without an epoch: given once in the life of the process.
    process: u64,
    /// Where what is not there yet comes from; without, everything is there.
    source: Option<Box<dyn Source>>,
    lost: AtomicBool,
    index: OnceLock<NodeIndex>,
    /// How many revisions have been looked for without it.
    asked: AtomicUsize,
}

/// Where a graph is kept. Of each range of chunks it gives all, the last one with as many rows as it has by then.
pub trait Source: Debug + Send + Sync {
    /// Nodes.
    fn nodes(&self, chunks: Range<usize>) -> Result<Vec<Vec<Node>>, Lost>;
    /// Manifests.
    fn manifests(&self, chunks: Range<usize>) -> Result<Vec<Vec<TreeNode>>, Lost>;
    /// Parents.
    fn parents(&self, chunks: Range<usize>) -> Result<Vec<Parents>, Lost>;
    /// Committers' times, in Unix seconds.
    fn times(&self, chunks: Range<usize>) -> Result<Vec<Vec<i64>>, Lost>;
    /// At most `most` of the first `count` revisions: those whose node has a [`key`] within `keys`, in order of keys.
    fn within(&self, keys: RangeInclusive<u64>, from: Side, most: usize, count: usize) -> Result<Vec<Rev>, Lost>;
    /// The changesets that references stood on when numbers were given last, in order of nodes.
    fn tips(&self) -> Result<Vec<(Node, Rev)>, Lost>;
    /// Says that what was given makes no graph.
    fn condemn(&self);
}

impl TryFrom<Columns> for Graph {
    type Error = Damaged;

    fn try_from(columns: Columns) -> Result<Self, Damaged> {
        let length = columns.nodes.len();
        let shortest = [columns.manifests.len(), columns.p1.len(), columns.p2.len(), columns.times.len()];
        let shortest = shortest.into_iter().fold(usize::MAX, usize::min);
        if shortest != length {
            return Err(Damaged(Rev::from_index(shortest)));
        }
        if let Some((rev, _)) = columns.octopus.range(Rev::from_index(length)..).next() {
            return Err(Damaged(*rev));
        }
        let all = columns.parents();
        let starts = (0..length).step_by(CHUNK);
        let parents: Vec<_> = starts.map(|start| all.part(Rev(0), start..length.min(start + CHUNK))).collect();
        for (at, parents) in parents.iter().enumerate() {
            parents.check(first_of(at))?;
        }
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Ok(Self {
            length,
            process: NEXT.fetch_add(1, Ordering::Relaxed),
            nodes: Lazy::full(columns.nodes.chunks(CHUNK).map(<[_]>::to_vec)),
            manifests: Lazy::full(columns.manifests.chunks(CHUNK).map(<[_]>::to_vec)),
            parents: Lazy::full(parents.into_iter()),
            times: Lazy::full(columns.times.chunks(CHUNK).map(<[_]>::to_vec)),
            ..Self::default()
        })
    }
}

fn first_of(chunk: usize) -> Rev {
    Rev::from_index(chunk * CHUNK)
}

impl Graph {
    /// The first `length` revisions that `source` keeps under `epoch`. What `known`, a shorter one of that epoch, has
    /// read already is not read again.
    pub fn kept(source: Box<dyn Source>, epoch: Epoch, length: usize, known: Option<&Self>) -> Self {
        let known = known.filter(|known| known.epoch == Some(epoch) && known.length <= length);
        let whole = known.map_or(0, |known| known.length / CHUNK);
        Self {
            length,
            nodes: Lazy::new(length, known.map(|known| &known.nodes), whole),
            manifests: Lazy::new(length, known.map(|known| &known.manifests), whole),
            parents: Lazy::new(length, known.map(|known| &known.parents), whole),
            times: Lazy::new(length, known.map(|known| &known.times), whole),
            epoch: Some(epoch),
            source: Some(source),
            ..Self::default()
        }
    }

    /// The epoch of the store that has all these numbers; `None` while some are known in this process alone.
    pub fn epoch(&self) -> Option<Epoch> {
        self.epoch
    }

    /// What its numbers belong to.
    pub fn numbering(&self) -> Numbering {
        self.epoch.map_or(Numbering::OfProcess(self.process), Numbering::Stored)
    }

    /// Whether a part of it could not be read: then another one has to be made.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// All rows.
    pub fn columns(&self) -> Columns {
        let mut columns = Columns::default();
        for rev in (0..self.length).map(Rev::from_index) {
            let parents: Vec<_> = self.parents(rev).collect();
            columns.push(self.node(rev), self.manifest(rev), &parents, self.time(rev));
        }
        columns
    }

    /// This graph with `rows` at its end, all in memory; their octopus parents' keys are revisions of the result. It has
    /// no epoch.
    pub fn extended(&self, rows: Columns) -> Result<Self, Damaged> {
        let mut columns = self.columns();
        columns.append(rows);
        let extended: Self = columns.try_into()?;
        // To what a store has numbered, the store gives other numbers next.
        let goes_on = self.epoch.is_none() && !self.is_empty();
        Ok(Self { process: if goes_on { self.process } else { extended.process }, ..extended })
    }

    /// How many revisions there are: one more than the highest.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no changeset at all.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The node of a revision.
    pub fn node(&self, rev: Rev) -> Node {
        if rev == Rev::WDIR {
            return Node::WDIR;
        }
        let Some((chunk, row)) = self.place(rev) else { return Node::NULL };
        let nodes = self
            .nodes
            .get(chunk, |chunks| self.read(&chunks, |source| source.nodes(chunks.clone()), |nodes| &mut *nodes));
        nodes.and_then(|nodes| nodes.get(row)).copied().unwrap_or(Node::NULL)
    }

    /// The root of the tree of files; that of no files where there is no such revision.
    pub fn manifest(&self, rev: Rev) -> TreeNode {
        let Some((chunk, row)) = self.place(rev) else { return TreeNode::EMPTY };
        let manifests = self.manifests.get(chunk, |chunks| {
            self.read(&chunks, |source| source.manifests(chunks.clone()), |manifests| &mut *manifests)
        });
        manifests.and_then(|manifests| manifests.get(row)).copied().unwrap_or(TreeNode::EMPTY)
    }

    /// The committer's time, in Unix seconds.
    pub fn time(&self, rev: Rev) -> i64 {
        let Some((chunk, row)) = self.place(rev) else { return 0 };
        let times = self
            .times
            .get(chunk, |chunks| self.read(&chunks, |source| source.times(chunks.clone()), |times| &mut *times));
        times.and_then(|times| times.get(row)).copied().unwrap_or(0)
    }

    /// The first two parents, and where the others are.
    fn pair(&self, rev: Rev) -> ([Rev; 2], Option<&Parents>) {
        let none = ([Rev::NULL; 2], None);
        let Some((chunk, row)) = self.place(rev) else { return none };
        let Some(parents) = self.parents.get(chunk, |chunks| self.read_parents(chunks)) else { return none };
        parents.pairs.get(row).map_or(none, |pair| (*pair, Some(parents)))
    }

    fn read_parents(&self, chunks: Range<usize>) -> Result<Vec<Parents>, Lost> {
        let mut read = self.read(&chunks, |source| source.parents(chunks.clone()), |parents| &mut parents.pairs)?;
        for (at, parents) in chunks.zip(&mut read) {
            parents.more.split_off(&Rev::from_index(self.length));
            parents.check(first_of(at)).map_err(|damaged| self.condemn(&damaged.to_string()))?;
        }
        Ok(read)
    }

    /// Reads chunks, and sees to it that they have as many rows as this graph.
    fn read<C, R>(
        &self,
        chunks: &Range<usize>,
        read: impl FnOnce(&dyn Source) -> Result<Vec<C>, Lost>,
        rows: impl Fn(&mut C) -> &mut Vec<R>,
    ) -> Result<Vec<C>, Lost> {
        let Some(source) = &self.source else { return Err(self.lose("the graph is incomplete".to_owned())) };
        let mut read = read(&**source).map_err(|Lost(why)| self.lose(why))?;
        for (at, chunk) in chunks.clone().zip(&mut read) {
            let (rows, wanted) = (rows(chunk), CHUNK.min(self.length - at * CHUNK));
            // Others may have added to the last one since.
            rows.truncate(wanted);
            if rows.len() != wanted {
                return Err(self.condemn("a part of the graph is missing"));
            }
        }
        Ok(read)
    }

    fn condemn(&self, why: &str) -> Lost {
        self.source.iter().for_each(|source| source.condemn());
        self.lose(why.to_owned())
    }

    fn lose(&self, why: String) -> Lost {
        self.lost.store(true, Ordering::Relaxed);
        Lost(why)
    }

    fn tips(&self) -> &[(Node, Rev)] {
        let Some(source) = &self.source else { return &[] };
        self.tips.get_or_init(|| source.tips().unwrap_or_else(|Lost(why)| self.lose(why).throw()))
    }

    /// In which chunk a revision is, and where there.
    fn place(&self, rev: Rev) -> Option<(usize, usize)> {
        rev.index().filter(|row| *row < self.length).map(|row| (row / CHUNK, row % CHUNK))
    }

    /// The first parent.
    pub fn p1(&self, rev: Rev) -> Rev {
        self.pair(rev).0[0]
    }

    /// The second parent.
    pub fn p2(&self, rev: Rev) -> Rev {
        self.pair(rev).0[1]
    }

    /// All parents in git's order: none for a root, more than two for an octopus merge. A commit that names one parent
    /// twice has it twice.
    pub fn parents(&self, rev: Rev) -> impl Iterator<Item = Rev> + '_ {
        let ([p1, p2], others) = self.pair(rev);
        // Only what has a second parent can have a third: the map is asked for merges alone.
        let more = others.filter(|_| !p2.is_null()).and_then(|parents| parents.more.get(&rev));
        [p1, p2].into_iter().filter(|parent| !parent.is_null()).chain(more.into_iter().flatten().copied())
    }

    /// What has no parent, ascending.
    pub fn roots(&self) -> impl Iterator<Item = Rev> + '_ {
        (0..self.length).map(Rev::from_index).filter(|rev| self.p1(*rev).is_null())
    }

    /// Whether it has more than one parent.
    pub fn is_merge(&self, rev: Rev) -> bool {
        !self.p2(rev).is_null()
    }

    /// The parents of the chunk that a revision is in, and its first revision: for walks over all of history.
    fn parents_around(&self, rev: Rev) -> Option<(Rev, &Parents)> {
        let (chunk, _) = self.place(rev)?;
        Some((first_of(chunk), self.parents.get(chunk, |chunks| self.read_parents(chunks))?))
    }

    /// `revs` and everything that they descend from.
    pub fn ancestors(&self, revs: &[Rev], cancel: &Cancel) -> Result<RevSet, Cancelled> {
        let mut ancestors = self.begin_ancestors(revs);
        ancestors.walk_down_to(self, Rev(0), cancel)?;
        Ok(ancestors.into_set())
    }

    /// The same, nothing walked yet.
    pub fn begin_ancestors(&self, revs: &[Rev]) -> Ancestors {
        let set: RevSet = self.known(revs).collect();
        Ancestors { next: set.last(), set }
    }

    /// `revs` and everything that descends from them.
    pub fn descendants(&self, revs: &[Rev], cancel: &Cancel) -> Result<RevSet, Cancelled> {
        let mut set: RevSet = self.known(revs).collect();
        let Some(first) = set.first() else { return Ok(set) };
        for rev in (first.0..).map(Rev).take_while(|rev| rev.index().is_some_and(|row| row < self.len())) {
            cancel.check()?;
            if self.parents(rev).any(|parent| set.contains(parent)) {
                set.insert(rev);
            }
        }
        Ok(set)
    }

    /// What has one of `revs` as a parent.
    pub fn children(&self, revs: &RevSet, cancel: &Cancel) -> Result<RevSet, Cancelled> {
        let mut set = RevSet::new();
        let Some(first) = revs.first() else { return Ok(set) };
        for row in first.0 as usize..self.len() {
            cancel.check()?;
            let rev = Rev::from_index(row);
            if self.parents(rev).any(|parent| revs.contains(parent)) {
                set.insert(rev);
            }
        }
        Ok(set)
    }

    /// Whether `descendant` is `ancestor` or descends from it. Everything descends from [`Rev::NULL`].
    pub fn is_ancestor(&self, ancestor: Rev, descendant: Rev, cancel: &Cancel) -> Result<bool, Cancelled> {
        if ancestor.is_null() || ancestor == descendant {
            return Ok(true);
        }
        let mut seen: RevSet = self.known(&[descendant]).collect();
        let mut next = seen.last();
        // Parents are lower: what lies below the ancestor cannot lead back to it.
        while let Some(rev) = next.filter(|rev| *rev > ancestor) {
            cancel.check()?;
            seen.extend(self.parents(rev).filter(|parent| *parent >= ancestor));
            next = seen.last_at_or_below(Rev(rev.0 - 1));
        }
        Ok(next == Some(ancestor))
    }

    fn known(&self, revs: &[Rev]) -> impl Iterator<Item = Rev> {
        revs.iter().copied().filter(|rev| rev.index().is_some_and(|row| row < self.len()))
    }
}

/// Ancestors as far down as somebody asked.
#[derive(Clone, Debug, Default)]
pub struct Ancestors {
    /// Complete above `next`; below it those that have been seen as parents.
    set: RevSet,
    /// The highest whose parents have not been looked at.
    next: Option<Rev>,
}

impl Ancestors {
    /// Finds all that are not below `rev`.
    pub fn walk_down_to(&mut self, graph: &Graph, rev: Rev, cancel: &Cancel) -> Result<(), Cancelled> {
        while let Some(top) = self.next.filter(|next| *next >= rev) {
            // Once for each chunk, which takes microseconds.
            cancel.check()?;
            let Some((first, parents)) = graph.parents_around(top) else { break };
            let lowest = first.max(rev);
            let mut next = Some(top);
            while let Some(at) = next.filter(|next| *next >= lowest) {
                let [p1, p2] = parents.pairs.get((at.0 - first.0) as usize).copied().unwrap_or([Rev::NULL; 2]);
                self.set.insert(p1);
                if !p2.is_null() {
                    self.set.insert(p2);
                    parents.more.get(&at).into_iter().flatten().for_each(|parent| _ = self.set.insert(*parent));
                }
                next = self.set.last_at_or_below(Rev(at.0 - 1));
            }
            self.next = next;
        }
        Ok(())
    }

    /// Whether `rev` is one, to which it has been walked.
    pub fn contains(&self, rev: Rev) -> bool {
        self.set.contains(rev)
    }

    /// All that were found.
    pub fn into_set(self) -> RevSet {
        self.set
    }
}

#[cfg(test)]
mod tests;
