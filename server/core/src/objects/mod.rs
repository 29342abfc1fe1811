//! Objects read in bulk: the hot path of index, file log and annotate, through gitoxide's object database.
//!
//! The only place that names gitoxide's crates for objects. It knows objects by id and nothing of references, revision
//! numbers or the store.

mod bases;
mod commit;
mod delta;
mod generations;
mod pack_file;
mod pack_index;
mod packs;
mod tree;

pub use commit::{CommitObject, Signature};
pub use tree::{Entries, Entry, Tree, TreeEntry};

use std::cell::{OnceCell, RefCell};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use gix_hash::ObjectId;
use gix_odb::HeaderExt as _;

use crate::error::{Explain, Kind};
use crate::ids::{FileNode, ID_LENGTH, Mode, Node, RepoPath, TreeNode};
use bases::Made;
use generations::Generations;
use packs::{Chains, Packs};

/// The checksum that git ends its own files with. `None` for content that was made to have the checksum of another.
pub fn checksum(content: &[u8]) -> Option<[u8; ID_LENGTH]> {
    let mut hasher = gix_hash::hasher(gix_hash::Kind::Sha1);
    hasher.update(content);
    hasher.try_finalize().ok()?.as_slice().try_into().ok()
}

/// What can go wrong when an object is read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder with the objects cannot be used.
    #[error("cannot open the object database {path}: {source}")]
    Open {
        /// The folder.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// No such object here.
    #[error("{what} {id} is missing from the repository")]
    Missing {
        /// `changeset`, `folder` or `file`.
        what: &'static str,
        /// 40 hexadecimal digits.
        id: String,
    },
    /// The object is there and cannot be read.
    #[error("{what} {id} is damaged: {reason}")]
    Corrupt {
        /// `changeset`, `folder` or `file`.
        what: &'static str,
        /// 40 hexadecimal digits.
        id: String,
        /// What the reader says.
        reason: String,
    },
    /// More files than memory has room for.
    #[error("folder {id} holds more than {most} files")]
    TooMany {
        /// 40 hexadecimal digits.
        id: String,
        /// How many there may be.
        most: usize,
    },
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Open { .. } => Kind::Io,
            Self::Missing { .. } => Kind::MissingObject,
            Self::Corrupt { .. } => Kind::CorruptObject,
            Self::TooMany { .. } => Kind::UnsupportedRepository,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Open { .. } | Self::TooMany { .. } => None,
            Self::Missing { .. } => Some(
                "the clone may be partial or shallow: 'git fetch --unshallow' or 'git fetch --refetch --no-filter' brings \
                 what is missing; otherwise 'git fsck' tells more"
                    .to_owned(),
            ),
            Self::Corrupt { .. } => Some("'git fsck' tells more; a fresh clone has good copies".to_owned()),
        }
    }
}

/// No object has more bytes: whatever says so is not believed.
const LARGEST: usize = u32::MAX as usize;
/// A clone that nobody ever packs has fewer packs.
const MOST_INDEXES: usize = 2000;
/// More files than this no changeset has that somebody works with: a few folders that hold each other many times over make
/// up any number of files.
const MOST_FILES: usize = if cfg!(test) { 100_000 } else { 5_000_000 };

/// Refuses to go on gathering files of the folder `root` when they are too many, `count` so far.
pub fn check_count(root: TreeNode, count: usize) -> Result<(), Error> {
    if count <= MOST_FILES { Ok(()) } else { Err(Error::TooMany { id: root.to_hex(), most: MOST_FILES }) }
}

/// How much memory one reader may use.
#[derive(Clone, Copy, Debug)]
pub struct CacheSizes {
    /// Bytes of objects that others are stored as differences to.
    pub delta_bases: usize,
    /// Bytes of raw trees.
    pub trees: usize,
}

impl CacheSizes {
    /// For walks over all of history: what performance measurements of full walks favour.
    pub const WALK: Self = Self { delta_bases: 96 << 20, trees: 64 << 20 };
    /// For commits, which are asked for once each and seldom stored as differences.
    pub const COMMITS: Self = Self { delta_bases: 1 << 20, trees: 0 };
    /// For looking at one path in many revisions.
    pub const SWEEP: Self = Self { delta_bases: 24 << 20, trees: 0 };
    /// For answering a request.
    pub const REQUEST: Self = Self { delta_bases: 32 << 20, trees: 16 << 20 };
}

