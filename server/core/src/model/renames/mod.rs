//! Where a file that a changeset adds came from: a renamed or copied file of a parent, by content, as git decides it
//! for one path (`single_follow` in git's `diffcore-rename.c`, which `git blame` and `git log --follow` use).
//!
//! git's rules, in this order: a file with the very same content, if possible of the same name; the only removed file
//! of the same name, if it is three quarters the same; the file that is most similar, from one half on. The order of
//! candidates and what happens between equals is git's too, since it decides what is followed. Knows trees and
//! contents, and nothing of revision numbers.
//!
//! Two of git's settings are not looked at. A limit on the number of comparisons (`diff.renameLimit`) cannot be
//! reached with one target unless a million files are removed at once; `diff` attributes could declare a text binary.

mod candidates;
mod memory;
pub mod similarity;

pub use memory::Renames;

use std::sync::Arc;

use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::{Mode, RepoPath, TreeNode};
use crate::objects::{Entry, Objects};
use candidates::Candidate;
use similarity::{Score, Spans, sizes_allow};

/// Which files of the parent may be the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Among {
    /// Those that the changeset removed: renames, as `git blame` follows them.
    Removed,
    /// All, those that are still there too: renames and copies, as `git log --follow` follows them.
    All,
}

/// The source of `path`, which is `target` in the changeset with the manifest `root`, in the parent with the manifest
/// `parent`, where there is nothing at `path`.
pub fn source(
    objects: &Objects,
    parent: TreeNode,
    root: TreeNode,
    (path, target): (&RepoPath, Entry),
    among: Among,
    cancel: &Cancel,
) -> Result<Option<RepoPath>> {
    let candidates = candidates::list(objects, parent, root, among, cancel)?;
    let chosen = match exact(&candidates, path, target) {
        Some(chosen) => Some(chosen),
        None => similar(objects, &candidates, path, target, among, cancel)?,
    };
    Ok(chosen.and_then(|index| RepoPath::new(&*candidates[index].path)))
}

pub(crate) fn is_regular(mode: Mode) -> bool {
    matches!(mode, Mode::File | Mode::Executable)
}

fn base_name(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
}

/// The first of the candidates with the same content that has most of: being removed, and the same name.
fn exact(candidates: &[Candidate], path: &RepoPath, target: Entry) -> Option<usize> {
    // git looks at no more than this many.
    const ALTERNATIVES: usize = 100;
    let same_kind = |mode: Mode| mode == target.mode || (is_regular(mode) && is_regular(target.mode));
    let preference =
        |candidate: &Candidate| usize::from(candidate.removed) + usize::from(base_name(&candidate.path) == path.name());
    let same = candidates.iter().enumerate();
    let same = same.filter(|(_, candidate)| candidate.entry.node == target.node && same_kind(candidate.entry.mode));
    let mut best: Option<(usize, usize)> = None;
    for (index, candidate) in same.take(ALTERNATIVES) {
        let preference = preference(candidate);
        if best.is_none_or(|(_, most)| preference > most) {
            best = Some((index, preference));
        }
    }
    best.map(|(index, _)| index)
}

