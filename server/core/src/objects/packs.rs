//! Objects out of packs, with the chains of differences in mind that most of them are stored in.
//!
//! A walk reads many versions of the same file or folder, and each is stored as a difference to another one. Here every
//! object of a chain is kept for a while once it was made, so that the next version costs one step and not the whole
//! chain again: over the history of a file that changes often that is a tenth of the inflating. The formats are those
//! of `gitformat-pack`. Whatever is not as it should be is left to the general reader, which can tell what is wrong.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::SystemTime;

use gix_hash::ObjectId;

use super::bases::{Bases, Made};
use super::delta::apply;
use super::pack_file::{Entries, PackFile, Stored};
use super::pack_index::Hurried;
use crate::stat::{Stamp, Stat};

/// The packs of an object database and its alternates. Shared between threads.
pub(super) struct Packs {
    objects_dir: PathBuf,
    list: RwLock<Option<Arc<List>>>,
}

struct List {
    /// The folders, and what they looked like.
    folders: Vec<(PathBuf, Option<Stat>)>,
    /// Whether whatever comes or goes there later shows in that: not where something just had, by the system's clock.
    is_settled: bool,
    packs: Vec<Pack>,
}

struct Pack {
    /// The index's.
    path: PathBuf,
    /// What pack and index looked like: one that was damaged may be replaced by a good copy.
    stats: [Option<Stat>; 2],
    /// Opened when it is first looked into; `None` when that is not possible.
    file: Arc<OnceLock<Option<PackFile>>>,
}

/// Reads from packs, for one thread, keeping what it made.
pub(super) struct Chains {
    list: Option<Arc<List>>,
    /// Where the last object was, in the list.
    last: usize,
    /// By place in the list, large indexes of packs in memory; `None` while there is no hurry.
    hurried: Option<Vec<OnceCell<Option<Hurried>>>>,
    bases: Arc<Mutex<Bases>>,
    entries: Entries,
    /// Differences, one after the other.
    deltas: Vec<u8>,
    names: Vec<u8>,
}

/// Of so many packs the files stay open: of the largest, which have nearly all there is.
const MOST_PACKS: usize = 32;

/// Chains are no longer than a few thousand; whatever is, may lead nowhere...
const LONGEST_CHAIN: usize = 10_000;
/// ...nor do their differences have more bytes.
const MOST_DELTAS: usize = 64 << 20;
/// What the longest chain needed is not kept beyond this.
const SPARE: usize = 1 << 20;

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
        // Looked at before they are read: what comes meanwhile is seen the next time.
        let now = Stamp::from(SystemTime::now());
        let folders: Vec<_> = all.map(|folder| folder.join("pack")).map(|it| (it.clone(), stat(&it))).collect();
        let is_settled = folders.iter().all(|(_, stat)| stat.is_none_or(|stat| stat.is_settled(now)));
        let mut found = Vec::new();
        for (folder, _) in &folders {
            for entry in folder.read_dir().into_iter().flatten().flatten() {
                let path = entry.path();
                if path.extension().is_some_and(|extension| extension == "idx") {
                    found.push((entry.metadata().map_or(0, |metadata| metadata.len()), path));
                }
            }
        }
        found.sort_unstable_by(|one, other| other.cmp(one));
        found.truncate(MOST_PACKS);
        let pack = |(_, path): (_, PathBuf)| {
            let stats = [stat(&path), stat(&path.with_extension("pack"))];
            let is_same = |pack: &&Pack| pack.path == path && pack.stats == stats && !pack.has_failed();
            let known = before.and_then(|before| before.packs.iter().find(is_same));
            let file = known.map(|pack| Arc::clone(&pack.file)).unwrap_or_default();
            Pack { path, stats, file }
        };
        Self { packs: found.into_iter().map(pack).collect(), folders, is_settled }
    }

    fn is_current(&self) -> bool {
        self.is_settled && self.folders.iter().all(|(folder, before)| stat(folder) == *before)
    }

    fn has_the_same_packs(&self, other: &Self) -> bool {
        let pairs = || self.packs.iter().zip(&other.packs);
        self.packs.len() == other.packs.len() && pairs().all(|(one, two)| Arc::ptr_eq(&one.file, &two.file))
    }
}

fn stat(place: &Path) -> Option<Stat> {
    place.metadata().ok().map(|metadata| Stat::of(&metadata))
}

impl Pack {
    /// Whether it could not be opened: perhaps only just then.
    fn has_failed(&self) -> bool {
        self.file.get().is_some_and(Option::is_none)
    }

