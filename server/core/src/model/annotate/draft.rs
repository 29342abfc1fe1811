//! Annotating a text that is not committed: an open buffer, or a file of the working copy.

use std::ops::Range;
use std::sync::Arc;

use super::ahead::Ahead;
use super::origins::{Lineage, Origin, Origins};
use super::spans::{self, Span};
use super::stored::Stored;
use super::texts::{Shelf, Texts};
use super::walk::{Suspect, Walk};
use super::{Annotation, Hunk, Options, Prefer, asked};
use crate::error::Result;
use crate::ids::{FileNode, Mode, RepoPath, Rev};
use crate::linediff::{self, Spaces, Tail, Whitespace};
use crate::model::history::{self, History};
use crate::model::text;
use crate::objects::Entry;
use crate::repository::Snapshot;

/// A text on top of some revisions.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// Where it would be committed.
    pub path: &'a RepoPath,
    /// The text as it would be committed: line ends and other filters applied.
    pub text: &'a [u8],
    /// The working directory's parents: none before the first commit, several while a merge is in flight.
    pub parents: &'a [Rev],
    /// Where the file was renamed or copied from, for parents that have nothing at `path`.
    pub source: Option<&'a RepoPath>,
}

impl Draft<'_> {
    /// Annotates the text: its lines in `ranges`, or all. Lines that are not committed belong to [`Rev::WDIR`].
    pub fn annotate(
        &self,
        snapshot: &Snapshot,
        ranges: Option<&[Range<u32>]>,
        options: &Options,
    ) -> Result<Annotation> {
        text::check(self.path, self.text)?;
        let history = history::of(snapshot);
        let lineage = Lineage::new(snapshot, &*history, options);
        let stored = Stored::new(snapshot, options);
        Ahead::run(Shelf::new(snapshot.objects.another(), options.spaces), |ahead| {
            let mut walk = Walk::new(&lineage, &stored, ahead, options, &snapshot.cancel);
            let lines = walk.texts.cut(self.text.to_vec());
            let spans = asked(ranges, lines.len());
            let origins = self.origins(&*history, &mut walk.texts, options.prefer)?;
            // Its lines are at hand: the node is never looked for.
            let entry = Entry { node: FileNode::NULL, mode: Mode::File };
            let path = Arc::new(self.path.clone());
            walk.pass_on(Suspect { rev: Rev::WDIR, path, entry, lines: Some(lines), spans }, origins)?;
            walk.run()
        })
    }

    /// The parents' versions.
    pub(in crate::model) fn origins(
        &self,
        history: &dyn History,
        texts: &mut Texts,
        prefer: Prefer,
    ) -> Result<Origins> {
        let mut origins = Vec::new();
        for parent in self.parents {
            origins.extend(self.origin(history, *parent)?);
        }
        if prefer == Prefer::P2 {
            origins.reverse();
        }
        for origin in &origins {
            if texts.lines(origin.entry.node)?.text() == self.text {
                return Ok(Origins::Whole(origin.clone()));
            }
        }
        Ok(Origins::Several(origins))
    }

    fn origin(&self, history: &dyn History, parent: Rev) -> Result<Option<Origin>> {
        for path in [Some(self.path), self.source].into_iter().flatten() {
            if let Some(version) = history.version(path, parent)? {
                let is_text = version.entry.mode != Mode::Submodule;
                let path = Arc::new(path.clone());
                return Ok(is_text.then_some(Origin { rev: version.rev, path, entry: version.entry }));
            }
        }
        Ok(None)
    }
}

/// The annotation of `edited`, which was `committed`, whose whole annotation is `annotation`: one comparison, no walk.
///
/// The same answer as [`Draft::annotate`] with that one parent.
pub fn map_over(
    annotation: &Annotation,
    committed: &[u8],
    edited: &[u8],
    path: &RepoPath,
    spaces: Spaces,
) -> Annotation {
    let whitespace = Whitespace { spaces, ignore_blank_lines: false };
    let hunks = linediff::hunks(committed, edited, whitespace, Tail::Cut);
    let count = bstr::ByteSlice::lines_with_terminator(edited).count() as u32;
    let path = Arc::new(path.clone());
    let split = spans::split(&asked(None, count), &hunks);
    let mut parts = Vec::new();
    for Span { at, target, count, .. } in split.kept {
        let path = Arc::clone(&path);
        parts.push(Hunk { start: target, count, rev: Rev::WDIR, path, origin_start: at, skipped: false });
    }
    parts.extend(split.passed.iter().flat_map(|span| annotation.of_span(span)));
    Annotation::from_parts(parts)
}
