//! From a node, or the beginning of one, to its revision: a fan-out table over the first two bytes of the nodes, as in
//! git's pack index. Made in two passes over the nodes when the first question comes, so that it is kept nowhere.

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

/// Revisions sorted by node.
#[derive(Debug)]
pub(super) struct NodeIndex {
    /// Where in `sorted` the nodes with these first two bytes begin; one more at the end.
    fan_out: Vec<u32>,
    sorted: Vec<Rev>,
}

const BUCKETS: usize = 1 << 16;

fn bucket(node: &Node) -> usize {
    usize::from(u16::from_be_bytes([node.0[0], node.0[1]]))
}

impl NodeIndex {
    pub(super) fn new(nodes: &[Node]) -> Self {
        let mut fan_out = vec![0u32; BUCKETS + 1];
        for node in nodes {
            fan_out[bucket(node) + 1] += 1;
        }
        for at in 0..BUCKETS {
            fan_out[at + 1] += fan_out[at];
        }
        let mut free = fan_out.clone();
        let mut sorted = vec![Rev::NULL; nodes.len()];
        for (row, node) in nodes.iter().enumerate() {
            let place = &mut free[bucket(node)];
            sorted[*place as usize] = Rev::from_index(row);
            *place += 1;
        }
        let node_of = |rev: &Rev| nodes[rev.0 as usize];
        for ends in fan_out.windows(2) {
            sorted[ends[0] as usize..ends[1] as usize].sort_unstable_by_key(node_of);
        }
        Self { fan_out, sorted }
    }

    /// How many nodes are lower than `node`.
    fn position(&self, nodes: &[Node], node: &Node) -> usize {
        let bucket = bucket(node);
        let (start, end) = (self.fan_out[bucket] as usize, self.fan_out[bucket + 1] as usize);
        start + self.sorted[start..end].partition_point(|rev| nodes[rev.0 as usize] < *node)
    }

    pub(super) fn find(&self, nodes: &[Node], node: &Node) -> Option<Rev> {
        let rev = *self.sorted.get(self.position(nodes, node))?;
        (nodes[rev.0 as usize] == *node).then_some(rev)
    }

    pub(super) fn prefix(&self, nodes: &[Node], hex: &str) -> PrefixMatch {
        let padded = |digit: u8| {
            let mut digits = [digit; 2 * ID_LENGTH];
            digits.get_mut(..hex.len())?.copy_from_slice(hex.as_bytes());
            Node::from_hex(&digits)
        };
        let (Some(lowest), Some(highest)) = (padded(b'0'), padded(b'f')) else { return PrefixMatch::None };
        if hex.is_empty() {
            return PrefixMatch::None;
        }
        let mut matches = self.sorted[self.position(nodes, &lowest)..].iter();
        let mut matching = || matches.next().filter(|rev| nodes[rev.0 as usize] <= highest);
        match (matching(), matching()) {
            (None, _) => PrefixMatch::None,
            (Some(rev), None) => PrefixMatch::One(*rev),
            (Some(_), Some(_)) => PrefixMatch::Ambiguous,
        }
    }

    pub(super) fn unique_prefix_length(&self, nodes: &[Node], node: &Node) -> usize {
        let position = self.position(nodes, node);
        let neighbours = [position.checked_sub(1), Some(position), Some(position + 1)];
        neighbours
            .into_iter()
            .filter_map(|at| self.sorted.get(at?).map(|rev| nodes[rev.0 as usize]))
            .filter(|other| other != node)
            .map(|other| common_digits(node, &other) + 1)
            .max()
            .unwrap_or(1)
    }
}

/// How many hexadecimal digits two different nodes have in common at their beginning.
fn common_digits(one: &Node, other: &Node) -> usize {
    let same = one.0.iter().zip(&other.0).take_while(|(a, b)| a == b).count();
    let half = one.0.get(same).zip(other.0.get(same)).is_some_and(|(a, b)| a >> 4 == b >> 4);
    2 * same + usize::from(half)
}
