//! What gives way to requests: work that nobody waits for takes only the time that is left over. Knows no work.

use std::thread;

/// Does `work` on a thread of low priority, as those are that it starts, and waits for it.
pub fn yielding<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    let patiently = || {
        yield_to_requests();
        work()
    };
    match thread::scope(|scope| scope.spawn(patiently).join()) {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Lowers the priority of this thread, and of those that it starts, where the system has one for threads. It cannot be
/// raised again.
pub fn yield_to_requests() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 10) {
        tracing::debug!(%error, "the priority stays");
    }
}
