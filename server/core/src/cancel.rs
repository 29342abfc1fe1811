//! Cancellation: the token that every walk takes and checks once per item.
//!
//! A cancelled walk ends with [`Cancelled`]; it never gives a short answer. The module knows nothing of who cancels or
//! why.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A token shared between the one who may cancel and the work that stops. Clones are the same token.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    tripped: Arc<AtomicBool>,
}

/// The work was cancelled by whoever asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

impl Cancel {
    /// A token that has not been tripped.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks all work that holds this token to stop at its next item. Cannot be taken back.
    pub fn trip(&self) {
        self.tripped.store(true, Ordering::Relaxed);
    }

    /// Whether [`Cancel::trip`] was called.
    pub fn is_tripped(&self) -> bool {
        self.tripped.load(Ordering::Relaxed)
    }

    /// `Err(Cancelled)` once tripped; what a walk calls for each item, with `?`.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_tripped() { Err(Cancelled) } else { Ok(()) }
    }

    /// The flag itself, for libraries that take one.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.tripped)
    }
}
