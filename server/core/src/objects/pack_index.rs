//! The index of a pack: where in it each object is. The format is that of `gitformat-pack`.
//!
//! Small ones are mapped into memory. What has been read of a mapped file counts as the process's own, though, and a walk over
//! history reads all of it: large ones are read piece by piece, which takes a little longer. Whatever is not as it should
//! be gives nothing.

use std::cmp::Ordering;
use std::fs::File;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use gix_hash::ObjectId;
use gix_pack::index;

use super::pack_file::{read, room};
use crate::ids::ID_LENGTH;

/// The names in a pack, in order, and where each object is.
pub(super) enum Index {
    Mapped(Box<index::File>),
    Large(Large),
}

/// From so many bytes on it is not mapped: some two million objects.
const LARGE: u64 = 64 << 20;

impl Index {
    pub(super) fn open(path: &Path) -> Option<Self> {
        if path.metadata().ok()?.len() < LARGE {
            index::File::at(path, gix_hash::Kind::Sha1).ok().map(Box::new).map(Self::Mapped)
        } else {
            Large::open(path).map(Self::Large)
        }
    }

    /// Where the object is in the pack.
    pub(super) fn offset(&self, id: &ObjectId, scratch: &mut Vec<u8>) -> Option<u64> {
        match self {
            Self::Mapped(index) => place(index, id).map(|at| index.pack_offset_at_index(at)),
            Self::Large(large) => large.offset(id, scratch),
        }
    }
}

/// Where a name may stand: in `low..high`, where names are at least `least` and at most `most`.
struct Range {
    low: u32,
    high: u32,
    least: u64,
    most: u64,
}

/// So many looks find an object among many millions, if their names are spread as hashes are.
const LOOKS: usize = 12;

impl Range {
    /// About where a name is, or the middle after so many looks; `None` when it cannot be there.
    fn guess(&self, wanted: u64, look: usize) -> Option<u32> {
        let Self { low, high, least, most } = *self;
        if low >= high || wanted < least || most < wanted {
            return None;
        }
        let (ahead, all) = match look {
            0..LOOKS => (u128::from(wanted - least), u128::from(most - least) + 1),
            _ => (1, 2),
        };
        Some(low + (ahead * u128::from(high - low) / all) as u32)
    }
}

/// Where a mapped index has the object. Names are hashes and so spread evenly: a name tells about where it stands, which
/// takes a few looks where halving takes one for every bit of the count, each at another page of memory.
fn place(index: &index::File, id: &ObjectId) -> Option<index::EntryIndex> {
    let wanted = leading(id.as_slice());
    let mut range = Range { low: 0, high: index.num_objects(), least: 0, most: u64::MAX };
    for look in 0..LOOKS {
        let guess = range.guess(wanted, look)?;
        let found = index.oid_at_index(guess);
        match found.cmp(id) {
            Ordering::Equal => return Some(guess),
            Ordering::Less => (range.low, range.least) = (guess + 1, leading(found.as_bytes())),
            Ordering::Greater => (range.high, range.most) = (guess, leading(found.as_bytes())),
        }
    }
    // Close by, or in an index that is not in order.
    index.lookup(id)
}

