//! Annotations of older versions that the store has: where a line arrives at one of them, its way down ends.
//!
//! That gives the same answer as going on, because the way of a line from a version down depends on nothing but that
//! version, the line, and how lines are followed: not on the text that was asked for, nor on the other lines. How
//! lines are followed is part of an annotation's key, the skipped changesets included, as far as they can matter.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::{Annotation, Hunk, Options};
use crate::cancel::Cancelled;
use crate::graph::RevSet;
use crate::ids::{RepoPath, Rev};
use crate::linediff::Spaces;
use crate::repository::Snapshot;
use crate::store::{self, AnnotationKey, Run};

/// More skipped changesets than this are more than a key should hold.
const MOST_SKIPPED: usize = 1000;

/// The stored annotations, as far as they were made in the same way.
pub(super) struct Stored<'a> {
    store: Option<&'a store::Reader>,
    options: &'a Options,
    keys: RefCell<HashMap<Arc<RepoPath>, Vec<AnnotationKey>>>,
}

impl<'a> Stored<'a> {
    pub fn new(snapshot: &'a Snapshot, options: &'a Options) -> Self {
        let is_usual = options.skip.iter().take(MOST_SKIPPED + 1).count() <= MOST_SKIPPED;
        Self { store: snapshot.store.as_ref().filter(|_| is_usual), options, keys: RefCell::default() }
    }

    /// The annotation of the version of `path` that `rev` put there, if it is stored.
    pub fn get(&self, rev: Rev, path: &Arc<RepoPath>) -> Result<Option<Annotation>, Cancelled> {
        let (Some(store), Some(key)) = (self.store, self.key(rev, path)?) else { return Ok(None) };
        Ok(store::usable(store.annotation(path, &key))?.map(Annotation::from_runs))
    }

    /// Whether it is stored, though perhaps damaged.
    pub fn has(&self, rev: Rev, path: &Arc<RepoPath>) -> Result<bool, Cancelled> {
        Ok(self.key(rev, path)?.is_some())
    }

    fn key(&self, rev: Rev, path: &Arc<RepoPath>) -> Result<Option<AnnotationKey>, Cancelled> {
        let Some(store) = self.store else { return Ok(None) };
        let mut all = self.keys.borrow_mut();
        let keys = match all.get(path) {
            Some(keys) => keys,
            None => {
                let mut keys = store::usable(store.annotations(path))?.unwrap_or_default();
                keys.retain(|key| key.way == way(self.options, key.rev));
                all.entry(Arc::clone(path)).or_insert(keys)
            }
        };
        Ok(keys.iter().find(|key| key.rev == rev).cloned())
    }

    /// Keeps the annotation of the whole version of `path` that `rev` put there.
    pub fn keep(&self, rev: Rev, path: &RepoPath, annotation: &Annotation) {
        if let Some(store) = self.store {
            store.remember_annotation(path, rev, way(self.options, rev), annotation.runs());
        }
    }
}

/// How lines are followed from `rev` down, as bytes: all that decides beside history and contents.
fn way(options: &Options, rev: Rev) -> Vec<u8> {
    let Options { follow, prefer, spaces, skip, skip_by } = options;
    let spaces = match spaces {
        Spaces::Compare => 0,
        Spaces::IgnoreAtEol => 1,
        Spaces::IgnoreChange => 2,
        Spaces::IgnoreAll => 3,
    };
    let skipped: Vec<u8> = below(skip, rev).flat_map(|rev| rev.0.to_le_bytes()).collect();
    // Without anything to skip, how to skip makes no difference.
    let skip_by = if skipped.is_empty() { 0 } else { *skip_by as u8 };
    let mut way = vec![spaces | u8::from(*follow) << 2 | (*prefer as u8) << 3 | skip_by << 4];
    way.extend(skipped);
    way
}

fn below(skip: &RevSet, rev: Rev) -> impl Iterator<Item = Rev> + '_ {
    // What is newer than a version cannot be among what it comes from.
    skip.iter().take_while(move |skipped| *skipped <= rev)
}

impl Annotation {
    fn from_runs(runs: Vec<Run>) -> Self {
        let mut start = 0;
        let hunk = |Run { count, rev, path, origin_start, guessed }| {
            let hunk = Hunk { start, count, rev, path, origin_start, skipped: guessed };
            start += count;
            hunk
        };
        Self { hunks: runs.into_iter().map(hunk).collect() }
    }

    fn runs(&self) -> Vec<Run> {
        let run = |hunk: &Hunk| Run {
            count: hunk.count,
            rev: hunk.rev,
            path: Arc::clone(&hunk.path),
            origin_start: hunk.origin_start,
            guessed: hunk.skipped,
        };
        self.hunks.iter().map(run).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::annotate::{Prefer, SkipBy};

    #[test]
    fn what_makes_a_difference_makes_another_key() {
        let skipping = |revs: &[i32], skip_by| Options {
            skip: revs.iter().map(|rev| Rev(*rev)).collect(),
            skip_by,
            ..Options::default()
        };
        let ways = [
            Options::default(),
            Options { follow: false, ..Options::default() },
            Options { prefer: Prefer::P2, ..Options::default() },
            Options { spaces: Spaces::IgnoreAtEol, ..Options::default() },
            Options { spaces: Spaces::IgnoreChange, ..Options::default() },
            Options { spaces: Spaces::IgnoreAll, ..Options::default() },
            skipping(&[3], SkipBy::Likeness),
            skipping(&[3], SkipBy::Position),
            skipping(&[4], SkipBy::Likeness),
            skipping(&[3, 4], SkipBy::Likeness),
        ];
        let mut keys: Vec<_> = ways.iter().map(|options| way(options, Rev(10))).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), ways.len());
    }

    #[test]
    fn what_came_later_makes_none() {
        let options = |skip: &[i32]| Options { skip: skip.iter().map(|rev| Rev(*rev)).collect(), ..Options::default() };
        assert_eq!(way(&options(&[5, 11]), Rev(10)), way(&options(&[5]), Rev(10)));
        assert_ne!(way(&options(&[5, 11]), Rev(11)), way(&options(&[5]), Rev(11)));
        let by_position = Options { skip_by: SkipBy::Position, ..options(&[11]) };
        assert_eq!(way(&by_position, Rev(10)), way(&Options::default(), Rev(10)));
    }
}
