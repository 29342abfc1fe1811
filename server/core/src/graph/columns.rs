//! Rows of a graph on their way: from the indexer into a graph or the store.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::ids::{Node, Rev, TreeNode};

/// The columns of a graph, a row a revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The manifests.
    pub manifests: Vec<TreeNode>,
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

/// The parents of neighbouring revisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parents {
    /// First and second parents, [`Rev::NULL`] where there is none.
    pub pairs: Vec<[Rev; 2]>,
    /// The third and further parents of octopus merges, of which there are few.
    pub more: BTreeMap<Rev, Vec<Rev>>,
}

impl Columns {
    /// Adds a row at the end.
    pub fn push(&mut self, node: Node, manifest: TreeNode, parents: &[Rev], time: i64) {
        let rev = Rev::from_index(self.nodes.len());
        let parent = |at: usize| parents.get(at).copied().unwrap_or(Rev::NULL);
        self.nodes.push(node);
        self.manifests.push(manifest);
        self.p1.push(parent(0));
        self.p2.push(parent(1));
        self.times.push(time);
        if let Some(more @ [_, ..]) = parents.get(2..) {
            self.octopus.insert(rev, more.to_vec());
        }
    }

    /// Puts `rows` at the end; their octopus parents' keys are revisions of the result.
    pub fn append(&mut self, rows: Self) {
        self.nodes.extend(rows.nodes);
        self.manifests.extend(rows.manifests);
        self.p1.extend(rows.p1);
        self.p2.extend(rows.p2);
        self.octopus.extend(rows.octopus);
        self.times.extend(rows.times);
    }

    /// The parents of all rows.
    pub fn parents(&self) -> Parents {
        let pairs = self.p1.iter().zip(&self.p2).map(|(p1, p2)| [*p1, *p2]).collect();
        Parents { pairs, more: self.octopus.clone() }
    }
}

impl Parents {
    /// Those of some rows, where the first row is revision `first`.
    pub fn part(&self, first: Rev, rows: Range<usize>) -> Self {
        let rev = |row: usize| Rev(first.0 + row as i32);
        let more = self.more.range(rev(rows.start)..rev(rows.end)).map(|(rev, more)| (*rev, more.clone())).collect();
        Self { pairs: self.pairs[rows].to_vec(), more }
    }

    /// Checks that parents are lower than their children, so that every walk ends. The first row is `first`.
    pub fn check(&self, first: Rev) -> Result<(), Damaged> {
        let rev = |row: usize| Rev(first.0 + row as i32);
        let lower = |rev: Rev, parent: Rev| parent >= Rev::NULL && parent < rev;
        let wrong = |(row, pair): &(usize, &[Rev; 2])| !pair.iter().all(|parent| lower(rev(*row), *parent));
        if let Some((row, _)) = self.pairs.iter().enumerate().find(wrong) {
            return Err(Damaged(rev(row)));
        }
        let here = first..rev(self.pairs.len());
        let sound = |of: Rev, more: &[Rev]| {
            here.contains(&of) && more.iter().all(|parent| !parent.is_null() && lower(of, *parent))
        };
        match self.more.iter().find(|(of, more)| !sound(**of, more)) {
            Some((of, _)) => Err(Damaged(*of)),
            None => Ok(()),
        }
    }
}
