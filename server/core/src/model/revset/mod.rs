//! Revision sets: Mercurial's language for naming sets of changesets, read and evaluated.
//!
//! [`evaluate`] gives an [`OrderedRevs`], which finds its revisions as they are asked for: the first of a million cost
//! no more than the first of ten. Grammar, order, functions and messages are Mercurial's (`hg help revsets`); what is
//! different is said at the function. The module knows nothing of what becomes of the revisions.

mod args;
mod ast;
mod dates;
mod error;
mod eval;
mod files;
mod functions;
mod graph;
mod lexer;
mod parser;
mod predicates;
mod reader;
mod set;
mod strings;
mod touching;

pub use dates::{Clock, exact_date};
pub use error::Error;

use crate::error::Result;
use crate::graph::RevSet;
use crate::ids::{RepoPath, Rev};
use crate::model::names;
use crate::repository::Snapshot;
use eval::{Evaluator, Wanted};
use files::FilePattern;
use set::Set;
use touching::Which;

/// The revisions that an expression stands for, in its order, each once.
pub struct OrderedRevs<'a> {
    set: Set<'a>,
}

/// Evaluates `expression`. Names are resolved, and errors in it found, at once; what has to be read of each changeset
/// is read when the revisions are asked for.
pub fn evaluate<'a>(snapshot: &'a Snapshot, expression: &str, clock: Clock) -> Result<OrderedRevs<'a>> {
    let expr = parser::parse(expression, &|name| names::is_name(snapshot, name))?;
    let eval = Evaluator::new(snapshot, clock, &expr);
    Ok(OrderedRevs { set: eval.set(&expr, Wanted::Order)? })
}

/// The one revision that `text` stands for: a name, or the last one of an expression, as Mercurial's commands take it.
/// It may be [`Rev::NULL`] or [`Rev::WDIR`].
pub fn single(snapshot: &Snapshot, text: &str, clock: Clock) -> Result<Rev> {
    if names::is_name(snapshot, text) {
        return names::resolve(snapshot, text);
    }
    let last = evaluate(snapshot, text, clock)?.set.last()?;
    Ok(last.ok_or_else(|| Error::NoAnswer("empty revision set".to_owned()))?)
}

impl<'a> OrderedRevs<'a> {
    /// These, ascending.
    pub(super) fn of(revs: RevSet) -> Self {
        Self { set: Set::new(revs) }
    }

    /// All that is visible, newest first.
    pub(super) fn newest_first(snapshot: &'a Snapshot) -> Self {
        Self { set: Set::new(snapshot.changelog.visible().clone()).sorted(true) }
    }

    /// The same ones, newest first.
    pub(super) fn sorted_newest_first(self) -> Self {
        Self { set: self.set.sorted(true) }
    }

    /// Those that touch one of `paths`, files or folders.
    pub(super) fn touching(self, snapshot: &'a Snapshot, paths: &[RepoPath]) -> Result<Self> {
        let patterns = paths.iter().map(|path| FilePattern::Within(Some(path.clone()))).collect();
        Ok(Self { set: touching::touching(snapshot, self.set, patterns, Which::Any)? })
    }

    /// Those behind `rev`. When it is not among them any more and their order says nothing of its place, those behind
    /// the first `count`.
    pub(super) fn behind(self, rev: Rev, count: usize) -> Result<Self> {
        let set = match self.set.clone().after(rev)? {
            Some(rest) => rest,
            None => Set::listed(self.set.iter().skip(count).collect::<Result<Vec<_>>>()?),
        };
        Ok(Self { set })
    }

    /// The revisions. After an error, cancellation among them, there is nothing more.
    pub fn iter(&self) -> impl Iterator<Item = Result<Rev>> + '_ {
        self.set.iter()
    }

    /// Whether `rev` is among them.
    pub fn contains(&self, rev: Rev) -> Result<bool> {
        self.set.contains(rev)
    }

    /// All of them without their order, and without the working directory, which is in no set of bits.
    pub(super) fn unordered(&self) -> Result<RevSet> {
        let mut found = RevSet::new();
        for rev in self.iter() {
            found.insert(rev?);
        }
        Ok(found)
    }

    /// All of them.
    pub fn list(&self) -> Result<Vec<Rev>> {
        self.set.list()
    }
}

#[cfg(test)]
mod tests;
