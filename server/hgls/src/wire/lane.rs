//! Where blocking work runs: a lane lets a few jobs in at a time, holds a bounded number waiting, and refuses the rest.
//! Knows nothing of what the jobs do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hgls_core::Cancel;
use tokio::sync::Semaphore;

use super::answer;

/// Why a job was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too many wait already.
    #[error("too many requests are waiting")]
    Full,
    /// It panicked.
    #[error("internal error")]
    Panicked,
    /// It was cancelled before it began.
    #[error("cancelled")]
    Cancelled,
}

/// One lane; all jobs of one class go through the same.
pub struct Lane {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    limit: usize,
}

impl Lane {
    /// A lane in which `width` jobs run at a time while at most `limit` wait.
    pub fn new(width: usize, limit: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(width)), waiting: AtomicUsize::new(0), limit }
    }

    /// Runs `job` on a thread where it may block, when its turn comes. Dropping the future trips `cancel`; a job that
    /// runs keeps its place in the lane until it has really ended.
    pub async fn run<R, J>(&self, cancel: Cancel, job: J) -> Result<R, Refused>
    where
        R: Send + 'static,
        J: FnOnce() -> R + Send + 'static,
    {
        let _abandoned = TripOnDrop(cancel);
        self.start(job, || true).await
    }

    /// As [`Lane::run`], for work that changes something: once it has begun, a cancellation of the request trips
    /// `cancel` and no more, and what the work then says is the answer.
    pub async fn run_to_end<R, J>(&self, cancel: Cancel, job: J) -> Result<R, Refused>
    where
        R: Send + 'static,
        J: FnOnce() -> R + Send + 'static,
    {
        let held = cancel.clone();
        let _abandoned = TripOnDrop(cancel);
        self.start(job, || answer::hold(&held)).await
    }

    async fn start<R, J>(&self, job: J, may_begin: impl FnOnce() -> bool) -> Result<R, Refused>
    where
        R: Send + 'static,
        J: FnOnce() -> R + Send + 'static,
    {
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let _waiting = self.wait()?;
                // The semaphore is never closed.
                Arc::clone(&self.permits).acquire_owned().await.map_err(|_| Refused::Full)?
            }
        };
        if !may_begin() {
            return Err(Refused::Cancelled);
        }
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            job()
        });
        done.await.map_err(|_| Refused::Panicked)
    }

    fn wait(&self) -> Result<Waiting<'_>, Refused> {
        let waiting = Waiting(&self.waiting);
        match self.waiting.fetch_add(1, Ordering::Relaxed) < self.limit {
            true => Ok(waiting),
            false => Err(Refused::Full),
        }
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

struct TripOnDrop(Cancel);

impl Drop for TripOnDrop {
    fn drop(&mut self) {
        self.0.trip();
    }
}
