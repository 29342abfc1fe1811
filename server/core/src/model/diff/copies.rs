//! Which added files are copies or new names of others: git's `-M` and `-C` over a whole diff (`diffcore-rename.c`,
//! 50 %). Knows changes and contents; where these come from is the caller's matter.
//!
//! First come the same contents, then the most similar ones, each source going to the target that is most like it.
//! With more than [`MOST`]² comparisons only the same contents count, as in git with its own default limit.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::rc::Rc;

use super::{Change, Copied};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::{FileNode, RepoPath};
use crate::model::renames::similarity::{Score, Spans, sizes_allow};
use crate::model::renames::{Best, Scored, is_regular};
use crate::objects::Entry;

/// git's `diff.renameLimit` where nothing is configured.
const MOST: usize = 1000;

/// What counts as a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Detect {
    /// Nothing: files are added and removed.
    Nothing,
    /// Removed files, each once (`-M`).
    Renames,
    /// Removed files, as often as need be, and those that the same diff modifies (`-M -C`).
    Copies,
}

/// Which side of a diff a content stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Before.
    Old,
    /// After.
    New,
}

/// Reads contents for the comparison.
pub type Read<'a> = dyn FnMut(Side, &RepoPath, Entry) -> Result<Vec<u8>> + 'a;

/// Sets [`Change::source`] of added files among `changes`, which are ordered by path. Removed files that are sources
/// stay in the list.
pub fn detect(changes: &mut [Change], detect: Detect, read: &mut Read<'_>, cancel: &Cancel) -> Result<()> {
    if detect == Detect::Nothing {
        return Ok(());
    }
    let mut matching = Matching {
        targets: targets(changes),
        sources: sources(changes, detect),
        changes,
        copies: detect == Detect::Copies,
        contents: HashMap::new(),
        read,
        cancel,
    };
    if !matching.targets.is_empty() && !matching.sources.is_empty() {
        matching.same()?;
        if !matching.copies {
            matching.namesakes()?;
        }
        matching.similar()?;
    }
    let Matching { targets, sources, .. } = matching;
    let mut uses: HashMap<usize, usize> = HashMap::new();
    targets.iter().filter_map(|target| target.found).for_each(|(source, _)| *uses.entry(source).or_default() += 1);
    for target in &targets {
        let Some((source, score)) = target.found else { continue };
        let from = &sources[source];
        // The last target of a removed source is its new name, those before are copies.
        let left = uses.entry(source).or_default();
        *left -= 1;
        let copied = Copied {
            path: changes[from.change].path.clone(),
            entry: from.entry,
            similarity: score.percent(),
            renamed: from.removed && *left == 0,
        };
        changes[target.change].source = Some(copied);
    }
    Ok(())
}

fn targets(changes: &[Change]) -> Vec<Target> {
    let added = changes.iter().enumerate().filter(|(_, one)| one.old.is_none());
    added.filter_map(|(change, one)| Some(Target { change, entry: one.new?, found: None })).collect()
}

fn sources(changes: &[Change], detect: Detect) -> Vec<Source> {
    let source = |(change, one): (usize, &Change)| {
        let removed = one.new.is_none();
        // A file that stays is its own first user.
        Some(Source { change, entry: one.old?, removed, used: !removed })
    };
    let sources = changes.iter().enumerate().filter_map(source);
    sources.filter(|source| source.removed || detect == Detect::Copies).collect()
}

struct Target {
    /// Position among the changes.
    change: usize,
    entry: Entry,
    /// Which source, and how alike they are.
    found: Option<(usize, Score)>,
}

struct Source {
    /// Position among the changes.
    change: usize,
    entry: Entry,
    removed: bool,
    used: bool,
}

struct Matching<'a, 'r> {
    changes: &'a [Change],
    targets: Vec<Target>,
    sources: Vec<Source>,
    copies: bool,
    contents: HashMap<(Side, usize), Rc<(u64, Spans)>>,
    read: &'a mut Read<'r>,
    cancel: &'a Cancel,
}

