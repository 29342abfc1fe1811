//! The tracked files of the working copy, as they are now. Joins git's index with a scan; knows no revision.

use std::collections::BTreeMap;
use std::ops::Range;

use super::against::{Difference, differences};
use crate::error::Result;
use crate::git::{self, Found, Index, Scan, Scope, Unknown, Wanted, WorkingCopy, scan};
use crate::ids::{RepoPath, TreeNode};
use crate::objects::Entry;
use crate::repository::Moment;

/// One look at the working copy, or at the part of it that was asked for.
pub(crate) struct Working<'a> {
    index: &'a Index,
    scan: Scan,
    /// What was asked for.
    scope: Scope,
    /// Which entries of the index were asked for: ascending, apart from each other.
    ranges: Vec<Range<usize>>,
}

/// A path compared with a changeset.
pub(crate) struct Compared {
    pub path: RepoPath,
    /// In the changeset.
    pub old: Option<Entry>,
    /// In the working copy; `None` when it is not tracked.
    pub tracked: Option<TrackedFile>,
}

/// A tracked file.
pub(crate) struct TrackedFile {
    /// What a commit would record; `None` when nothing is there.
    pub now: Option<Entry>,
    /// A submodule with changes of its own.
    pub dirty: bool,
    /// Whether it has a conflict.
    pub conflict: bool,
}

impl<'a> Working<'a> {
    /// Looks at `paths` and what is below, or at everything when there are none.
    pub fn look(moment: &'a Moment, paths: &[RepoPath], wanted: Wanted) -> Result<Self> {
        if moment.location.workdir.is_none() {
            return Err(git::Error::Bare { path: moment.location.root().to_owned() }.into());
        }
        let index = moment.git.index()?;
        let scope = Scope::of_or_whole(paths);
        let scan = scan(&moment.location, &moment.git, index, &scope, wanted, &moment.cancel)?;
        let ranges = ranges(index, paths);
        Ok(Self { index, scan, scope, ranges })
    }

    /// Whether there is something at `path`: on disk, or tracked.
    pub fn exists(moment: &Moment, path: &RepoPath) -> Result<bool> {
        if WorkingCopy::new(&moment.git, &moment.location)?.exists(path)? {
            return Ok(true);
        }
        let index = moment.git.index()?;
        Ok(!index.find(path).is_empty() || !index.range_within(path).is_empty())
    }

    /// The files asked for that may differ from the changeset with the tree `base`, or `all` of them, ordered by path.
    pub fn compared(&self, moment: &Moment, base: Option<TreeNode>, all: bool) -> Result<Vec<Compared>> {
        let mut compared = Vec::new();
        let mut olds: BTreeMap<usize, Option<Entry>> = BTreeMap::new();
        for Difference { path, at, old } in differences(moment, self.index, base, &self.scope)? {
            match at {
                Some(at) => _ = olds.insert(at, old),
                None => compared.push(Compared { path, old, tracked: None }),
            }
        }
        let mut positions: Vec<usize> = match all {
            true => self.ranges.iter().cloned().flatten().collect(),
            false => self.scan.differing.iter().map(|(at, _)| *at).chain(olds.keys().copied()).collect(),
        };
        positions.sort_unstable();
        let entries = positions.into_iter().filter_map(|at| Some((at, self.index.tracked.get(at)?)));
        let mut previous = None;
        for (at, tracked) in entries {
            if previous.replace(&tracked.path) == Some(&tracked.path) {
                continue;
            }
            let found = self.scan.differing.binary_search_by_key(&at, |(at, _)| *at).ok();
            let (now, dirty) = match found.and_then(|found| self.scan.differing.get(found)).map(|(_, found)| *found) {
                None => (Some(tracked.entry), false),
                Some(Found::Missing) => (None, false),
                Some(Found::Is(entry)) => (Some(entry), false),
                Some(Found::Dirty(entry)) => (Some(entry), true),
            };
            let old = olds.get(&at).copied().unwrap_or(Some(tracked.entry));
            let tracked_file = TrackedFile { now, dirty, conflict: tracked.stage > 0 };
            compared.push(Compared { path: tracked.path.clone(), old, tracked: Some(tracked_file) });
        }
        compared.sort_by(|one, two| one.path.cmp(&two.path));
        Ok(compared)
    }

    /// What is not tracked.
    pub fn unknown(&self) -> impl Iterator<Item = &Unknown> {
        self.scan.unknown.iter()
    }
}

fn ranges(index: &Index, paths: &[RepoPath]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    if paths.is_empty() {
        ranges.push(0..index.tracked.len());
    }
    for path in paths {
        ranges.extend([index.range_of(path), index.range_within(path)]);
    }
    ranges.retain(|range| !range.is_empty());
    // One path may be asked for twice, or lie within another.
    ranges.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    ranges.dedup_by(|next, kept| next.end <= kept.end);
    ranges
}