    fn file(&self) -> Option<&PackFile> {
        self.file.get_or_init(|| PackFile::open(&self.path)).as_ref()
    }
}

impl Chains {
    /// A reader that keeps about `budget` bytes.
    pub(super) fn new(budget: usize) -> Self {
        Self::with(Arc::new(Mutex::new(Bases::new(budget))))
    }

    /// Another one that keeps them together with this one, for another thread.
    pub(super) fn beside(&self) -> Self {
        Self::with(Arc::clone(&self.bases))
    }

    fn with(bases: Arc<Mutex<Bases>>) -> Self {
        let (deltas, names) = (Vec::new(), Vec::new());
        Self { list: None, last: 0, hurried: None, bases, entries: Entries::default(), deltas, names }
    }

    /// From now on large indexes of packs are kept in memory, as long as this reader lives.
    pub(super) fn hurry(&mut self) {
        if self.hurried.is_none() {
            self.hurried = Some(self.places());
        }
    }

    /// Nothing yet, for each pack.
    fn places<T: Default>(&self) -> Vec<T> {
        self.list.iter().flat_map(|list| &list.packs).map(|_| T::default()).collect()
    }

    /// The object; `None` when it is in no pack, or cannot be read from there.
    pub(super) fn read(&mut self, packs: &Packs, id: &ObjectId) -> Option<Made> {
        let (pack, offset) = self.find(packs, id)?;
        if let Some(made) = self.make(pack, offset) {
            return Some(made);
        }
        // A damaged one may have been replaced by a good copy since.
        if !self.look_again(packs) {
            return None;
        }
        let (pack, offset) = self.look_up(id)?;
        self.make(pack, offset)
    }

    /// Lets go of packs that are gone by now, and learns of those that came. Gives whether there was anything.
    pub(super) fn look_again(&mut self, packs: &Packs) -> bool {
        let list = packs.list(self.list.as_ref());
        let is_known = self.list.as_ref().is_some_and(|known| known.has_the_same_packs(&list));
        self.list = Some(list);
        if !is_known && self.hurried.is_some() {
            self.hurried = Some(self.places());
        }
        !is_known
    }

    /// Whether a pack has the object.
    pub(super) fn has(&mut self, packs: &Packs, id: &ObjectId) -> bool {
        self.find(packs, id).is_some()
    }

    /// Whether the object is stored as a difference to `base`.
    pub(super) fn is_difference(&mut self, packs: &Packs, id: &ObjectId, base: &ObjectId) -> bool {
        let (Some((pack, offset)), Some(of_base)) = (self.find(packs, id), self.find(packs, base)) else {
            return false;
        };
        let list = self.list.clone();
        let file = list.as_ref().and_then(|list| list.packs.get(pack)?.file());
        let entry = file.and_then(|file| self.entries.entry(file, offset));
        entry.is_some_and(|entry| match entry.stored {
            Stored::Whole(_) => false,
            Stored::DifferenceTo(offset) => of_base == (pack, offset),
            Stored::DifferenceToObject(id) => id == *base,
        })
    }

    fn find(&mut self, packs: &Packs, id: &ObjectId) -> Option<(usize, u64)> {
        if let Some(found) = self.look_up(id) {
            return Some(found);
        }
        if self.look_again(packs) { self.look_up(id) } else { None }
    }

    /// Where the object is, in the packs that are known.
    fn look_up(&mut self, id: &ObjectId) -> Option<(usize, u64)> {
        let packs = &self.list.as_ref()?.packs;
        let others = (0..packs.len()).filter(|at| *at != self.last);
        let mut places = std::iter::once(self.last).chain(others);
        let found = places.find_map(|at| {
            let file = packs.get(at)?.file()?;
            let hurried = self.hurried.as_ref().and_then(|all| all.get(at)?.get_or_init(|| file.hurry()).as_ref());
            Some((at, file.offset(id, hurried, &mut self.names)?))
        })?;
        self.last = found.0;
        Some(found)
    }

