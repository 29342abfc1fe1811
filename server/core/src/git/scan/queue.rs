//! Work that makes more work, shared between threads. Knows nothing of what the work is.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Items that wait. Done when none waits and nobody works on one.
pub struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    waiting: Vec<T>,
    workers: usize,
}

/// One who takes items from a queue and may add others.
pub struct Worker<'a, T> {
    queue: &'a Queue<T>,
    busy: bool,
}

impl<T: Send> Queue<T> {
    /// Runs `work` on so many threads, this one included, until all items are done, beginning with `first`.
    pub fn run<R: Send>(first: T, threads: usize, work: impl Fn(&mut Worker<'_, T>) -> R + Sync) -> Vec<R> {
        let state = Mutex::new(State { waiting: vec![first], workers: 0 });
        let queue = Self { state, changed: Condvar::new() };
        let one = || work(&mut Worker { queue: &queue, busy: false });
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(one)).collect();
            let mut results = vec![one()];
            for other in others {
                match other.join() {
                    Ok(result) => results.push(result),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            results
        })
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Send> Worker<'_, T> {
    /// The next item; waits while another worker may still add one. `None` when all is done.
    pub fn next(&mut self) -> Option<T> {
        self.finish();
        let mut state = self.queue.lock();
        loop {
            if let Some(item) = state.waiting.pop() {
                state.workers += 1;
                self.busy = true;
                return Some(item);
            }
            if state.workers == 0 {
                return None;
            }
            state = self.queue.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Adds items for whoever is free.
    pub fn add(&self, items: Vec<T>) {
        if !items.is_empty() {
            self.queue.lock().waiting.extend(items);
            self.queue.changed.notify_all();
        }
    }
}

impl<T> Worker<'_, T> {
    fn finish(&mut self) {
        if std::mem::take(&mut self.busy) {
            let mut state = self.queue.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.workers -= 1;
            if state.workers == 0 {
                self.queue.changed.notify_all();
            }
        }
    }
}

/// One who gives up, or panics, leaves nobody waiting.
impl<T> Drop for Worker<'_, T> {
    fn drop(&mut self) {
        self.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_done_once_whoever_does_it() {
        for threads in [1, 2, 5] {
            let sums = Queue::run(12u32, threads, |worker| {
                let mut done = 0;
                while let Some(item) = worker.next() {
                    done += 1;
                    worker.add((0..2).filter(|_| item > 0).map(|_| item - 1).collect());
                }
                done
            });
            assert_eq!((sums.len(), sums.iter().sum::<u32>()), (threads, (1 << 13) - 1));
        }
    }

    #[test]
    fn one_who_gives_up_does_not_hold_up_the_others() {
        let results = Queue::run(1, 2, |worker| {
            worker.next()?;
            None::<()>
        });
        assert_eq!(results, [None, None]);
    }
}
