//! The graph of changesets in memory: who is whose parent, by revision number, and which node has which number.
//!
//! A graph only ever grows at its end, and one that has been built is shared and never changed. It knows nothing of
//! references: what is visible or public is the matter of [`Changelog`](crate::model::changelog::Changelog).

mod nodes;
mod rev_set;

pub use nodes::PrefixMatch;
pub use rev_set::{Iter, RevSet};

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::cancel::{Cancel, Cancelled};
use crate::ids::{Node, Rev};
use nodes::NodeIndex;

/// Numbers mean the same within one epoch: a store that is made anew, which gives all numbers again, begins another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch(pub i64);

/// The graph of all changesets that have a number, hidden ones included.
///
/// Parents are always lower than their children; that is checked when a graph is built, so that every walk ends.
/// Numbers that are out of range are answered as [`Rev::NULL`] is: no parents, the null node.
#[derive(Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    p1: Vec<Rev>,
    p2: Vec<Rev>,
    /// The third and further parents of octopus merges, of which there are few.
    octopus: BTreeMap<Rev, Vec<Rev>>,
    times: Vec<i64>,
    epoch: Option<Epoch>,
    index: OnceLock<NodeIndex>,
}

/// The columns of a graph, a row a revision: how it comes from where it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// First parents, [`Rev::NULL`] for a root.
    pub p1: Vec<Rev>,
    /// Second parents, [`Rev::NULL`] unless it is a merge.
    pub p2: Vec<Rev>,
    /// The third and further parents of octopus merges.
    pub octopus: BTreeMap<Rev, Vec<Rev>>,
    /// The committers' times, in Unix seconds.
    pub times: Vec<i64>,
}

/// Columns that are no graph: of different lengths, or with a parent that is not lower than its child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the changeset graph is damaged at revision {0}")]
pub struct Damaged(pub Rev);

impl Columns {
    /// Adds a row at the end.
    pub fn push(&mut self, node: Node, parents: &[Rev], time: i64) {
        let rev = Rev::from_index(self.nodes.len());
        let parent = |at: usize| parents.get(at).copied().unwrap_or(Rev::NULL);
        self.nodes.push(node);
        self.p1.push(parent(0));
        self.p2.push(parent(1));
        self.times.push(time);
        if let Some(more @ [_, ..]) = parents.get(2..) {
            self.octopus.insert(rev, more.to_vec());
        }
    }
}

impl TryFrom<Columns> for Graph {
    type Error = Damaged;

    fn try_from(columns: Columns) -> Result<Self, Damaged> {
        let Columns { nodes, p1, p2, octopus, times } = columns;
        let shortest = p1.len().min(p2.len()).min(times.len());
        if shortest != nodes.len() {
            return Err(Damaged(Rev::from_index(shortest)));
        }
        let sound = |rev: usize, parent: Rev| parent.0 >= -1 && i64::from(parent.0) < rev as i64;
        if let Some(rev) = (0..nodes.len()).find(|rev| !sound(*rev, p1[*rev]) || !sound(*rev, p2[*rev])) {
            return Err(Damaged(Rev::from_index(rev)));
        }
        for (rev, more) in &octopus {
            let row = rev.index().filter(|row| *row < nodes.len()).ok_or(Damaged(*rev))?;
            if !more.iter().all(|parent| !parent.is_null() && sound(row, *parent)) {
                return Err(Damaged(*rev));
            }
        }
        Ok(Self { nodes, p1, p2, octopus, times, epoch: None, index: OnceLock::new() })
    }
}

impl Graph {
    /// The same graph, said to have the numbers of `epoch` of a store, all of them kept there.
    pub fn of_epoch(self, epoch: Epoch) -> Self {
        Self { epoch: Some(epoch), ..self }
    }

    /// The epoch of the store that has all these numbers; `None` while some are known in this process alone.
    pub fn epoch(&self) -> Option<Epoch> {
        self.epoch
    }

