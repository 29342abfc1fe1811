//! From a node, or the beginning of one, to its revision: what keeps revisions in the order of their nodes is asked for
//! those within bounds. That is the store, or for a graph that no store has, a table made when the first question comes.

use std::ops::RangeInclusive;
use std::sync::atomic::Ordering;

use super::{Graph, Lost};
use crate::ids::{ID_LENGTH, Node, Rev};

/// What the beginning of a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrefixMatch {
    /// No node begins so, or it is no sequence of 1 to 40 hexadecimal digits.
    None,
    /// Exactly one node begins so.
    One(Rev),
    /// More than one node begins so.
    Ambiguous,
}

/// By what revisions are ordered: the first eight bytes of the node, which two nodes may share only by intent.
pub fn key(node: &Node) -> u64 {
    node.0.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

/// From which end to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From the lowest key up.
    Lowest,
    /// From the highest key down.
    Highest,
}

/// Revisions sorted by key.
#[derive(Debug)]
pub(super) struct NodeIndex(Vec<(u64, Rev)>);

impl NodeIndex {
    pub fn new(graph: &Graph) -> Self {
        let revs = (0..graph.len()).map(Rev::from_index);
        let mut sorted: Vec<_> = revs.map(|rev| (key(&graph.node(rev)), rev)).collect();
        sorted.sort_unstable();
        Self(sorted)
    }

    pub fn within(&self, keys: RangeInclusive<u64>, from: Side, most: usize) -> Vec<Rev> {
        let start = self.0.partition_point(|(key, _)| key < keys.start());
        let found = self.0[start..].iter().take_while(|(key, _)| keys.contains(key)).map(|(_, rev)| *rev);
        match from {
            Side::Lowest => found.take(most).collect(),
            Side::Highest => {
                let end = self.0.partition_point(|(key, _)| key <= keys.end());
                self.0[start..end].iter().rev().take(most).map(|(_, rev)| *rev).collect()
            }
        }
    }
}

/// The questions, over whatever keeps the order.
impl Graph {
    /// The revision of a node. The null node and the working directory's have theirs as in Mercurial.
    pub fn rev(&self, node: &Node) -> Option<Rev> {
        match *node {
            Node::NULL => Some(Rev::NULL),
            Node::WDIR => Some(Rev::WDIR),
            _ if self.is_empty() => None,
            _ => self.tip(node).or_else(|| self.find(node)),
        }
    }

    fn find(&self, node: &Node) -> Option<Rev> {
        self.with_key(key(node)).into_iter().find(|rev| self.node(*rev) == *node)
    }

    /// Where the store remembers it among those that references stood on.
    fn tip(&self, node: &Node) -> Option<Rev> {
        let tips = self.tips();
        let at = tips.binary_search_by(|(tip, _)| tip.cmp(node)).ok()?;
        Some(tips[at].1).filter(|rev| rev.index().is_some_and(|row| row < self.len()))
    }

    /// The changeset whose node starts with `hex`, hexadecimal digits of either case. Hidden ones count: a prefix does
    /// not change its meaning when a changeset is hidden.
    pub fn prefix(&self, hex: &str) -> PrefixMatch {
        let padded = |digit: u8| {
            let mut digits = [digit; 2 * ID_LENGTH];
            digits.get_mut(..hex.len())?.copy_from_slice(hex.as_bytes());
            Node::from_hex(&digits)
        };
        let (Some(lowest), Some(highest)) = (padded(b'0'), padded(b'f')) else { return PrefixMatch::None };
        if hex.is_empty() || self.is_empty() {
            return PrefixMatch::None;
        }
        let keys = key(&lowest)..=key(&highest);
        let found = if keys.start() == keys.end() {
            let nodes = lowest..=highest;
            self.with_key(*keys.start()).into_iter().filter(|rev| nodes.contains(&self.node(*rev))).collect()
        } else {
            self.within(keys, Side::Lowest, 2)
        };
        match found.as_slice() {
            [] => PrefixMatch::None,
            [rev] => PrefixMatch::One(*rev),
            _ => PrefixMatch::Ambiguous,
        }
    }

    /// How many hexadecimal digits of the node tell this revision from every other; at least 1.
    pub fn unique_prefix_length(&self, rev: Rev) -> usize {
        let node = self.node(rev);
        let key = key(&node);
        let below = key.checked_sub(1).map(|end| self.within(0..=end, Side::Highest, 1));
        let above = key.checked_add(1).map(|start| self.within(start..=u64::MAX, Side::Lowest, 1));
        let others = below.into_iter().chain(above).flatten().chain(self.with_key(key)).map(|rev| self.node(rev));
        others.filter(|other| *other != node).map(|other| common_digits(&node, &other) + 1).max().unwrap_or(1)
    }

    fn with_key(&self, key: u64) -> Vec<Rev> {
        self.within(key..=key, Side::Lowest, usize::MAX)
    }

    /// At most so many revisions whose keys lie within bounds. A few questions are asked of the source; to answer many, a
    /// table costs less.
    fn within(&self, keys: RangeInclusive<u64>, side: Side, most: usize) -> Vec<Rev> {
        match &self.source {
            Some(source) if self.index.get().is_none() && self.asked.fetch_add(1, Ordering::Relaxed) < self.few() => {
                let found = source.within(keys, side, most, self.len());
                found.unwrap_or_else(|Lost(why)| self.lose(why).throw())
            }
            _ => self.index.get_or_init(|| NodeIndex::new(self)).within(keys, side, most),
        }
    }

    /// After how many questions they are many: a revision more in the table takes a few hundredths of one.
    fn few(&self) -> usize {
        100 + self.len() / 256
    }
}

/// How many hexadecimal digits two different nodes have in common at their beginning.
fn common_digits(one: &Node, other: &Node) -> usize {
    let same = one.0.iter().zip(&other.0).take_while(|(a, b)| a == b).count();
    let half = one.0.get(same).zip(other.0.get(same)).is_some_and(|(a, b)| a >> 4 == b >> 4);
    2 * same + usize::from(half)
}
