//! Who may change a repository now: one at a time, in the order in which the requests came. Which repository a request
//! means is known only once it runs, so until then it holds up those behind it. Knows nothing of what is changed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hgls_core::Cancel;
use hgls_core::cancel::Cancelled;

/// How soon one that waits notices that it was cancelled.
const GLANCE: Duration = Duration::from_millis(10);

/// The requests that change something and are not over, in the order in which they came.
#[derive(Clone, Default)]
pub struct Turns(Arc<Queue>);

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    moved: Condvar,
}

#[derive(Default)]
struct Waiting {
    last: u64,
    /// Each with the git folder that it means, once that is known.
    tickets: Vec<(u64, Option<PathBuf>)>,
}

/// A place in the order. Given up when it is dropped.
pub struct Ticket {
    queue: Arc<Queue>,
    number: u64,
}

impl Turns {
    /// The next place.
    pub fn ticket(&self) -> Ticket {
        let mut waiting = self.0.lock();
        waiting.last += 1;
        let number = waiting.last;
        waiting.tickets.push((number, None));
        Ticket { queue: Arc::clone(&self.0), number }
    }
}

impl Ticket {
    /// Waits until nobody who came before changes the repository whose git folder this is, or may be about to.
    pub fn wait(&self, git_dir: &Path, cancel: &Cancel) -> Result<(), Cancelled> {
        let mut waiting = self.queue.lock();
        if let Some((_, meant)) = waiting.tickets.iter_mut().find(|(number, _)| *number == self.number) {
            *meant = Some(git_dir.to_owned());
        }
        self.queue.moved.notify_all();
        let is_mine = |meant: &Option<PathBuf>| meant.as_deref().is_none_or(|meant| meant == git_dir);
        while waiting.tickets.iter().any(|(number, meant)| *number < self.number && is_mine(meant)) {
            cancel.check()?;
            waiting = self.queue.moved.wait_timeout(waiting, GLANCE).unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(())
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.queue.lock().tickets.retain(|(number, _)| *number != self.number);
        self.queue.moved.notify_all();
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_at_a_time_for_each_repository_in_the_order_of_arrival() {
        let turns = Turns::default();
        let [first, second, other] = [(); 3].map(|()| turns.ticket());
        let (cancel, tripped) = (Cancel::new(), Cancel::new());
        tripped.trip();
        first.wait(Path::new("/p/.git"), &cancel).unwrap();
        assert!(second.wait(Path::new("/p/.git"), &tripped).is_err(), "it would have to wait");
        other.wait(Path::new("/q/.git"), &cancel).unwrap();
        drop(first);
        second.wait(Path::new("/p/.git"), &cancel).unwrap();
    }

    #[test]
    fn one_whose_repository_is_not_known_yet_may_mean_this_one() {
        let turns = Turns::default();
        let [first, second] = [(); 2].map(|()| turns.ticket());
        let tripped = Cancel::new();
        tripped.trip();
        assert!(second.wait(Path::new("/p/.git"), &tripped).is_err());
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| second.wait(Path::new("/p/.git"), &Cancel::new()));
            first.wait(Path::new("/q/.git"), &Cancel::new()).unwrap();
            waits.join().unwrap().unwrap();
        });
    }
}
