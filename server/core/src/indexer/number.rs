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
use crate::store::Authors;

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
    fn new(nodes: &[Node]) -> Self {
        let mut table = HashTable::with_capacity(nodes.len());
        for (at, node) in nodes.iter().enumerate() {
            // A node is a hash as it is.
            table.insert_unique(key(node), at as u32, |at| key(&nodes[*at as usize]));
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
    let mut commits = reading.run()?;
    let places = Places::new(&commits.nodes);
    let family = Family::of(&mut commits, &places, |node| reading.base.rev(node));
    let mut order = family.sort(&commits, reading.cancel)?;
    order.reverse();
    let base = reading.base.len();
    let mut revs = vec![Rev::NULL; order.len()];
    for (row, at) in order.iter().enumerate() {
        revs[*at as usize] = Rev::from_index(base + row);
    }
    let mut rows = Columns {
        nodes: in_order(&order, commits.nodes),
        manifests: in_order(&order, commits.manifests),
        times: in_order(&order, commits.times),
        ..Columns::default()
    };
    let authors = Authors { users: commits.users.list, rows: in_order(&order, commits.authors) };
    for (row, at) in order.into_iter().enumerate() {
        let mut parents = family.parents_of(at).iter().map(|parent| match parent {
            Parent::Fresh(place) => revs[*place as usize],
            Parent::Known(rev) => *rev,
        });
        rows.p1.push(parents.next().unwrap_or(Rev::NULL));
        rows.p2.push(parents.next().unwrap_or(Rev::NULL));
        let more: Vec<Rev> = parents.collect();
        if !more.is_empty() {
            rows.octopus.insert(Rev::from_index(base + row), more);
        }
    }
    Ok(Fresh { rows, authors, places, revs, base })
}

/// A column in the order of its new rows, each of which names the old one.
fn in_order<T: Copy>(order: &[u32], column: Vec<T>) -> Vec<T> {
    order.iter().map(|at| column[*at as usize]).collect()
}

/// A parent of a commit.
#[derive(Clone, Copy)]
enum Parent {
    /// One of those that were read: its place.
    Fresh(u32),
    /// One that has its number.
    Known(Rev),
}

/// Who is whose parent among commits, by place.
struct Family {
    /// Those of all, one after the other, but for those that are nowhere.
    parents: Vec<Parent>,
    /// Where those of each end.
    ends: Vec<u32>,
    /// How many children each has.
    children: Vec<u32>,
}

impl Family {
    /// Takes the nodes of parents out of `commits`.
    fn of(commits: &mut Commits, places: &Places, known: impl Fn(&Node) -> Option<Rev>) -> Self {
        let (nodes, ends) = (std::mem::take(&mut commits.parents), std::mem::take(&mut commits.parents_end));
        let mut family =
            Self { parents: Vec::with_capacity(nodes.len()), ends, children: vec![0; commits.nodes.len()] };
        let mut start = 0;
        for end in &mut family.ends {
            for node in &nodes[start..*end as usize] {
                if let Some(place) = places.find(node, |at| commits.nodes[at as usize]) {
                    family.children[place as usize] += 1;
                    family.parents.push(Parent::Fresh(place));
                } else if let Some(rev) = known(node) {
                    family.parents.push(Parent::Known(rev));
                }
            }
            start = *end as usize;
            *end = family.parents.len() as u32;
        }
        family
    }

    fn parents_of(&self, place: u32) -> &[Parent] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.parents[start as usize..self.ends[place as usize] as usize]
    }

    /// Newest first: a changeset follows all its children, and of those whose children have all been placed the one with
    /// the latest date is next.
    fn sort(&self, commits: &Commits, cancel: &Cancel) -> Result<Vec<u32>> {
        let mut children = self.children.clone();
        let entry = |at: u32| {
            let row = at as usize;
            // A date before 1970 is a very late one for git, which reads it as an unsigned number.
            (commits.times[row] as u64, commits.nodes[row], at)
        };
        let ready = (0..commits.nodes.len() as u32).filter(|at| children[*at as usize] == 0);
        let mut ready: BinaryHeap<(u64, Node, u32)> = ready.map(entry).collect();
        let mut order = Vec::with_capacity(commits.nodes.len());
        while let Some((_, _, at)) = ready.pop() {
            cancel.check()?;
            order.push(at);
            for parent in self.parents_of(at) {
                let Parent::Fresh(parent) = parent else { continue };
                let left = &mut children[*parent as usize];
                *left -= 1;
                if *left == 0 {
                    ready.push(entry(*parent));
                }
            }
        }
        match commits.nodes.len() - order.len() {
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
    use crate::store::Author;
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
        let places = Places::new(&commits.nodes);
        Family::of(&mut commits, &places, |_| None).sort(&commits, &Cancel::new())
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
