//! A repository as long as it is open, and the snapshots that every answer is made from.
//!
//! [`Repository`] keeps what is worth sharing between requests: the graph, the object database, git's index, the store. What one
//! request sees is a [`Moment`], the references of now and readers of its own, or where it asks for more than git's own
//! names of things a [`Snapshot`]: the same moment, with revision numbers. A function that takes a moment cannot have to
//! wait until somebody has numbered a large history. This module joins `git`, `objects`, `graph`, `store` and `indexer`;
//! it knows nothing of the questions that `model` answers.

mod numbering;
mod transfer;

pub use transfer::TakenOver;

use std::borrow::Borrow;
use std::cell::Cell;
use std::collections::HashSet;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{self, Location, Refs};
use crate::graph::Lost;
use crate::ids::{Node, Rev};
use crate::indexer;
use crate::model::changelog::Changelog;
use crate::model::history::Remembered;
use crate::objects::{CacheSizes, ObjectStore, Objects};
use crate::progress::Progress;
use crate::store::{self, Store};
use numbering::Numbering;

/// What a repository is opened with, beside its place.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where stores go that cannot lie inside their repository: the user's cache folder. `None`: nowhere.
    pub cache_dir: Option<PathBuf>,
    /// Whether the user trusts the repository's content: then programs that its configuration names may run, which are
    /// filters, merge drivers, hooks and the signing of commits.
    pub trusted: bool,
}

/// A repository, open. Shared between threads.
pub struct Repository {
    location: Arc<Location>,
    trusted: AtomicBool,
    store: Store,
    index: Arc<git::KeptIndex>,
    refs: git::KeptRefs,
    objects: Mutex<Option<Arc<Database>>>,
    changelog: Mutex<Option<(Arc<Refs>, Arc<Changelog>)>>,
    numbering: Numbering,
    /// The changesets that references stood on when they were last looked at.
    seen: Mutex<Option<Arc<HashSet<Node>>>>,
    looked_up: Arc<Remembered>,
    /// The references that the index was last brought up to date with.
    indexed: Mutex<Option<Arc<Refs>>>,
    /// Whether the index is to be made of git's objects alone: it was thrown away.
    distrust: AtomicBool,
    /// What became of the published snapshot of the index.
    taken_over: Mutex<Option<TakenOver>>,
}

/// A repository as of one moment: the references, and readers of what does not change. For one thread at a time.
pub struct Moment {
    /// Where the repository lies.
    pub location: Arc<Location>,
    /// The references.
    pub refs: Arc<Refs>,
    /// Reads objects.
    pub objects: PooledObjects,
    /// Reads what else git knows: index, configuration, working copy.
    pub git: git::Handle,
    /// Tripped when nobody waits for the answer any more.
    pub cancel: Cancel,
}

/// A moment whose changesets have numbers: all that its references reach, and what they reached before.
pub struct Snapshot {
    moment: Moment,
    /// The graph as the moment's references show it.
    pub changelog: Arc<Changelog>,
    /// Reads what is stored, in the numbers of `changelog`; `None` where there is no store.
    pub store: Option<store::Reader>,
    /// What was looked up of the history of files because it is not stored yet.
    pub(crate) looked_up: Arc<Remembered>,
}

impl Deref for Snapshot {
    type Target = Moment;

    fn deref(&self) -> &Moment {
        &self.moment
    }
}

impl Borrow<Moment> for Snapshot {
    fn borrow(&self) -> &Moment {
        self
    }
}

impl From<Snapshot> for Moment {
    fn from(snapshot: Snapshot) -> Self {
        snapshot.moment
    }
}

/// How much a repository's store has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Whether the changes of all revisions that have a number are there.
    pub complete: bool,
    /// How much there is. No revisions: nobody has asked for any yet, or there are none.
    pub counts: store::Counts,
}

impl Repository {
    /// Opens the repository whose working copy holds `path`. Reads no history.
    pub fn open(path: &Path, options: Options) -> Result<Arc<Self>> {
        let location = Arc::new(Location::discover(path)?);
        let store = Store::new(&location.common_dir, options.cache_dir.as_deref());
        Ok(Arc::new(Self {
            location,
            trusted: AtomicBool::new(options.trusted),
            store,
            index: Arc::default(),
            refs: git::KeptRefs::default(),
            objects: Mutex::default(),
            changelog: Mutex::default(),
            numbering: Numbering::default(),
            seen: Mutex::default(),
            looked_up: Arc::default(),
            indexed: Mutex::default(),
            distrust: AtomicBool::default(),
            taken_over: Mutex::default(),
        }))
    }

    /// Where it lies.
    pub fn location(&self) -> &Arc<Location> {
        &self.location
    }

