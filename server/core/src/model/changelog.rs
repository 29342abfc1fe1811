//! The changelog: the graph of changesets as the references of one moment show it, with visibility and phases.
//!
//! Making one is cheap: the [`Graph`] is shared, and only two bit sets depend on the references, each made as far as
//! somebody asks. Knows nothing of names.

use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::cancel::{Cancel, Cancelled};
use crate::graph::{Ancestors, Graph, RevSet};
use crate::ids::Rev;

/// The graph, seen from the references of one moment. Everything of [`Graph`] can be asked of it; those answers
/// include hidden changesets.
#[derive(Debug)]
pub struct Changelog {
    graph: Arc<Graph>,
    visible: Reached,
    public: Reached,
    /// The ancestors of what was asked for last.
    below: Mutex<VecDeque<Below>>,
}

/// The ancestors of one changeset.
#[derive(Clone, Debug)]
struct Below {
    of: Rev,
    /// Whether that is public, and so all of them.
    is_public: bool,
    reached: Arc<Reached>,
}

/// Of so many changesets the ancestors are remembered: `HEAD`, and what it is compared with.
const MOST_BELOW: usize = 4;

/// Some changesets, and what they descend from: milliseconds in a large repository, so not before somebody asks, and no
/// further down.
#[derive(Debug)]
pub struct Reached {
    tips: Vec<Rev>,
    some: Mutex<Option<Ancestors>>,
    all: OnceLock<RevSet>,
}

impl Reached {
    fn from(tips: &[Rev]) -> Self {
        Self { tips: tips.to_vec(), some: Mutex::default(), all: OnceLock::new() }
    }

    /// Whether `rev` is one of them, in the graph that they were found in.
    pub fn contains(&self, graph: &Graph, rev: Rev, cancel: &Cancel) -> Result<bool, Cancelled> {
        match self.all.get() {
            Some(all) => Ok(all.contains(rev)),
            None => self.down_to(graph, rev, cancel, |some| some.contains(rev)),
        }
    }

    /// The same, which nothing can cancel.
    fn has(&self, graph: &Graph, rev: Rev) -> bool {
        self.contains(graph, rev, &Cancel::new()).unwrap_or_default()
    }

    /// Whether it is known to be one of them, as far as has been walked.
    fn has_met(&self, rev: Rev) -> bool {
        self.lock().as_ref().is_some_and(|some| some.contains(rev))
    }

    fn all(&self, graph: &Graph) -> &RevSet {
        let all = || self.down_to(graph, Rev(0), &Cancel::new(), |some| some.clone());
        self.all.get_or_init(|| all().unwrap_or_default().into_set())
    }

