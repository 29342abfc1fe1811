//! A pack, read piece by piece. The format is that of `gitformat-pack`.
//!
//! It is not mapped into memory: what has been read of a mapped file counts as the process's own, and a walk over history
//! reads all of it. Whatever is not as it should be gives nothing. Knows nothing of what is made of the entries.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use gix_hash::ObjectId;
use gix_object::Kind;
use gix_zlib::{Inflate, Status};

use super::LARGEST;
use super::pack_index::{Hurried, Index};
use crate::ids::ID_LENGTH;

/// A pack with its index. Shared between threads.
pub(super) struct PackFile {
    /// Given once in the life of the process.
    pub(super) number: usize,
    index: Index,
    data: File,
    length: u64,
}

/// What stands at an offset of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) stored: Stored,
    /// How many bytes it has when it is inflated.
    pub(super) size: usize,
    /// Where these begin, deflated.
    content: u64,
}

/// How an object is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    Whole(Kind),
    /// As a difference to the object at this offset.
    DifferenceTo(u64),
    /// As a difference to this object.
    DifferenceToObject(ObjectId),
}

impl PackFile {
    /// Opens the pack that the index at `path` belongs to.
    pub(super) fn open(path: &Path) -> Option<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let data = File::open(path.with_extension("pack")).ok()?;
        let length = data.metadata().ok()?.len();
        let index = Index::open(path)?;
        Some(Self { number: NEXT.fetch_add(1, Ordering::Relaxed), index, data, length })
    }

    /// Where the object is.
    pub(super) fn offset(&self, id: &ObjectId, hurried: Option<&Hurried>, scratch: &mut Vec<u8>) -> Option<u64> {
        self.index.offset(id, hurried, scratch)
    }

    /// As [`Index::hurry`].
    pub(super) fn hurry(&self) -> Option<Hurried> {
        self.index.hurry()
    }
}

/// Reads entries, for one thread, and keeps what it read of packs last: neighbours are often asked for together.
pub(super) struct Entries {
    blocks: Vec<Block>,
    spare: Vec<u8>,
    inflate: Inflate,
}

#[derive(Default)]
struct Block {
    /// Of which pack, and which block of it.
    key: Option<(usize, u64)>,
    bytes: Vec<u8>,
}

const BLOCK: usize = 16 << 10;
const BLOCKS: usize = 32;
/// More than the header of any entry.
const HEADER: usize = 32;
/// Nothing inflates to so many times its length.
const MOST_INFLATED: u64 = 1100;
/// What the largest object needed is not kept beyond this.
const SPARE: usize = 1 << 20;

impl Default for Entries {
    fn default() -> Self {
        let blocks = std::iter::repeat_with(Block::default).take(BLOCKS).collect();
        Self { blocks, spare: Vec::new(), inflate: Inflate::default() }
    }
}

impl Entries {
    /// What stands at `offset`.
    pub(super) fn entry(&mut self, pack: &PackFile, offset: u64) -> Option<Entry> {
        let header = bytes(&mut self.blocks, &mut self.spare, pack, offset, HEADER)?;
        let mut rest = header;
        let first = *rest.split_off_first()?;
        let mut size = u64::from(first & 0xf);
        let (mut shift, mut last) = (4, first);
        while last & 0x80 != 0 {
            last = *rest.split_off_first().filter(|_| shift < u64::BITS - 7)?;
            size |= u64::from(last & 0x7f) << shift;
            shift += 7;
        }
        let stored = match first >> 4 & 7 {
            1 => Stored::Whole(Kind::Commit),
            2 => Stored::Whole(Kind::Tree),
            3 => Stored::Whole(Kind::Blob),
            4 => Stored::Whole(Kind::Tag),
            6 => Stored::DifferenceTo(offset.checked_sub(distance(&mut rest)?)?),
            7 => Stored::DifferenceToObject(ObjectId::from(*rest.split_off(..ID_LENGTH)?.first_chunk()?)),
            _ => return None,
        };
        // Before memory is taken for it.
        if size > (pack.length - offset).saturating_mul(MOST_INFLATED).min(LARGEST as u64) {
            return None;
        }
        let content = offset + (header.len() - rest.len()) as u64;
        Some(Entry { stored, size: usize::try_from(size).ok()?, content })
    }

    /// Appends what is stored for an entry to `out`.
    pub(super) fn inflate(&mut self, pack: &PackFile, entry: &Entry, out: &mut Vec<u8>) -> Option<()> {
        let (start, size) = (out.len(), entry.size);
        out.try_reserve(size).ok()?;
        out.resize(start + size, 0);
        // How long it is nobody says. Text becomes half as long at least, and what cannot be made shorter a little longer.
        let done = [size / 2, size + size / 64].into_iter().find_map(|likely| {
            let input = bytes(&mut self.blocks, &mut self.spare, pack, entry.content, likely + HEADER)?;
            self.inflate.reset();
            let (status, _, written) = self.inflate.once(input, &mut out[start..]).ok()?;
            (status == Status::StreamEnd && written == size).then_some(())
        });
        if self.spare.len() > SPARE {
            self.spare = Vec::new();
        }
        done
    }
}

/// How far back a base is: seven bits a byte, the highest first, each but the last one counted from one.
fn distance(rest: &mut &[u8]) -> Option<u64> {
    let mut byte = *rest.split_off_first()?;
    let mut distance = u64::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        byte = *rest.split_off_first()?;
        distance = (distance + 1).checked_mul(0x80)? | u64::from(byte & 0x7f);
    }
    Some(distance)
}

/// What a pack has from `at` on: at least so many bytes, fewer only at its end.
fn bytes<'a>(
    blocks: &'a mut [Block],
    spare: &'a mut Vec<u8>,
    pack: &PackFile,
    at: u64,
    wanted: usize,
) -> Option<&'a [u8]> {
    let rest = pack.length.checked_sub(at).filter(|rest| *rest > 0)?;
    let wanted = usize::try_from(rest).map_or(wanted, |rest| wanted.min(rest));
    let (number, inside) = (at / BLOCK as u64, (at % BLOCK as u64) as usize);
    if inside + wanted > BLOCK {
        let bytes = room(spare, wanted)?;
        let length = read(&pack.data, bytes, at)?;
        return bytes.get(..length);
    }
    let block = blocks.get_mut((number as usize).wrapping_add(pack.number) % BLOCKS)?;
    if block.key != Some((pack.number, number)) {
        block.key = None;
        let bytes = room(&mut block.bytes, BLOCK)?;
        let length = read(&pack.data, bytes, number * BLOCK as u64)?;
        block.bytes.truncate(length);
        block.key = Some((pack.number, number));
    }
    block.bytes.get(inside..)
}

/// The first bytes of `scratch`, whatever they are.
pub(super) fn room(scratch: &mut Vec<u8>, length: usize) -> Option<&mut [u8]> {
    if scratch.len() < length {
        scratch.try_reserve(length - scratch.len()).ok()?;
        scratch.resize(length, 0);
    }
    scratch.get_mut(..length)
}

/// Reads at a place until `bytes` is full or the file ends, and says how many bytes there were.
pub(super) fn read(file: &File, bytes: &mut [u8], at: u64) -> Option<usize> {
    let mut done = 0;
    while done < bytes.len() {
        match read_some(file, &mut bytes[done..], at + done as u64) {
            Ok(0) => break,
            Ok(length) => done += length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    Some(done)
}

#[cfg(unix)]
fn read_some(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, at)
}

#[cfg(windows)]
fn read_some(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, at)
}