/// The candidate that is similar enough, if any.
fn similar(
    objects: &Objects,
    candidates: &[Candidate],
    path: &RepoPath,
    target: Entry,
    among: Among,
    cancel: &Cancel,
) -> Result<Option<usize>> {
    if !is_regular(target.mode) || candidates.is_empty() {
        return Ok(None);
    }
    let size = objects.size(target.node)?;
    let mut target_spans = None;
    let mut score = |candidate: &Candidate, least: Score| -> Result<Score> {
        cancel.check()?;
        if !is_regular(candidate.entry.mode) || !sizes_allow(size, objects.size(candidate.entry.node)?, least) {
            return Ok(Score::NONE);
        }
        let target_spans = match &target_spans {
            Some(spans) => Arc::clone(spans),
            None => Arc::clone(target_spans.insert(Arc::new(Spans::of(&objects.blob(target.node)?)))),
        };
        Ok(target_spans.score(&Spans::of(&objects.blob(candidate.entry.node)?)))
    };
    if among == Among::Removed {
        let mut namesakes = candidates.iter().enumerate().filter(|(_, one)| base_name(&one.path) == path.name());
        if let (Some((index, namesake)), None) = (namesakes.next(), namesakes.next())
            && score(namesake, Score::SAME_NAME)? >= Score::SAME_NAME
        {
            return Ok(Some(index));
        }
    }
    let mut best = Best::default();
    for (index, candidate) in candidates.iter().enumerate() {
        let same_name = base_name(&candidate.path) == path.name();
        best.offer(Scored { score: score(candidate, Score::RENAME)?, same_name, index });
    }
    Ok(best.choose(|index| candidates[index].removed))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scored {
    pub score: Score,
    pub same_name: bool,
    pub index: usize,
}

impl Scored {
    pub fn rank(&self) -> (Score, bool) {
        (self.score, self.same_name)
    }
}

/// The best few candidates, kept as git keeps them: in a handful of places, a better one taking the first of the worst
/// places. So it is not simply the first or the last that wins among equals.
#[derive(Default)]
pub(crate) struct Best {
    pub places: Vec<Scored>,
}

impl Best {
    const PLACES: usize = 4;

    pub fn offer(&mut self, scored: Scored) {
        if self.places.len() < Self::PLACES {
            self.places.push(scored);
            return;
        }
        // `min_by_key` gives the first of equals.
        if let Some(worst) = self.places.iter_mut().min_by_key(|place| place.rank())
            && worst.rank() < scored.rank()
        {
            *worst = scored;
        }
    }

    /// The best one that is similar enough; removed files go before those that are still there, whatever their score.
    fn choose(mut self, removed: impl Fn(usize) -> bool) -> Option<usize> {
        self.places.retain(|place| place.score >= Score::RENAME);
        self.places.sort_by_key(|place| std::cmp::Reverse(place.rank()));
        let chosen = self.places.iter().find(|place| removed(place.index)).or(self.places.first());
        chosen.map(|place| place.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::FileNode;

    fn candidate(path: &str, node: u8, removed: bool) -> Candidate {
        let entry = Entry { node: FileNode([node; 20]), mode: Mode::File };
        Candidate { path: path.as_bytes().into(), entry, removed }
    }

    #[test]
    fn the_same_content_under_the_same_name_is_preferred() -> Result<(), &'static str> {
        let path = RepoPath::new("new/name").ok_or("a path")?;
        let target = Entry { node: FileNode([1; 20]), mode: Mode::Executable };
        let removed = [candidate("a", 1, true), candidate("b/name", 1, true), candidate("c/name", 1, true)];
        assert_eq!(exact(&removed, &path, target), Some(1));
        assert_eq!(exact(&removed[..1], &path, target), Some(0));
        let link = Entry { mode: Mode::Symlink, ..target };
        assert_eq!(exact(&removed, &path, link), None, "a link is no renamed file");
        let kept = [candidate("a", 1, false), candidate("b", 1, true), candidate("c/name", 1, false)];
        assert_eq!(exact(&kept, &path, target), Some(1), "the first of those that are removed or of the same name");
        Ok(())
    }

    #[test]
    fn among_equals_a_later_one_may_take_an_earlier_place() {
        let best = |scores: &[u32]| {
            let mut best = Best::default();
            for (index, score) in scores.iter().enumerate() {
                best.offer(Scored { score: Score(*score), same_name: false, index });
            }
            best.choose(|_| true)
        };
        assert_eq!(best(&[40_000, 50_000, 50_000]), Some(1));
        assert_eq!(best(&[0, 50_000, 0, 0, 50_000]), Some(4), "it took the place of the first");
        assert_eq!(best(&[29_999]), None);
        assert_eq!(best(&[]), None);
    }

    #[test]
    fn a_removed_file_goes_before_a_better_one_that_stays() {
        let mut best = Best::default();
        best.offer(Scored { score: Score(50_000), same_name: false, index: 0 });
        best.offer(Scored { score: Score(31_000), same_name: false, index: 1 });
        assert_eq!(best.choose(|index| index == 1), Some(1));
    }
}
