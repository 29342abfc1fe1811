//! What happened to a repository and was not looked at yet. However much happens, it stays small: names become folders,
//! and folders become "everything". Knows nothing of what is made of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// More names than this become the folders that they are in.
pub const MOST: usize = 500;

/// What happened since it was last looked at.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Happened {
    /// Something in git's folder: references, the index, the state of a merge.
    pub git: bool,
    /// The status of any file may be another.
    pub everything: bool,
    /// These files changed, or something in these folders.
    pub paths: BTreeSet<PathBuf>,
}

impl Happened {
    /// Whatever there is.
    pub const ANYTHING: Self = Self { git: true, everything: true, paths: BTreeSet::new() };

    fn is_nothing(&self) -> bool {
        !self.git && !self.everything && self.paths.is_empty()
    }

    fn changed(&mut self, path: PathBuf) {
        if self.everything {
            return;
        }
        self.paths.insert(path);
        if self.paths.len() > MOST {
            self.paths = self.paths.iter().filter_map(|path| path.parent()).map(Path::to_owned).collect();
        }
        if self.paths.len() > MOST {
            self.all_changed();
        }
    }

    fn all_changed(&mut self) {
        self.everything = true;
        self.paths.clear();
    }
}

/// Where it is gathered.
#[derive(Default)]
pub struct Inbox {
    state: Mutex<State>,
    told: Condvar,
}

#[derive(Default)]
struct State {
    happened: Happened,
    last: Option<Instant>,
    /// How often something happened, what was put back not counted again.
    count: u64,
    closed: bool,
}

impl Inbox {
    /// A file changed, or something in a folder.
    pub fn changed(&self, path: PathBuf) {
        self.tell(|happened| happened.changed(path));
    }

    /// Something in git's folder changed.
    pub fn git_changed(&self) {
        self.tell(|happened| happened.git = true);
    }

    /// Events were lost, or too much happened: everything may have changed.
    pub fn lost(&self) {
        self.tell(|happened| {
            happened.git = true;
            happened.all_changed();
        });
    }

    /// Nobody needs to look any more.
    pub fn close(&self) {
        self.lock().closed = true;
        self.told.notify_all();
    }

    /// Waits until something happened, and then until nothing more did for `quiet`, but no longer than `limit`. `None`
    /// once closed.
    pub fn take(&self, quiet: Duration, limit: Duration) -> Option<Happened> {
        let mut state = self.lock();
        while !state.closed && state.happened.is_nothing() {
            state = self.told.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let begun = Instant::now();
        loop {
            let still = state.last.map_or(quiet, |last| last.elapsed());
            let left = quiet.saturating_sub(still).min(limit.saturating_sub(begun.elapsed()));
            if state.closed || left == Duration::ZERO {
                break;
            }
            state = self.told.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        (!state.closed).then(|| std::mem::take(&mut state.happened))
    }

    /// What could not be looked at yet happens once more.
    pub fn put_back(&self, happened: Happened) {
        let now = &mut self.lock().happened;
        now.git |= happened.git;
        match happened.everything {
            true => now.all_changed(),
            false => happened.paths.into_iter().for_each(|path| now.changed(path)),
        }
    }

    /// Another number whenever something happened since.
    pub fn count(&self) -> u64 {
        self.lock().count
    }

    fn tell(&self, what: impl FnOnce(&mut Happened)) {
        let mut state = self.lock();
        what(&mut state.happened);
        state.count += 1;
        state.last = Some(Instant::now());
        self.told.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SOON: Duration = Duration::from_millis(1);

    #[test]
    fn a_storm_of_events_stays_small() {
        let inbox = Inbox::default();
        for file in 0..100_000 {
            inbox.changed(PathBuf::from(format!("/p/target/{}/{file}", file % 7)));
        }
        let happened = inbox.take(SOON, SOON).unwrap();
        assert!(!happened.everything && happened.paths.len() <= MOST, "folders are enough: {}", happened.paths.len());
        for folder in 0..100_000 {
            inbox.changed(PathBuf::from(format!("/p/{folder}/file")));
        }
        let happened = inbox.take(SOON, SOON).unwrap();
        assert!(happened.everything && happened.paths.is_empty());
    }

    #[test]
    fn what_happens_together_is_taken_together() {
        let inbox = Inbox::default();
        inbox.git_changed();
        inbox.changed(PathBuf::from("/p/a"));
        let happened = inbox.take(SOON, SOON).unwrap();
        assert_eq!(happened, Happened { git: true, everything: false, paths: BTreeSet::from([PathBuf::from("/p/a")]) });
        assert_eq!(inbox.count(), 2);
        inbox.put_back(happened);
        assert_eq!(inbox.count(), 2);
        inbox.lost();
        assert_eq!(inbox.take(SOON, SOON).unwrap(), Happened { git: true, everything: true, paths: BTreeSet::new() });
        inbox.close();
        assert_eq!(inbox.take(SOON, SOON), None);
    }
}
