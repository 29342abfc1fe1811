//! Reading what every changeset changed, on all cores, into the store.
//!
//! Workers take slices of neighbouring revisions, whose trees are mostly the same, so that a small cache serves. One
//! thread puts the slices back into order and writes them in batches; what has been committed is never done again, so
//! that the work can be stopped at any moment.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::claim::Claim;
use super::one::changes_of;
use crate::cancel::{Cancel, Cancelled};
use crate::error::{Explain as _, Kind, Result};
use crate::graph::Lost;
use crate::ids::Rev;
use crate::model::changelog::Changelog;
use crate::objects::{CacheSizes, ObjectStore, Objects};
use crate::progress::Progress;
use crate::store::{PathChange, State, Store};

/// How the work is cut.
#[derive(Clone, Copy)]
pub(super) struct Portions {
    /// How many neighbouring revisions a worker takes at once.
    pub slice: usize,
    /// What a worker keeps of them has about so many changes at most.
    pub most: usize,
    /// A batch is written when it has this many changes...
    pub batch: usize,
    /// ...or is this old.
    pub batch_age: Duration,
}

impl Portions {
    const USUAL: Self = Self { slice: 2000, most: 250_000, batch: 100_000, batch_age: Duration::from_secs(2) };
}

/// Bytes that the objects kept for differences take, of all workers together; trees take a quarter as much in each. Longer
/// histories have more folders to go back and forth between.
const CACHE: Range<usize> = 24 << 20..32 << 20;
const CACHE_PER_CHANGESET: usize = 32;
/// In so many places it is looked how manifests are stored, in each slice.
const SAMPLE: usize = 16;
/// How long to wait before it is looked again whether somebody is in a hurry.
const PAUSE: Duration = Duration::from_millis(2);
/// Workers beyond this many wait for each other and for memory.
const MOST_WORKERS: usize = 8;

pub(super) const STAGE: &str = "indexing changesets";

