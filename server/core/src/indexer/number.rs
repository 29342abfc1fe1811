//! The order in which changesets get their numbers.
//!
//! New changesets come in the order of `git rev-list --reverse --date-order NEW --not OLD`: parents first, and what is
//! not ordered by that, by the committer's date. git leaves open which of two with the same date comes first; here it
//! is the lower node, so that the same changesets get the same numbers whatever the references are called.
//! Algorithm: Kahn's, from the newest to the oldest, as `sort_in_topological_order` in git's `commit.c`.

use std::collections::BinaryHeap;

use hashbrown::HashTable;

use super::Error;
use super::commits::{Commits, Reading};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::graph::{Columns, key};
use crate::ids::{Node, Rev};
use crate::store::{Author, Authors};

/// Changesets without a number, as the rows that follow a graph's last one.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    /// The octopus parents' keys are revisions of the extended graph.
    pub rows: Columns,
    pub authors: Authors,
    places: Places,
    /// By place.
    revs: Vec<Rev>,
    base: usize,
}

/// Where each commit stands among those that were read, by node.
#[derive(Debug, Default)]
struct Places(HashTable<u32>);

impl Places {
    fn new(commits: &Commits) -> Self {
        let mut table = HashTable::with_capacity(commits.rows.len());
        for (at, commit) in commits.rows.iter().enumerate() {
            // A node is a hash as it is.
            table.insert_unique(key(&commit.node), at as u32, |at| key(&commits.rows[*at as usize].node));
        }
        Self(table)
    }

    fn find(&self, node: &Node, node_at: impl Fn(u32) -> Node) -> Option<u32> {
        self.0.find(key(node), |at| node_at(*at) == *node).copied()
    }
}

impl Fresh {
    /// The number that a new changeset got.
    pub fn rev(&self, node: &Node) -> Option<Rev> {
        let row = |rev: Rev| rev.0 as usize - self.base;
        let at = self.places.find(node, |at| self.rows.nodes[row(self.revs[at as usize])])?;
        Some(self.revs[at as usize])
    }
}

/// Numbers what is to be read.
pub(super) fn number(reading: &Reading<'_>) -> Result<Fresh> {
    let commits = reading.run()?;
    let places = Places::new(&commits);
    let family = Family::new(&commits, &places);
    let newest_first = family.sort(&commits, reading.cancel)?;
    let base = reading.base;
    let mut revs = vec![Rev::NULL; commits.rows.len()];
    for (number, at) in newest_first.iter().rev().enumerate() {
        revs[*at as usize] = Rev::from_index(base.len() + number);
    }
    let mut rows = Columns::default();
    let mut authors: Vec<Author> = Vec::with_capacity(newest_first.len());
    for at in newest_first.into_iter().rev().map(|at| at as usize) {
        let commit = &commits.rows[at];
        let links = commits.parents_of(at).iter().zip(family.parents_of(&commits, at));
        let parent = |(node, place): (&Node, &u32)| match place {
            &NOT_NEW => base.rev(node),
            place => Some(revs[*place as usize]),
        };
        let parents: Vec<Rev> = links.filter_map(parent).collect();
        rows.push(commit.node, commit.manifest, &parents, commit.time);
        authors.push(commit.author);
    }
    let octopus = std::mem::take(&mut rows.octopus).into_iter();
    rows.octopus = octopus.map(|(row, more)| (Rev(row.0 + base.len() as i32), more)).collect();
    let authors = Authors { users: commits.users.list, rows: authors };
    Ok(Fresh { rows, authors, places, revs, base: base.len() })
}

/// In [`Family::parents`]: a parent that has a number already, or none here.
const NOT_NEW: u32 = u32::MAX;

/// Who is whose parent among commits, by place.
struct Family {
    /// As [`Commits::parents`].
    parents: Vec<u32>,
    /// How many children have not been placed yet.
    children: Vec<u32>,
}

impl Family {
    fn new(commits: &Commits, places: &Places) -> Self {
        let find = |node: &Node| places.find(node, |at| commits.rows[at as usize].node).unwrap_or(NOT_NEW);
        let parents: Vec<u32> = commits.parents.iter().map(find).collect();
        let mut children = vec![0; commits.rows.len()];
        for parent in parents.iter().filter(|parent| **parent != NOT_NEW) {
            children[*parent as usize] += 1;
        }
        Self { parents, children }
    }

    fn parents_of(&self, commits: &Commits, at: usize) -> &[u32] {
        &self.parents[commits.range_of(at)]
    }

