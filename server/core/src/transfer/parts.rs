//! How the parts of a snapshot become bytes.
//!
//! A part has the changesets of a few thousand rows, and stands by itself, so that one that did not change since
//! yesterday is the same bytes, which git neither stores nor sends twice. It is not compressed: five sixths of it are
//! ids, which nothing makes smaller, and git compresses what it keeps.

use super::Error;
use crate::ids::{FileNode, ID_LENGTH, Mode, Node, RepoPath};
use crate::objects::Entry;
use crate::store::bytes::{Bytes, put_varint};

/// Of everything in this file, and of the containers' forms.
pub(super) const VERSION: u32 = 1;
/// The first line of the head, before the version.
const TITLE: &str = "hgls index snapshot ";
/// A head is no longer than this.
const HEAD_BYTES: usize = 1000;

/// No part has more rows than this.
pub(super) const PART_ROWS: usize = 4096;
/// No part has more changes than this; what claims to is refused.
pub(super) const MOST_CHANGES: usize = 1 << 22;
/// The paths of no part take more bytes than this, each written out: they go on from each other, and a few bytes could
/// make any number of them.
const MOST_NAMES: usize = if cfg!(test) { 1 << 20 } else { 1 << 29 };
/// No part is longer than this in bytes.
pub(super) const PART_BYTES: usize = 256 << 20;

const TOUCHES: u8 = 1 << 3;
const REPEATED: u8 = 1 << 4;

/// The first part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Changesets in all parts.
    pub rows: usize,
    /// How many parts of nodes there are, and as many of changes.
    pub parts: usize,
}

impl Head {
    /// Text, for `git show` to show.
    pub fn encode(&self) -> Vec<u8> {
        format!("{TITLE}{VERSION}\nchangesets {}\nparts {}\n", self.rows, self.parts).into_bytes()
    }

    pub fn decode(data: &[u8]) -> Result<Self, Error> {
        let text = data.get(..HEAD_BYTES.min(data.len())).and_then(|data| std::str::from_utf8(data).ok());
        let (version, rest) =
            text.and_then(|text| text.strip_prefix(TITLE)?.split_once('\n')).ok_or(Error::NotASnapshot)?;
        if version != VERSION.to_string() {
            return Err(Error::Version { found: version.to_owned() });
        }
        let mut lines = rest.lines();
        let mut number = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ')?.parse::<u32>().ok();
        let counts = number("changesets").zip(number("parts"));
        let (rows, parts) = counts.ok_or_else(|| damaged("its head"))?;
        let head = Self { rows: rows as usize, parts: parts as usize };
        // As it is written, and in no other way.
        if head.encode() == data && head.parts <= head.rows { Ok(head) } else { Err(damaged("its head")) }
    }
}

pub(super) fn damaged(what: impl Into<String>) -> Error {
    Error::Damaged(what.into())
}

pub(super) fn encode_nodes(nodes: impl Iterator<Item = Node>) -> Vec<u8> {
    nodes.flat_map(|node| node.0).collect()
}

pub(super) fn decode_nodes(data: &[u8]) -> Option<&[[u8; ID_LENGTH]]> {
    let (nodes, rest) = data.as_chunks::<ID_LENGTH>();
    (rest.is_empty() && (1..=PART_ROWS).contains(&nodes.len())).then_some(nodes)
}

/// What one changeset of a part did to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowChange {
    /// The changeset's place in the part.
    pub row: u16,
    /// What stands at the path since; `None` when it was removed.
    pub entry: Option<Entry>,
    /// Whether it differs from every parent.
    pub touches: bool,
}

/// What the changesets of a part did to one path, in ascending order of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PathRows {
    pub path: RepoPath,
    pub changes: Vec<RowChange>,
}

