//! The steps of a change between which a process may end. In a test they can be its end; otherwise they are nothing.

/// A step was done, or is about to be: nothing of what follows has happened.
#[cfg(not(test))]
#[inline]
pub fn reached(_step: &'static str) {}

#[cfg(test)]
pub use in_tests::{reached, stop_at};

#[cfg(test)]
mod in_tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// How many steps are left until the process ends; zero: it does not.
    static LEFT: AtomicUsize = AtomicUsize::new(0);

    /// From now on the process ends at the `count`th step, as one that is killed: nothing is cleaned up.
    pub fn stop_at(count: usize) {
        LEFT.store(count, Ordering::SeqCst);
    }

    /// A step was done, or is about to be.
    pub fn reached(step: &'static str) {
        let left = LEFT.load(Ordering::SeqCst);
        if left > 0 {
            LEFT.store(left - 1, Ordering::SeqCst);
            if left == 1 {
                eprintln!("stopped at: {step}");
                std::process::abort();
            }
        }
    }
}
