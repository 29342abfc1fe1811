//! The store: what hgls keeps of a repository between two runs, in one SQLite file that servers share.
//!
//! The only place that names `rusqlite`, and where all SQL is. It keeps rows and gives them back typed; what they mean,
//! where they come from and in which order revisions are numbered is not its matter. The store is a cache, and heals
//! itself: what is old, broken or foreign is made anew by whoever opens it, and where no store can be, there is none.

mod annotations;
pub(crate) mod bytes;
mod changes;
mod columns;
mod descriptions;
mod error;
mod file;
mod graph;
mod lock;
mod notes;
mod reader;
mod writer;

pub use annotations::{AnnotationKey, Run};
pub use changes::Change;
pub use columns::{Author, Authors, User};
pub use descriptions::{Description, Text};
pub use error::{Error, usable};
pub use lock::Lock;
pub use reader::{Counts, Reader, State};
pub use writer::{PathChange, Writer};

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::cancel::{Cancel, Cancelled};
use crate::ids::Node;
use file::Identity;
use notes::Notebook;

/// How long to wait, unless cancelled, for another process to be done with what keeps readers out: moments.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait, unless cancelled, for another process to end its transaction: it may be numbering a large
/// repository.
const WRITE_PATIENCE: Duration = Duration::from_secs(60);
/// How long not to look again for a place after there was none.
const RESIGNED: Duration = Duration::from_secs(5);

/// The store of one repository. Opened when it is first asked for, opened again when somebody replaced it.
pub struct Store {
    /// Folders where the file may lie, the best first.
    folders: Vec<PathBuf>,
    opened: Mutex<Opened>,
}

#[derive(Default)]
enum Opened {
    #[default]
    NotYet,
    Open(Arc<Pool>),
    /// Nowhere, as of then.
    Nowhere(Instant),
}

/// The open file and its connections that nobody uses.
struct Pool {
    path: PathBuf,
    identity: Identity,
    /// Something in it makes no sense: the file has to go.
    broken: AtomicBool,
    /// A newer server took it over: the file has to stay.
    outdated: AtomicBool,
    verified: AtomicBool,
    idle: Mutex<Vec<Connection>>,
    notebook: Notebook,
}

/// A connection out of the pool, inside a transaction. Goes back, the transaction undone, when dropped.
struct Session {
    /// `None` only while it is dropped.
    connection: Option<Connection>,
    pool: Arc<Pool>,
    cancel: Cancel,
}

impl Store {
    /// The store of the repository with this common directory: inside it, or, where nothing can be written there, in a
    /// folder of its own below `cache_dir`. Touches nothing yet.
    pub fn new(common_dir: &Path, cache_dir: Option<&Path>) -> Self {
        let inside = common_dir.join("hgls");
        let outside = cache_dir.map(|cache| {
            let mut hasher = DefaultHasher::new();
            common_dir.canonicalize().unwrap_or_else(|_| common_dir.to_owned()).hash(&mut hasher);
            cache.join(format!("{:016x}", hasher.finish()))
        });
        Self { folders: std::iter::once(inside).chain(outside).collect(), opened: Mutex::default() }
    }

    /// The file, if there is one by now.
    pub fn path(&self) -> Option<PathBuf> {
        match &*lock(&self.opened) {
            Opened::Open(pool) => Some(pool.path.clone()),
            _ => None,
        }
    }

    /// What is stored as of now, and does not change as long as the reader lives. `None` where no store can be.
    pub fn reader(&self, cancel: &Cancel) -> Result<Option<Reader>, Error> {
        self.attempt(cancel, PATIENCE, Reader::begin)
    }

    /// The right to change the store, which one process has at a time: waits for it. `None` where no store can be.
    pub fn writer(&self, cancel: &Cancel) -> Result<Option<Writer>, Error> {
        self.attempt(cancel, WRITE_PATIENCE, Writer::begin)
    }

    /// The lock of the one process that reads changes; `None` while another has it, or where no store can be.
    pub fn indexing_lock(&self, cancel: &Cancel) -> Result<Option<Lock>, Error> {
        let Some(pool) = self.pool(cancel)? else { return Ok(None) };
        let folder = pool.path.parent().unwrap_or(Path::new(""));
        Lock::try_take(&folder.join("index.lock"))
    }

    /// The changesets that references stood on when numbers were given last, in order of nodes. None where there is no
    /// store: none is made.
    pub fn tips(&self, cancel: &Cancel) -> Result<Vec<Node>, Cancelled> {
        let is_there = |folder: &PathBuf| folder.join(file::FILE_NAME).exists();
        if self.path().is_none() && !self.folders.iter().any(is_there) {
            return Ok(Vec::new());
        }
        let tips = self.attempt(cancel, PATIENCE, |session| Reader::begin(session)?.tips());
        cancel.check()?;
        Ok(tips.ok().flatten().into_iter().flatten().map(|(node, _)| node).collect())
    }