/// How many ids follow at the end; then for each path, in order of bytes: what it shares with the one before, the rest,
/// how many changes, and of each the distance of its row, a byte for mode and kind, and, where an earlier change of the
/// path had the same entry, how many changes ago. Where not, the entry's id is the next of those at the end.
pub(super) fn encode_changes(paths: &[PathRows]) -> Vec<u8> {
    let (mut data, mut ids) = (Vec::new(), Vec::new());
    let mut before: &[u8] = &[];
    for PathRows { path, changes } in paths {
        let shared = path.iter().zip(before).take_while(|(one, other)| one == other).count();
        put_varint(&mut data, shared as u64);
        put_varint(&mut data, (path.len() - shared) as u64);
        data.extend(&path[shared..]);
        put_varint(&mut data, changes.len() as u64);
        before = path;
        let mut row = 0;
        for (at, change) in changes.iter().enumerate() {
            put_varint(&mut data, u64::from(change.row - row));
            row = change.row;
            let mode = change.entry.map_or(0, |entry| entry.mode as u8);
            let touches = if change.touches { TOUCHES } else { 0 };
            let recent = &changes[at.saturating_sub(LOOK_BACK)..at];
            let again = recent.iter().rev().position(|earlier| earlier.entry == change.entry);
            match change.entry.zip(again) {
                Some((_, distance)) => {
                    data.push(mode | touches | REPEATED);
                    put_varint(&mut data, distance as u64);
                }
                None => {
                    data.push(mode | touches);
                    ids.extend(change.entry.iter().flat_map(|entry| entry.node.0));
                }
            }
        }
    }
    let mut out = Vec::with_capacity(data.len() + ids.len() + 8);
    put_varint(&mut out, (ids.len() / ID_LENGTH) as u64);
    out.extend(data);
    out.extend(ids);
    out
}

/// How many changes back the same entry is looked for: a search that stays quick for a path that every row changes.
const LOOK_BACK: usize = 64;