    /// This graph with `rows` at its end; their octopus parents' keys are revisions of the result. It has no epoch
    /// until somebody says that the rows are kept.
    pub fn extended(&self, rows: Columns) -> Result<Self, Damaged> {
        let mut columns = Columns {
            nodes: [self.nodes.as_slice(), &rows.nodes].concat(),
            p1: [self.p1.as_slice(), &rows.p1].concat(),
            p2: [self.p2.as_slice(), &rows.p2].concat(),
            octopus: self.octopus.clone(),
            times: [self.times.as_slice(), &rows.times].concat(),
        };
        columns.octopus.extend(rows.octopus);
        columns.try_into()
    }

    /// How many revisions there are: one more than the highest.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no changeset at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The node of a revision.
    pub fn node(&self, rev: Rev) -> Node {
        if rev == Rev::WDIR {
            return Node::WDIR;
        }
        column(&self.nodes, rev).unwrap_or(Node::NULL)
    }

    /// The revision of a node. The null node and the working directory's have theirs as in Mercurial.
    pub fn rev(&self, node: &Node) -> Option<Rev> {
        match *node {
            Node::NULL => Some(Rev::NULL),
            Node::WDIR => Some(Rev::WDIR),
            _ => self.index().find(&self.nodes, node),
        }
    }

    /// The changeset whose node starts with `hex`, hexadecimal digits of either case. Hidden ones count: a prefix does
    /// not change its meaning when a changeset is hidden.
    pub fn prefix(&self, hex: &str) -> PrefixMatch {
        self.index().prefix(&self.nodes, hex)
    }

    /// How many hexadecimal digits of the node tell this revision from every other; at least 1.
    pub fn unique_prefix_length(&self, rev: Rev) -> usize {
        self.index().unique_prefix_length(&self.nodes, &self.node(rev))
    }

    /// The first parent.
    pub fn p1(&self, rev: Rev) -> Rev {
        column(&self.p1, rev).unwrap_or(Rev::NULL)
    }

    /// The second parent.
    pub fn p2(&self, rev: Rev) -> Rev {
        column(&self.p2, rev).unwrap_or(Rev::NULL)
    }

    /// All parents in git's order: none for a root, more than two for an octopus merge. A commit that names one parent
    /// twice has it twice.
    pub fn parents(&self, rev: Rev) -> impl Iterator<Item = Rev> + '_ {
        let (p1, p2) = (self.p1(rev), self.p2(rev));
        // Only what has a second parent can have a third: the map is asked for merges alone.
        let more = if p2.is_null() { None } else { self.octopus.get(&rev) };
        [p1, p2].into_iter().filter(|parent| !parent.is_null()).chain(more.into_iter().flatten().copied())
    }

    /// What has no parent, ascending.
    pub fn roots(&self) -> impl Iterator<Item = Rev> + '_ {
        self.p1.iter().enumerate().filter(|(_, p1)| p1.is_null()).map(|(row, _)| Rev::from_index(row))
    }

    /// Whether it has more than one parent.
    pub fn is_merge(&self, rev: Rev) -> bool {
        !self.p2(rev).is_null()
    }

    /// The committer's time, in Unix seconds.
    pub fn time(&self, rev: Rev) -> i64 {
        column(&self.times, rev).unwrap_or(0)
    }

    /// `revs` and everything that they descend from.
    pub fn ancestors(&self, revs: &[Rev], cancel: &Cancel) -> Result<RevSet, Cancelled> {
        let mut set: RevSet = self.known(revs).collect();
        let mut next = set.last();
        while let Some(rev) = next {
            cancel.check()?;
            set.extend(self.parents(rev));
            next = set.last_at_or_below(Rev(rev.0 - 1));
        }
        Ok(set)
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

    fn index(&self) -> &NodeIndex {
        self.index.get_or_init(|| NodeIndex::new(&self.nodes))
    }
}

fn column<T: Copy>(values: &[T], rev: Rev) -> Option<T> {
    values.get(rev.index()?).copied()
}

#[cfg(test)]
mod tests;