    /// Looks through the whole file for damage, the first time that it is called for a file. What is found is healed by
    /// the next one to ask for a reader.
    pub fn verify_once(&self, cancel: &Cancel) -> Result<(), Error> {
        let Some(pool) = self.pool(cancel)? else { return Ok(()) };
        if !pool.verified.load(Ordering::Relaxed) {
            Reader::begin(Session::new(Arc::clone(&pool), cancel, PATIENCE)?)?.verify()?;
            pool.verified.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Brings what was written lately into the one file, where nobody is in the way.
    pub fn compact(&self, cancel: &Cancel) -> Result<(), Error> {
        let Some(pool) = self.pool(cancel)? else { return Ok(()) };
        let session = Session::new(pool, cancel, Duration::ZERO)?;
        session.run(|connection| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))
    }

    /// Waits until what readers want kept is written, for at most `patience`.
    pub fn settle(&self, patience: Duration) {
        let pool = match &*lock(&self.opened) {
            Opened::Open(pool) => Arc::clone(pool),
            _ => return,
        };
        pool.notebook.settle(patience);
    }

    /// Runs `work` in a new session, and once more on a store opened anew when this one turns out to be unsound.
    fn attempt<T>(
        &self,
        cancel: &Cancel,
        patience: Duration,
        work: impl Fn(Session) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        for _ in 0..2 {
            let Some(pool) = self.pool(cancel)? else { return Ok(None) };
            match Session::new(Arc::clone(&pool), cancel, patience).and_then(&work) {
                Err(_) if !pool.is_sound() => {}
                Err(Error::Unusable { path, reason }) => {
                    tracing::warn!(path = %path.display(), reason, "the store cannot be used any more");
                    *lock(&self.opened) = Opened::NotYet;
                    return Err(Error::Unusable { path, reason });
                }
                done => return done.map(Some),
            }
        }
        Ok(None)
    }

    fn pool(&self, cancel: &Cancel) -> Result<Option<Arc<Pool>>, Error> {
        let mut opened = lock(&self.opened);
        let condemned = match &*opened {
            Opened::Nowhere(when) if when.elapsed() < RESIGNED => return Ok(None),
            Opened::Open(pool) if pool.is_sound() => return Ok(Some(Arc::clone(pool))),
            Opened::Open(pool) if pool.broken.load(Ordering::Relaxed) => pool.identity,
            _ => None,
        };
        for folder in &self.folders {
            match Pool::open(folder, condemned, cancel) {
                Ok(pool) => {
                    *opened = Opened::Open(Arc::clone(&pool));
                    return Ok(Some(pool));
                }
                Err(Error::Cancelled(cancelled)) => return Err(cancelled.into()),
                Err(error) => tracing::info!(folder = %folder.display(), %error, "no store here"),
            }
        }
        *opened = Opened::Nowhere(Instant::now());
        Ok(None)
    }
}

impl Pool {
    /// How many connections are kept.
    const MOST_IDLE: usize = 4;

    fn open(folder: &Path, condemned: Identity, cancel: &Cancel) -> Result<Arc<Self>, Error> {
        let path = file::prepare(folder, condemned, cancel)?;
        let identity = file::identity(&path)?;
        Ok(Arc::new(Self {
            path,
            identity,
            broken: AtomicBool::default(),
            outdated: AtomicBool::default(),
            verified: AtomicBool::default(),
            idle: Mutex::default(),
            notebook: Notebook::default(),
        }))
    }

    /// Whether it is still the file that has this name.
    fn is_sound(&self) -> bool {
        let marked = self.broken.load(Ordering::Relaxed) || self.outdated.load(Ordering::Relaxed);
        !marked && file::identity(&self.path).is_ok_and(|now| now == self.identity)
    }
}

impl Session {
    fn new(pool: Arc<Pool>, cancel: &Cancel, patience: Duration) -> Result<Self, Error> {
        cancel.check()?;
        let idle = lock(&pool.idle).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => file::connect(&pool.path)?,
        };
        file::watch(&mut connection, cancel, patience).map_err(|error| Error::of(&pool.path, error))?;
        Ok(Self { connection: Some(connection), pool, cancel: cancel.clone() })
    }

    /// Runs SQL. What another process or `cancel` prevented is told apart from damage, and damage is remembered.
    fn run<T>(&self, work: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>) -> Result<T, Error> {
        self.check(self.with(work))
    }

    /// As [`Session::run`], for work that may find damage itself.
    fn check<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        if result.is_err() {
            self.cancel.check()?;
        }
        if result.as_ref().is_err_and(Error::is_broken) {
            self.pool.broken.store(true, Ordering::Relaxed);
        }
        result
    }

    #[expect(clippy::expect_used, reason = "only drop takes it")]
    fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>) -> Result<T, Error> {
        let connection = self.connection.as_ref().expect("present until dropped");
        work(connection).map_err(|error| Error::of(&self.pool.path, error))
    }

    /// Damage, of something that SQLite gave without complaint.
    fn broken(&self, what: impl Into<String>) -> Error {
        self.pool.broken.store(true, Ordering::Relaxed);
        Error::broken(what)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        // A tripped token must not stop the clean-up, nor be kept alive.
        let _ = connection.progress_handler(0, None::<fn() -> bool>);
        let clean = connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok();
        let mut idle = lock(&self.pool.idle);
        if clean && self.pool.is_sound() && idle.len() < Pool::MOST_IDLE {
            idle.push(connection);
        }
    }
}

/// What a panic elsewhere left behind is whole: every value is replaced in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