/// The object database of a repository, alternates and replacements included. Shared between threads; clones are
/// cheap and are the same database.
#[derive(Clone)]
pub struct ObjectStore {
    packs: Arc<Packs>,
    /// For what is in no pack.
    store: Arc<gix_odb::Store>,
    damaged: Arc<AtomicBool>,
    /// How many readers are in a hurry.
    hurried: Arc<AtomicUsize>,
    /// Which object stands in for which, sorted.
    replacements: Arc<[(ObjectId, ObjectId)]>,
    #[cfg(test)]
    asked: Arc<AtomicUsize>,
}

impl ObjectStore {
    /// Opens the database in `objects_dir` (`.git/objects`). Asking for the first of a pair in `replacements` gives the
    /// content of the second, as `git replace` wants.
    pub fn open(objects_dir: &Path, replacements: Vec<(Node, Node)>) -> Result<Self, Error> {
        let id = |node: Node| ObjectId::from(node.0);
        let mut replacements: Vec<_> = replacements.into_iter().map(|(from, to)| (id(from), id(to))).collect();
        replacements.sort_unstable();
        let store = gix_odb::Store::at_opts(
            objects_dir.to_owned(),
            gix_hash::Kind::Sha1,
            &mut replacements.iter().copied(),
            gix_odb::store::init::Options {
                // How many indexes of packs there may be as long as it is open: each fetch may add one, and with more
                // nothing could be read of those.
                slots: gix_odb::store::init::Slots::AsNeededByDiskState { multiplier: 1.1, minimum: MOST_INDEXES },
                alloc_limit_bytes: Some(LARGEST),
                ..Default::default()
            },
        )
        .map_err(|source| Error::Open { path: objects_dir.display().to_string(), source })?;
        Ok(Self {
            packs: Arc::new(Packs::new(objects_dir)),
            store: Arc::new(store),
            damaged: Arc::default(),
            hurried: Arc::default(),
            replacements: replacements.into(),
            #[cfg(test)]
            asked: Arc::default(),
        })
    }

    /// Whether something was found damaged. What is opened anew may find a good copy in its place.
    pub fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    /// Whether a reader of this database is in a hurry: others may give way.
    pub fn is_hurried(&self) -> bool {
        self.hurried.load(Ordering::Relaxed) > 0
    }

    /// A reader for one thread, with caches of its own.
    pub fn reader(&self, sizes: CacheSizes) -> Objects {
        self.with(Chains::new(sizes.delta_bases), sizes)
    }

    /// Readers for so many threads that look at neighbouring changesets: what objects are stored as differences to they
    /// keep together.
    pub fn readers(&self, count: usize, sizes: CacheSizes) -> Vec<Objects> {
        let chains = Chains::new(sizes.delta_bases);
        (0..count).map(|_| self.with(chains.beside(), sizes)).collect()
    }

    fn with(&self, chains: Chains, sizes: CacheSizes) -> Objects {
        Objects {
            database: self.clone(),
            chains: RefCell::new(chains),
            handle: gix_odb::HandleArc::from(self.store.to_handle_arc()),
            trees: RefCell::new(Generations::new(sizes.trees)),
            hurry: OnceCell::new(),
        }
    }
}

/// One of those who are counted as being in a hurry.
struct Hurry(Arc<AtomicUsize>);

impl Hurry {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Hurry {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Reads objects, on one thread at a time. What was read before may come from a cache; objects never change.
pub struct Objects {
    database: ObjectStore,
    chains: RefCell<Chains>,
    handle: gix_odb::HandleArc,
    trees: RefCell<Generations<TreeNode, Arc<Tree>>>,
    hurry: OnceCell<Hurry>,
}

impl Objects {
    /// Another reader of the same database, for another thread.
    pub fn another(&self, sizes: CacheSizes) -> Self {
        self.database.reader(sizes)
    }

    /// Lets go of packs that are gone by now. Gives whether any came or went since this reader looked last.
    pub fn look_again(&self) -> bool {
        self.chains.borrow_mut().look_again(&self.database.packs)
    }

    /// As long as it lives, this reader finds objects faster, for memory: large indexes of packs are mapped, which counts as the
    /// process's own. For those who look for a great many while somebody waits, and go.
    pub fn hurry(&self) {
        self.hurry.get_or_init(|| {
            self.chains.borrow_mut().hurry();
            Hurry::new(&self.database.hurried)
        });
    }

