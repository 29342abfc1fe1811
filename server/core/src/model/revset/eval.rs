//! The evaluator: operators and the rules of order, which are Mercurial's (`mercurial/revset.py`): the first operand of
//! `and` gives the order, `or` puts one set after the other, `a:b` counts in the direction that is written. Functions
//! are elsewhere.

use std::rc::Rc;

use super::args;
use super::ast::{Binary, Expr, Unary};
use super::dates::Clock;
use super::error::Error;
use super::functions;
use super::reader::Reader;
use super::set::{Members, Set};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::graph::RevSet;
use crate::ids::Rev;
use crate::model::changelog::Changelog;
use crate::model::names;
use crate::repository::Snapshot;

/// What somebody will do with a set: where its order does not matter it need not be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The order matters.
    Order,
    /// Only which revisions there are.
    Members,
}

/// Evaluates expressions on one snapshot.
pub(super) struct Evaluator<'a> {
    pub(super) reader: Rc<Reader<'a>>,
    pub(super) clock: Clock,
    /// All that an expression sees: what is visible; everything for expressions about what is hidden.
    universe: RevSet,
    sees_hidden: bool,
}

impl<'a> Evaluator<'a> {
    /// For `expr`. An expression that asks for what is hidden sees it, as with Mercurial's `--hidden`.
    pub(super) fn new(snapshot: &'a Snapshot, clock: Clock, expr: &Expr) -> Self {
        let sees_hidden = expr.calls("hidden") || expr.calls("obsolete");
        let universe =
            if sees_hidden { RevSet::full(snapshot.changelog.len()) } else { snapshot.changelog.visible().clone() };
        Self { reader: Rc::new(Reader::new(snapshot)), clock, universe, sees_hidden }
    }

