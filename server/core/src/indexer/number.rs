//! The order in which changesets get their numbers.
//!
//! New changesets come in the order of `git rev-list --reverse --date-order NEW --not OLD`: parents first, and what is
//! not ordered by that, by the committer's date. git leaves open which of two with the same date comes first; here it
//! is the lower node, so that the same changesets get the same numbers whatever the references are called.
//! Algorithm: Kahn's, from the newest to the oldest, as `sort_in_topological_order` in git's `commit.c`.

use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::Error;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::graph::{Columns, Graph};
use crate::ids::{Node, Rev};
use crate::objects::{CommitObject, Objects};
use crate::progress::Progress;
use crate::store::{Author, Authors, User};

/// Changesets without a number, as the rows that follow a graph's last one.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    /// The octopus parents' keys are revisions of the extended graph.
    pub rows: Columns,
    pub authors: Authors,
    /// The numbers, by node.
    pub revs: HashMap<Node, Rev>,
}

/// A changeset that has been read and has no number yet.
struct Unnumbered {
    node: Node,
    /// The committer's time.
    time: i64,
    author: Author,
    parents: Vec<Node>,
    /// How many children among the new ones have not been placed yet.
    children: usize,
}

/// Numbers what can be reached from `tips` and is not in `base`. Those in `cut` are taken to have no parents.
pub(super) fn number(
    base: &Graph,
    tips: &[Node],
    cut: &HashSet<Node>,
    objects: &Objects,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Fresh> {
    let mut users = Interned::default();
    let mut commits = read(base, tips, cut, objects, &mut users, cancel, progress)?;
    let newest_first = sort(&mut commits, cancel)?;
    let authors = Authors { users: users.list, rows: Vec::with_capacity(commits.len()) };
    let mut fresh = Fresh { rows: Columns::default(), authors, revs: HashMap::with_capacity(commits.len()) };
    for commit in newest_first.iter().rev().map(|at| &commits[*at]) {
        let rev = |node: &Node| fresh.revs.get(node).copied().or_else(|| base.rev(node));
        let parents: Vec<Rev> = commit.parents.iter().filter_map(rev).collect();
        let row = fresh.rows.nodes.len();
        fresh.revs.insert(commit.node, Rev::from_index(base.len() + row));
        fresh.rows.push(commit.node, &parents, commit.time);
        fresh.authors.rows.push(commit.author);
    }
    let octopus = std::mem::take(&mut fresh.rows.octopus).into_iter();
    fresh.rows.octopus = octopus.map(|(row, more)| (Rev(row.0 + base.len() as i32), more)).collect();
    Ok(fresh)
}

fn read(
    base: &Graph,
    tips: &[Node],
    cut: &HashSet<Node>,
    objects: &Objects,
    users: &mut Interned,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Vec<Unnumbered>> {
    let mut commits: Vec<Unnumbered> = Vec::new();
    let mut places: HashMap<Node, usize> = HashMap::new();
    let mut waiting = Vec::new();
    let mut seen = HashSet::new();
    waiting.extend(tips.iter().copied().filter(|tip| seen.insert(*tip) && base.rev(tip).is_none()));
    while let Some(node) = waiting.pop() {
        cancel.check()?;
        let commit = objects.commit(node)?;
        let parents = if cut.contains(&node) { Vec::new() } else { commit.parents.clone() };
        let fresh = parents.iter().copied().filter(|parent| seen.insert(*parent) && base.rev(parent).is_none());
        waiting.extend(fresh);
        places.insert(node, commits.len());
        commits.push(Unnumbered {
            node,
            time: commit.committer().time,
            author: users.author(&commit),
            parents,
            children: 0,
        });
        if commits.len().is_multiple_of(256) {
            progress.report("reading changesets", commits.len() as u64, None);
        }
    }
    for at in 0..commits.len() {
        for parent in std::mem::take(&mut commits[at].parents) {
            if let Some(place) = places.get(&parent) {
                commits[*place].children += 1;
            }
            commits[at].parents.push(parent);
        }
    }
    Ok(commits)
}

/// Newest first: a changeset follows all its children, and of those whose children have all been placed the one with
/// the latest date is next.
fn sort(commits: &mut [Unnumbered], cancel: &Cancel) -> Result<Vec<usize>> {
    let places: HashMap<Node, usize> = commits.iter().enumerate().map(|(at, commit)| (commit.node, at)).collect();
    // A date before 1970 is a very late one for git, which reads it as an unsigned number.
    let key = |commit: &Unnumbered, at: usize| (commit.time as u64, commit.node, at);
    let ready = commits.iter().enumerate().filter(|(_, commit)| commit.children == 0);
    let mut ready: BinaryHeap<(u64, Node, usize)> = ready.map(|(at, commit)| key(commit, at)).collect();
    let mut order = Vec::with_capacity(commits.len());
    while let Some((_, _, at)) = ready.pop() {
        cancel.check()?;
        order.push(at);
        for parent in std::mem::take(&mut commits[at].parents) {
            if let Some(place) = places.get(&parent) {
                commits[*place].children -= 1;
                if commits[*place].children == 0 {
                    ready.push(key(&commits[*place], *place));
                }
            }
            commits[at].parents.push(parent);
        }
    }
    match commits.len() - order.len() {
        0 => Ok(order),
        count => Err(Error::Cycle { count }.into()),
    }
}

/// Users, numbered in the order in which they appear.
#[derive(Default)]
struct Interned {
    list: Vec<User>,
    numbers: HashMap<User, u32>,
}

impl Interned {
    fn author(&mut self, commit: &CommitObject) -> Author {
        let author = commit.author();
        let user = User { name: author.who.to_vec(), encoding: commit.encoding().unwrap_or_default().to_vec() };
        let next = self.list.len() as u32;
        let number = match self.numbers.entry(user) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                self.list.push(new.key().clone());
                *new.insert(next)
            }
        };
        Author { user: number, time: author.time, offset: author.offset }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::testing::Random;

    fn commit(node: u8, time: i64, parents: &[u8]) -> Unnumbered {
        let parents = parents.iter().map(|parent| Node([*parent; 20])).collect();
        Unnumbered { node: Node([node; 20]), time, author: Author::default(), parents, children: 0 }
    }

    fn count_children(commits: &mut [Unnumbered]) {
        let parents: Vec<Node> = commits.iter().flat_map(|commit| commit.parents.clone()).collect();
        for commit in commits {
            commit.children = parents.iter().filter(|parent| **parent == commit.node).count();
        }
    }

    fn sorted(mut commits: Vec<Unnumbered>) -> Vec<u8> {
        count_children(&mut commits);
        let order = sort(&mut commits, &Cancel::new()).unwrap();
        order.iter().rev().map(|at| commits[*at].node.0[0]).collect()
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
        let mut commits = vec![commit(1, 1, &[2]), commit(2, 2, &[1]), commit(3, 3, &[])];
        count_children(&mut commits);
        let error = sort(&mut commits, &Cancel::new()).unwrap_err();
        assert_eq!(error.to_string(), "2 changesets are ancestors of themselves");
    }

    /// The definition, by looking at all of them for each place: of those not placed yet, whose children have all been
    /// placed, the one with the latest date and then the highest node is the newest.
    fn by_definition(commits: &[Unnumbered]) -> Vec<u8> {
        let mut placed: Vec<Node> = Vec::new();
        while placed.len() < commits.len() {
            let is_placed = |node: &Node| placed.contains(node);
            let no_child_left = |commit: &&Unnumbered| {
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