    /// Whether a folder's listing is stored as a difference to another one, so that it is cheap to read after that.
    pub fn is_difference(&self, tree: TreeNode, base: TreeNode) -> bool {
        let [tree, base] = [tree, base].map(|tree| ObjectId::from(tree.0));
        self.chains.borrow_mut().is_difference(&self.database.packs, &tree, &base)
    }

    /// How many objects all readers of this database have been asked for, cached ones too.
    #[cfg(test)]
    pub(crate) fn asked(&self) -> usize {
        self.database.asked.load(std::sync::atomic::Ordering::SeqCst)
    }

    #[cfg(test)]
    fn count(&self) {
        self.database.asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    }

    /// The commit object of a changeset.
    pub fn commit(&self, node: Node) -> Result<CommitObject, Error> {
        let raw = self.read("changeset", node.0, gix_object::Kind::Commit)?;
        CommitObject::parse(raw).ok_or_else(|| Error::Corrupt {
            what: "changeset",
            id: node.to_hex(),
            reason: "its header cannot be read".to_owned(),
        })
    }

    /// Whether the object is there. Says nothing of whether it can be read.
    pub fn contains(&self, id: [u8; ID_LENGTH]) -> bool {
        use gix_object::Exists as _;
        let id = ObjectId::from(id);
        self.chains.borrow_mut().has(&self.database.packs, &id) || self.handle.exists(&id)
    }

    /// A folder's listing.
    pub fn tree(&self, tree: TreeNode) -> Result<Arc<Tree>, Error> {
        #[cfg(test)]
        self.count();
        if let Some(found) = self.trees.borrow_mut().get(&tree) {
            return Ok(found);
        }
        // git itself treats the empty tree as always there.
        let raw = match tree {
            TreeNode::EMPTY => Arc::default(),
            tree => self.read("folder", tree.0, gix_object::Kind::Tree)?,
        };
        let parsed = Tree::parse(raw).ok_or_else(|| unreadable(tree))?;
        let parsed = Arc::new(parsed);
        self.trees.borrow_mut().insert(tree, Arc::clone(&parsed), parsed.size());
        Ok(parsed)
    }

    /// What has this name in a folder: the file, or the folder. The listing is read up to there, and not kept.
    pub fn look_into(&self, folder: TreeNode, name: &[u8]) -> Result<(Option<Entry>, Option<TreeNode>), Error> {
        if folder == TreeNode::EMPTY {
            return Ok((None, None));
        }
        let raw = self.read("folder", folder.0, gix_object::Kind::Tree)?;
        let mut entries = Entries::of(&raw);
        let found = entries.by_ref().find(|entry| entry.name == name);
        if found.is_none() && !entries.is_at_end() {
            return Err(unreadable(folder));
        }
        Ok(found.map_or((None, None), |entry| (entry.as_file(), entry.as_folder())))
    }

    /// What stands at `path` below the folder `root`: `None` when nothing does, or a folder.
    pub fn entry(&self, root: TreeNode, path: &RepoPath) -> Result<Option<Entry>, Error> {
        Ok(self.find(root, path)?.and_then(|found| found.file()))
    }

    /// The folder at `path` below the folder `root`: `None` when nothing stands there, or a file.
    pub fn folder(&self, root: TreeNode, path: &RepoPath) -> Result<Option<TreeNode>, Error> {
        Ok(self.find(root, path)?.and_then(|found| found.folder()))
    }

