//! How the columns of the graph are kept: chunks of [`CHUNK`] revisions, each column by itself.

use super::bytes::{Bytes, put_signed, put_varint};
use crate::graph::Columns;
use crate::ids::{ID_LENGTH, Node, Rev};

/// How many revisions a chunk has; the last one may have fewer.
pub(super) const CHUNK: usize = 4096;

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

pub(super) fn decode_nodes(data: &[u8], nodes: &mut Vec<Node>) -> Option<()> {
    let (rows, rest) = data.as_chunks::<ID_LENGTH>();
    nodes.extend(rows.iter().map(|row| Node(*row)));
    rest.is_empty().then_some(())
}

pub(super) fn encode_parents(p1: &[Rev], p2: &[Rev]) -> Vec<u8> {
    encode_revs(p1.iter().chain(p2))
}

pub(super) fn decode_parents(data: &[u8], columns: &mut Columns) -> Option<()> {
    let revs = decode_revs(data)?;
    let (p1, p2) = revs.split_at(revs.len() / 2);
    columns.p1.extend(p1);
    columns.p2.extend(p2);
    (p1.len() == p2.len()).then_some(())
}

pub(super) fn encode_revs<'a>(revs: impl IntoIterator<Item = &'a Rev>) -> Vec<u8> {
    revs.into_iter().flat_map(|rev| rev.0.to_le_bytes()).collect()
}

pub(super) fn decode_revs(data: &[u8]) -> Option<Vec<Rev>> {
    let (rows, rest) = data.as_chunks::<4>();
    rest.is_empty().then(|| rows.iter().map(|row| Rev(i32::from_le_bytes(*row))).collect())
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

pub(super) fn decode_times(data: &[u8], times: &mut Vec<i64>) -> Option<()> {
    let mut bytes = Bytes(data);
    let mut last = 0i64;
    while !bytes.is_empty() {
        last = last.wrapping_add(bytes.signed()?);
        times.push(last);
    }
    Some(())
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

    #[test]
    fn columns_survive() {
        let mut columns = Columns::default();
        columns.push(Node([1; 20]), &[], -5);
        columns.push(Node([2; 20]), &[Rev(0)], i64::MAX);
        columns.push(Node([3; 20]), &[Rev(0), Rev(1)], i64::MIN);
        let mut read = Columns::default();
        decode_nodes(&encode_nodes(&columns.nodes), &mut read.nodes).unwrap();
        decode_parents(&encode_parents(&columns.p1, &columns.p2), &mut read).unwrap();
        decode_times(&encode_times(&columns.times), &mut read.times).unwrap();
        assert_eq!(read, columns);
        let author = |user, time, offset| Author { user, time, offset };
        let authors = [author(0, 7, -19800), author(3, -1, 0), author(u32::MAX, i64::MAX, 28800)];
        let mut read = Vec::new();
        decode_authors(&encode_authors(&authors), &mut read).unwrap();
        assert_eq!(read, authors);
    }

    #[test]
    fn halves_are_refused() {
        assert_eq!(decode_nodes(&[0; 21], &mut Vec::new()), None);
        assert_eq!(decode_parents(&[0; 12], &mut Columns::default()), None);
        assert_eq!(decode_revs(&[0; 3]), None);
        assert_eq!(decode_times(&[0x80], &mut Vec::new()), None);
        assert_eq!(decode_authors(&[1, 1], &mut Vec::new()), None);
    }
}
