//! Objects out of packs, with the chains of differences in mind that most of them are stored in.
//!
//! A walk reads many versions of the same file or folder, and each is stored as a difference to another one. Here every
//! object of a chain is kept for a while once it was made, so that the next version costs one step and not the whole
//! chain again: over the history of a file that changes often that is a tenth of the inflating. The formats are those
//! of `gitformat-pack`. Whatever is not as it should be is left to the general reader, which can tell what is wrong.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::SystemTime;

use gix_hash::ObjectId;
use gix_pack::{data, index};
use gix_zlib::Inflate;

use super::bases::{Bases, Made};

/// The packs of an object database and its alternates. Shared between threads.
pub(super) struct Packs {
    objects_dir: PathBuf,
    list: RwLock<Option<Arc<List>>>,
}

struct List {
    /// The folders, and when something last came or went there.
    folders: Vec<(PathBuf, Option<SystemTime>)>,
    packs: Vec<Pack>,
}

struct Pack {
    path: PathBuf,
    /// Opened when it is first looked into; `None` when that is not possible.
    files: Arc<OnceLock<Option<Files>>>,
}

struct Files {
    index: index::File,
    data: data::File,
}

/// Reads from packs, for one thread, keeping what it made.
pub(super) struct Chains {
    list: Option<Arc<List>>,
    /// Where the last object was, in the list.
    last: usize,
    bases: Bases,
    inflate: Inflate,
    delta: Vec<u8>,
}

/// Chains are no longer than a few thousand; whatever is, may lead nowhere.
const LONGEST_CHAIN: usize = 10_000;

/// So many looks into an index find an object among many millions.
const LOOKS: usize = 12;

impl Packs {
    /// Reads nothing yet.
    pub(super) fn new(objects_dir: &Path) -> Self {
        Self { objects_dir: objects_dir.to_owned(), list: RwLock::default() }
    }

    /// The packs as of now: `known` when nothing came or went.
    fn list(&self, known: Option<&Arc<List>>) -> Arc<List> {
        let current = self.list.read().unwrap_or_else(PoisonError::into_inner).clone();
        let current = current.filter(|list| !known.is_some_and(|known| Arc::ptr_eq(known, list)) || list.is_current());
        if let Some(list) = current {
            return list;
        }
        let mut kept = self.list.write().unwrap_or_else(PoisonError::into_inner);
        let list = Arc::new(List::read(&self.objects_dir, kept.as_deref()));
        *kept = Some(Arc::clone(&list));
        list
    }
}

impl List {
    fn read(objects_dir: &Path, before: Option<&Self>) -> Self {
        let alternates = gix_odb::alternate::resolve(objects_dir.to_owned(), Path::new("")).unwrap_or_default();
        let all = std::iter::once(objects_dir.to_owned()).chain(alternates);
        // When it changed is looked up first: what comes while it is read is seen the next time.
        let folders: Vec<_> = all.map(|folder| folder.join("pack")).map(|it| (it.clone(), changed(&it))).collect();
        let mut packs = Vec::new();
        for (folder, _) in &folders {
            for entry in folder.read_dir().into_iter().flatten().flatten() {
                let path = entry.path();
                if path.extension().is_some_and(|extension| extension == "idx") {
                    let known = before.and_then(|before| before.packs.iter().find(|pack| pack.path == path));
                    let files = known.map(|pack| Arc::clone(&pack.files)).unwrap_or_default();
                    packs.push(Pack { path, files });
                }
            }
        }
        Self { folders, packs }
    }

    fn is_current(&self) -> bool {
        self.folders.iter().all(|(folder, when)| changed(folder) == *when)
    }
}

fn changed(folder: &Path) -> Option<SystemTime> {
    folder.metadata().and_then(|metadata| metadata.modified()).ok()
}

impl Pack {
    fn files(&self) -> Option<&Files> {
        let open = || {
            let kind = gix_hash::Kind::Sha1;
            let index = index::File::at(&self.path, kind).ok()?;
            Some(Files { index, data: data::File::at(self.path.with_extension("pack"), kind).ok()? })
        };
        self.files.get_or_init(open).as_ref()
    }

    fn offset(&self, id: &ObjectId) -> Option<data::Offset> {
        let index = &self.files()?.index;
        place(index, id).map(|at| index.pack_offset_at_index(at))
    }
}

