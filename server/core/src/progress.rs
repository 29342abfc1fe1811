//! Progress: where long work says how far it is. Knows nothing of bars, percentages or protocols.

/// Told of the state of long work. Called often; implementations drop what is too much for them.
pub trait Progress: Send + Sync {
    /// `done` of `total` items of the stage `stage` (a short phrase for people, such as `"reading changesets"`).
    /// `total` is `None` while it is not known. `done` never falls within a stage.
    fn report(&self, stage: &'static str, done: u64, total: Option<u64>);
}

/// For work that nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn report(&self, _stage: &'static str, _done: u64, _total: Option<u64>) {}
}
