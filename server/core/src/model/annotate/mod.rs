//! Annotate: which changeset each line of a file comes from.
//!
//! Lines are passed from the newest version down to its parents, as `git blame` does, and the answer is git's, line for
//! line: a parent with the same content takes everything; otherwise parents are compared in order, and a line goes to
//! the first that has it. Source of the algorithm: git's `blame.c`. Versions come from [`History`], line differences
//! from [`linediff`](crate::linediff), renames from [`renames`](crate::model::renames).

mod ahead;
mod draft;
mod guess;
pub(in crate::model) mod origins;
mod plan;
pub mod spans;
mod stored;
#[cfg(test)]
mod tests;
pub(in crate::model) mod texts;
mod walk;

use std::ops::Range;
use std::sync::Arc;

pub use draft::{Draft, map_over};

use crate::error::{Explain, Kind, Result};
use crate::graph::RevSet;
use crate::ids::{Node, RepoPath, Rev};
use crate::linediff::Spaces;
use crate::model::history;
use crate::model::text;
use crate::repository::Snapshot;
use ahead::Ahead;
use origins::Lineage;
use spans::Span;
use stored::Stored;
use texts::Shelf;
use walk::{Suspect, Walk};

/// How to annotate. The default is what `git blame` does.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether to go on under the old name where a file was renamed; otherwise its lines belong to the rename.
    pub follow: bool,
    /// Which parent a line comes from that several parents of a merge have.
    pub prefer: Prefer,
    /// Which spaces count when lines are compared.
    pub spaces: Spaces,
    /// Changesets that lines are not to be attributed to where it can be avoided.
    pub skip: RevSet,
    /// How it is avoided.
    pub skip_by: SkipBy,
}

/// Which parent a line comes from that several parents of a merge have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Prefer {
    /// The first, as git says.
    #[default]
    P1,
    /// The last, as Mercurial says.
    P2,
}

/// How the line is found that a line of a skipped changeset was before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SkipBy {
    /// By likeness: `git blame --ignore-rev`.
    #[default]
    Likeness,
    /// By its position in the hunk: `hg annotate --skip`.
    Position,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            follow: true,
            prefer: Prefer::default(),
            spaces: Spaces::default(),
            skip: RevSet::new(),
            skip_by: SkipBy::default(),
        }
    }
}

/// Where lines come from: in ascending order, each line that was asked for in exactly one hunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotation {
    /// As few as possible.
    pub hunks: Vec<Hunk>,
}

/// Lines that stand together here and where they come from. Lines are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The first line.
    pub start: u32,
    /// How many lines.
    pub count: u32,
    /// The changeset that they come from; [`Rev::WDIR`] when they are not committed.
    pub rev: Rev,
    /// The path that the file had there.
    pub path: Arc<RepoPath>,
    /// The first line there.
    pub origin_start: u32,
    /// Whether the origin is a guess, made to pass over a skipped changeset (hg marks such lines with `*`).
    pub skipped: bool,
}

/// Why a file cannot be annotated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such file in the revision.
    #[error("{path}: no such file in rev {}", .node.short())]
    NoSuchFile {
        /// The file.
        path: RepoPath,
        /// The revision.
        node: Node,
    },
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchFile { .. } => Kind::NotTracked,
        }
    }
}

