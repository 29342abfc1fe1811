//! Whose turn it is to number changesets, and whether somebody waits for that: it may then take more memory for less time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::Duration;

use crate::cancel::{Cancel, Cancelled};

/// One thread at a time numbers: what the first one reads, the others find done.
#[derive(Default)]
pub(super) struct Numbering {
    turn: Mutex<()>,
    /// How many requests need it.
    awaited: AtomicUsize,
}

/// Somebody waits.
pub(super) struct Awaited<'a>(&'a Numbering);

impl Numbering {
    /// Waits until nobody else numbers changesets.
    pub fn turn(&self, cancel: &Cancel) -> Result<MutexGuard<'_, ()>, Cancelled> {
        loop {
            match self.turn.try_lock() {
                Ok(turn) => return Ok(turn),
                Err(TryLockError::Poisoned(left)) => return Ok(left.into_inner()),
                Err(TryLockError::WouldBlock) => cancel.check()?,
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Says that somebody waits for it, for as long as what it gives is held.
    pub fn awaited(&self) -> Awaited<'_> {
        self.awaited.fetch_add(1, Ordering::Relaxed);
        Awaited(self)
    }

    /// Whether somebody waits.
    pub fn is_awaited(&self) -> bool {
        self.awaited.load(Ordering::Relaxed) > 0
    }
}

impl Drop for Awaited<'_> {
    fn drop(&mut self) {
        self.0.awaited.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_awaited_as_long_as_anybody_waits() {
        let numbering = Numbering::default();
        assert!(!numbering.is_awaited());
        let (one, other) = (numbering.awaited(), numbering.awaited());
        drop(one);
        assert!(numbering.is_awaited());
        drop(other);
        assert!(!numbering.is_awaited());
    }

    #[test]
    fn who_gives_up_does_not_wait_for_a_turn() {
        let numbering = Numbering::default();
        let (turn, cancel) = (numbering.turn(&Cancel::new()), Cancel::new());
        cancel.trip();
        assert!(turn.is_ok() && numbering.turn(&cancel).is_err());
        drop(turn);
        assert!(numbering.turn(&cancel).is_ok());
    }
}
