//! How the changes of one path are kept: in segments that fit a page, each a run of changes in ascending order.
//!
//! A change is the distance of its revision from the one before, a byte for mode and kind, and the content's node, or, where
//! an earlier change in the segment had the same entry, how many changes ago: what a merge brings from its second
//! parent was there before, and so was what a backout restores.

use std::collections::HashMap;

use super::bytes::{Bytes, put_varint};
use crate::ids::{FileNode, ID_LENGTH, Mode, Rev};
use crate::objects::Entry;

/// What one changeset did to one path, against its first parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The changeset.
    pub rev: Rev,
    /// What stands at the path since; `None` when it was removed.
    pub entry: Option<Entry>,
    /// Whether it differs from *every* parent: only then does the path's file log have a revision here. Without, a
    /// merge took what another parent has.
    pub touches: bool,
}

/// A segment is closed when it would grow beyond this many bytes, so that with its key it fits a page of the store.
const SEGMENT_BYTES: usize = 3900;
/// What the largest change takes: distance, tag, node.
const LARGEST: usize = 10 + 1 + ID_LENGTH;

const TOUCHES: u8 = 1 << 3;
const REPEATED: u8 = 1 << 4;

/// A segment that changes are appended to.
pub(super) struct Segment {
    first: Rev,
    last: Rev,
    data: Vec<u8>,
    /// Where, counted in changes, an entry stood last.
    seen: HashMap<Entry, usize>,
    count: usize,
}

impl Segment {
    /// An empty one whose first change will be at `first`.
    pub(super) fn new(first: Rev) -> Self {
        Self { first, last: first, data: Vec::new(), seen: HashMap::new(), count: 0 }
    }

    /// One that was written before, to go on with; `None` when it is damaged.
    pub(super) fn parse(first: Rev, data: &[u8]) -> Option<Self> {
        let mut changes = Vec::new();
        decode(first, data, &mut changes)?;
        let mut segment = Self::new(first);
        for (at, change) in changes.iter().enumerate() {
            segment.seen.extend(change.entry.map(|entry| (entry, at)));
            segment.last = change.rev;
        }
        segment.count = changes.len();
        segment.data = data.to_vec();
        Some(segment)
    }

    pub(super) fn first(&self) -> Rev {
        self.first
    }

    pub(super) fn last(&self) -> Rev {
        self.last
    }

    pub(super) fn into_data(self) -> Vec<u8> {
        self.data
    }

    /// Whether there is no room for another change.
    pub(super) fn is_full(&self) -> bool {
        self.data.len() + LARGEST > SEGMENT_BYTES
    }

    /// Appends a change that is not before the last one.
    pub(super) fn push(&mut self, change: &Change) {
        put_varint(&mut self.data, u64::from(change.rev.0.abs_diff(self.last.0)));
        self.last = change.rev;
        let mode = change.entry.map_or(0, |entry| entry.mode as u8);
        let touches = if change.touches { TOUCHES } else { 0 };
        let before = change.entry.and_then(|entry| self.seen.insert(entry, self.count));
        match (before, change.entry) {
            (Some(before), _) => {
                self.data.push(mode | touches | REPEATED);
                put_varint(&mut self.data, (self.count - before) as u64);
            }
            (None, entry) => {
                self.data.push(mode | touches);
                self.data.extend(entry.iter().flat_map(|entry| entry.node.0));
            }
        }
        self.count += 1;
    }
}

/// Appends the changes of a segment to `changes`; `None` when it is damaged.
pub(super) fn decode(first: Rev, data: &[u8], changes: &mut Vec<Change>) -> Option<()> {
    let start = changes.len();
    let mut bytes = Bytes(data);
    let mut rev = first;
    while !bytes.is_empty() {
        rev = Rev(rev.0.checked_add(i32::try_from(bytes.varint()?).ok()?)?);
        let tag = bytes.byte()?;
        let mode = tag & 0b111;
        let entry = if tag & REPEATED != 0 {
            let distance = usize::try_from(bytes.varint()?).ok()?;
            let at = changes.len().checked_sub(distance).filter(|at| *at >= start && distance > 0)?;
            changes[at].entry
        } else if mode == 0 {
            None
        } else {
            Some(Entry { node: FileNode(bytes.array()?), mode: Mode::from_stored(mode)? })
        };
        changes.push(Change { rev, entry, touches: tag & TOUCHES != 0 });
    }
    Some(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::testing::Random;

    fn random_changes(random: &mut Random, count: usize) -> Vec<Change> {
        let mut rev = random.below(1000) as i32;
        let mut one = |_| {
            rev += 1 + random.below(300) as i32;
            let modes = [Mode::File, Mode::Executable, Mode::Symlink, Mode::Submodule];
            let entry = (random.below(10) > 0)
                .then(|| Entry { node: FileNode([random.below(30) as u8; 20]), mode: modes[random.below(4)] });
            Change { rev: Rev(rev), entry, touches: random.below(3) > 0 }
        };
        (0..count).map(&mut one).collect()
    }

    #[test]
    fn changes_survive_however_they_were_appended() {
        for seed in 0..100 {
            let mut random = Random::new(seed);
            let changes = random_changes(&mut random, 40);
            let mut segment = Segment::new(changes[0].rev);
            for change in &changes {
                if random.below(4) == 0 {
                    segment = Segment::parse(segment.first(), &segment.into_data()).unwrap();
                }
                segment.push(change);
            }
            assert_eq!(segment.last(), changes[39].rev, "seed {seed}");
            let mut decoded = Vec::new();
            decode(changes[0].rev, &segment.into_data(), &mut decoded).unwrap();
            assert_eq!(decoded, changes, "seed {seed}");
        }
    }

    #[test]
    fn what_was_there_before_costs_little() {
        let entry = |byte| Some(Entry { node: FileNode([byte; 20]), mode: Mode::File });
        let mut segment = Segment::new(Rev(5));
        for (rev, byte) in [(5, 1), (6, 2), (9, 1)] {
            segment.push(&Change { rev: Rev(rev), entry: entry(byte), touches: true });
        }
        assert_eq!(segment.into_data().len(), 2 * 22 + 3);
    }

    #[test]
    fn damaged_segments_are_refused() {
        let mut random = Random::new(1);
        let changes = random_changes(&mut random, 30);
        let mut segment = Segment::new(changes[0].rev);
        changes.iter().for_each(|change| segment.push(change));
        let data = segment.into_data();
        for _ in 0..2000 {
            let mut damaged = data.clone();
            damaged.truncate(random.below(data.len() + 1));
            if !damaged.is_empty() {
                let at = random.below(damaged.len());
                damaged[at] = random.below(256) as u8;
            }
            // Whatever comes out, nothing panics; the checksum is what refuses it.
            let _ = decode(Rev(0), &damaged, &mut Vec::new());
        }
        assert_eq!(decode(Rev(0), &[0, REPEATED | 1, 1], &mut Vec::new()), None);
        assert_eq!(decode(Rev(0), &[0, 7, 0], &mut Vec::new()), None);
    }
}