    pub(super) fn snapshot(&self) -> &'a Snapshot {
        self.reader.snapshot
    }

    pub(super) fn changelog(&self) -> &'a Changelog {
        &self.snapshot().changelog
    }

    pub(super) fn cancel(&self) -> &'a Cancel {
        &self.snapshot().cancel
    }

    /// The value of `expr`.
    pub(super) fn set(&self, expr: &Expr, wanted: Wanted) -> Result<Set<'a>> {
        Ok(match expr {
            Expr::Symbol(name) | Expr::Text(name) => self.named(name)?,
            Expr::RangeAll => self.all(),
            Expr::DagRangeAll => return Err(Error::invalid("can't use '::' in this context").into()),
            Expr::Nothing => return Err(Error::invalid("missing argument").into()),
            Expr::Unary(operator, operand) => self.unary(*operator, operand, wanted)?,
            Expr::Binary(operator, left, right) => self.binary(*operator, left, right, wanted)?,
            Expr::Or(items) => {
                let sets = self.alternatives(items, wanted)?;
                match wanted {
                    Wanted::Order => Set::chained(sets),
                    Wanted::Members => Set::joined(sets.into_iter()),
                }
            }
            Expr::List(_) => {
                let hint = Some("see 'hg help \"revsets.x or y\"'".to_owned());
                return Err(Error::Invalid { message: "can't use a list in this context".to_owned(), hint }.into());
            }
            Expr::Call { name, at, arguments } => functions::call(self, name, *at, arguments, wanted)?,
        })
    }

    /// The sets of the operands of `or`. Neighbours that are names become one: programs write thousands of them.
    fn alternatives(&self, items: &[Expr], wanted: Wanted) -> Result<Vec<Set<'a>>> {
        let is_name = |expr: &Expr| expr.text().is_some();
        let mut sets = Vec::new();
        for items in items.chunk_by(|one, other| is_name(one) && is_name(other)) {
            if let [single] = items {
                sets.push(self.set(single, wanted)?);
                continue;
            }
            let mut seen = Members::default();
            let mut revs = Vec::new();
            for name in items.iter().filter_map(Expr::text) {
                self.cancel().check()?;
                let rev = self.name(name)?;
                if !seen.contains(rev) {
                    seen.insert(rev);
                    revs.push(rev);
                }
            }
            sets.push(Set::listed(revs));
        }
        Ok(sets)
    }

    /// The revisions that `expr` stands for, every test made.
    pub(super) fn members(&self, expr: &Expr) -> Result<Members> {
        self.set(expr, Wanted::Members)?.into_members()
    }

    /// All that can be seen, ascending.
    pub(super) fn all(&self) -> Set<'a> {
        Set::new(self.universe.clone())
    }

    pub(super) fn universe(&self) -> &RevSet {
        &self.universe
    }

    /// Those of `revs` that can be seen, ascending.
    pub(super) fn seen(&self, mut revs: RevSet) -> Set<'a> {
        revs.intersect_with(&self.universe);
        Set::new(revs)
    }

    /// All that can be seen and passes `test`, which is asked for one revision after the other.
    pub(super) fn filter(&self, test: impl Fn(&Reader<'a>, Rev) -> Result<bool> + 'a) -> Set<'a> {
        let reader = Rc::clone(&self.reader);
        self.all().filter(Rc::new(move |rev| {
            reader.snapshot.cancel.check()?;
            test(&reader, rev)
        }))
    }

    /// The parents of a revision, the working directory's included.
    pub(super) fn parents(&self, rev: Rev) -> Vec<Rev> {
        match rev {
            Rev::WDIR => names::working_parents(self.snapshot()).collect(),
            _ => self.changelog().parents(rev).collect(),
        }
    }

    fn named(&self, name: &str) -> Result<Set<'a>> {
        Ok(Set::listed([self.name(name)?]))
    }

    fn name(&self, name: &str) -> Result<Rev> {
        if name.is_empty() {
            return Err(Error::invalid("empty string is not a valid revision").into());
        }
        if self.sees_hidden { Ok(names::find(self.snapshot(), name)?) } else { names::resolve(self.snapshot(), name) }
    }

    fn unary(&self, operator: Unary, operand: &Expr, wanted: Wanted) -> Result<Set<'a>> {
        match operator {
            Unary::Group => self.set(operand, wanted),
            Unary::Not => Ok(self.all().minus(self.set(operand, Wanted::Members)?)),
            Unary::Negate => {
                let text = operand.text().ok_or_else(|| Error::invalid("can't negate that"))?;
                self.named(&format!("-{text}"))
            }
            Unary::RangeTo => {
                let last = self.set(operand, Wanted::Order)?.last()?;
                Ok(self.range(Some(Rev(0)), last))
            }
            Unary::RangeFrom => {
                let first = self.set(operand, Wanted::Order)?.first()?;
                Ok(self.range(first, Some(self.highest())))
            }
            Unary::Ancestors => self.ancestors(&self.members(operand)?, None),
            Unary::Descendants => self.descendants(&self.members(operand)?, None),
            Unary::FirstParent => Ok(self.parents_of(&self.members(operand)?, |number| number == 0)),
            Unary::Only => self.only(&self.members(operand)?, None),
        }
    }

    fn binary(&self, operator: Binary, left: &Expr, right: &Expr, wanted: Wanted) -> Result<Set<'a>> {
        match operator {
            Binary::And => {
                let set = self.set(left, wanted)?;
                // Not to be taken from all: the left side may hold pseudo revisions.
                if let Expr::Unary(Unary::Not, excluded) = right.ungrouped() {
                    return Ok(set.minus(self.set(excluded, Wanted::Members)?));
                }
                Ok(set.and(self.set(right, Wanted::Members)?))
            }
            Binary::Minus => Ok(self.set(left, wanted)?.minus(self.set(right, Wanted::Members)?)),
            Binary::Only => self.only(&self.members(left)?, Some(&self.members(right)?)),
            Binary::Range => {
                let first = self.set(left, Wanted::Order)?.first()?;
                let last = self.set(right, Wanted::Order)?.last()?;
                Ok(self.range(first, last))
            }
            Binary::DagRange => self.between(&self.members(left)?, &self.members(right)?),
            Binary::Parent => {
                let number = args::text(right).and_then(|number| number.parse::<usize>().ok());
                let number = number.ok_or_else(|| Error::invalid("^ expects a number 0, 1, or 2"))?;
                let members = self.members(left)?;
                Ok(match number.checked_sub(1) {
                    None => Set::new(members),
                    Some(place) => self.parents_of(&members, |number| number == place),
                })
            }
            Binary::Ancestor => {
                let generations = args::integer(Some(right), "~ expects a number")?;
                self.nth_ancestors(&self.members(left)?, generations)
            }
            Binary::KeyValue => Err(Error::invalid("can't use a key-value pair in this context").into()),
        }
    }

    fn highest(&self) -> Rev {
        self.universe.last().unwrap_or(Rev::NULL)
    }

    /// What can be seen from `first` to `last`, both included, in that direction.
    fn range(&self, first: Option<Rev>, last: Option<Rev>) -> Set<'a> {
        let (Some(first), Some(last)) = (first, last) else { return Set::new(Members::default()) };
        let (low, high) = (first.min(last), first.max(last));
        let between = self.universe.iter().skip_while(|rev| *rev < low).take_while(|rev| *rev <= high);
        let mut members = Members::from(between.collect::<RevSet>());
        members.null = low.is_null();
        members.wdir = high == Rev::WDIR;
        Set::new(members).sorted(first > last)
    }
}
