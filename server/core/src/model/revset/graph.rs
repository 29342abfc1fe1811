//! What the graph decides: ancestors, descendants, parents, children, heads and roots of sets. The null revision is
//! every root's parent when it is named, and nobody's otherwise; the working directory is a child of its parents when
//! it is named. Knows nothing of expressions.

use std::collections::HashMap;

use super::error::Error;
use super::eval::Evaluator;
use super::set::{Members, Set};
use crate::error::Result;
use crate::graph::RevSet;
use crate::ids::Rev;

impl<'a> Evaluator<'a> {
    /// `members`, with the working directory's parents in its place: where walks down begin.
    fn starts(&self, members: &Members) -> Vec<Rev> {
        let mut starts: Vec<Rev> = members.revs.iter().collect();
        if members.wdir {
            starts.extend(self.parents(Rev::WDIR));
        }
        starts
    }

    /// `members` and what they descend from, at most `depth` generations up.
    pub(super) fn ancestors(&self, members: &Members, depth: Option<usize>) -> Result<Set<'a>> {
        let revs = match depth {
            None => self.changelog().ancestors(&self.starts(members), self.cancel())?,
            Some(depth) => self.near_ancestors(members, depth)?,
        };
        Ok(self.with_pseudo(revs, members.null, members.wdir))
    }

    /// `members` and what descends from them, at most `depth` generations down.
    pub(super) fn descendants(&self, members: &Members, depth: Option<usize>) -> Result<Set<'a>> {
        let starts: Vec<Rev> = members.revs.iter().collect();
        let revs = match depth {
            None if members.null => self.universe().clone(),
            None => self.changelog().descendants(&starts, self.cancel())?,
            Some(depth) => self.near_descendants(members, depth)?,
        };
        Ok(self.with_pseudo(revs, members.null, members.wdir))
    }

    fn with_pseudo(&self, mut revs: RevSet, null: bool, wdir: bool) -> Set<'a> {
        revs.intersect_with(self.universe());
        Set::new(Members { revs, null, wdir })
    }

    /// Parents are lower than children: from the highest down, every shortest way is known when it is needed.
    fn near_ancestors(&self, members: &Members, depth: usize) -> Result<RevSet> {
        let mut found: RevSet = members.revs.clone();
        let mut distance: HashMap<Rev, usize> = members.revs.iter().map(|rev| (rev, 0)).collect();
        if members.wdir && depth > 0 {
            for parent in self.parents(Rev::WDIR) {
                found.insert(parent);
                distance.entry(parent).or_insert(1);
            }
        }
        let mut next = found.last();
        while let Some(rev) = next {
            self.cancel().check()?;
            let near = distance.get(&rev).copied().unwrap_or(0);
            if near < depth {
                for parent in self.changelog().parents(rev) {
                    found.insert(parent);
                    distance.entry(parent).and_modify(|known| *known = (*known).min(near + 1)).or_insert(near + 1);
                }
            }
            next = found.last_at_or_below(Rev(rev.0 - 1));
        }
        Ok(found)
    }

    fn near_descendants(&self, members: &Members, depth: usize) -> Result<RevSet> {
        let mut distance: HashMap<Rev, usize> = members.revs.iter().map(|rev| (rev, 0)).collect();
        if members.null {
            distance.insert(Rev::NULL, 0);
        }
        let first = distance.keys().min().copied().unwrap_or(Rev::WDIR);
        for rev in self.universe().iter().skip_while(|rev| *rev < first) {
            self.cancel().check()?;
            let from = |parent: Rev| distance.get(&parent).copied();
            let near = match self.changelog().p1(rev) {
                Rev::NULL => from(Rev::NULL),
                _ => self.changelog().parents(rev).filter_map(from).min(),
            };
            if let Some(near) = near.filter(|near| *near < depth) {
                distance.entry(rev).or_insert(near + 1);
            }
        }
        Ok(distance.into_keys().collect())
    }

    /// What stands on a way from one of `from` to one of `to`, both included.
    pub(super) fn between(&self, from: &Members, to: &Members) -> Result<Set<'a>> {
        let mut ends = self.ancestors(to, None)?.into_members()?;
        // Everything descends from the null revision.
        ends.null |= from.null && ends.iter().next().is_some();
        Ok(self.descendants(from, None)?.and(Set::new(ends)))
    }

    /// Those parents of `members` of which `which` holds: the first one is 0.
    pub(super) fn parents_of(&self, members: &Members, which: impl Fn(usize) -> bool) -> Set<'a> {
        let parents = members.iter().flat_map(|rev| self.parents(rev).into_iter().enumerate());
        self.seen(parents.filter(|(number, _)| which(*number)).map(|(_, parent)| parent).collect())
    }

    /// Along first parents, `generations` times; towards children when negative, who must be only ones.
    pub(super) fn nth_ancestors(&self, members: &Members, generations: i64) -> Result<Set<'a>> {
        if generations < 0 {
            return self.nth_children(members, generations.unsigned_abs());
        }
        let mut found = Members::default();
        for start in members.iter() {
            let mut rev = start;
            for _ in 0..generations {
                if rev.is_null() {
                    break;
                }
                self.cancel().check()?;
                rev = self.parents(rev).first().copied().unwrap_or(Rev::NULL);
            }
            found.insert(rev);
        }
        Ok(Set::new(found))
    }

    fn nth_children(&self, members: &Members, generations: u64) -> Result<Set<'a>> {
        let mut found = Members::default();
        'starts: for start in members.iter() {
            let mut rev = start;
            for _ in 0..generations {
                let children = self.children(&[rev].into_iter().collect())?;
                let mut children = children.iter();
                match (children.next(), children.next()) {
                    (None, _) => continue 'starts,
                    (Some(child), None) => rev = child,
                    _ => return Err(Error::NoAnswer("revision in set has more than one child".to_owned()).into()),
                }
            }
            found.insert(rev);
        }
        Ok(Set::new(found))
    }

    /// What can be seen and has one of `members` as a parent.
    pub(super) fn children(&self, members: &Members) -> Result<RevSet> {
        let changelog = self.changelog();
        let mut children = changelog.children(&members.revs, self.cancel())?;
        if members.null {
            children.extend(self.universe().iter().filter(|rev| changelog.p1(*rev).is_null()));
        }
        children.intersect_with(self.universe());
        Ok(children)
    }

    /// Members that are no member's parent.
    pub(super) fn heads(&self, mut members: Members) -> Set<'a> {
        let parents: Vec<Rev> = members.iter().flat_map(|rev| self.parents_or_null(rev)).collect();
        members.subtract(&parents.into_iter().collect());
        Set::new(members)
    }

    /// Members whose parents are no members. The null revision is nobody's parent here.
    pub(super) fn roots(&self, members: &Members) -> Set<'a> {
        let is_root = |rev: &Rev| !self.parents(*rev).into_iter().any(|parent| members.contains(parent));
        Set::new(members.iter().filter(is_root).collect::<Members>())
    }

    fn parents_or_null(&self, rev: Rev) -> Vec<Rev> {
        let parents = self.parents(rev);
        if parents.is_empty() && !rev.is_null() { vec![Rev::NULL] } else { parents }
    }

    /// Ancestors of `include` that are not ancestors of `exclude`: without it, of the heads that are not among the
    /// descendants of `include`.
    pub(super) fn only(&self, include: &Members, exclude: Option<&Members>) -> Result<Set<'a>> {
        let exclude = match exclude {
            Some(exclude) => exclude.clone(),
            None => {
                let mut heads: Members = self.changelog().heads().into_iter().collect();
                heads.subtract(&self.descendants(include, None)?.into_members()?);
                heads
            }
        };
        let mut excluded = self.ancestors(&exclude, None)?.into_members()?;
        // Not even where it is included: as in Mercurial, the null revision is never the answer.
        excluded.null = true;
        Ok(self.ancestors(include, None)?.minus(Set::new(excluded)))
    }

    /// What all `members` descend from, or are.
    pub(super) fn common_ancestors(&self, members: &[Rev]) -> Result<Set<'a>> {
        let mut common: Option<Set<'a>> = None;
        for rev in members {
            let ancestors = self.ancestors(&[*rev].into_iter().collect(), None)?;
            common = Some(match common {
                None => ancestors,
                Some(common) => common.and(ancestors),
            });
        }
        Ok(common.unwrap_or_else(|| Set::new(Members::default())))
    }

    /// The nearest changeset that all `revs` descend from; of several the one with the lowest node, as in Mercurial.
    pub(super) fn common_ancestor(&self, revs: &[Rev]) -> Result<Option<Rev>> {
        let Some((first, others)) = revs.split_first() else { return Ok(None) };
        let mut nearest = *first;
        for rev in others {
            let common = self.common_ancestors(&[nearest, *rev])?.into_members()?;
            let heads = self.heads(common).into_members()?;
            let Some(best) = heads.iter().min_by_key(|rev| self.changelog().node(*rev)) else { return Ok(None) };
            nearest = best;
        }
        Ok(Some(nearest))
    }
}
