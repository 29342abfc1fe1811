//! Where a page ended, as text: the versions that come next, by node, and the lines of them that are followed.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use super::{Error, Pending, Ranges};
use crate::graph::Graph;
use crate::ids::{Node, RepoPath};

/// Where a page ended. To a client it is a word without meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(Vec<(Node, RepoPath, Ranges)>);

impl Cursor {
    pub(super) fn new(pending: &Pending, graph: &Graph) -> Self {
        let part = |((rev, path), ranges): (&(_, Arc<RepoPath>), &Ranges)| {
            (graph.node(*rev), RepoPath::clone(path), ranges.clone())
        };
        Self(pending.iter().map(part).collect())
    }

    pub(super) fn pending(&self, graph: &Graph) -> Result<Pending, Error> {
        let part = |(node, path, ranges): &(Node, RepoPath, Ranges)| {
            let rev = graph.rev(node).filter(|rev| rev.index().is_some_and(|row| row < graph.len()));
            Ok(((rev.ok_or(Error::StaleCursor)?, Arc::new(path.clone())), ranges.clone()))
        };
        self.0.iter().map(part).collect()
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (node, path, ranges)) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            write!(f, "{dot}{node}-{}", path.to_hex())?;
            ranges.iter().try_for_each(|Range { start, end }| write!(f, "-{start}-{end}"))?;
        }
        Ok(())
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts: Option<_> = text.split('.').map(parse).collect();
        parts.map(Self).ok_or(Error::StaleCursor)
    }
}

fn parse(part: &str) -> Option<(Node, RepoPath, Ranges)> {
    let mut words = part.split('-');
    let node = Node::from_hex(words.next()?.as_bytes())?;
    let path = RepoPath::from_hex(words.next()?)?;
    let mut ranges = Vec::new();
    while let Some(start) = words.next() {
        ranges.push(start.parse().ok()?..words.next()?.parse().ok()?);
    }
    Some((node, path, ranges.into_iter().collect()))
}
