//! The way of lines down through history: version by version, the newest first, so that each is visited once.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::guess::{self, Guesses};
use super::spans::{self, Span, Split};
use super::texts::Texts;
use super::{Annotation, Hunk, Options, Prefer, SkipBy};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::graph::Graph;
use crate::ids::{Mode, RepoPath, Rev};
use crate::linediff::{self, Lines};
use crate::model::history::{History, Version};
use crate::model::renames::{Among, Renames};
use crate::objects::Entry;
use crate::repository::Snapshot;

pub(super) struct Walk<'a> {
    graph: &'a Graph,
    history: &'a dyn History,
    renames: &'a Renames<'a>,
    cancel: &'a Cancel,
    options: &'a Options,
    texts: Texts<'a>,
    /// Versions that have lines to account for, by revision and path.
    pending: BTreeMap<(Rev, Arc<RepoPath>), Pending>,
    done: Vec<Hunk>,
}

struct Pending {
    entry: Entry,
    lines: Option<Rc<Lines>>,
    spans: Vec<Span>,
}

/// A version with lines that come from it or from before it.
pub(super) struct Suspect {
    pub rev: Rev,
    pub path: Arc<RepoPath>,
    pub entry: Entry,
    /// The content, if it is at hand.
    pub lines: Option<Rc<Lines>>,
    pub spans: Vec<Span>,
}

/// A parent's version.
#[derive(Clone)]
pub(super) struct Origin {
    pub rev: Rev,
    pub path: Arc<RepoPath>,
    pub entry: Entry,
}

/// Where a version's lines can come from.
pub(super) enum Origins {
    /// It is the same content: all come from here.
    Whole(Origin),
    /// To be compared in this order.
    Several(Vec<Origin>),
}

impl<'a> Walk<'a> {
    pub fn new(
        snapshot: &'a Snapshot,
        history: &'a dyn History,
        renames: &'a Renames<'a>,
        texts: Texts<'a>,
        options: &'a Options,
    ) -> Self {
        let (graph, cancel) = (&**snapshot.changelog.graph(), &snapshot.cancel);
        Self { graph, history, renames, cancel, options, texts, pending: BTreeMap::new(), done: Vec::new() }
    }

    /// Adds lines to account for.
    pub fn add(&mut self, suspect: Suspect) {
        let Suspect { rev, path, entry, lines, spans } = suspect;
        if spans.is_empty() {
            return;
        }
        let new = || Pending { entry, lines: None, spans: Vec::new() };
        let pending = self.pending.entry((rev, path)).or_insert_with(new);
        pending.spans.extend(spans);
        pending.lines = pending.lines.take().or(lines);
    }

    /// Accounts for all lines.
    pub fn run(mut self) -> Result<Annotation> {
        while let Some(((rev, path), Pending { entry, lines, spans })) = self.pending.pop_last() {
            self.cancel.check()?;
            let origins = self.origins(rev, &path, entry)?;
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
                Some(lines) => Rc::clone(lines),
                None => Rc::clone(suspect.lines.insert(self.texts.lines(suspect.entry.node)?)),
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
    fn divide(&mut self, origin: &Origin, lines: &Rc<Lines>, Split { passed, kept }: Split) -> Vec<Span> {
        let Origin { rev, path, entry } = origin.clone();
        self.add(Suspect { rev, path, entry, lines: Some(Rc::clone(lines)), spans: passed });
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

    /// The parents' versions. First all parents are asked for the same path, then those that lack it for a renamed
    /// file: the same content under the same path in any parent saves the search.
    fn origins(&self, rev: Rev, path: &Arc<RepoPath>, entry: Entry) -> Result<Origins> {
        let parents: Vec<Rev> = self.graph.parents(rev).collect();
        let mut found: Vec<Option<Origin>> = vec![None; parents.len()];
        for renamed in [false, true] {
            if renamed && !self.options.follow {
                break;
            }
            for (index, parent) in parents.iter().enumerate() {
                let origin = match self.history.version(path, *parent)? {
                    Some(version) if !renamed => self.unrenamed(path, entry, version),
                    None if renamed => self.renamed(rev, *parent, path, entry)?,
                    _ => None,
                };
                let Some(origin) = origin else { continue };
                let has = |node| move |other: &Origin| other.entry.node == node;
                if self.options.prefer == Prefer::P1 {
                    if has(entry.node)(&origin) {
                        return Ok(Origins::Whole(origin));
                    }
                    if found[..index].iter().flatten().any(has(origin.entry.node)) {
                        continue;
                    }
                }
                found[index] = Some(origin);
            }
        }
        let found = found.into_iter().flatten().collect();
        match self.options.prefer {
            Prefer::P1 => Ok(Origins::Several(found)),
            Prefer::P2 => self.last_first(entry, found),
        }
    }

    fn unrenamed(&self, path: &Arc<RepoPath>, entry: Entry, version: Version) -> Option<Origin> {
        let kind = |mode: Mode| if mode == Mode::Executable { Mode::File } else { mode };
        let same_kind = kind(version.entry.mode) == kind(entry.mode);
        same_kind.then(|| Origin { rev: version.rev, path: Arc::clone(path), entry: version.entry })
    }

    fn renamed(&self, rev: Rev, parent: Rev, path: &RepoPath, entry: Entry) -> Result<Option<Origin>> {
        let Some(source) = self.renames.source(rev, parent, path, entry, Among::Removed)? else { return Ok(None) };
        let version = self.history.version(&source, parent)?;
        Ok(version.map(|Version { rev, entry, .. }| Origin { rev, path: Arc::new(source), entry }))
    }

    /// Mercurial's order. There a file has no parent from which another one descends, and later parents go first.
    fn last_first(&self, entry: Entry, found: Vec<Origin>) -> Result<Origins> {
        let mut origins: Vec<Origin> = Vec::new();
        for (index, origin) in found.iter().enumerate() {
            let mut superseded = false;
            for (other_index, other) in found.iter().enumerate() {
                let older = other.rev > origin.rev || (other.rev == origin.rev && other_index > index);
                superseded |= older && self.graph.is_ancestor(origin.rev, other.rev, self.cancel)?;
            }
            if !superseded {
                origins.insert(0, origin.clone());
            }
        }
        match origins.first() {
            Some(first) if first.entry.node == entry.node => Ok(Origins::Whole(first.clone())),
            _ => Ok(Origins::Several(origins)),
        }
    }
}

/// A parent's version beside the differences to it.
struct Compared {
    origin: Origin,
    parent: Rc<Lines>,
    hunks: Vec<linediff::Hunk>,
}
