//! Where a page of a file log ended, as text. Changesets stand in it by node: they keep their meaning whatever arrives.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::{Error, Position, Scope};
use crate::graph::Graph;
use crate::ids::{Node, RepoPath, Rev};

/// Where a page ended. To a client it is a word without meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    scope: Option<Node>,
    below: Node,
    frontier: Vec<(Node, RepoPath)>,
}

impl Position {
    pub(super) fn cursor(&self, graph: &Graph) -> Cursor {
        let scope = match self.scope {
            Scope::Nothing => None,
            Scope::Ancestors(rev) => Some(graph.node(rev)),
            // No changeset has this node.
            Scope::Visible => Some(Node::WDIR),
        };
        let frontier = self.frontier.iter().map(|(rev, path)| (graph.node(*rev), RepoPath::clone(path))).collect();
        Cursor { scope, below: graph.node(self.below), frontier }
    }

    pub(super) fn resume(cursor: &Cursor, graph: &Graph) -> Result<Self, Error> {
        let rev = |node: &Node| graph.rev(node).filter(|rev| !rev.is_null()).ok_or(Error::StaleCursor);
        let scope = match &cursor.scope {
            None => Scope::Nothing,
            Some(node) => match rev(node)? {
                Rev::WDIR => Scope::Visible,
                start => Scope::Ancestors(start),
            },
        };
        let mut frontier = BTreeSet::new();
        for (node, path) in &cursor.frontier {
            frontier.insert((rev(node)?, Arc::new(path.clone())));
        }
        Ok(Self { scope, below: rev(&cursor.below)?, frontier })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope, below, frontier } = self;
        scope.iter().try_for_each(|node| write!(f, "{node}"))?;
        write!(f, ".{below}")?;
        for (node, path) in frontier {
            write!(f, ".{node}-{}", path.to_hex())?;
        }
        Ok(())
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text).ok_or(Error::StaleCursor)
    }
}

fn parse(text: &str) -> Option<Cursor> {
    let mut parts = text.split('.');
    let node = |hex: &str| Node::from_hex(hex.as_bytes());
    let scope = match parts.next()? {
        "" => None,
        hex => Some(node(hex)?),
    };
    let below = node(parts.next()?)?;
    let mut frontier = Vec::new();
    for part in parts {
        let (hex, path) = part.split_once('-')?;
        frontier.push((node(hex)?, RepoPath::from_hex(path)?));
    }
    Some(Cursor { scope, below, frontier })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() -> Result<(), Error> {
        let path = RepoPath::new(b"a b/\xff.".to_vec()).ok_or(Error::StaleCursor)?;
        let frontier = vec![(Node([1; 20]), path.clone()), (Node([2; 20]), path)];
        for scope in [None, Some(Node([3; 20])), Some(Node::WDIR)] {
            let cursor = Cursor { scope, below: Node([4; 20]), frontier: frontier.clone() };
            assert_eq!(cursor.to_string().parse::<Cursor>()?, cursor);
        }
        for text in ["", ".", "x.", ".00-", "....", "ü.ü", ".0404040404040404040404040404040404040404.zz"] {
            assert!(text.parse::<Cursor>().is_err(), "{text:?}");
        }
        Ok(())
    }
}