    fn down_to<T>(
        &self,
        graph: &Graph,
        rev: Rev,
        cancel: &Cancel,
        give: impl FnOnce(&mut Ancestors) -> T,
    ) -> Result<T, Cancelled> {
        let mut some = self.lock();
        let some = some.get_or_insert_with(|| graph.begin_ancestors(&self.tips));
        some.walk_down_to(graph, rev, cancel)?;
        Ok(give(some))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Ancestors>> {
        // What a panic left behind is a walk that is not finished.
        self.some.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Changelog {
    /// What is visible are `tips` (of bookmarks, tags, remote bookmarks, `HEAD` and other worktrees' `HEAD`s) and their
    /// ancestors; public are `remote_tips` (of remote bookmarks alone) and theirs. The rest keeps its numbers and is
    /// hidden.
    pub fn new(graph: Arc<Graph>, tips: &[Rev], remote_tips: &[Rev]) -> Self {
        Self { graph, visible: Reached::from(tips), public: Reached::from(remote_tips), below: Mutex::default() }
    }

    /// The graph without the references.
    pub fn graph(&self) -> &Arc<Graph> {
        &self.graph
    }

    /// Whether it can be reached from a reference. The null revision always is; the working directory's is none.
    pub fn is_visible(&self, rev: Rev) -> bool {
        rev.is_null() || self.visible.has(&self.graph, rev)
    }

    /// All that can be reached from a reference.
    pub fn visible(&self) -> &RevSet {
        self.visible.all(&self.graph)
    }

    /// Whether a remote has it, as far as this clone knows. The null revision is public.
    pub fn is_public(&self, rev: Rev) -> bool {
        // What was walked for another reason need not be walked again.
        let below_public = || self.below().iter().any(|below| below.is_public && below.reached.has_met(rev));
        rev.is_null() || below_public() || self.public.has(&self.graph, rev)
    }

    /// `rev` and its ancestors. Those who ask for the same go on where others stopped.
    pub fn ancestors_of(&self, rev: Rev) -> Arc<Reached> {
        let mut all = self.below();
        let known = all.iter().position(|below| below.of == rev).and_then(|at| all.remove(at));
        let below = known.unwrap_or_else(|| Below {
            of: rev,
            is_public: self.public.tips.contains(&rev),
            reached: Arc::new(Reached::from(&[rev])),
        });
        all.truncate(MOST_BELOW - 1);
        all.push_front(below.clone());
        below.reached
    }

    fn below(&self) -> MutexGuard<'_, VecDeque<Below>> {
        self.below.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All that a remote has.
    pub fn public(&self) -> &RevSet {
        self.public.all(&self.graph)
    }

    /// The highest visible revision, wherever `HEAD` is; [`Rev::NULL`] in an empty repository.
    pub fn tip(&self) -> Rev {
        // An ancestor is lower than its descendants: the highest tip is the highest of all.
        self.visible.tips.iter().copied().max().unwrap_or(Rev::NULL)
    }

    /// Visible revisions without visible children, newest first.
    pub fn heads(&self) -> Vec<Rev> {
        let mut heads = self.visible().clone();
        for rev in self.visible() {
            self.graph.parents(rev).for_each(|parent| {
                heads.remove(parent);
            });
        }
        heads.iter().rev().collect()
    }

    /// `revs` and what of their descendants is visible.
    pub fn visible_descendants(&self, revs: &[Rev], cancel: &Cancel) -> Result<RevSet, Cancelled> {
        // What a visible changeset descends from is visible: hidden ones never stand between.
        let mut set = self.graph.descendants(revs, cancel)?;
        set.intersect_with(self.visible());
        Ok(set)
    }
}

impl Deref for Changelog {
    type Target = Graph;

    fn deref(&self) -> &Graph {
        &self.graph
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::graph::Columns;
    use crate::ids::Node;

    /// 0 - 1 - 2, 1 - 3, 0 - 4
    fn changelog(tips: &[i32], remote_tips: &[i32]) -> Changelog {
        let mut columns = Columns::default();
        for (row, parents) in [&[][..], &[Rev(0)], &[Rev(1)], &[Rev(1)], &[Rev(0)]].into_iter().enumerate() {
            columns.push(Node([row as u8 + 1; 20]), crate::ids::TreeNode::EMPTY, parents, 0);
        }
        let revs = |revs: &[i32]| revs.iter().map(|rev| Rev(*rev)).collect::<Vec<_>>();
        let graph = Arc::new(columns.try_into().unwrap());
        Changelog::new(graph, &revs(tips), &revs(remote_tips))
    }

    #[test]
    fn what_no_reference_reaches_is_hidden_and_keeps_its_number() {
        let changelog = changelog(&[2, 3], &[]);
        assert_eq!((changelog.len(), changelog.tip()), (5, Rev(3)));
        assert!(!changelog.is_visible(Rev(4)) && changelog.is_visible(Rev(1)) && changelog.is_visible(Rev::NULL));
        assert!(!changelog.is_visible(Rev::WDIR) && !changelog.is_visible(Rev(5)));
        assert_eq!(changelog.heads(), [Rev(3), Rev(2)]);
        assert_eq!(changelog.visible_descendants(&[Rev(0)], &Cancel::new()).unwrap().len(), 4);
    }

    #[test]
    fn public_is_what_remotes_have() {
        let changelog = changelog(&[2, 3, 4], &[2]);
        let public: Vec<_> = (0..5).filter(|rev| changelog.is_public(Rev(*rev))).collect();
        assert_eq!(public, [0, 1, 2]);
    }

    #[test]
    fn ancestors_are_remembered_and_tell_phases() {
        let changelog = changelog(&[2, 3, 4], &[2, 4]);
        let of = |rev| changelog.ancestors_of(Rev(rev));
        for rev in [2, 3, 4, 1, 0, 2, 3] {
            let wanted = changelog.ancestors(&[Rev(rev)], &Cancel::new()).unwrap();
            for other in (0..5).rev().map(Rev) {
                assert_eq!(of(rev).contains(&changelog, other, &Cancel::new()), Ok(wanted.contains(other)));
                assert_eq!(changelog.is_public(other), other != Rev(3));
            }
        }
        assert!(Arc::ptr_eq(&of(3), &of(3)) && changelog.below().len() == MOST_BELOW);
        let cancel = Cancel::new();
        cancel.trip();
        let fresh = super::tests::changelog(&[2], &[]);
        assert!(fresh.ancestors_of(Rev(2)).contains(&fresh, Rev(0), &cancel).is_err());
        assert_eq!(fresh.ancestors_of(Rev(2)).contains(&fresh, Rev(0), &Cancel::new()), Ok(true));
    }

    #[test]
    fn without_remotes_everything_is_draft() {
        let changelog = changelog(&[4], &[]);
        assert!(changelog.public().is_empty() && changelog.is_public(Rev::NULL));
    }

    #[test]
    fn an_empty_repository_has_the_null_tip() {
        let changelog = Changelog::new(Arc::default(), &[], &[]);
        assert_eq!((changelog.tip(), changelog.heads()), (Rev::NULL, vec![]));
    }
}