/// Where an index has the object. Names are hashes and so spread evenly: a name tells about where it stands, which takes
/// a few looks where halving takes one for every bit of the count, each at another page of memory.
fn place(index: &index::File, id: &ObjectId) -> Option<index::EntryIndex> {
    let wanted = leading(id);
    // The place is in `low..high`, and the names beside it there are at least `least` and at most `most`.
    let (mut low, mut high) = (0, index.num_objects());
    let (mut least, mut most) = (0, u64::MAX);
    for _ in 0..LOOKS {
        if low >= high || wanted < least || most < wanted {
            return None;
        }
        let (ahead, all) = (u128::from(wanted - least), u128::from(most - least) + 1);
        let guess = low + (ahead * u128::from(high - low) / all) as u32;
        let found = index.oid_at_index(guess);
        match found.cmp(id) {
            Ordering::Equal => return Some(guess),
            Ordering::Less => (low, least) = (guess + 1, leading(found)),
            Ordering::Greater => (high, most) = (guess, leading(found)),
        }
    }
    // Close by, or in an index that is not in order.
    index.lookup(id)
}

/// The first eight bytes, as a number that is ordered as they are.
fn leading(id: &gix_hash::oid) -> u64 {
    id.as_bytes().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

impl Chains {
    /// A reader that keeps about `budget` bytes.
    pub(super) fn new(budget: usize) -> Self {
        Self { list: None, last: 0, bases: Bases::new(budget), inflate: Inflate::default(), delta: Vec::new() }
    }

    /// The object; `None` when it is in no pack, or cannot be read from there.
    pub(super) fn read(&mut self, packs: &Packs, id: &ObjectId) -> Option<Made> {
        let (pack, offset) = self.find(packs, id)?;
        self.make(pack, offset)
    }

    /// Whether a pack has the object.
    pub(super) fn has(&mut self, packs: &Packs, id: &ObjectId) -> bool {
        self.find(packs, id).is_some()
    }

    fn find(&mut self, packs: &Packs, id: &ObjectId) -> Option<(usize, data::Offset)> {
        if let Some(found) = self.look_up(id) {
            return Some(found);
        }
        let list = packs.list(self.list.as_ref());
        if self.list.as_ref().is_some_and(|known| Arc::ptr_eq(known, &list)) {
            return None;
        }
        // Places in the list are what objects are kept by.
        self.bases.clear();
        self.list = Some(list);
        self.look_up(id)
    }

    /// Where the object is, in the packs that are known.
    fn look_up(&mut self, id: &ObjectId) -> Option<(usize, data::Offset)> {
        let packs = &self.list.as_ref()?.packs;
        let others = (0..packs.len()).filter(|at| *at != self.last);
        let mut places = std::iter::once(self.last).chain(others);
        let found = places.find_map(|at| Some((at, packs.get(at)?.offset(id)?)))?;
        self.last = found.0;
        Some(found)
    }

    fn make(&mut self, pack_at: usize, offset: data::Offset) -> Option<Made> {
        let list = Arc::clone(self.list.as_ref()?);
        let pack = list.packs.get(pack_at)?;
        let data = &pack.files()?.data;
        let mut chain = Vec::new();
        let mut at = offset;
        let mut made = loop {
            // Before anything of the pack is touched: most of what is asked for is kept.
            if let Some(kept) = self.bases.get((pack_at, at)) {
                break kept;
            }
            let entry = data.entry(at).ok()?;
            let base = match &entry.header {
                data::entry::Header::OfsDelta { base_distance } => entry.checked_base_pack_offset(*base_distance)?,
                data::entry::Header::RefDelta { base_id } => pack.offset(base_id)?,
                full => {
                    let mut content = Vec::new();
                    inflate(data, &entry, &mut self.inflate, &mut content)?;
                    let made = Made { kind: full.as_kind()?, content: Arc::new(content) };
                    self.bases.put((pack_at, at), made.clone());
                    break made;
                }
            };
            chain.push(entry);
            if chain.len() > LONGEST_CHAIN {
                return None;
            }
            at = base;
        };
        while let Some(entry) = chain.pop() {
            inflate(data, &entry, &mut self.inflate, &mut self.delta)?;
            made = Made { kind: made.kind, content: Arc::new(apply(&made.content, &self.delta)?) };
            self.bases.put((pack_at, entry.pack_offset()), made.clone());
        }
        Some(made)
    }
}

/// What is stored for an entry, in place of what was in `out`.
fn inflate(data: &data::File, entry: &data::Entry, inflate: &mut Inflate, out: &mut Vec<u8>) -> Option<()> {
    let size = usize::try_from(entry.decompressed_size).ok()?;
    out.clear();
    out.try_reserve_exact(size).ok()?;
    out.resize(size, 0);
    data.decompress_entry(entry, inflate, out).ok().map(drop)
}

/// The object that `delta` makes of `base`: copies of parts of the base, and bytes of its own.
fn apply(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let mut rest = delta;
    let (base_size, size) = (size(&mut rest)?, size(&mut rest)?);
    if base_size != base.len() {
        return None;
    }
    let mut made = Vec::new();
    made.try_reserve_exact(size).ok()?;
    while let Some((command, after)) = rest.split_first() {
        rest = after;
        let part = if command & 0x80 == 0 {
            // Nought is reserved.
            let own = rest.split_off(..usize::from(*command)).filter(|own| !own.is_empty());
            own?
        } else {
            let mut number = |bits: std::ops::Range<u32>| {
                let mut number = 0;
                for (at, bit) in bits.enumerate() {
                    if command & 1 << bit != 0 {
                        number |= usize::from(*rest.split_off_first()?) << (8 * at);
                    }
                }
                Some(number)
            };
            let (start, length) = (number(0..4)?, number(4..7)?);
            let length = if length == 0 { 0x10000 } else { length };
            base.get(start..start.checked_add(length)?)?
        };
        if part.len() > size - made.len() {
            return None;
        }
        made.extend_from_slice(part);
    }
    (made.len() == size).then_some(made)
}

/// A number of seven bits a byte, the lowest first.
fn size(rest: &mut &[u8]) -> Option<usize> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = *rest.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return usize::try_from(number).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::git::testing::Scratch;
    use crate::testing::Random;

    #[test]
    fn deltas_copy_and_insert() {
        let base = b"0123456789";
        let delta = [10, 7, 0b1001_0001, 2, 3, 3, b'a', b'b', b'c', 0b1001_0000, 1];
        assert_eq!(apply(base, &delta).unwrap(), b"234abc0");
        assert_eq!(apply(base, &[10, 0]).unwrap(), b"");
        let long = vec![b'x'; 0x10000];
        assert_eq!(apply(&long, &[0x80, 0x80, 4, 0x80, 0x80, 4, 0x80]).unwrap(), long, "no length is 64 KiB");
    }

    #[test]
    fn damaged_deltas_are_refused() {
        let base = b"0123456789";
        for delta in [
            &[][..],
            &[10],
            &[9, 0],
            &[10, 1],
            &[10, 1, 0],
            &[10, 1, 2, b'a'],
            &[10, 1, 2, b'a', b'b'],
            &[10, 1, 0b1001_0001, 9, 2],
            &[10, 1, 0b1001_0001, 9],
            &[10, 255, 255, 255, 255, 255, 255, 255, 255, 127, 1, b'a'],
            &[255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255],
        ] {
            assert_eq!(apply(base, delta), None, "{delta:?}");
        }
        let mut random = Random::new(1);
        for _ in 0..20_000 {
            let mut delta: Vec<u8> = (0..random.below(12)).map(|_| random.below(256) as u8).collect();
            delta.splice(0..0, [10, random.below(20) as u8]);
            let _ = apply(base, &delta);
        }
    }

    /// Versions of files that git packs as differences to each other.
    fn packed() -> (Scratch, Vec<(ObjectId, Vec<u8>)>) {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && git config gc.auto 0");
        scratch.sh("for i in $(seq 30); do
                 seq $((i * 7)) $((i * 7 + 900)) >f; git add f
                 git update-ref refs/tags/$i $(git commit-tree -m $i $(git write-tree))
             done
             git repack -qadf --depth=20 && git prune-packed");
        let arguments = ["cat-file", "--batch-all-objects", "--batch"];
        let all =
            std::process::Command::new("git").args(arguments).current_dir(scratch.path()).output().unwrap().stdout;
        let (mut objects, mut rest) = (Vec::new(), all.as_slice());
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let header = std::str::from_utf8(&rest[..end]).unwrap();
            let (id, size) = (header.split(' ').next().unwrap(), header.split(' ').next_back().unwrap());
            let content = &rest[end + 1..][..size.parse().unwrap()];
            objects.push((ObjectId::from_hex(id.as_bytes()).unwrap(), content.to_vec()));
            rest = &rest[end + 2 + content.len()..];
        }
        (scratch, objects)
    }

    #[test]
    fn objects_are_read_in_any_order_with_any_budget() {
        let (scratch, mut objects) = packed();
        let packs = Packs::new(&scratch.path().join(".git/objects"));
        for (seed, budget) in [(1, 1 << 20), (2, 30_000), (3, 0)] {
            let mut random = Random::new(seed);
            let mut chains = Chains::new(budget);
            for _ in 0..2 * objects.len() {
                let (id, content) = &objects[random.below(objects.len())];
                assert_eq!(*chains.read(&packs, id).unwrap().content, *content, "{id}");
            }
        }
        objects.truncate(1);
        let mut chains = Chains::new(1 << 20);
        assert!(!chains.has(&packs, &ObjectId::null(gix_hash::Kind::Sha1)) && chains.has(&packs, &objects[0].0));
    }

    #[test]
    fn an_index_is_looked_up_as_git_does() {
        let (scratch, objects) = packed();
        let file = scratch.sh("ls .git/objects/pack/*.idx").trim().to_owned();
        let index = index::File::at(scratch.path().join(file), gix_hash::Kind::Sha1).unwrap();
        let mut random = Random::new(1);
        for (id, _) in &objects {
            assert_eq!(place(&index, id), Some(index.lookup(id).unwrap()), "{id}");
            let mut other = *id;
            other.as_mut_slice()[random.below(20)] ^= 1 << random.below(8);
            assert_eq!(place(&index, &other), index.lookup(other), "{other}");
        }
        for ends in [[0; 20], [255; 20]] {
            assert_eq!(place(&index, &ObjectId::from(ends)), None);
        }
    }

    #[test]
    fn packs_that_come_and_go_are_noticed() {
        let (scratch, objects) = packed();
        let packs = Packs::new(&scratch.path().join(".git/objects"));
        let (mut chains, mut other) = (Chains::new(1 << 20), Chains::new(1 << 20));
        let read = |chains: &mut Chains, id: &ObjectId| chains.read(&packs, id).map(|made| made.content);
        assert!(read(&mut chains, &objects[0].0).is_some());
        scratch.sh("echo new >new && git add new && git commit -qm new");
        let new = ObjectId::from_hex(scratch.sh("git rev-parse HEAD:new").trim().as_bytes()).unwrap();
        assert_eq!(read(&mut chains, &new), None, "it is in no pack");
        scratch.sh("sleep 0.01; git repack -q && git prune-packed");
        assert_eq!(*read(&mut chains, &new).unwrap(), b"new\n");
        assert_eq!(*read(&mut other, &new).unwrap(), b"new\n");
        scratch.sh("git repack -qad");
        for (id, content) in &objects {
            assert_eq!(*read(&mut chains, id).unwrap(), *content);
            assert_eq!(*read(&mut Chains::new(0), id).unwrap(), *content);
        }
    }

    #[test]
    fn what_is_damaged_is_left_to_the_general_reader() {
        let (scratch, objects) = packed();
        let pack = scratch.sh("ls .git/objects/pack/*.pack").trim().to_owned();
        let file = scratch.path().join(&pack);
        scratch.sh(&format!("chmod u+w {pack}"));
        let sound = std::fs::read(&file).unwrap();
        for seed in 0..40 {
            let mut random = Random::new(seed);
            let mut damaged = sound.clone();
            for _ in 0..3 {
                let at = 12 + random.below(sound.len() - 12);
                damaged[at] ^= 1 << random.below(8);
            }
            std::fs::write(&file, damaged).unwrap();
            let packs = Packs::new(&scratch.path().join(".git/objects"));
            let mut chains = Chains::new(1 << 20);
            objects.iter().for_each(|(id, _)| drop(chains.read(&packs, id)));
        }
    }
}
