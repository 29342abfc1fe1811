//! The way of lines down through history: version by version, the newest first, so that each is visited once.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ahead::Ahead;
use super::guess::{self, Guesses};
use super::origins::{Lineage, Origin, Origins};
use super::plan::Plan;
use super::spans::{self, Span, Split};
use super::stored::Stored;
use super::texts::Texts;
use super::{Annotation, Hunk, Options, SkipBy};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::{RepoPath, Rev};
use crate::linediff::{self, Lines};
use crate::objects::Entry;

pub(super) struct Walk<'a> {
    lineage: &'a Lineage<'a>,
    stored: &'a Stored<'a>,
    cancel: &'a Cancel,
    options: &'a Options,
    pub texts: Texts<'a>,
    plan: Plan<'a>,
    /// Versions that have lines to account for, by revision and path.
    pending: BTreeMap<(Rev, Arc<RepoPath>), Pending>,
    done: Vec<Hunk>,
}

struct Pending {
    entry: Entry,
    lines: Option<Arc<Lines>>,
    spans: Vec<Span>,
}

/// A version with lines that come from it or from before it.
pub(super) struct Suspect {
    pub rev: Rev,
    pub path: Arc<RepoPath>,
    pub entry: Entry,
    /// The content, if it is at hand.
    pub lines: Option<Arc<Lines>>,
    pub spans: Vec<Span>,
}

impl<'a> Walk<'a> {
    pub fn new(
        lineage: &'a Lineage<'a>,
        stored: &'a Stored<'a>,
        ahead: &'a Ahead,
        options: &'a Options,
        cancel: &'a Cancel,
    ) -> Self {
        let (texts, plan) = (Texts::new(ahead), Plan::new(ahead, lineage, stored));
        Self { lineage, stored, cancel, options, texts, plan, pending: BTreeMap::new(), done: Vec::new() }
    }

    /// Adds lines to account for.
    pub fn add(&mut self, suspect: Suspect) {
        let Suspect { rev, path, entry, lines, spans } = suspect;
        if spans.is_empty() {
            return;
        }
        self.plan.add(rev, &path, entry);
        let new = || Pending { entry, lines: None, spans: Vec::new() };
        let pending = self.pending.entry((rev, path)).or_insert_with(new);
        pending.spans.extend(spans);
        pending.lines = pending.lines.take().or(lines);
    }

    /// Accounts for all lines.
    pub fn run(mut self) -> Result<Annotation> {
        while let Some(((rev, path), Pending { entry, lines, spans })) = self.pending.pop_last() {
            self.cancel.check()?;
            self.plan.follow(rev);
            if let Some(known) =
                self.stored.get(rev, &path)?.filter(|known| spans.iter().all(|span| span.end() <= known.end()))
            {
                self.done.extend(spans.iter().flat_map(|span| known.of_span(span)));
                continue;
            }
            let origins = self.lineage.of(rev, &path, entry)?;
            self.pass_on(Suspect { rev, path, entry, lines, spans }, origins)?;
        }
        Ok(Annotation::from_parts(self.done))
    }

    /// Passes lines on to where they come from; what is left comes from the suspect itself.
    pub fn pass_on(&mut self, mut suspect: Suspect, origins: Origins) -> Result<()> {
        let origins = match origins {
            Origins::Whole(Origin { rev, path, entry }) => {
                self.add(Suspect { rev, path, entry, ..suspect });
                return Ok(());
            }
            Origins::Several(origins) => origins,
        };
        spans::sort(&mut suspect.spans);
        let mut compared = Vec::new();
        for origin in origins {
            if suspect.spans.is_empty() {
                return Ok(());
            }
            self.cancel.check()?;
            let child = match &suspect.lines {
                Some(lines) => Arc::clone(lines),
                None => Arc::clone(suspect.lines.insert(self.texts.lines(suspect.entry.node)?)),
            };
            let parent = self.texts.lines(origin.entry.node)?;
            let hunks = self.texts.hunks(&parent, &child);
            let split = spans::split(&suspect.spans, &hunks);
            suspect.spans = self.divide(&origin, &parent, split);
            compared.push(Compared { origin, parent, hunks });
        }
        if self.options.skip.contains(suspect.rev) {
            self.guess(&mut suspect, &compared)?;
        }
        let Suspect { rev, path, spans, .. } = suspect;
        self.done.extend(spans.into_iter().map(|Span { at, target, count, guessed }| Hunk {
            start: target,
            count,
            rev,
            path: Arc::clone(&path),
            origin_start: at,
            skipped: guessed,
        }));
        Ok(())
    }

    /// Gives the origin what goes there; what is kept is left.
    fn divide(&mut self, origin: &Origin, lines: &Arc<Lines>, Split { passed, kept }: Split) -> Vec<Span> {
        let Origin { rev, path, entry } = origin.clone();
        self.add(Suspect { rev, path, entry, lines: Some(Arc::clone(lines)), spans: passed });
        kept
    }

    /// Passes on what a skipped changeset would be left with.
    fn guess(&mut self, suspect: &mut Suspect, compared: &[Compared]) -> Result<()> {
        let Some(child) = suspect.lines.clone() else { return Ok(()) };
        type Guess = fn(&Compared, &Lines) -> Guesses;
        let ways: &[Guess] = match self.options.skip_by {
            SkipBy::Likeness => &[|compared, child| guess::by_likeness(&compared.parent, child, &compared.hunks)],
            SkipBy::Position => &[
                |compared, _| guess::by_position(&compared.hunks, true),
                |compared, _| guess::by_position(&compared.hunks, false),
            ],
        };
        for way in ways {
            for compared in compared {
                self.cancel.check()?;
                let guesses = way(compared, &child);
                let split = spans::split_by_guesses(&suspect.spans, &compared.hunks, &guesses);
                suspect.spans = self.divide(&compared.origin, &compared.parent, split);
            }
        }
        Ok(())
    }
}

/// A parent's version beside the differences to it.
struct Compared {
    origin: Origin,
    parent: Arc<Lines>,
    hunks: Vec<linediff::Hunk>,
}