impl Matching<'_, '_> {
    /// The same content: best is one that is not used yet, with the same name.
    fn same(&mut self) -> Result<()> {
        let mut by_node: HashMap<FileNode, Vec<usize>> = HashMap::new();
        for (at, source) in self.sources.iter().enumerate() {
            by_node.entry(source.entry.node).or_default().push(at);
        }
        for target in 0..self.targets.len() {
            self.cancel.check()?;
            let entry = self.targets[target].entry;
            let mut best = None;
            for source in by_node.get(&entry.node).into_iter().flatten() {
                let Source { entry: other, used, .. } = self.sources[*source];
                let kinds_fit = entry.mode == other.mode || is_regular(entry.mode) && is_regular(other.mode);
                let rank = u8::from(!used) + u8::from(self.same_name(target, *source));
                if kinds_fit && (self.copies || !used) && best.is_none_or(|(_, best)| rank > best) {
                    best = Some((*source, rank));
                }
            }
            if let Some((source, _)) = best {
                self.record(target, source, Score::SAME);
            }
        }
        Ok(())
    }

    /// The only source and the only target of one name, when they are rather alike: where each source serves once, git
    /// looks no further for these.
    fn namesakes(&mut self) -> Result<()> {
        let mut names: HashMap<Vec<u8>, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for (at, source) in self.sources.iter().enumerate().filter(|(_, source)| !source.used) {
            names.entry(self.changes[source.change].path.name().to_vec()).or_default().0.push(at);
        }
        for (at, target) in self.targets.iter().enumerate().filter(|(_, target)| target.found.is_none()) {
            names.entry(self.changes[target.change].path.name().to_vec()).or_default().1.push(at);
        }
        for (sources, targets) in names.into_values() {
            if let ([source], [target]) = (sources.as_slice(), targets.as_slice()) {
                let score = self.score(*target, *source, Score::SAME_NAME)?;
                if score >= Score::SAME_NAME {
                    self.record(*target, *source, score);
                }
            }
        }
        Ok(())
    }

    /// Contents that are similar enough, the most similar ones first.
    fn similar(&mut self) -> Result<()> {
        let targets: Vec<usize> = (0..self.targets.len()).filter(|at| self.targets[*at].found.is_none()).collect();
        let usable = |source: &Source| self.copies || !source.used;
        let sources: Vec<usize> = (0..self.sources.len()).filter(|at| usable(&self.sources[*at])).collect();
        if targets.len().saturating_mul(sources.len()) > MOST * MOST {
            return Ok(());
        }
        let mut fits = Vec::new();
        for target in targets {
            let mut best = Best::default();
            for source in &sources {
                let score = self.score(target, *source, Score::RENAME)?;
                best.offer(Scored { score, same_name: self.same_name(target, *source), index: *source });
            }
            // No other target needs it again.
            self.contents.remove(&(Side::New, self.targets[target].change));
            fits.extend(best.places.into_iter().map(|fit| (target, fit)));
        }
        fits.retain(|(_, fit)| fit.score >= Score::RENAME);
        fits.sort_by_key(|(_, fit)| Reverse(fit.rank()));
        for again in [false, true] {
            for (target, fit) in &fits {
                if self.targets[*target].found.is_none() && (!self.sources[fit.index].used || again && self.copies) {
                    self.record(*target, fit.index, fit.score);
                }
            }
        }
        Ok(())
    }

    fn score(&mut self, target: usize, source: usize, least: Score) -> Result<Score> {
        self.cancel.check()?;
        let (target, source) = (&self.targets[target], &self.sources[source]);
        let (new, old) = ((target.change, target.entry), (source.change, source.entry));
        if !is_regular(new.1.mode) || !is_regular(old.1.mode) {
            return Ok(Score::NONE);
        }
        let (new, old) = (self.spans(Side::New, new)?, self.spans(Side::Old, old)?);
        Ok(if sizes_allow(new.0, old.0, least) { new.1.score(&old.1) } else { Score::NONE })
    }

    fn spans(&mut self, side: Side, (change, entry): (usize, Entry)) -> Result<Rc<(u64, Spans)>> {
        if let Some(spans) = self.contents.get(&(side, change)) {
            return Ok(Rc::clone(spans));
        }
        let content = (self.read)(side, &self.changes[change].path, entry)?;
        let spans = Rc::new((content.len() as u64, Spans::of(&content)));
        self.contents.insert((side, change), Rc::clone(&spans));
        Ok(spans)
    }

    fn record(&mut self, target: usize, source: usize, score: Score) {
        self.targets[target].found = Some((source, score));
        self.sources[source].used = true;
    }

    fn same_name(&self, target: usize, source: usize) -> bool {
        let path = |change: usize| &self.changes[change].path;
        path(self.targets[target].change).name() == path(self.sources[source].change).name()
    }
}