    /// Whether programs that the repository names may run.
    pub fn is_trusted(&self) -> bool {
        self.trusted.load(Ordering::Relaxed)
    }

    /// From now on programs that the repository names may run, or may not. What has begun goes on as it began.
    pub fn set_trusted(&self, trusted: bool) {
        self.trusted.store(trusted, Ordering::Relaxed);
    }

    /// What there is to see now. Reads no history.
    pub fn moment(&self, cancel: &Cancel) -> Result<Moment> {
        // What a commit that was killed left undone. Where nothing can be written, it stays.
        if let Err(error) = git::journal::replay(&self.location) {
            tracing::warn!(%error, "a commit that was interrupted is not tidied up");
        }
        let mut git = git::Handle::open(&self.location)?;
        git.share_index(&self.index);
        git.cancelled_by(cancel);
        if self.is_trusted() {
            git.allow_programs();
        }
        let refs = self.refs(&git, cancel)?;
        let objects = self.database(&refs)?.reader();
        let location = Arc::clone(&self.location);
        Ok(Moment { location, refs, objects, git, cancel: cancel.clone() })
    }

    /// The index that was read last.
    pub(crate) fn kept_index(&self) -> &git::KeptIndex {
        &self.index
    }

    fn refs(&self, git: &git::Handle, cancel: &Cancel) -> Result<Arc<Refs>> {
        let seen = lock(&self.seen).clone();
        let seen = match seen {
            Some(seen) => seen,
            None => Arc::new(self.store.tips(cancel)?.into_iter().collect()),
        };
        let news = Cell::new(false);
        let refs = self.refs.get(git, &self.location, |node| {
            let is_known = seen.contains(node);
            news.set(news.get() || !is_known);
            is_known
        })?;
        let seen = if news.get() { Arc::new(refs.tips().into_iter().collect()) } else { seen };
        *lock(&self.seen) = Some(seen);
        Ok(refs)
    }

    /// The same moment with numbers. Gives some to changesets that are new, which takes a while where there are many;
    /// does not read what they changed.
    pub fn number(&self, moment: Moment, progress: &dyn Progress) -> Result<Snapshot> {
        let _awaited = self.numbering.awaited();
        self.number_unasked(moment, progress)
    }

    /// The same before anybody asks: takes less memory and longer, unless somebody does meanwhile.
    fn number_unasked(&self, moment: Moment, progress: &dyn Progress) -> Result<Snapshot> {
        let (changelog, store) = self.numbered(&moment.refs, &moment.objects, &moment.cancel, progress)?;
        Ok(Snapshot { moment, changelog, store, looked_up: Arc::clone(&self.looked_up) })
    }

    /// Gives numbers to changesets that are new, so that requests need not wait for that.
    pub fn number_ahead(&self, cancel: &Cancel, progress: &dyn Progress) -> Result<()> {
        self.number_unasked(self.moment(cancel)?, progress).map(drop)
    }

    /// What there is to see now, with numbers.
    pub fn snapshot(&self, cancel: &Cancel, progress: &dyn Progress) -> Result<Snapshot> {
        self.number(self.moment(cancel)?, progress)
    }

    /// The changelog of `refs`, and a reader of the store that has the same numbers.
    fn numbered(
        &self,
        refs: &Arc<Refs>,
        objects: &Objects,
        cancel: &Cancel,
        progress: &dyn Progress,
    ) -> Result<(Arc<Changelog>, Option<store::Reader>)> {
        if let Some(known) = self.known(refs, cancel)? {
            return Ok(known);
        }
        let _turn = self.numbering.turn(cancel)?;
        if let Some(known) = self.known(refs, cancel)? {
            return Ok(known);
        }
        let known = lock(&self.changelog).clone();
        let known = known.map(|(_, changelog)| Arc::clone(changelog.graph()));
        let is_awaited = || self.numbering.is_awaited();
        let work = indexer::Work { objects, refs, is_awaited: &is_awaited, cancel, progress };
        let graph = indexer::bring_graph(&self.store, known.as_ref(), &work)?;
        let revs = |nodes: Vec<Node>| nodes.iter().filter_map(|node| graph.rev(node)).collect::<Vec<_>>();
        let (tips, public) = (revs(refs.tips()), revs(refs.public_tips()));
        let changelog = Arc::new(Changelog::new(Arc::clone(&graph), &tips, &public));
        *lock(&self.changelog) = Some((Arc::clone(refs), Arc::clone(&changelog)));
        // Another process may have begun a new epoch since: then there is no store for this once.
        let reader = self.reader(cancel)?.filter(|reader| Some(reader.state().epoch) == graph.epoch());
        Ok((changelog, reader))
    }

