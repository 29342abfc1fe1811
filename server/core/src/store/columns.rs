//! How the columns of the graph are kept: chunks of [`CHUNK`] revisions, each column by itself.

use super::bytes::{Bytes, put_signed, put_varint};
use crate::graph::{CHUNK, Parents};
use crate::ids::{ID_LENGTH, Node, Rev, TreeNode};

/// Who wrote a changeset and when. The user is a number of the store's list of users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// Index into [`Authors::users`].
    pub user: u32,
    /// Unix seconds.
    pub time: i64,
    /// Seconds west of UTC.
    pub offset: i32,
}

/// Who wrote the changesets, a row a revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authors {
    /// All users there are.
    pub users: Vec<User>,
    /// By revision.
    pub rows: Vec<Author>,
}

/// `Name <mail>` as a changeset has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct User {
    /// The bytes, in `encoding`.
    pub name: Vec<u8>,
    /// The name of the encoding that the changeset gives; empty when it gives none, which means UTF-8.
    pub encoding: Vec<u8>,
}

pub(super) fn encode_nodes(nodes: &[Node]) -> Vec<u8> {
    nodes.iter().flat_map(|node| node.0).collect()
}

pub(super) fn decode_nodes(data: &[u8]) -> Option<Vec<Node>> {
    let (rows, rest) = data.as_chunks::<ID_LENGTH>();
    rest.is_empty().then(|| rows.iter().map(|row| Node(*row)).collect())
}

pub(super) fn encode_manifests(manifests: &[TreeNode]) -> Vec<u8> {
    manifests.iter().flat_map(|manifest| manifest.0).collect()
}

pub(super) fn decode_manifests(data: &[u8]) -> Option<Vec<TreeNode>> {
    let (rows, rest) = data.as_chunks::<ID_LENGTH>();
    rest.is_empty().then(|| rows.iter().map(|row| TreeNode(*row)).collect())
}

/// How far below its child each parent is, a row a revision. The first number of a row is the distance of the first
/// parent, doubled, and odd when more follow: how many, and their distances. A root's is zero.
pub(super) fn encode_parents(first: Rev, parents: &Parents) -> Vec<u8> {
    let mut out = Vec::with_capacity(2 * parents.pairs.len());
    for (rev, [p1, p2]) in (first.0..).map(Rev).zip(&parents.pairs) {
        let distance = |parent: &Rev| u64::from(rev.0.abs_diff(parent.0));
        if p1.is_null() {
            out.push(0);
            continue;
        }
        put_varint(&mut out, 2 * distance(p1) + u64::from(!p2.is_null()));
        if !p2.is_null() {
            let more = parents.more.get(&rev).map_or(&[][..], Vec::as_slice);
            put_varint(&mut out, 1 + more.len() as u64);
            std::iter::once(p2).chain(more).for_each(|parent| put_varint(&mut out, distance(parent)));
        }
    }
    out
}

pub(super) fn decode_parents(first: Rev, data: &[u8]) -> Option<Parents> {
    let mut parents = Parents { pairs: Vec::with_capacity(CHUNK), ..Parents::default() };
    let mut bytes = Bytes(data);
    for rev in (first.0..).map(Rev) {
        if bytes.is_empty() {
            break;
        }
        let parent = |distance: u64| Some(Rev(rev.0.checked_sub(i32::try_from(distance).ok()?)?));
        let number = bytes.varint()?;
        let mut pair = [if number == 0 { Rev::NULL } else { parent(number >> 1)? }, Rev::NULL];
        if number & 1 == 1 {
            let others = bytes.varint()?;
            pair[1] = parent(bytes.varint()?)?;
            if others > 1 {
                let more = (1..others).map(|_| parent(bytes.varint()?)).collect::<Option<Vec<_>>>()?;
                parents.more.insert(rev, more);
            }
        }
        parents.pairs.push(pair);
    }
    Some(parents)
}

/// Nodes and their revisions.
pub(super) fn encode_tips(tips: &[(Node, Rev)]) -> Vec<u8> {
    tips.iter().flat_map(|(node, rev)| node.0.into_iter().chain(rev.0.to_le_bytes())).collect()
}

