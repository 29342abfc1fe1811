//! The end of the process: why it ends, with which exit code, and how long it may take. Knows nothing of messages.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// From the reason to the end of the process at most twice this passes: the first half for what has arrived to be
/// handled, the second for what is to be said to be written.
const GRACE: Duration = Duration::from_millis(200);

/// How often the parent process is looked for.
const PARENT_INTERVAL: Duration = Duration::from_millis(200);

/// Why the server ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The client sent `exit`.
    Exit,
    /// The input has ended; what it held may not have been handled yet.
    InputClosed,
    /// Everything that the input held was handled.
    InputHandled,
    /// The process that started the server is gone.
    ParentDied,
    /// The output is closed.
    OutputClosed,
    /// The client does not read.
    Unread,
}

/// Waits for a reason to end, and for no longer than a moment after it; gives the time by which all must be over.
pub fn wait(reasons: &Receiver<End>, is_idle: impl Fn() -> bool) -> (End, Instant) {
    let mut end = reasons.recv().unwrap_or(End::InputHandled);
    let begun = Instant::now();
    let left = || GRACE.saturating_sub(begun.elapsed());
    while end == End::InputClosed {
        match reasons.recv_timeout(left()) {
            Ok(next) => end = next,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    // A client that closes its end behind its last request may still be reading.
    while end == End::InputHandled && !is_idle() && left() > Duration::ZERO {
        thread::sleep(Duration::from_millis(2));
    }
    tracing::info!(?end, "ending");
    (end, Instant::now() + GRACE)
}

/// Watches the process `id` and says when it is gone.
pub fn watch_parent(id: u32, ended: Sender<End>) {
    let direct = parent() == Some(id);
    let alive = move || if direct { parent() == Some(id) } else { exists(id) };
    let watch = move || {
        while alive() {
            thread::sleep(PARENT_INTERVAL);
        }
        _ = ended.send(End::ParentDied);
    };
    if let Err(error) = thread::Builder::new().name("parent".to_owned()).spawn(watch) {
        tracing::warn!(%error, "the parent process is not watched");
    }
}

/// Our own parent. Its number changes the moment it dies, even when nobody has waited for it.
#[cfg(unix)]
fn parent() -> Option<u32> {
    Some(std::os::unix::process::parent_id())
}

#[cfg(unix)]
fn exists(id: u32) -> bool {
    use rustix::process::{Pid, test_kill_process};
    let pid = i32::try_from(id).ok().and_then(Pid::from_raw);
    // Anything but "no such process", such as "not yours", means that it is there.
    pid.is_none_or(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

/// Elsewhere the end of the input has to do.
#[cfg(not(unix))]
fn parent() -> Option<u32> {
    None
}

#[cfg(not(unix))]
fn exists(_: u32) -> bool {
    true
}