    /// The same, when the last request had it from the same references, and nobody began new numbers since.
    fn known(&self, refs: &Arc<Refs>, cancel: &Cancel) -> Result<Option<(Arc<Changelog>, Option<store::Reader>)>> {
        let known = lock(&self.changelog).clone();
        let Some((_, changelog)) = known.filter(|(of, _)| of == refs) else { return Ok(None) };
        let reader = self.reader(cancel)?;
        let epoch = reader.as_ref().map(|reader| reader.state().epoch);
        Ok((changelog.epoch() == epoch).then_some((changelog, reader)))
    }

    /// What is stored; a store that fails is as good as none.
    fn reader(&self, cancel: &Cancel) -> Result<Option<store::Reader>> {
        match self.store.reader(cancel) {
            Err(store::Error::Cancelled(cancelled)) => Err(cancelled.into()),
            Err(error) => {
                tracing::warn!(%error, "answering without the store");
                Ok(None)
            }
            Ok(reader) => Ok(reader),
        }
    }

    /// Brings the index up to date: reads what every changeset changed that was not read yet. Long the first time,
    /// unless a snapshot has been fetched under `refs/hgls/snapshot`; can be stopped at any moment and goes on from
    /// there. Gives what the store then says of itself; `None` where there is no store.
    pub fn index(&self, cancel: &Cancel, progress: &dyn Progress) -> Result<Option<store::State>> {
        let index = || self.index_now(cancel, progress);
        // What was lost is found again in a store made anew.
        Lost::caught(index).or_else(|_| Lost::caught(index))?
    }

    fn index_now(&self, cancel: &Cancel, progress: &dyn Progress) -> Result<Option<store::State>> {
        // A second time when another process begins a new epoch meanwhile.
        for _ in 0..2 {
            let snapshot = self.number_unasked(self.moment(cancel)?, progress)?;
            if snapshot.store.is_none() {
                return Ok(None);
            }
            let objects = self.database(&snapshot.refs)?;
            let changelog = Arc::clone(&snapshot.changelog);
            let refs = Arc::clone(&snapshot.refs);
            self.take_over_published(snapshot, cancel, progress)?;
            let state = indexer::index(&self.store, &objects.store, &changelog, cancel, progress)?;
            if state.is_some() {
                *lock(&self.indexed) = Some(refs);
                return Ok(state);
            }
        }
        Ok(None)
    }

    /// Looks through the whole store for damage, once in the life of this process. Takes as long as reading it; what is
    /// found is healed by the next one to ask for something.
    pub fn verify_index(&self, cancel: &Cancel) -> Result<()> {
        Ok(self.store.verify_once(cancel)?)
    }

    /// How much is stored at this moment, without looking for what is new. `None` where there is no store.
    pub fn stored(&self, cancel: &Cancel) -> Result<Option<Stored>> {
        let Some(reader) = self.reader(cancel)? else { return Ok(None) };
        let complete = Rev::from_index(reader.state().revisions) == Rev(reader.indexed().0 + 1);
        Ok(Some(Stored { complete, counts: reader.counts()? }))
    }

    /// Whether [`Repository::index`] would find nothing to do: there are no changesets, or the references are those
    /// of its last run and nobody emptied the store since.
    pub fn is_indexed(&self, cancel: &Cancel) -> Result<bool> {
        let refs = self.refs(&git::Handle::open(&self.location)?, cancel)?;
        if refs.tips().is_empty() {
            return Ok(true);
        }
        let was_indexed = lock(&self.indexed).as_ref() == Some(&refs);
        Ok(was_indexed && self.stored(cancel)?.is_some_and(|stored| stored.complete && stored.counts.revisions > 0))
    }

    /// Waits until what requests found out is written to the store, for at most `patience`. Nobody needs it: what is
    /// lost is found again.
    pub fn settle(&self, patience: Duration) {
        self.store.settle(patience);
    }

    /// Forgets everything that is stored, so that the next one to ask makes it anew, here of git's objects alone.
    /// Revision numbers are given again.
    pub fn forget_index(&self, cancel: &Cancel) -> Result<()> {
        if let Some(mut writer) = self.store.writer(cancel)? {
            writer.reset()?;
            writer.commit()?;
        }
        self.distrust.store(true, Ordering::Relaxed);
        *lock(&self.taken_over) = None;
        *lock(&self.changelog) = None;
        Ok(())
    }

    /// The object database, opened again when other objects stand in for some, or some are damaged: they may have been
    /// replaced by good ones since.
    fn database(&self, refs: &Refs) -> Result<Arc<Database>> {
        let mut database = lock(&self.objects);
        let is_good = |open: &&Arc<Database>| open.replacements == refs.replacements && !open.store.is_damaged();
        if let Some(open) = database.as_ref().filter(is_good) {
            return Ok(Arc::clone(open));
        }
        let replacements = refs.replacements.clone();
        let store = ObjectStore::open(&self.location.common_dir.join("objects"), replacements.clone())?;
        Ok(Arc::clone(database.insert(Arc::new(Database { store, replacements, idle: Mutex::default() }))))
    }
}

