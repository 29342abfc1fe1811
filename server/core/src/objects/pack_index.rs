//! The index of a pack: where in it each object is. The format is that of `gitformat-pack`.
//!
//! Small ones are mapped into memory. What has been read of a mapped file counts as the process's own, though, and a walk over
//! history reads all of it: large ones are read piece by piece, which takes a system call for each name, and mapped only
//! as long as somebody is in a hurry. Whatever is not as it should be gives nothing.

use std::cmp::Ordering;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

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
    pub(super) fn offset(&self, id: &ObjectId, hurried: Option<&Hurried>, scratch: &mut Vec<u8>) -> Option<u64> {
        match (self, hurried) {
            (Self::Mapped(index), _) => offset_in(index, id, Range::ALL),
            (Self::Large(large), Some(Hurried(index))) => offset_in(index, id, large.around(leading(id.as_slice()))?),
            (Self::Large(large), None) => large.offset(id, scratch),
        }
    }

    /// Has it in memory for as long as somebody holds what this gives: nothing where it is there anyway, or cannot be.
    pub(super) fn hurry(&self) -> Option<Hurried> {
        match self {
            Self::Mapped(_) => None,
            Self::Large(large) => large.map().map(Hurried),
        }
    }
}

/// A large index in memory.
pub(super) struct Hurried(Arc<index::File>);

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
    /// Anywhere.
    const ALL: Self = Self { low: 0, high: u32::MAX, least: 0, most: u64::MAX };

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

/// Where a mapped index has the object, whose name stands within `range`. Names are hashes and so spread evenly: a name tells
/// about where it stands, which takes a few looks where halving takes one for every bit of the count, each at another page
/// of memory.
fn offset_in(index: &index::File, id: &ObjectId, mut range: Range) -> Option<u64> {
    let wanted = leading(id.as_slice());
    range.high = range.high.min(index.num_objects());
    for look in 0..LOOKS {
        let guess = range.guess(wanted, look)?;
        let found = index.oid_at_index(guess);
        match found.cmp(id) {
            Ordering::Equal => return Some(index.pack_offset_at_index(guess)),
            Ordering::Less => (range.low, range.least) = (guess + 1, leading(found.as_bytes())),
            Ordering::Greater => (range.high, range.most) = (guess, leading(found.as_bytes())),
        }
    }
    // Close by, or in an index that is not in order.
    index.lookup(id).map(|at| index.pack_offset_at_index(at))
}

/// The first eight bytes, as a number that is ordered as they are.
fn leading(name: &[u8]) -> u64 {
    name.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// An index that is read piece by piece. What is small of that is kept: where names stand, and offsets.
pub(super) struct Large {
    file: File,
    path: PathBuf,
    /// The same in memory, while somebody is in a hurry.
    mapped: Mutex<Weak<index::File>>,
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
        Some(Self { file, path: path.to_owned(), mapped: Mutex::default(), fan, groups, offsets })
    }

    fn map(&self) -> Option<Arc<index::File>> {
        let mut mapped = self.mapped.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = mapped.upgrade() {
            return Some(index);
        }
        let index = Arc::new(index::File::at(&self.path, gix_hash::Kind::Sha1).ok()?);
        if index.num_objects() != self.count() {
            return None;
        }
        for (group, begins) in self.groups.iter().enumerate() {
            begins.store(leading(index.oid_at_index(group as u32 * GROUP).as_bytes()), Relaxed);
        }
        *mapped = Arc::downgrade(&index);
        Some(index)
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

    /// Where the object stands among the names: as [`offset_in`], where a look finds a group of names. Of most groups it is
    /// soon known what they begin with, and no other is read than the one that has the name.
    fn place(&self, id: &ObjectId, scratch: &mut Vec<u8>) -> Option<u32> {
        let wanted = leading(id.as_slice());
        let (mut range, mut look) = (self.beginning_as(wanted), 0);
        loop {
            let group = self.narrow(&mut range, wanted, &mut look)?;
            let start = group * GROUP;
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

    /// Where a name stands, as far as that is known.
    fn around(&self, wanted: u64) -> Option<Range> {
        let mut range = self.beginning_as(wanted);
        let group = self.narrow(&mut range, wanted, &mut 0)?;
        let start = group * GROUP;
        if let Some(begins) = self.begins(group).filter(|_| range.low < start) {
            (range.low, range.least) = (start, begins);
        }
        // One that begins the next group stands there.
        if let Some(begins) = self.begins(group + 1).filter(|it| wanted < *it && start + GROUP < range.high) {
            (range.high, range.most) = (start + GROUP, begins);
        }
        Some(range)
    }

    /// Where names stand that begin with the same byte.
    fn beginning_as(&self, wanted: u64) -> Range {
        let first = (wanted >> 56) as u8;
        let low = first.checked_sub(1).map_or(0, |before| self.fan[usize::from(before)]);
        let least = u64::from(first) << 56;
        Range { low, high: self.fan[usize::from(first)], least, most: least | u64::MAX >> 8 }
    }

    /// The group that is to be looked into next, by what is known of others.
    fn narrow(&self, range: &mut Range, wanted: u64, look: &mut usize) -> Option<u32> {
        loop {
            let group = range.guess(wanted, *look)? / GROUP;
            *look += 1;
            if let Some(begins) = self.begins(group).filter(|begins| wanted < *begins) {
                (range.high, range.most) = (group * GROUP, begins);
            } else if let Some(begins) = self.begins(group + 1).filter(|begins| *begins < wanted) {
                (range.low, range.least) = ((group + 1) * GROUP, begins);
            } else {
                return Some(group);
            }
        }
    }

    /// What a group is known to begin with.
    fn begins(&self, group: u32) -> Option<u64> {
        self.groups.get(group as usize).map(|begins| begins.load(Relaxed)).filter(|begins| *begins != 0)
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
        let mut hurried = None;
        for (at, (id, offset)) in all.iter().enumerate() {
            if at == all.len() / 2 {
                // By now something is known of some groups.
                hurried = large.hurry();
                assert!(mapped.hurry().is_none() && hurried.is_some());
            }
            let mut other = *id;
            other.as_mut_slice()[random.below(20)] ^= 1 << random.below(8);
            let of_other = file.lookup(other).map(|at| file.pack_offset_at_index(at));
            for (index, hurried) in [(&mapped, None), (&large, None), (&large, hurried.as_ref())] {
                assert_eq!(index.offset(id, hurried, &mut scratch), Some(*offset), "{id}");
                assert_eq!(index.offset(&other, hurried, &mut scratch), of_other, "{other}");
            }
        }
        let Index::Large(inner) = &large else { unreachable!() };
        assert!(inner.mapped.lock().unwrap().upgrade().is_some());
        for ends in [[0; 20], [255; 20]].map(ObjectId::from) {
            assert_eq!([&mapped, &large].map(|index| index.offset(&ends, None, &mut scratch)), [None, None]);
            assert_eq!(large.offset(&ends, hurried.as_ref(), &mut scratch), None);
        }
        drop(hurried);
        assert!(inner.mapped.lock().unwrap().upgrade().is_none(), "nobody is in a hurry any more");
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
            let Some(large) = Large::open(&path).map(Index::Large) else { continue };
            for at in 0..50 {
                let id = ObjectId::from(std::array::from_fn::<u8, 20, _>(|_| random.below(256) as u8));
                let hurried = if at < 25 { None } else { large.hurry() };
                let _ = large.offset(&id, hurried.as_ref(), &mut Vec::new());
            }
        }
    }
}