pub(super) fn decode_tips(data: &[u8]) -> Option<Vec<(Node, Rev)>> {
    let (rows, rest) = data.as_chunks::<{ ID_LENGTH + 4 }>();
    let tip = |row: &[u8; ID_LENGTH + 4]| {
        let (node, rev) = row.split_first_chunk::<ID_LENGTH>()?;
        Some((Node(*node), Rev(i32::from_le_bytes(rev.try_into().ok()?))))
    };
    rows.iter().map(tip).collect::<Option<Vec<_>>>().filter(|_| rest.is_empty())
}

pub(super) fn encode_times(times: &[i64]) -> Vec<u8> {
    let mut out = Vec::with_capacity(3 * times.len());
    let mut last = 0i64;
    for time in times {
        put_signed(&mut out, time.wrapping_sub(last));
        last = *time;
    }
    out
}

pub(super) fn decode_times(data: &[u8]) -> Option<Vec<i64>> {
    let mut times = Vec::with_capacity(CHUNK);
    let mut bytes = Bytes(data);
    let mut last = 0i64;
    while !bytes.is_empty() {
        last = last.wrapping_add(bytes.signed()?);
        times.push(last);
    }
    Some(times)
}

pub(super) fn encode_authors(authors: &[Author]) -> Vec<u8> {
    let mut out = Vec::with_capacity(8 * authors.len());
    let mut last = 0i64;
    for author in authors {
        put_varint(&mut out, u64::from(author.user));
        put_signed(&mut out, author.time.wrapping_sub(last));
        put_signed(&mut out, i64::from(author.offset / 60));
        last = author.time;
    }
    out
}

pub(super) fn decode_authors(data: &[u8], authors: &mut Vec<Author>) -> Option<()> {
    let mut bytes = Bytes(data);
    let mut last = 0i64;
    while !bytes.is_empty() {
        let user = u32::try_from(bytes.varint()?).ok()?;
        last = last.wrapping_add(bytes.signed()?);
        let offset = i32::try_from(bytes.signed()?).ok()?.checked_mul(60)?;
        authors.push(Author { user, time: last, offset });
    }
    Some(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::testing::Random;

    #[test]
    fn columns_survive() {
        let nodes = [Node([1; 20]), Node([2; 20])];
        assert_eq!(decode_nodes(&encode_nodes(&nodes)).unwrap(), nodes);
        let times = [-5, i64::MAX, i64::MIN, 0];
        assert_eq!(decode_times(&encode_times(&times)).unwrap(), times);
        let tips = [(Node([1; 20]), Rev(7)), (Node([9; 20]), Rev(i32::MAX))];
        assert_eq!(decode_tips(&encode_tips(&tips)).unwrap(), tips);
        let author = |user, time, offset| Author { user, time, offset };
        let authors = [author(0, 7, -19800), author(3, -1, 0), author(u32::MAX, i64::MAX, 28800)];
        let mut read = Vec::new();
        decode_authors(&encode_authors(&authors), &mut read).unwrap();
        assert_eq!(read, authors);
    }

    #[test]
    fn parents_survive_and_the_usual_one_takes_a_byte() {
        for seed in 0..50 {
            let mut random = Random::new(seed);
            let first = Rev(random.below(100_000) as i32);
            let mut parents = Parents::default();
            for rev in (first.0..first.0 + 200).map(Rev) {
                let mut parent = || Rev((rev.0 - 1 - random.below(rev.0.max(1) as usize) as i32).max(0));
                let (one, two, three) = (parent(), parent(), parent());
                let kind = if rev.0 == 0 { 0 } else { random.below(8) };
                parents.pairs.push(match kind {
                    0 => [Rev::NULL, Rev::NULL],
                    1 | 2 => [one, two],
                    _ => [one, Rev::NULL],
                });
                if kind == 1 {
                    parents.more.insert(rev, vec![three; 1 + random.below(3)]);
                }
            }
            assert_eq!(decode_parents(first, &encode_parents(first, &parents)), Some(parents), "seed {seed}");
        }
        let chain = Parents { pairs: (4..8).map(|rev| [Rev(rev), Rev::NULL]).collect(), ..Parents::default() };
        assert_eq!(encode_parents(Rev(5), &chain), [2; 4]);
    }

    #[test]
    fn halves_are_refused() {
        assert_eq!(decode_nodes(&[0; 21]), None);
        assert_eq!(decode_parents(Rev(5), &[3, 1]), None);
        assert_eq!(decode_tips(&[0; 23]), None);
        assert_eq!(decode_times(&[0x80]), None);
        assert_eq!(decode_authors(&[1, 1], &mut Vec::new()), None);
    }
}