/// An object database, and the readers of it that nobody uses at the moment.
struct Database {
    store: ObjectStore,
    replacements: Vec<(Node, Node)>,
    idle: Mutex<Vec<Objects>>,
}

impl Database {
    /// How many readers are kept with their caches.
    const MOST_IDLE: usize = 2;

    fn reader(self: &Arc<Self>) -> PooledObjects {
        let idle = lock(&self.idle).pop();
        // The others keep packs open that are gone, and take room on the disk for as long.
        if idle.as_ref().is_some_and(Objects::look_again) {
            drop(std::mem::take(&mut *lock(&self.idle)));
        }
        let objects = idle.unwrap_or_else(|| self.store.reader(CacheSizes::REQUEST));
        PooledObjects { objects: Some(objects), database: Arc::clone(self) }
    }
}

/// A reader of objects that goes back, with what it has cached, when its request is done.
pub struct PooledObjects {
    /// `None` only while it is dropped.
    objects: Option<Objects>,
    database: Arc<Database>,
}

impl PooledObjects {
    /// One more reader of the same objects, for another thread.
    pub fn another(&self) -> Self {
        self.database.reader()
    }
}

impl Deref for PooledObjects {
    type Target = Objects;

    #[expect(clippy::expect_used, reason = "only drop takes it")]
    fn deref(&self) -> &Objects {
        self.objects.as_ref().expect("present until dropped")
    }
}

impl Drop for PooledObjects {
    fn drop(&mut self) {
        let mut idle = lock(&self.database.idle);
        if idle.len() < Database::MOST_IDLE {
            idle.extend(self.objects.take());
        }
    }
}

/// What a panic of another request left behind is whole: every value is replaced in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;
    use crate::progress::NoProgress;

    #[test]
    fn a_snapshot_does_not_change_and_the_next_one_sees_what_came() -> Result<()> {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && git commit -q --allow-empty -m one");
        let repository = Repository::open(scratch.path(), Options::default())?;
        let before = repository.snapshot(&Cancel::new(), &NoProgress)?;
        scratch.sh("git commit -q --allow-empty -m two");
        let after = repository.snapshot(&Cancel::new(), &NoProgress)?;
        assert_eq!((before.changelog.tip(), after.changelog.tip()), (Rev(0), Rev(1)));
        assert_eq!(after.changelog.node(Rev(0)), scratch.node("HEAD^"));
        Ok(())
    }

    #[test]
    fn an_empty_repository_has_a_snapshot() -> Result<()> {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main .");
        let repository = Repository::open(scratch.path(), Options::default())?;
        assert_eq!(repository.snapshot(&Cancel::new(), &NoProgress)?.changelog.tip(), Rev::NULL);
        Ok(())
    }

    #[test]
    fn a_moment_is_numbered_as_it_was() -> Result<()> {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && git commit -q --allow-empty -m one");
        let repository = Repository::open(scratch.path(), Options::default())?;
        let moment = repository.moment(&Cancel::new())?;
        scratch.sh("git commit -q --allow-empty -m two");
        let snapshot = repository.number(moment, &NoProgress)?;
        assert_eq!((snapshot.changelog.tip(), snapshot.refs.head.node()), (Rev(0), Some(scratch.node("HEAD^"))));
        Ok(())
    }

    #[test]
    fn what_is_damaged_is_read_again_once_it_is_mended() -> Result<()> {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && seq 1000 >file && git add file && git commit -qm one && git repack -qad
             cp .git/objects/pack/*.pack good && cp good bad && length=$(wc -c <good)
             seq 60 9 $length | while read at; do printf x | dd of=bad bs=1 seek=$at conv=notrunc 2>&1; done
             mv -f bad .git/objects/pack/*.pack");
        let node = scratch.node("HEAD");
        let repository = Repository::open(scratch.path(), Options::default())?;
        let path = crate::ids::RepoPath::new("file").expect("a path");
        let read = || crate::model::cat::cat(&repository.moment(&Cancel::new())?, node, &path, u64::MAX);
        assert!(read().is_err());
        scratch.sh("sleep 0.05; mv -f good .git/objects/pack/*.pack");
        assert_eq!(read()?.bytes, scratch.sh("seq 1000").into_bytes());
        Ok(())
    }

    #[test]
    fn a_snapshot_may_be_sent_to_another_thread() {
        fn is_send<T: Send>() {}
        is_send::<Snapshot>();
    }
}
