//! The tracked files of the working copy, as they are now. Joins git's index with a scan; knows no revision.

use std::ops::Range;

use crate::error::Result;
use crate::git::{self, Found, Index, Scan, Scope, Unknown, Wanted, WorkingCopy, scan};
use crate::ids::RepoPath;
use crate::objects::Entry;
use crate::repository::Moment;

/// One look at the working copy, or at the part of it that was asked for.
pub(crate) struct Working<'a> {
    index: &'a Index,
    scan: Scan,
    /// Which entries of the index were asked for: ascending, apart from each other.
    ranges: Vec<Range<usize>>,
}

/// A tracked path.
pub(crate) struct TrackedFile {
    pub path: RepoPath,
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
        Ok(Self { index, scan, ranges })
    }

    /// Whether there is something at `path`: on disk, or tracked.
    pub fn exists(moment: &Moment, path: &RepoPath) -> Result<bool> {
        if WorkingCopy::new(&moment.git, &moment.location)?.exists(path)? {
            return Ok(true);
        }
        let index = moment.git.index()?;
        Ok(!index.find(path).is_empty() || !index.range_within(path).is_empty())
    }

    /// The tracked files asked for, ordered by path.
    pub fn tracked(&self) -> impl Iterator<Item = TrackedFile> {
        let mut differing = self.scan.differing.iter().peekable();
        let mut positions = self.ranges.iter().cloned().flatten().peekable();
        std::iter::from_fn(move || {
            let at = positions.next()?;
            let tracked = self.index.tracked.get(at)?;
            while positions.next_if(|next| self.index.tracked[*next].path == tracked.path).is_some() {}
            while differing.next_if(|(position, _)| *position < at).is_some() {}
            let found = differing.next_if(|(position, _)| *position == at).map(|(_, found)| *found);
            let (now, dirty) = match found {
                None => (Some(tracked.entry), false),
                Some(Found::Missing) => (None, false),
                Some(Found::Is(entry)) => (Some(entry), false),
                Some(Found::Dirty(entry)) => (Some(entry), true),
            };
            Some(TrackedFile { path: tracked.path.clone(), now, dirty, conflict: tracked.stage > 0 })
        })
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