/// What [`encode_changes`] was given, of a part of `rows` changesets; `None` for what it never writes.
pub(super) fn decode_changes(data: &[u8], rows: usize) -> Option<Vec<PathRows>> {
    let mut bytes = Bytes(data);
    let ids = usize::try_from(bytes.varint()?).ok()?.checked_mul(ID_LENGTH)?;
    let (data, ids) = bytes.0.split_at_checked(bytes.0.len().checked_sub(ids)?)?;
    let (mut data, mut ids) = (Bytes(data), Bytes(ids));
    let mut paths: Vec<PathRows> = Vec::new();
    let (mut budget, mut names) = (MOST_CHANGES, MOST_NAMES);
    while !data.is_empty() {
        let before: &[u8] = paths.last().map_or(&[], |last| &last.path);
        let shared = before.get(..usize::try_from(data.varint()?).ok()?)?;
        let length = usize::try_from(data.varint()?).ok()?;
        names = names.checked_sub(shared.len().checked_add(length)?)?;
        let path = RepoPath::new([shared, data.take(length)?].concat()).filter(|path| before < path.as_bytes())?;
        let count = usize::try_from(data.varint()?).ok()?;
        budget = budget.checked_sub(count).filter(|_| (1..=rows).contains(&count))?;
        let mut changes: Vec<RowChange> = Vec::with_capacity(count);
        for at in 0..count {
            let step = data.varint()?;
            let row = changes.last().map_or(0, |last| u64::from(last.row)).checked_add(step)?;
            // Two changes of a path are never in one row.
            let row = u16::try_from(row).ok().filter(|row| usize::from(*row) < rows && (at == 0 || step > 0))?;
            let tag = data.byte()?;
            let mode = tag & 0b111;
            let entry = if tag & REPEATED != 0 {
                let distance = usize::try_from(data.varint()?).ok()?;
                let earlier = changes.iter().rev().nth(distance)?.entry?;
                (earlier.mode as u8 == mode).then_some(Some(earlier))?
            } else if mode == 0 {
                None
            } else {
                Some(Entry { node: FileNode(ids.array()?), mode: Mode::from_stored(mode)? })
            };
            (tag & !(0b111 | TOUCHES | REPEATED) == 0).then_some(())?;
            changes.push(RowChange { row, entry, touches: tag & TOUCHES != 0 });
        }
        paths.push(PathRows { path, changes });
    }
    ids.is_empty().then_some(paths)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::testing::Random;

    fn random_paths(random: &mut Random, rows: usize) -> Vec<PathRows> {
        let mut names: Vec<String> = (0..random.below(30)).map(|_| format!("{:x}", random.below(5000))).collect();
        names.sort();
        names.dedup();
        let modes = [Mode::File, Mode::Executable, Mode::Symlink, Mode::Submodule];
        let mut of_path = |name: String| {
            let mut rows: Vec<u16> = (0..1 + random.below(rows)).map(|_| random.below(rows) as u16).collect();
            rows.sort();
            rows.dedup();
            let mut change = |row| {
                let entry = (random.below(5) > 0)
                    .then(|| Entry { node: FileNode([random.below(9) as u8; 20]), mode: modes[random.below(4)] });
                RowChange { row, entry, touches: random.below(3) > 0 }
            };
            let changes = rows.into_iter().map(&mut change).collect();
            PathRows { path: RepoPath::new(name).unwrap(), changes }
        };
        names.into_iter().map(&mut of_path).collect()
    }

    #[test]
    fn changes_survive() {
        for seed in 0..200 {
            let mut random = Random::new(seed);
            let rows = 1 + random.below(200);
            let paths = random_paths(&mut random, rows);
            assert_eq!(decode_changes(&encode_changes(&paths), rows), Some(paths), "seed {seed}");
        }
        assert_eq!(decode_changes(&encode_changes(&[]), 1), Some(Vec::new()));
    }

    #[test]
    fn what_is_never_written_is_refused_and_nothing_panics() {
        let mut random = Random::new(7);
        let paths = random_paths(&mut random, 50);
        let data = encode_changes(&paths);
        assert!((0..data.len()).all(|end| decode_changes(&data[..end], 50).is_none()));
        for _ in 0..20_000 {
            let mut damaged = data.clone();
            let at = random.below(damaged.len());
            damaged[at] = random.below(256) as u8;
            if let Some(decoded) = decode_changes(&damaged, 50) {
                assert!(decoded.windows(2).all(|pair| pair[0].path < pair[1].path));
                assert!(decoded.iter().all(|one| one.changes.windows(2).all(|pair| pair[0].row < pair[1].row)));
            }
        }
        // No ids; a path "a" with more changes than rows; with a row beyond the last; with an id that is not there.
        for hostile in
            [&[0, 0, 1, b'a', 0xff, 0xff, 0xff, 0x7f][..], &[0, 0, 1, b'a', 1, 9, 0], &[0, 0, 1, b'a', 1, 0, 1]]
        {
            assert_eq!(decode_changes(hostile, 5), None);
        }
        assert_eq!(decode_changes(&[0, 0, 1, b'a', 1, 4, 0], 5).map(|paths| paths.len()), Some(1));
        assert_eq!(decode_changes(&[0xff; 12], 5), None);
        // Each path a letter longer than the one before.
        let growing = |count: u64| {
            let mut data = vec![0];
            for at in 0..count {
                put_varint(&mut data, at);
                data.extend([1, b'a', 1, 0, 0]);
            }
            decode_changes(&data, 1).map(|paths| paths.len())
        };
        assert_eq!((growing(1000), growing(2000)), (Some(1000), None));
    }

    #[test]
    fn heads_are_read_as_they_are_written() {
        let head = Head { rows: 5000, parts: 2 };
        let text = String::from_utf8(head.encode()).unwrap();
        assert_eq!(text, "hgls index snapshot 1\nchangesets 5000\nparts 2\n");
        assert_eq!(Head::decode(text.as_bytes()).unwrap(), head);
        let refused = |text: &str| Head::decode(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(refused("hgls index snapshot 2\n"), "the snapshot has version 2, and this is hgls for version 1");
        assert_eq!(refused("PNG"), "this is no snapshot of an index");
        assert_eq!(refused(&text.replace('2', "02")), "the snapshot is damaged: its head");
        assert_eq!(refused(&text.replace('2', "5001")), "the snapshot is damaged: its head");
        assert_eq!(refused(&text[..30]), "the snapshot is damaged: its head");
    }

    #[test]
    fn nodes_come_in_whole_and_in_bounds() {
        let nodes = [Node([1; 20]), Node([2; 20])];
        let data = encode_nodes(nodes.into_iter());
        assert_eq!(decode_nodes(&data), Some(&[[1; 20], [2; 20]][..]));
        assert_eq!([decode_nodes(&[]), decode_nodes(&data[..39])], [None; 2]);
        assert_eq!(decode_nodes(&vec![0; 20 * (PART_ROWS + 1)]), None);
    }
}