    /// Newest first: a changeset follows all its children, and of those whose children have all been placed the one with
    /// the latest date is next.
    fn sort(&self, commits: &Commits, cancel: &Cancel) -> Result<Vec<u32>> {
        let mut children = self.children.clone();
        let entry = |at: u32| {
            let commit = &commits.rows[at as usize];
            // A date before 1970 is a very late one for git, which reads it as an unsigned number.
            (commit.time as u64, commit.node, at)
        };
        let ready = (0..commits.rows.len() as u32).filter(|at| children[*at as usize] == 0);
        let mut ready: BinaryHeap<(u64, Node, u32)> = ready.map(entry).collect();
        let mut order = Vec::with_capacity(commits.rows.len());
        while let Some((_, _, at)) = ready.pop() {
            cancel.check()?;
            order.push(at);
            for parent in self.parents_of(commits, at as usize).iter().filter(|parent| **parent != NOT_NEW) {
                let left = &mut children[*parent as usize];
                *left -= 1;
                if *left == 0 {
                    ready.push(entry(*parent));
                }
            }
        }
        match commits.rows.len() - order.len() {
            0 => Ok(order),
            count => Err(Error::Cycle { count }.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::ids::TreeNode;
    use crate::testing::Random;

    #[derive(Clone)]
    struct Made {
        node: Node,
        time: i64,
        parents: Vec<Node>,
    }

    fn commit(node: u8, time: i64, parents: &[u8]) -> Made {
        let parents = parents.iter().map(|parent| Node([*parent; 20])).collect();
        Made { node: Node([node; 20]), time, parents }
    }

    fn order(made: &[Made]) -> Result<Vec<u32>> {
        let mut commits = Commits::default();
        for Made { node, time, parents } in made {
            commits.push(*node, TreeNode::EMPTY, *time, Author::default(), parents);
        }
        Family::new(&commits, &Places::new(&commits)).sort(&commits, &Cancel::new())
    }

    fn sorted(commits: Vec<Made>) -> Vec<u8> {
        order(&commits).unwrap().iter().rev().map(|at| commits[*at as usize].node.0[0]).collect()
    }

    #[test]
    fn parents_come_first_whatever_the_dates_say() {
        assert_eq!(sorted(vec![commit(1, 90, &[]), commit(2, 10, &[1]), commit(3, 50, &[2])]), [1, 2, 3]);
    }

    #[test]
    fn what_is_independent_comes_by_date_and_then_by_node() {
        let side_by_side = || vec![commit(9, 1, &[]), commit(5, 20, &[9]), commit(4, 10, &[9]), commit(3, 20, &[9])];
        assert_eq!(sorted(side_by_side()), [9, 4, 3, 5]);
        assert_eq!(sorted(side_by_side().into_iter().rev().collect()), [9, 4, 3, 5]);
    }

    #[test]
    fn a_parent_named_twice_counts_twice_and_is_placed_once() {
        assert_eq!(sorted(vec![commit(1, 1, &[]), commit(2, 2, &[1, 1])]), [1, 2]);
    }

    #[test]
    fn going_round_in_circles_is_an_error() {
        let error = order(&[commit(1, 1, &[2]), commit(2, 2, &[1]), commit(3, 3, &[])]).unwrap_err();
        assert_eq!(error.to_string(), "2 changesets are ancestors of themselves");
    }

    /// The definition, by looking at all of them for each place: of those not placed yet, whose children have all been
    /// placed, the one with the latest date and then the highest node is the newest.
    fn by_definition(commits: &[Made]) -> Vec<u8> {
        let mut placed: Vec<Node> = Vec::new();
        while placed.len() < commits.len() {
            let is_placed = |node: &Node| placed.contains(node);
            let no_child_left = |commit: &&Made| {
                commits.iter().all(|child| is_placed(&child.node) || !child.parents.contains(&commit.node))
            };
            let candidates = commits.iter().filter(|commit| !is_placed(&commit.node)).filter(no_child_left);
            placed.push(candidates.max_by_key(|commit| (commit.time, commit.node)).unwrap().node);
        }
        placed.iter().rev().map(|node| node.0[0]).collect()
    }

    #[test]
    fn agrees_with_the_definition_on_random_graphs() {
        for seed in 0..300 {
            let mut random = Random::new(seed);
            let count = 1 + random.below(40);
            let commits = || {
                let mut random = Random::new(seed);
                (0..count).map(move |at| {
                    let parents: Vec<u8> =
                        (0..random.below(4).min(at)).map(|_| (at - 1 - random.below(at.min(6))) as u8 * 3).collect();
                    commit(at as u8 * 3, random.below(12) as i64, &parents)
                })
            };
            let expected = by_definition(&commits().collect::<Vec<_>>());
            let mut shuffled: Vec<_> = commits().collect();
            for at in (1..count).rev() {
                shuffled.swap(at, random.below(at + 1));
            }
            assert_eq!(sorted(shuffled), expected, "seed {seed}");
        }
    }
}