    fn make(&mut self, pack: usize, offset: u64) -> Option<Made> {
        let list = Arc::clone(self.list.as_ref()?);
        let pack = list.packs.get(pack)?.file()?;
        if let Some(kept) = self.bases().get((pack.number, offset)) {
            return Some(kept);
        }
        self.deltas.clear();
        // Where each difference of the chain is in the pack, and where it begins among them.
        let mut chain: Vec<(u64, usize)> = Vec::new();
        let mut at = offset;
        let mut made = loop {
            // Before anything of the pack is touched.
            if !chain.is_empty()
                && let Some(kept) = self.bases().get_base((pack.number, at))
            {
                break kept;
            }
            let entry = self.entries.entry(pack, at)?;
            let base = match entry.stored {
                Stored::DifferenceTo(base) => base,
                Stored::DifferenceToObject(base) => pack.offset(&base, None, &mut self.names)?,
                Stored::Whole(kind) => {
                    let mut content = Vec::new();
                    self.entries.inflate(pack, &entry, &mut content)?;
                    let made = Made { kind, content: Arc::new(content) };
                    self.bases().put((pack.number, at), made.clone());
                    break made;
                }
            };
            chain.push((at, self.deltas.len()));
            // Before memory is taken for it.
            if chain.len() > LONGEST_CHAIN || entry.size > MOST_DELTAS - self.deltas.len() {
                self.deltas = Vec::new();
                return None;
            }
            self.entries.inflate(pack, &entry, &mut self.deltas)?;
            at = base;
        };
        let mut end = self.deltas.len();
        while let Some((at, start)) = chain.pop() {
            let content = apply(&made.content, self.deltas.get(start..end)?)?;
            made = Made { kind: made.kind, content: Arc::new(content) };
            self.bases().put((pack.number, at), made.clone());
            end = start;
        }
        if self.deltas.len() > SPARE {
            self.deltas = Vec::new();
        }
        Some(made)
    }

    fn bases(&self) -> MutexGuard<'_, Bases> {
        // Whatever stands there is whole.
        self.bases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::git::testing::Scratch;
    use crate::testing::Random;

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
    fn what_is_stored_as_a_difference_to_what_is_said() {
        let (scratch, _) = packed();
        let packs = Packs::new(&scratch.path().join(".git/objects"));
        let shown = scratch.sh("git verify-pack -v .git/objects/pack/*.idx");
        let id = |word: &&str| ObjectId::from_hex(word.as_bytes()).unwrap();
        let mut chains = Chains::new(1 << 20);
        let mut count = 0;
        for words in shown.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()) {
            if let [one, _, _, _, _, _, base] = &words[..] {
                let (one, base) = (id(one), id(base));
                assert!(chains.is_difference(&packs, &one, &base) && !chains.is_difference(&packs, &base, &one));
                assert!(!chains.is_difference(&packs, &one, &one));
                count += 1;
            }
        }
        assert!(count > 20, "{shown}");
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
        scratch.sh("git repack -q && git prune-packed");
        assert_eq!(*read(&mut chains, &new).unwrap(), b"new\n");
        assert_eq!(*read(&mut other, &new).unwrap(), b"new\n");
        scratch.sh("git repack -qad");
        for (id, content) in &objects {
            assert_eq!(*read(&mut chains, id).unwrap(), *content);
            assert_eq!(*read(&mut Chains::new(0), id).unwrap(), *content);
        }
    }

    #[test]
    fn a_good_copy_in_the_place_of_a_damaged_pack_is_read() {
        let (scratch, objects) = packed();
        let pack = scratch.sh("ls .git/objects/pack/*.pack").trim().to_owned();
        // Past the header: the first object's bytes are no longer what they were. As old as the good one: copies may be.
        scratch.sh(&format!(
            "cp {pack} good && chmod u+w {pack}
             printf 'xxxxxxxxxxxxxxxx' | dd of={pack} bs=1 seek=16 conv=notrunc 2>/dev/null
             touch -r {pack} good"
        ));
        let packs = Packs::new(&scratch.path().join(".git/objects"));
        let mut chains = Chains::new(0);
        let read = |chains: &mut Chains| objects.iter().filter(|(id, _)| chains.read(&packs, id).is_some()).count();
        assert!(read(&mut chains) < objects.len());
        scratch.sh(&format!("mv -f good {pack}"));
        assert_eq!(read(&mut chains), objects.len());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn packs_that_are_gone_are_not_kept_open() {
        let (scratch, objects) = packed();
        let packs = Packs::new(&scratch.path().join(".git/objects"));
        let mut chains = Chains::new(0);
        assert!(chains.read(&packs, &objects[0].0).is_some());
        let folder = scratch.path().canonicalize().unwrap();
        let open = || {
            let files = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
            let targets = files.filter_map(|file| std::fs::read_link(file.path()).ok());
            targets
                .filter(|target| target.starts_with(&folder) && target.to_string_lossy().contains("(deleted)"))
                .count()
        };
        scratch.sh("echo new >new && git add new && git commit -qm new && git repack -qad");
        assert!(open() > 0);
        assert!(chains.look_again(&packs) && !chains.look_again(&packs));
        assert_eq!(open(), 0);
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
