//! The log: changesets of the whole repository, of an expression, or those that touch some files, page by page. Knows
//! nothing of the history of one file under other names: that is [`filelog`](super::filelog).

use std::fmt;
use std::hash::{Hash as _, Hasher as _};
use std::str::FromStr;
use std::sync::{Arc, Weak};

use crate::error::{Explain, Kind, Result};
use crate::graph::RevSet;
use crate::ids::{Node, RepoPath, Rev};
use crate::model::changelog::Changelog;
use crate::model::changeset::{Changeset, Changesets};
use crate::model::edges::{Edge, Edges};
use crate::model::revset::{self, Clock, OrderedRevs};
use crate::repository::Snapshot;

/// What to list.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// An expression, which gives the order; all that is visible, newest first, without one.
    pub revset: Option<&'a str>,
    /// Only changesets that touch one of these files, or a file below one of these folders; all when empty.
    pub paths: &'a [RepoPath],
    /// At most so many.
    pub limit: usize,
    /// With the edges between them, as a graph has them: newest first whatever the order of the expression. All of the
    /// set is found for that, unless `found` has it.
    pub graph: bool,
    /// All of the set, where a page before has found it. What is another query's, or out of date, counts for nothing.
    pub found: Option<&'a Found>,
    /// Where a page before ended; the query is otherwise the same.
    pub cursor: Option<&'a Cursor>,
    /// What time it is, for expressions that ask.
    pub clock: Clock,
}

/// Some changesets.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// In the order of the query.
    pub changesets: Vec<Changeset>,
    /// Of a graph: the edges of each of them; else empty.
    pub edges: Vec<Vec<(Node, Edge)>>,
    /// Of a graph that goes on: all of the set, unless that is simply all that is visible.
    pub found: Option<Found>,
    /// Where the next page begins; `None` when there is no more.
    pub next: Option<Cursor>,
}

/// All that a query has found, for its further pages: true as long as the references are what they were.
#[derive(Clone, Debug)]
pub struct Found {
    revs: RevSet,
    query: u64,
    /// Tells one state of the references from another, without keeping it.
    of: Weak<Changelog>,
}

impl Found {
    /// How many bytes it takes.
    pub fn weight(&self) -> usize {
        self.revs.weight()
    }

    fn answers(&self, query: &Query<'_>, snapshot: &Snapshot) -> bool {
        self.query == query.fingerprint() && std::ptr::eq(self.of.as_ptr(), Arc::as_ptr(&snapshot.changelog))
    }
}

/// Where a page ended: the changeset, by node, since numbers and expressions may mean something else when the next page
/// is asked for. To a client it is a word without meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    last: Node,
    /// How many came before the end: where to go on when the changeset has left the set.
    count: usize,
    /// Of the expression and the paths: a cursor is good for the query that it came from.
    query: u64,
}

/// The cursor was not made by this query, or the history that it was made from is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cursor cannot be used any more")]
pub struct StaleCursor;

impl Explain for StaleCursor {
    fn kind(&self) -> Kind {
        Kind::InvalidArgument
    }

    fn hint(&self) -> Option<String> {
        Some("ask for the first page again".to_owned())
    }
}

/// One page of the log.
pub fn log(snapshot: &Snapshot, query: &Query<'_>) -> Result<Page> {
    // A page behind the first has no working directory to list, which is in no set of bits.
    let known = query.found.filter(|found| query.cursor.is_some() && found.answers(query, snapshot));
    let mut revs = match known {
        Some(found) => OrderedRevs::of(found.revs.clone()),
        None => set(snapshot, query)?,
    };
    if query.graph {
        revs = revs.sorted_newest_first();
    }
    let shown = match (query.graph, known) {
        (false, _) => RevSet::new(),
        (true, Some(found)) => found.revs.clone(),
        (true, None) => revs.unordered()?,
    };
    let mut edges = query.graph.then(|| Edges::new(snapshot, &shown));
    let before = query.cursor.map_or(0, |cursor| cursor.count);
    if let Some(cursor) = query.cursor {
        let last = snapshot.changelog.rev(&cursor.last).filter(|_| cursor.query == query.fingerprint());
        revs = revs.behind(last.ok_or(StaleCursor)?, cursor.count)?;
    }
    let (mut listed, mut led, mut next) = (Vec::new(), Vec::new(), None);
    for rev in revs.iter() {
        snapshot.cancel.check()?;
        let rev: Rev = rev?;
        if listed.len() == query.limit {
            next = listed.last().map(|last| Cursor {
                last: snapshot.changelog.node(*last),
                count: before + listed.len(),
                query: query.fingerprint(),
            });
            break;
        }
        listed.push(rev);
        if let Some(edges) = &mut edges {
            let of = edges.of(rev)?;
            led.push(of.into_iter().map(|(to, edge)| (snapshot.changelog.node(to), edge)).collect());
        }
    }
    let is_searched = query.graph && !(query.revset.is_none() && query.paths.is_empty());
    let of = Arc::downgrade(&snapshot.changelog);
    let found = (is_searched && next.is_some()).then(|| Found { revs: shown, query: query.fingerprint(), of });
    Ok(Page { changesets: Changesets::new(snapshot).all(&listed)?, edges: led, found, next })
}

/// What the query lists, in its order.
fn set<'a>(snapshot: &'a Snapshot, query: &Query<'_>) -> Result<OrderedRevs<'a>> {
    let revs = match query.revset {
        Some(expression) => revset::evaluate(snapshot, expression, query.clock)?,
        None => OrderedRevs::newest_first(snapshot),
    };
    if query.paths.is_empty() { Ok(revs) } else { revs.touching(snapshot, query.paths) }
}

impl Query<'_> {
    /// Tells it from other queries, whatever page is asked for.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        self.revset.hash(&mut hasher);
        self.paths.hash(&mut hasher);
        self.graph.hash(&mut hasher);
        hasher.finish()
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{:x}", self.last, self.count, self.query)
    }
}

impl FromStr for Cursor {
    type Err = StaleCursor;

    fn from_str(text: &str) -> Result<Self, StaleCursor> {
        let mut parts = text.split('.');
        let mut next = || parts.next().ok_or(StaleCursor);
        let last = Node::from_hex(next()?.as_bytes()).ok_or(StaleCursor)?;
        let count = next()?.parse().map_err(|_| StaleCursor)?;
        let query = u64::from_str_radix(next()?, 16).map_err(|_| StaleCursor)?;
        match parts.next() {
            None => Ok(Self { last, count, query }),
            Some(_) => Err(StaleCursor),
        }
    }
}

#[cfg(test)]
mod tests;
