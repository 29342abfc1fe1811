//! Building indexes, one at a time, beside the requests. Asking for a repository that waits already adds nothing, and
//! asking for one that is being built has it looked at once more afterwards.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use hgls_core::{Cancel, Explain, Kind, Progress, Repository};

use super::priority::yielding;

/// Why an index is to be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A folder was opened, or a repository used for the first time.
    Opened,
    /// Its references changed.
    Changed,
    /// The client asked.
    Asked {
        /// For one from nothing.
        rebuild: bool,
    },
}

/// The queue of indexes to build.
#[derive(Default)]
pub struct Jobs {
    state: Mutex<State>,
    told: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    /// What was built and not looked through for damage.
    unverified: Vec<Weak<Repository>>,
    /// The git folder of what is being built.
    running: Option<PathBuf>,
    /// Ends the look through an index: what is to be built does not wait for it.
    verifying: Cancel,
}

struct Job {
    repository: Arc<Repository>,
    cause: Cause,
}

/// Indexes are looked through for damage when nothing was to be built for so long: it takes as long as reading them, and
/// nobody waits for it.
const QUIET: Duration = Duration::from_secs(3);

/// What there is to do.
enum Work {
    Build(Job),
    Verify(Arc<Repository>, Cancel),
}

/// Makes the progress of one job visible; what it gives trips the token when the user cancels.
pub type Report = dyn Fn(&Repository, &Cancel) -> Arc<dyn Progress> + Send;

impl Jobs {
    /// Starts the thread that builds. It ends with the process.
    pub fn start(report: Box<Report>) -> Arc<Self> {
        let jobs = Arc::<Self>::default();
        let worker = Arc::clone(&jobs);
        let started = thread::Builder::new().name("index".to_owned()).spawn(move || worker.work(&*report));
        if let Err(error) = started {
            tracing::error!(%error, "no index can be built");
        }
        jobs
    }

    /// Has the index of a repository brought up to date, or built anew.
    pub fn ask(&self, repository: &Arc<Repository>, cause: Cause) {
        let mut state = self.lock();
        match state.waiting.iter_mut().find(|job| job.repository.location() == repository.location()) {
            // To build it anew is more than to bring it up to date.
            Some(job) if matches!(job.cause, Cause::Asked { rebuild: true }) => {}
            Some(job) => job.cause = cause,
            None => state.waiting.push_back(Job { repository: Arc::clone(repository), cause }),
        }
        state.verifying.trip();
        self.told.notify_one();
    }

    /// Whether this repository's index waits or is being built.
    pub fn is_building(&self, repository: &Repository) -> bool {
        let state = self.lock();
        let git_dir = &repository.location().git_dir;
        state.running.as_ref() == Some(git_dir)
            || state.waiting.iter().any(|job| job.repository.location().git_dir == *git_dir)
    }

    fn work(&self, report: &Report) {
        loop {
            let Job { repository, cause } = match self.next() {
                Work::Build(job) => job,
                Work::Verify(repository, cancel) => {
                    if !verify(&repository, &cancel) {
                        self.lock().unverified.push(Arc::downgrade(&repository));
                    }
                    continue;
                }
            };
            let cancel = Cancel::new();
            let progress = report(&repository, &cancel);
            let root = repository.location().root().display();
            tracing::info!(%root, ?cause, "indexing");
            let rebuild = cause == Cause::Asked { rebuild: true };
            // A defect must not end the thread: others wait for it.
            let build = std::panic::AssertUnwindSafe(|| build(&repository, rebuild, &cancel, &*progress));
            match std::panic::catch_unwind(build) {
                Ok(Ok(())) => tracing::info!(%root, "indexed"),
                Ok(Err(error)) if error.kind() == Kind::Cancelled => tracing::info!(%root, "indexing was cancelled"),
                Ok(Err(error)) => tracing::warn!(%root, %error, "indexing failed"),
                Err(_) => tracing::error!(%root, "indexing panicked"),
            }
            let mut state = self.lock();
            state.running = None;
            let built = Arc::downgrade(&repository);
            state.unverified.retain(|known| !known.ptr_eq(&built));
            state.unverified.push(built);
        }
    }

    fn next(&self) -> Work {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.waiting.pop_front() {
                state.running = Some(job.repository.location().git_dir.clone());
                return Work::Build(job);
            }
            if state.unverified.is_empty() {
                state = self.told.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let waited = self.told.wait_timeout(state, QUIET);
            let (now, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = now;
            if timeout.timed_out()
                && state.waiting.is_empty()
                && let Some(repository) = state.unverified.pop().and_then(|built| built.upgrade())
            {
                state.verifying = Cancel::new();
                return Work::Verify(repository, state.verifying.clone());
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn build(repository: &Repository, rebuild: bool, cancel: &Cancel, progress: &dyn Progress) -> hgls_core::Result<()> {
    if rebuild {
        repository.forget_index(cancel)?;
    }
    // Requests wait for changesets to be numbered; for the rest they do not, so it may take its time.
    repository.number_ahead(cancel, progress)?;
    yielding(|| repository.index(cancel, progress).map(drop))
}

/// Looks through an index that is complete, once in the life of this process. Whether that came to its end.
fn verify(repository: &Repository, cancel: &Cancel) -> bool {
    let verify = std::panic::AssertUnwindSafe(|| yielding(|| repository.verify_index(cancel)));
    match std::panic::catch_unwind(verify) {
        Ok(Ok(())) => {}
        Ok(Err(error)) if error.kind() == Kind::Cancelled => return false,
        Ok(Err(error)) => tracing::warn!(%error, "the index is damaged"),
        Err(_) => tracing::error!("looking through the index panicked"),
    }
    true
}