/// Brings the changes in the store up to date with `changelog`, whose numbers the store has: reads what was not read
/// before. Where another process is at it, waits for it and does what is left.
///
/// Gives what the store then says of itself; `None` where there is no store, or one that has begun another epoch.
pub fn index(
    store: &Store,
    objects: &ObjectStore,
    changelog: &Changelog,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Option<State>> {
    index_in(Portions::USUAL, store, objects, changelog, cancel, progress)
}

/// As [`index`], with the work cut otherwise.
pub(super) fn index_in(
    portions: Portions,
    store: &Store,
    objects: &ObjectStore,
    changelog: &Changelog,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Option<State>> {
    let Some(Claim { mut state, lock: _lock }) = Claim::take(store, changelog, cancel, progress)? else {
        return Ok(None);
    };
    let start = (state.indexed.0 + 1) as usize;
    if start < changelog.len() {
        let job = Job { portions, store, objects, changelog, cancel, progress, start };
        match job.run()? {
            Some(reached) => state = reached,
            None => return Ok(None),
        }
        store.compact(cancel)?;
    }
    Ok(Some(state))
}

/// The changes of some neighbouring revisions.
#[derive(Default)]
struct Slice {
    changes: Vec<PathChange>,
    /// Hidden revisions whose objects are gone.
    gaps: Vec<Rev>,
    /// The revision after the last one.
    end: usize,
}

/// What is read of a slice at once.
struct Part {
    slice: Slice,
    is_last: bool,
}

type Sender = SyncSender<(usize, Result<Part>)>;

/// Everything from `start` on.
struct Job<'a> {
    portions: Portions,
    store: &'a Store,
    objects: &'a ObjectStore,
    changelog: &'a Changelog,
    cancel: &'a Cancel,
    progress: &'a dyn Progress,
    start: usize,
}

impl Job<'_> {
    fn run(&self) -> Result<Option<State>> {
        let count = (self.changelog.len() - self.start).div_ceil(self.portions.slice);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = cores.min(MOST_WORKERS).min(count);
        let queue = Queue::new(count, 4 * workers);
        let cache = (CACHE_PER_CHANGESET * self.changelog.len()).clamp(CACHE.start, CACHE.end);
        let sizes = CacheSizes { delta_bases: cache, trees: cache / 4 };
        std::thread::scope(|scope| {
            let (send, receive) = sync_channel(workers);
            for objects in self.objects.readers(workers, sizes) {
                let (send, queue) = (send.clone(), &queue);
                scope.spawn(move || self.work(queue, send, &objects));
            }
            drop(send);
            let result = self.write(&queue, receive);
            // Whatever the outcome: nobody goes on, or waits for what does not come.
            queue.stop();
            result
        })
    }

    fn work(&self, queue: &Queue, send: Sender, objects: &Objects) {
        // A worker that panics leaves a slice that others would wait for.
        let _stopping = Stopping(queue);
        while let Some(at) = queue.take() {
            let read = || self.read(objects, at, |part| queue.has_come_to(at) && send.send((at, Ok(part))).is_ok());
            let last = Lost::caught(read).map_err(Into::into).flatten();
            let failed = last.is_err();
            if send.send((at, last)).is_err() || failed {
                return;
            }
        }
    }

    /// Reads a slice. What it has beyond a bound is handed over before, as `hand_over` lets it.
    fn read(&self, objects: &Objects, at: usize, mut hand_over: impl FnMut(Part) -> bool) -> Result<Part> {
        let start = self.start + at * self.portions.slice;
        let end = (start + self.portions.slice).min(self.changelog.len());
        let revs: Vec<Rev> = (start..end).map(Rev::from_index).collect();
        // What others are stored as differences to is to be at hand when these are read.
        let newest_first = !self.differ_from_older(objects, &revs);
        if newest_first && let Some(slice) = self.read_backwards(objects, &revs)? {
            return Ok(Part { slice, is_last: true });
        }
        let mut slice = Slice::default();
        for rev in revs {
            if slice.changes.len() > self.portions.most {
                let part = Part { slice: std::mem::take(&mut slice), is_last: false };
                if !hand_over(part) {
                    return Err(Cancelled.into());
                }
            }
            self.read_one(objects, rev, &mut slice)?;
            slice.end = rev.0 as usize + 1;
        }
        Ok(Part { slice, is_last: true })
    }

    /// All of them, the newest first; `None` when that is too much to be kept.
    fn read_backwards(&self, objects: &Objects, revs: &[Rev]) -> Result<Option<Slice>> {
        let mut slice = Slice { end: revs.last().map_or(0, |last| last.0 as usize + 1), ..Slice::default() };
        for rev in revs.iter().rev() {
            self.read_one(objects, *rev, &mut slice)?;
            if slice.changes.len() > self.portions.most {
                return Ok(None);
            }
        }
        slice.changes.reverse();
        Ok(Some(slice))
    }

    fn read_one(&self, objects: &Objects, rev: Rev, slice: &mut Slice) -> Result<()> {
        self.cancel.check()?;
        self.give_way()?;
        match changes_of(objects, self.changelog, rev, self.cancel) {
            Ok(changes) => slice.changes.extend(changes),
            // Of what nobody can see, objects may have been removed.
            Err(error) if error.kind() == Kind::MissingObject && !self.changelog.is_visible(rev) => {
                slice.gaps.push(rev);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Waits while somebody waits for what is read of manifests at the same time: both would take longer.
    fn give_way(&self) -> Result<()> {
        while self.objects.is_hurried() {
            self.cancel.check()?;
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Whether manifests are stored rather as differences to older ones than to newer ones: `git gc` stores the newest
    /// ones whole, and what imports a history writes them as they come.
    fn differ_from_older(&self, objects: &Objects, revs: &[Rev]) -> bool {
        let (mut older, mut newer) = (0, 0);
        for rev in revs.iter().step_by(revs.len().div_ceil(SAMPLE).max(1)) {
            let parent = self.changelog.p1(*rev);
            if !parent.is_null() {
                let (here, before) = (self.changelog.manifest(*rev), self.changelog.manifest(parent));
                older += usize::from(objects.is_difference(here, before));
                newer += usize::from(objects.is_difference(before, here));
            }
        }
        older > newer
    }

    /// Puts slices in order, and batches of them into the store.
    fn write(&self, queue: &Queue, parts: Receiver<(usize, Result<Part>)>) -> Result<Option<State>> {
        let mut early: BTreeMap<usize, Slice> = BTreeMap::new();
        let (mut next, mut batch) = (0, Batch::default());
        for (at, part) in parts {
            match part {
                Ok(Part { slice, is_last: true }) => drop(early.insert(at, slice)),
                // It is the turn of its slice.
                Ok(Part { slice, is_last: false }) => batch.add(slice),
                Err(error) => {
                    // What has been read up to here need not be read again.
                    self.flush(&mut batch)?;
                    return Err(error);
                }
            }
            while let Some(slice) = early.remove(&next) {
                next += 1;
                self.progress.report(STAGE, slice.end as u64, Some(self.changelog.len() as u64));
                batch.add(slice);
            }
            queue.done(next);
            if batch.is_due(self.portions) && !self.flush(&mut batch)? {
                return Ok(None);
            }
        }
        if !self.flush(&mut batch)? {
            return Ok(None);
        }
        Ok(batch.state)
    }

    /// Whether the store is still the one that this work is for.
    fn flush(&self, batch: &mut Batch) -> Result<bool> {
        if batch.slice.end == 0 {
            return Ok(true);
        }
        let Some(mut writer) = self.store.writer(self.cancel)? else { return Ok(false) };
        if Some(writer.state().epoch) != self.changelog.epoch() {
            return Ok(false);
        }
        let slice = std::mem::take(&mut batch.slice);
        writer.append_changes(slice.changes, Rev(Rev::from_index(slice.end).0 - 1), &slice.gaps)?;
        batch.state = Some(writer.commit()?);
        batch.since = Instant::now();
        Ok(true)
    }
}

/// Slices that are in order and not written yet.
struct Batch {
    slice: Slice,
    since: Instant,
    /// What the store said after the last one was written.
    state: Option<State>,
}

impl Default for Batch {
    fn default() -> Self {
        Self { slice: Slice::default(), since: Instant::now(), state: None }
    }
}

impl Batch {
    fn add(&mut self, slice: Slice) {
        self.slice.changes.extend(slice.changes);
        self.slice.gaps.extend(slice.gaps);
        self.slice.end = slice.end;
    }

    fn is_due(&self, portions: Portions) -> bool {
        self.slice.changes.len() >= portions.batch || self.since.elapsed() >= portions.batch_age
    }
}

/// Ends the work of the others when its holder panics.
struct Stopping<'a>(&'a Queue);

impl Drop for Stopping<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}

/// Which slice is next. Nobody runs further ahead of the writer than `ahead` slices: memory stays bounded.
struct Queue {
    state: Mutex<Turn>,
    moved: Condvar,
    ahead: usize,
}

struct Turn {
    next: usize,
    done: usize,
    end: usize,
}

impl Queue {
    fn new(count: usize, ahead: usize) -> Self {
        Self { state: Mutex::new(Turn { next: 0, done: 0, end: count }), moved: Condvar::new(), ahead }
    }

    fn take(&self) -> Option<usize> {
        let far_ahead = |turn: &mut Turn| turn.next < turn.end && turn.next >= turn.done + self.ahead;
        let waited = self.moved.wait_while(self.lock(), far_ahead);
        let mut turn = waited.unwrap_or_else(PoisonError::into_inner);
        let at = turn.next;
        turn.next += 1;
        (at < turn.end).then_some(at)
    }

    /// Waits until all before the slice `at` are done. `false`: there is nothing more to do.
    fn has_come_to(&self, at: usize) -> bool {
        let waited = self.moved.wait_while(self.lock(), |turn| turn.done < at && turn.end > 0);
        waited.unwrap_or_else(PoisonError::into_inner).end > 0
    }

    fn done(&self, done: usize) {
        self.lock().done = done;
        self.moved.notify_all();
    }

    fn stop(&self) {
        self.lock().end = 0;
        self.moved.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Turn> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