    /// What stands at `path`, of whatever mode.
    fn find(&self, root: TreeNode, path: &RepoPath) -> Result<Option<Found>, Error> {
        let mut folder = root;
        let mut components = path.split(|byte| *byte == b'/').peekable();
        while let Some(name) = components.next() {
            let listing = self.tree(folder)?;
            let Some(entry) = listing.find(name) else { return Ok(None) };
            if components.peek().is_none() {
                return Ok(Some(Found { mode_bits: entry.mode_bits, id: entry.id }));
            }
            match entry.as_folder() {
                Some(next) => folder = next,
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The bytes of one version of a file (of a symbolic link: its target).
    pub fn blob(&self, node: FileNode) -> Result<Vec<u8>, Error> {
        self.shared_blob(node).map(Arc::unwrap_or_clone)
    }

    /// The same, for those who only read it: others may have it too.
    pub fn shared_blob(&self, node: FileNode) -> Result<Arc<Vec<u8>>, Error> {
        self.read("file", node.0, gix_object::Kind::Blob)
    }

    /// How many bytes [`Objects::blob`] would give, without inflating them.
    pub fn size(&self, node: FileNode) -> Result<u64, Error> {
        let missing = || Error::Missing { what: "file", id: node.to_hex() };
        if !self.contains(node.0) {
            return Err(missing());
        }
        let header = self.handle.header(ObjectId::from(node.0));
        let header = header.map_err(|error| self.corrupt("file", node.0, &error))?;
        Ok(header.size())
    }

    fn read(&self, what: &'static str, id: [u8; ID_LENGTH], kind: gix_object::Kind) -> Result<Arc<Vec<u8>>, Error> {
        #[cfg(test)]
        self.count();
        let wanted = ObjectId::from(id);
        let replacements = &self.database.replacements;
        let replaced = replacements.binary_search_by_key(&wanted, |(from, _)| *from);
        let stands_in = replaced.ok().and_then(|at| replacements.get(at)).map_or(wanted, |(_, to)| *to);
        let made = self.chains.borrow_mut().read(&self.database.packs, &stands_in);
        let made = match made {
            Some(made) => made,
            None => self.read_elsewhere(what, id)?.ok_or_else(|| Error::Missing { what, id: hex(id) })?,
        };
        match made.kind {
            found if found == kind => Ok(made.content),
            found => Err(Error::Corrupt { what, id: hex(id), reason: format!("it is a {found}") }),
        }
    }

    /// An object that stands by itself, or that makes trouble: here it shows what is wrong.
    fn read_elsewhere(&self, what: &'static str, id: [u8; ID_LENGTH]) -> Result<Option<Made>, Error> {
        use gix_object::Find as _;
        let mut content = Vec::new();
        let found =
            self.handle.try_find(&ObjectId::from(id), &mut content).map_err(|error| self.corrupt(what, id, &error))?;
        let kind = found.map(|found| found.kind);
        Ok(kind.map(|kind| Made { kind, content: Arc::new(content) }))
    }

    fn corrupt(&self, what: &'static str, id: [u8; ID_LENGTH], reason: &dyn std::fmt::Display) -> Error {
        self.database.damaged.store(true, Ordering::Relaxed);
        Error::Corrupt { what, id: hex(id), reason: reason.to_string() }
    }
}

struct Found {
    mode_bits: u32,
    id: [u8; ID_LENGTH],
}

impl Found {
    fn file(&self) -> Option<Entry> {
        Mode::from_git(self.mode_bits).map(|mode| Entry { node: FileNode(self.id), mode })
    }

    fn folder(&self) -> Option<TreeNode> {
        Mode::from_git(self.mode_bits).is_none().then_some(TreeNode(self.id))
    }
}

fn unreadable(folder: TreeNode) -> Error {
    Error::Corrupt { what: "folder", id: folder.to_hex(), reason: "its entries cannot be read".to_owned() }
}

fn hex(id: [u8; ID_LENGTH]) -> String {
    Node(id).to_hex()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::git::testing::Scratch;

    #[test]
    fn a_reader_may_move_between_threads() {
        fn is_send<T: Send>() {}
        fn is_shared<T: Send + Sync + Clone>() {}
        is_send::<Objects>();
        is_shared::<ObjectStore>();
    }

    #[test]
    fn a_hurry_lasts_as_long_as_its_readers() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main .");
        let store = ObjectStore::open(&scratch.path().join(".git/objects"), Vec::new()).unwrap();
        let readers = store.readers(3, CacheSizes::REQUEST);
        assert!(!store.is_hurried());
        readers[..2].iter().chain(&readers[..2]).for_each(Objects::hurry);
        assert!(store.clone().is_hurried());
        drop(readers);
        assert!(!store.is_hurried());
    }

    #[test]
    fn however_many_packs_come_while_it_is_open_all_are_read() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && git config gc.auto 0 && git config maintenance.auto false && echo 0 >f && git add f && git commit -qm 0 && git repack -qad");
        let store = ObjectStore::open(&scratch.path().join(".git/objects"), Vec::new()).unwrap();
        let objects = store.reader(CacheSizes::REQUEST);
        assert!(objects.commit(scratch.node("HEAD")).is_ok());
        scratch.sh("for i in $(seq 80); do echo $i >f; git commit -qam $i; git repack -qd; done");
        for node in scratch.sh("git rev-list HEAD").lines() {
            let node = Node::from_hex(node.as_bytes()).unwrap();
            assert!(objects.commit(node).is_ok(), "{:?}", objects.commit(node).err());
        }
    }
}
