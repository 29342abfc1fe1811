//! What joins changesets that are shown without all of the others: edges to parents, and past those that are left out to
//! the nearest ancestors. Knows nothing of how a graph is laid out or drawn.

use std::collections::HashMap;

use crate::error::Result;
use crate::graph::RevSet;
use crate::ids::Rev;
use crate::model::names::working_parents;
use crate::repository::Snapshot;

/// What joins a changeset to another one further down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// To a parent.
    Parent,
    /// To an ancestor, past changesets that are not shown.
    Elided,
    /// To a parent that is not shown, nor is any ancestor of it.
    Missing,
}

/// Finds what joins the changesets that are shown.
pub struct Edges<'a> {
    snapshot: &'a Snapshot,
    shown: &'a RevSet,
    /// Nothing below it is shown.
    lowest: Rev,
    /// Of changesets that are not shown: the nearest ancestors that are.
    nearest: HashMap<Rev, Vec<Rev>>,
}

impl<'a> Edges<'a> {
    /// The edges between the changesets of `shown`.
    pub fn new(snapshot: &'a Snapshot, shown: &'a RevSet) -> Self {
        Self { snapshot, shown, lowest: shown.first().unwrap_or(Rev::WDIR), nearest: HashMap::new() }
    }

    /// Where the edges of `rev` lead, in the order of its parents, each place once; those past one parent that is left
    /// out ascending. `rev` may be [`Rev::WDIR`].
    pub fn of(&mut self, rev: Rev) -> Result<Vec<(Rev, Edge)>> {
        let parents: Vec<Rev> = match rev {
            Rev::WDIR => working_parents(self.snapshot).collect(),
            rev => self.snapshot.changelog.parents(rev).collect(),
        };
        let mut edges: Vec<(Rev, Edge)> = Vec::new();
        for parent in &parents {
            if self.shown.contains(*parent) {
                edges.push((*parent, Edge::Parent));
                continue;
            }
            let nearest = self.nearest(*parent)?;
            if nearest.is_empty() {
                edges.push((*parent, Edge::Missing));
            }
            // A parent that is shown is not led to past others as well.
            let new = nearest.into_iter().filter(|ancestor| !parents.contains(ancestor));
            for ancestor in new {
                if !edges.contains(&(ancestor, Edge::Elided)) {
                    edges.push((ancestor, Edge::Elided));
                }
            }
        }
        Ok(edges)
    }

    /// The nearest ancestors of `rev` that are shown, ascending: found for its parents first.
    fn nearest(&mut self, rev: Rev) -> Result<Vec<Rev>> {
        let mut waiting = vec![rev];
        while let Some(next) = waiting.last().copied() {
            self.snapshot.cancel.check()?;
            let above = |parent: &Rev| *parent >= self.lowest;
            let parents: Vec<Rev> = self.snapshot.changelog.parents(next).filter(above).collect();
            let is_open = |parent: &&Rev| !self.shown.contains(**parent) && !self.nearest.contains_key(*parent);
            if let Some(open) = parents.iter().find(is_open) {
                waiting.push(*open);
                continue;
            }
            let mut found: Vec<Rev> = Vec::new();
            for parent in parents {
                match self.nearest.get(&parent) {
                    Some(nearest) => found.extend(nearest),
                    None => found.push(parent),
                }
            }
            found.sort_unstable();
            found.dedup();
            self.nearest.insert(next, found);
            waiting.pop();
        }
        Ok(self.nearest.get(&rev).cloned().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::git::testing::Scratch;
    use crate::model::testing::{random_repository, snapshot_of as snapshot};
    use crate::testing::Random;

    fn set(revs: impl IntoIterator<Item = i32>) -> RevSet {
        let mut set = RevSet::new();
        for rev in revs {
            set.insert(Rev(rev));
        }
        set
    }

    #[test]
    fn past_what_is_left_out_to_the_nearest_that_is_shown() {
        let scratch = Scratch::new();
        // Numbers go by dates where parents leave a choice.
        scratch.sh("at() { GIT_COMMITTER_DATE=\"100000000$1 +0000\"; export GIT_COMMITTER_DATE; } && \
             git init -q -b main . && for i in 0 1 2 3; do at $i && git commit -q --allow-empty -m $i; done && \
             git checkout -q -b side HEAD~2 && at 4 && git commit -q --allow-empty -m 4 && git checkout -q main && \
             at 5 && git merge -q --no-ff -m 5 side");
        let snapshot = snapshot(&scratch);
        let edges = |shown: &[i32], rev: i32| {
            let shown = set(shown.iter().copied());
            Edges::new(&snapshot, &shown).of(Rev(rev)).unwrap()
        };
        assert_eq!(edges(&[0, 1, 2, 3, 4, 5], 5), [(Rev(3), Edge::Parent), (Rev(4), Edge::Parent)]);
        assert_eq!(edges(&[2, 4, 5], 5), [(Rev(2), Edge::Elided), (Rev(4), Edge::Parent)]);
        assert_eq!(edges(&[1, 5], 5), [(Rev(1), Edge::Elided)]);
        assert_eq!(edges(&[4, 5], 5), [(Rev(3), Edge::Missing), (Rev(4), Edge::Parent)]);
        assert_eq!(edges(&[4, 5], 4), [(Rev(1), Edge::Missing)]);
        assert_eq!(edges(&[0], 0), []);
        let working_copy = edges(&[3], Rev::WDIR.0);
        assert_eq!(working_copy, [(Rev(3), Edge::Elided)]);
    }

    #[test]
    fn an_edge_leads_to_each_ancestor_that_is_reached_past_none_that_is_shown() {
        let seed = 11;
        println!("seed {seed}");
        let mut random = Random::new(seed);
        let scratch = random_repository(&mut random, 60);
        let snapshot = snapshot(&scratch);
        for _ in 0..20 {
            let shown = set((0..60).filter(|_| random.below(4) == 0));
            let mut edges = Edges::new(&snapshot, &shown);
            for rev in shown.iter() {
                let mut expected: Vec<Rev> = Vec::new();
                let mut waiting: Vec<Rev> = snapshot.changelog.parents(rev).collect();
                while let Some(next) = waiting.pop() {
                    if shown.contains(next) {
                        expected.push(next);
                    } else {
                        waiting.extend(snapshot.changelog.parents(next));
                    }
                }
                expected.sort_unstable();
                expected.dedup();
                let found = edges.of(rev).unwrap();
                let mut led: Vec<Rev> =
                    found.iter().filter(|(_, edge)| *edge != Edge::Missing).map(|(rev, _)| *rev).collect();
                led.sort_unstable();
                assert_eq!(led, expected, "{rev:?}");
                let parents: Vec<Rev> = snapshot.changelog.parents(rev).collect();
                for (to, edge) in found {
                    assert_eq!(edge == Edge::Elided, !parents.contains(&to), "{rev:?} {to:?}");
                }
            }
        }
    }
}