/// The first eight bytes, as a number that is ordered as they are.
fn leading(name: &[u8]) -> u64 {
    name.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// An index that is read piece by piece. What is small of that is kept: where names stand, and offsets.
pub(super) struct Large {
    file: File,
    /// How many names begin with each byte or a lower one.
    fan: Box<[u32; 256]>,
    /// What each group of names begins with; zero where nobody looked yet.
    groups: Box<[AtomicU64]>,
    /// Offsets, in groups too.
    offsets: Box<[OnceLock<Box<[u32]>>]>,
}

const SIGNATURE: [u8; 8] = [0xff, b't', b'O', b'c', 0, 0, 0, 2];
const NAMES: u64 = (SIGNATURE.len() + 256 * 4) as u64;
/// Bytes a name takes in all tables: itself, a sum, an offset.
const ROW: u64 = ID_LENGTH as u64 + 4 + 4;
/// An offset with this bit is the number of one that has eight bytes.
const LONG: u32 = 1 << 31;
/// So many names are read at once...
const GROUP: u32 = 64;
/// ...and so many offsets.
const OFFSETS: u32 = 1024;

impl Large {
    fn open(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let mut head = [0; NAMES as usize];
        read(&file, &mut head, 0).filter(|length| *length == head.len())?;
        let counts = head.strip_prefix(&SIGNATURE)?.as_chunks::<4>().0.iter();
        let fan: Box<[u32]> = counts.map(|count| u32::from_be_bytes(*count)).collect();
        let fan: Box<[u32; 256]> = fan.try_into().ok()?;
        let count = fan[255];
        if !fan.is_sorted() || file.metadata().ok()?.len() < NAMES + ROW * u64::from(count) {
            return None;
        }
        let groups = (0..count.div_ceil(GROUP)).map(|_| AtomicU64::new(0)).collect();
        let offsets = (0..count.div_ceil(OFFSETS)).map(|_| OnceLock::new()).collect();
        Some(Self { file, fan, groups, offsets })
    }

    fn count(&self) -> u32 {
        self.fan[255]
    }

    fn offset(&self, id: &ObjectId, scratch: &mut Vec<u8>) -> Option<u64> {
        let place = self.place(id, scratch)?;
        let group = self.offsets.get((place / OFFSETS) as usize)?;
        let group = match group.get() {
            Some(group) => group,
            None => {
                let read = self.read_offsets(place / OFFSETS * OFFSETS, scratch)?;
                group.get_or_init(|| read)
            }
        };
        let offset = *group.get((place % OFFSETS) as usize)?;
        if offset & LONG == 0 {
            return Some(u64::from(offset));
        }
        let mut long = [0; 8];
        let at = NAMES + ROW * u64::from(self.count()) + 8 * u64::from(offset & !LONG);
        read(&self.file, &mut long, at).filter(|length| *length == long.len())?;
        Some(u64::from_be_bytes(long))
    }

    fn read_offsets(&self, start: u32, scratch: &mut Vec<u8>) -> Option<Box<[u32]>> {
        let length = 4 * OFFSETS.min(self.count() - start) as usize;
        let bytes = room(scratch, length)?;
        let at = NAMES + (ROW - 4) * u64::from(self.count()) + 4 * u64::from(start);
        read(&self.file, bytes, at).filter(|read| *read == length)?;
        Some(bytes.as_chunks::<4>().0.iter().map(|offset| u32::from_be_bytes(*offset)).collect())
    }

    /// Where the object stands among the names: as [`place`], where a look finds a group of names. Of most groups it is soon
    /// known what they begin with, and no other is read than the one that has the name.
    fn place(&self, id: &ObjectId, scratch: &mut Vec<u8>) -> Option<u32> {
        let (wanted, first) = (leading(id.as_slice()), id.as_slice()[0]);
        let low = first.checked_sub(1).map_or(0, |before| self.fan[usize::from(before)]);
        let least = u64::from(first) << 56;
        let mut range = Range { low, high: self.fan[usize::from(first)], least, most: least | u64::MAX >> 8 };
        let begins =
            |group: u32| self.groups.get(group as usize).map(|begins| begins.load(Relaxed)).filter(|it| *it != 0);
        let mut look = 0;
        loop {
            let group = range.guess(wanted, look)? / GROUP;
            look += 1;
            let start = group * GROUP;
            if let Some(begins) = begins(group).filter(|begins| wanted < *begins) {
                (range.high, range.most) = (start, begins);
                continue;
            }
            if let Some(begins) = begins(group + 1).filter(|begins| *begins < wanted) {
                (range.low, range.least) = (start + GROUP, begins);
                continue;
            }
            let names = self.names(start, scratch)?;
            self.groups.get(group as usize)?.store(leading(names.first()?), Relaxed);
            match names.binary_search_by(|name| name.as_slice().cmp(id.as_slice())) {
                Ok(at) => return Some(start + at as u32),
                Err(0) => (range.high, range.most) = (start, leading(names.first()?)),
                Err(at) if at == names.len() => {
                    (range.low, range.least) = (start + at as u32, leading(names.last()?));
                }
                Err(_) => return None,
            }
        }
    }

    fn names<'a>(&self, start: u32, scratch: &'a mut Vec<u8>) -> Option<&'a [[u8; ID_LENGTH]]> {
        let length = GROUP.min(self.count() - start) as usize * ID_LENGTH;
        let bytes = room(scratch, length)?;
        read(&self.file, bytes, NAMES + ID_LENGTH as u64 * u64::from(start)).filter(|read| *read == length)?;
        Some(bytes.as_chunks().0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::git::testing::Scratch;
    use crate::testing::Random;

    #[test]
    fn objects_are_found_where_git_finds_them() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && for i in $(seq 3000); do echo $i >$i; done && git add . && \
             git commit -qm all && git repack -qad");
        let path = scratch.path().join(scratch.sh("ls .git/objects/pack/*.idx").trim());
        let shown = scratch.sh("cat .git/objects/pack/*.idx | git show-index");
        let all = shown.lines().map(|line| {
            let mut words = line.split(' ');
            let offset: u64 = words.next().unwrap().parse().unwrap();
            (ObjectId::from_hex(words.next().unwrap().as_bytes()).unwrap(), offset)
        });
        let all: Vec<_> = all.collect();
        let file = index::File::at(&path, gix_hash::Kind::Sha1).unwrap();
        let large = Index::Large(Large::open(&path).unwrap());
        let (mapped, mut scratch) = (Index::open(&path).unwrap(), Vec::new());
        let mut random = Random::new(1);
        for (id, offset) in &all {
            let mut other = *id;
            other.as_mut_slice()[random.below(20)] ^= 1 << random.below(8);
            let of_other = file.lookup(other).map(|at| file.pack_offset_at_index(at));
            for index in [&mapped, &large] {
                assert_eq!(index.offset(id, &mut scratch), Some(*offset), "{id}");
                assert_eq!(index.offset(&other, &mut scratch), of_other, "{other}");
            }
        }
        for ends in [[0; 20], [255; 20]].map(ObjectId::from) {
            assert_eq!([&mapped, &large].map(|index| index.offset(&ends, &mut scratch)), [None, None]);
        }
    }

    #[test]
    fn whatever_is_damaged_gives_an_end() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && for i in $(seq 300); do echo $i >$i; done && git add . && \
             git commit -qm all && git repack -qad");
        let sound = std::fs::read(scratch.path().join(scratch.sh("ls .git/objects/pack/*.idx").trim())).unwrap();
        let path = scratch.path().join("damaged.idx");
        for seed in 0..200 {
            let mut random = Random::new(seed);
            let mut damaged = sound.clone();
            damaged.truncate(damaged.len() - random.below(2) * random.below(damaged.len()));
            for _ in 0..random.below(200) {
                let at = random.below(damaged.len().max(1));
                damaged.get_mut(at).into_iter().for_each(|byte| *byte = random.below(256) as u8);
            }
            std::fs::write(&path, damaged).unwrap();
            let Some(large) = Large::open(&path) else { continue };
            for _ in 0..50 {
                let id = ObjectId::from(std::array::from_fn::<u8, 20, _>(|_| random.below(256) as u8));
                let _ = large.offset(&id, &mut Vec::new());
            }
        }
    }
}
