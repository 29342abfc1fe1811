//! The history of some lines: the changesets that made them what they are.
//!
//! Lines are passed down to parents as annotate does. Where a changeset changed some of them it is listed, and what
//! stood in their place before goes on: all older lines of the hunks that they lie in, as `git log -L` takes them. So
//! the first changeset that is listed for a line is annotate's answer. Removing lines between others changes none of
//! them and is not listed, other than by git; nor is a merge that has each line from some parent.

mod cursor;
mod ranges;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

pub use cursor::Cursor;

use crate::error::{Explain, Kind, Result};
use crate::ids::{RepoPath, Rev};
use crate::linediff::{Hunk, Lines, Spaces};
use crate::model::annotate::origins::{Lineage, Origin, Origins};
use crate::model::annotate::texts::{Shelf, Texts};
use crate::model::annotate::{self, Draft, Options, Prefer};
use crate::model::history::{self, Version};
use crate::model::text;
use crate::repository::Snapshot;
use ranges::Ranges;

/// What the lines are lines of.
#[derive(Clone, Copy, Debug)]
pub enum Start<'a> {
    /// A file of a revision.
    Committed(&'a RepoPath, Rev),
    /// A text that is not committed. It is the first entry, [`Rev::WDIR`], where it changes lines.
    Draft(Draft<'a>),
}

/// What to list.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    /// What the lines are lines of. Not looked at beside a cursor.
    pub start: Start<'a>,
    /// The lines, counted from 0; beyond the end there are none.
    pub range: Range<u32>,
    /// At most so many.
    pub limit: usize,
    /// Where a page before ended.
    pub cursor: Option<&'a Cursor>,
}

/// Some changesets, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// By descending revision.
    pub entries: Vec<Entry>,
    /// Where the next page begins; `None` when there is no more.
    pub next: Option<Cursor>,
}

/// A changeset that changed some of the lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The changeset.
    pub rev: Rev,
    /// The path that the file had there.
    pub path: Arc<RepoPath>,
    /// From the first to the last of the lines that it changed, as it left them.
    pub range: Range<u32>,
}

/// Why there is no history of lines.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The cursor was not made here, or the history that it was made from is gone.
    #[error("the cursor cannot be used any more")]
    StaleCursor,
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        Kind::InvalidArgument
    }

    fn hint(&self) -> Option<String> {
        Some("ask for the first page again".to_owned())
    }
}

/// One page of the history of lines.
pub fn linelog(snapshot: &Snapshot, query: &Query) -> Result<Page> {
    let history = history::of(snapshot);
    let lineage = Lineage::new(snapshot, &*history, &Options::default());
    let texts = Texts::new(Shelf::new(&*snapshot.objects, Spaces::Compare));
    let mut walk = Walk { snapshot, lineage, texts, pending: Pending::default(), lines: BTreeMap::new() };
    let mut page = Page::default();
    match query.cursor {
        Some(cursor) => walk.pending = cursor.pending(snapshot.changelog.graph())?,
        None => page.entries.extend(walk.start(query)?),
    }
    while let Some(((rev, path), ranges)) = walk.pending.pop_last() {
        snapshot.cancel.check()?;
        if page.entries.len() >= query.limit {
            // It may be that nothing below changed the lines: then the next page is empty.
            walk.pending.insert((rev, path), ranges);
            page.next = Some(Cursor::new(&walk.pending, snapshot.changelog.graph()));
            break;
        }
        page.entries.extend(walk.step(rev, path, ranges)?);
    }
    Ok(page)
}

/// Versions of files and the lines of them that are to be followed.
type Pending = BTreeMap<(Rev, Arc<RepoPath>), Ranges>;

struct Walk<'a> {
    snapshot: &'a Snapshot,
    lineage: Lineage<'a>,
    texts: Texts<'a>,
    pending: Pending,
    /// Contents of pending versions that have been read.
    lines: BTreeMap<(Rev, Arc<RepoPath>), Arc<Lines>>,
}

impl Walk<'_> {
    fn start(&mut self, query: &Query) -> Result<Option<Entry>> {
        let history = self.lineage.history;
        match query.start {
            Start::Committed(path, rev) => {
                let Some(Version { rev, entry, .. }) = history.version(path, rev)? else {
                    let node = self.snapshot.changelog.node(rev);
                    return Err(annotate::Error::NoSuchFile { path: path.clone(), node }.into());
                };
                text::check_entry(&self.snapshot.objects, path, entry)?;
                let lines = self.texts.lines(entry.node)?;
                text::check(path, lines.text())?;
                let key = (rev, Arc::new(path.clone()));
                self.pending.insert(key.clone(), Ranges::new(query.range.start..query.range.end.min(lines.len())));
                self.lines.insert(key, lines);
                Ok(None)
            }
            Start::Draft(draft) => {
                text::check(draft.path, draft.text)?;
                let lines = self.texts.cut(draft.text.to_vec());
                let origins = draft.origins(history, &mut self.texts, Prefer::P1)?;
                let ranges = Ranges::new(query.range.start..query.range.end.min(lines.len()));
                self.pass_on(Rev::WDIR, Arc::new(draft.path.clone()), ranges, Some(lines), origins)
            }
        }
    }

    fn step(&mut self, rev: Rev, path: Arc<RepoPath>, ranges: Ranges) -> Result<Option<Entry>> {
        let lines = self.lines.remove(&(rev, Arc::clone(&path)));
        let Some(Version { entry, .. }) = self.lineage.history.version(&path, rev)? else { return Ok(None) };
        let origins = self.lineage.of(rev, &path, entry)?;
        let lines = match (lines, &origins) {
            (None, Origins::Several(origins)) if !origins.is_empty() => Some(self.texts.lines(entry.node)?),
            (lines, _) => lines,
        };
        self.pass_on(rev, path, ranges, lines, origins)
    }

    /// Passes lines on to the parents that have them, and what stood in place of the others to all of them.
    fn pass_on(
        &mut self,
        rev: Rev,
        path: Arc<RepoPath>,
        mut ranges: Ranges,
        lines: Option<Arc<Lines>>,
        origins: Origins,
    ) -> Result<Option<Entry>> {
        let mut compared: Vec<(Origin, Vec<Hunk>)> = Vec::new();
        match origins {
            Origins::Whole(origin) => {
                self.add(&origin, ranges, lines);
                return Ok(None);
            }
            Origins::Several(origins) => {
                for origin in origins {
                    let (false, Some(lines)) = (ranges.is_empty(), &lines) else { break };
                    self.snapshot.cancel.check()?;
                    let parent = self.texts.lines(origin.entry.node)?;
                    let hunks = self.texts.hunks(&parent, lines);
                    let (passed, kept) = ranges.split(&hunks);
                    self.add(&origin, passed, Some(parent));
                    ranges = kept;
                    compared.push((origin, hunks));
                }
            }
        }
        let Some(range) = ranges.bounds() else { return Ok(None) };
        for (origin, hunks) in compared {
            self.add(&origin, ranges.before(&hunks), None);
        }
        Ok(Some(Entry { rev, path, range }))
    }

    fn add(&mut self, origin: &Origin, ranges: Ranges, lines: Option<Arc<Lines>>) {
        if ranges.is_empty() {
            return;
        }
        let key = (origin.rev, Arc::clone(&origin.path));
        if let Some(lines) = lines {
            self.lines.insert(key.clone(), lines);
        }
        self.pending.entry(key).or_default().extend(ranges);
    }
}
