//! Rows that are read when somebody asks for them, in chunks of neighbouring revisions.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use crate::error::{Explain, Kind};

/// How many revisions a chunk has; the last one may have fewer.
pub const CHUNK: usize = 1024;

/// Neighbours are read ahead while chunks are asked for in order, up to so many at once.
const MOST_AHEAD: usize = 64;

/// What a graph was read from is gone, damaged, or has been given other numbers.
///
/// Met anywhere inside a walk, which asks for parents and nodes at every step and has no answer to give without: it
/// unwinds to [`Lost::caught`], at the one place where a request begins. What a request has then found is thrown away,
/// and it can be made again from a store that was made anew. It is no panic: nothing is reported, nothing is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Lost(pub String);

impl Explain for Lost {
    fn kind(&self) -> Kind {
        Kind::Store
    }

    fn hint(&self) -> Option<String> {
        Some("the request can be repeated".to_owned())
    }
}

impl Lost {
    /// Leaves all that is going on, up to [`Lost::caught`].
    pub(super) fn throw(self) -> ! {
        resume_unwind(Box::new(self))
    }

    /// What `work` gives, or what it lost.
    ///
    /// # Errors
    /// `Lost` when something could not be read on.
    pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Self> {
        catch_unwind(AssertUnwindSafe(work)).map_err(|thrown| match thrown.downcast() {
            Ok(lost) => *lost,
            Err(other) => resume_unwind(other),
        })
    }
}

/// One kind of rows. Chunks are shared between a graph and those that have grown from it.
#[derive(Debug, Default)]
pub(super) struct Lazy<C> {
    chunks: Vec<Arc<OnceLock<C>>>,
    /// The chunks on either side of what was read last, the upper one first; and how many those were.
    neighbours: [AtomicUsize; 2],
    stride: AtomicUsize,
}

impl<C> Lazy<C> {
    /// Nothing read yet, but what `known` has of its first `whole` chunks.
    pub fn new(length: usize, known: Option<&Self>, whole: usize) -> Self {
        let mut chunks: Vec<_> =
            known.map_or_else(Vec::new, |known| known.chunks.iter().take(whole).cloned().collect());
        chunks.resize_with(length.div_ceil(CHUNK), Arc::default);
        let nowhere = || AtomicUsize::new(usize::MAX);
        Self { chunks, neighbours: [nowhere(), nowhere()], stride: AtomicUsize::new(1) }
    }

    /// All read.
    pub fn full(chunks: impl Iterator<Item = C>) -> Self {
        let mut lazy = Self::new(0, None, 0);
        lazy.chunks.extend(chunks.map(|chunk| Arc::new(OnceLock::from(chunk))));
        lazy
    }

    /// A chunk. `load` reads several neighbours at once; what it cannot read is thrown.
    pub fn get(&self, at: usize, load: impl FnOnce(Range<usize>) -> Result<Vec<C>, Lost>) -> Option<&C> {
        let cell = self.chunks.get(at)?;
        match cell.get() {
            Some(chunk) => Some(chunk),
            None => Some(self.load(at, cell, load)),
        }
    }

    #[cold]
    fn load<'a>(
        &'a self,
        at: usize,
        cell: &'a OnceLock<C>,
        load: impl FnOnce(Range<usize>) -> Result<Vec<C>, Lost>,
    ) -> &'a C {
        let range = self.read_ahead(at);
        let loaded = load(range.clone()).unwrap_or_else(|lost| lost.throw());
        for (cell, chunk) in self.chunks[range].iter().zip(loaded) {
            // Another thread may have been quicker, with the same.
            let _ = cell.set(chunk);
        }
        cell.get().unwrap_or_else(|| Lost("a part of the graph is missing".to_owned()).throw())
    }

    /// What to read with the chunk `at`: twice as much as last time where that ended beside it.
    fn read_ahead(&self, at: usize) -> Range<usize> {
        let [upper, lower] = &self.neighbours;
        let (goes_up, goes_down) = (upper.load(Ordering::Relaxed) == at, lower.load(Ordering::Relaxed) == at);
        let last = self.stride.load(Ordering::Relaxed);
        let stride = if goes_up || goes_down { MOST_AHEAD.min(2 * last) } else { 1 };
        let range =
            if goes_up { at..self.chunks.len().min(at + stride) } else { (at + 1).saturating_sub(stride)..at + 1 };
        upper.store(range.end, Ordering::Relaxed);
        lower.store(range.start.wrapping_sub(1), Ordering::Relaxed);
        self.stride.store(stride, Ordering::Relaxed);
        range
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::cell::RefCell;

    use super::*;

    #[test]
    fn what_is_asked_for_in_order_is_read_ahead_and_nothing_twice() {
        for order in [(0..200).collect::<Vec<_>>(), (0..200).rev().collect()] {
            let lazy = Lazy::new(200 * CHUNK, None, 0);
            let reads = RefCell::new(Vec::new());
            for at in order {
                let chunk = lazy.get(at, |range| {
                    reads.borrow_mut().extend(range.clone());
                    Ok(range.collect())
                });
                assert_eq!(chunk, Some(&at));
            }
            let mut reads = reads.into_inner();
            reads.sort_unstable();
            assert_eq!(reads, (0..200).collect::<Vec<_>>());
        }
        let lazy = Lazy::new(200 * CHUNK, None, 0);
        for at in [3, 100, 50, 199] {
            lazy.get(at, |range| {
                assert_eq!(range, at..at + 1, "what is asked for here and there is read alone");
                Ok(vec![at])
            });
        }
        assert_eq!(lazy.get(200, |_| Ok(vec![])), None);
    }

    #[test]
    fn what_grows_keeps_what_was_read() {
        let small = Lazy::new(3 * CHUNK + 1, None, 0);
        for at in 0..4 {
            small.get(at, |range| Ok(range.collect()));
        }
        let large = Lazy::new(5 * CHUNK, Some(&small), 3);
        let read = RefCell::new(Vec::new());
        for at in 0..5 {
            large.get(at, |range| {
                read.borrow_mut().extend(range.clone());
                Ok(range.collect())
            });
        }
        assert_eq!(*read.borrow(), [3, 4]);
    }

    #[test]
    fn what_is_lost_ends_the_work_that_asked_for_it_and_nothing_else() {
        let lazy: Lazy<u8> = Lazy::new(1, None, 0);
        let lost = Lost("gone".to_owned());
        assert_eq!(Lost::caught(|| lazy.get(0, |_| Err(lost.clone())).copied()), Err(lost));
        assert!(Lost::caught(|| lazy.get(0, |_| Ok(Vec::new())).copied()).is_err());
        assert_eq!(Lost::caught(|| lazy.get(0, |_| Ok(vec![7])).copied()), Ok(Some(7)));
        assert!(catch_unwind(|| Lost::caught(|| resume_unwind(Box::new("another")))).is_err());
    }
}