/// Annotates `path` as it is in `rev`: its lines in `ranges`, or all. Ranges may overlap and reach beyond the end.
pub fn annotate(
    snapshot: &Snapshot,
    path: &RepoPath,
    rev: Rev,
    ranges: Option<&[Range<u32>]>,
    options: &Options,
) -> Result<Annotation> {
    let history = history::of(snapshot);
    let Some(version) = history.version(path, rev)? else {
        return Err(Error::NoSuchFile { path: path.clone(), node: snapshot.changelog.node(rev) }.into());
    };
    let stored = Stored::new(snapshot, options);
    let path = Arc::new(path.clone());
    if let Some(whole) = stored.get(version.rev, &path)? {
        return Ok(match ranges {
            Some(ranges) => whole.within(ranges),
            None => whole,
        });
    }
    text::check_entry(&snapshot.objects, &path, version.entry)?;
    let lineage = Lineage::new(snapshot, &*history, options);
    let annotation = Ahead::run(Shelf::new(snapshot.objects.another(), options.spaces), |ahead| {
        let mut walk = Walk::new(&lineage, &stored, ahead, options, &snapshot.cancel);
        let lines = walk.texts.lines(version.entry.node)?;
        text::check(&path, lines.text())?;
        let (path, lines, spans) = (Arc::clone(&path), Some(Arc::clone(&lines)), asked(ranges, lines.len()));
        walk.add(Suspect { rev: version.rev, path, entry: version.entry, lines, spans });
        walk.run()
    })?;
    if ranges.is_none() {
        stored.keep(version.rev, &path, &annotation);
    }
    Ok(annotation)
}

/// The spans of the lines that were asked for, each line once.
fn asked(ranges: Option<&[Range<u32>]>, count: u32) -> Vec<Span> {
    let everything = 0..count;
    let mut ranges: Vec<_> = ranges
        .unwrap_or(std::slice::from_ref(&everything))
        .iter()
        .map(|range| range.start..range.end.min(count))
        .collect();
    ranges.sort_unstable_by_key(|range| range.start);
    let mut spans = Vec::new();
    let mut done = 0;
    for range in ranges {
        let start = range.start.max(done);
        if start < range.end {
            spans.push(Span { at: start, target: start, count: range.end - start, guessed: false });
            done = range.end;
        }
    }
    spans
}

impl Annotation {
    /// The hunk that a line lies in.
    pub fn at(&self, line: u32) -> Option<&Hunk> {
        let index = self.hunks.partition_point(|hunk| hunk.start + hunk.count <= line);
        self.hunks.get(index).filter(|hunk| hunk.start <= line)
    }

    /// What it says of the lines in `ranges`, which may overlap and reach beyond the end: each line once.
    pub fn within(&self, ranges: &[Range<u32>]) -> Self {
        let spans = asked(Some(ranges), self.end());
        Self { hunks: spans.iter().flat_map(|span| self.of_span(span)).collect() }
    }

    /// What it says of the lines of `span`, as lines of the text that the span leads to.
    fn of_span<'a>(&'a self, span: &Span) -> impl Iterator<Item = Hunk> + use<'a> {
        let Span { at, target, count, guessed } = *span;
        let first = self.hunks.partition_point(|hunk| hunk.start + hunk.count <= at);
        self.hunks.iter().skip(first).take_while(move |hunk| hunk.start < at + count).map(move |hunk| {
            let (start, end) = (hunk.start.max(at), (hunk.start + hunk.count).min(at + count));
            Hunk {
                start: target + (start - at),
                count: end - start,
                origin_start: hunk.origin_start + (start - hunk.start),
                skipped: hunk.skipped || guessed,
                ..hunk.clone()
            }
        })
    }

    /// Where the last hunk ends.
    fn end(&self) -> u32 {
        self.hunks.last().map_or(0, |hunk| hunk.start + hunk.count)
    }

    /// This one, and where it says that lines are not committed, what `other`, of the same text, says of them.
    pub fn or(self, other: &Self) -> Self {
        let parts = self.hunks.into_iter().flat_map(|hunk| match hunk.rev {
            Rev::WDIR => other.within(std::slice::from_ref(&(hunk.start..hunk.start + hunk.count))).hunks,
            _ => vec![hunk],
        });
        Self::from_parts(parts.collect())
    }

    /// Sorts hunks and joins those that continue each other in both texts.
    fn from_parts(mut hunks: Vec<Hunk>) -> Self {
        hunks.sort_unstable_by_key(|hunk| hunk.start);
        hunks.dedup_by(|next, kept| {
            let continues = kept.start + kept.count == next.start
                && (kept.rev, kept.skipped) == (next.rev, next.skipped)
                && kept.origin_start + kept.count == next.origin_start
                && kept.path == next.path;
            if continues {
                kept.count += next.count;
            }
            continues
        });
        Self { hunks }
    }
}
