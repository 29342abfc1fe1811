//! What is remembered from one request to the next: annotations and texts that never change, and what searches found,
//! as many as fit in a budget. Knows nothing of how they are made.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hgls_core::graph::Numbering;
use hgls_core::linediff::Spaces;
use hgls_core::model::annotate::{Annotation, Prefer, SkipBy};
use hgls_core::model::log::Found;
use hgls_core::{Cancel, FileNode, RepoPath, Rev};

use crate::protocol::Failure;

/// How many bytes of each kind are kept.
const BUDGET: usize = 32 << 20;

/// How often one who waits for another's work looks whether it is still wanted.
const PATIENCE: Duration = Duration::from_millis(10);

/// What handlers remember between requests. Shared by all of them.
pub struct Memory {
    annotations: Kept<AnnotationKey, Annotation>,
    texts: Kept<(PathBuf, FileNode), Vec<u8>>,
    found: Kept<(PathBuf, u64), Found>,
}

/// All that decides how a whole committed file is annotated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct AnnotationKey {
    /// The repository.
    pub git_dir: PathBuf,
    /// What its revision numbers belong to.
    pub numbering: Numbering,
    /// The file.
    pub path: RepoPath,
    /// The revision.
    pub rev: Rev,
    /// The options, one by one.
    pub follow: bool,
    pub prefer: Prefer,
    pub spaces: Spaces,
    pub skip: Vec<Rev>,
    pub skip_by: SkipBy,
}

impl Default for Memory {
    fn default() -> Self {
        Self { annotations: Kept::new(BUDGET), texts: Kept::new(BUDGET), found: Kept::new(BUDGET) }
    }
}

impl Memory {
    /// The annotation of a whole committed file. Whoever asks while it is being made waits for it.
    pub(super) fn annotation(
        &self,
        key: &AnnotationKey,
        cancel: &Cancel,
        make: impl FnOnce() -> Result<Annotation, Failure>,
    ) -> Result<Arc<Annotation>, Failure> {
        let weigh = |annotation: &Annotation| 64 * (annotation.hunks.len() + 1);
        self.annotations.get(key, cancel, weigh, make)
    }

    /// The annotation, if it is remembered.
    pub(super) fn known_annotation(&self, key: &AnnotationKey) -> Option<Arc<Annotation>> {
        self.annotations.known(key)
    }

    /// What the pages before of a query of the log found, if it is remembered: by the repository, and what tells the query
    /// from others.
    pub(super) fn found(&self, git_dir: &Path, query: u64) -> Option<Arc<Found>> {
        self.found.known(&(git_dir.to_owned(), query))
    }

    /// Remembers what a page of a query found.
    pub(super) fn remember_found(&self, git_dir: &Path, query: u64, found: Found) {
        let weight = found.weight();
        self.found.keep(&(git_dir.to_owned(), query), &Arc::new(found), weight);
    }

    /// The text of a version, by the repository, for what another one has under this name is the other one's matter.
    pub(super) fn text(
        &self,
        common_dir: &Path,
        node: FileNode,
        cancel: &Cancel,
        make: impl FnOnce() -> Result<Vec<u8>, Failure>,
    ) -> Result<Arc<Vec<u8>>, Failure> {
        self.texts.get(&(common_dir.to_owned(), node), cancel, Vec::len, make)
    }
}

/// Values that are made once and kept while they fit.
struct Kept<K, V> {
    state: Mutex<State<K, V>>,
    done: Condvar,
    budget: usize,
}

struct State<K, V> {
    /// With the weight, and when it was last used.
    kept: HashMap<K, (Arc<V>, usize, u64)>,
    making: HashSet<K>,
    weight: usize,
    clock: u64,
}

impl<K: Clone + Eq + Hash, V> Kept<K, V> {
    fn new(budget: usize) -> Self {
        let state = State { kept: HashMap::new(), making: HashSet::new(), weight: 0, clock: 0 };
        Self { state: Mutex::new(state), done: Condvar::new(), budget }
    }

    fn lock(&self) -> MutexGuard<'_, State<K, V>> {
        // Each change of the state is whole before anything that may panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, key: &K) -> Option<Arc<V>> {
        let mut state = self.lock();
        state.clock += 1;
        let now = state.clock;
        state.kept.get_mut(key).map(|(value, _, used)| {
            *used = now;
            Arc::clone(value)
        })
    }

    fn get(
        &self,
        key: &K,
        cancel: &Cancel,
        weigh: impl FnOnce(&V) -> usize,
        make: impl FnOnce() -> Result<V, Failure>,
    ) -> Result<Arc<V>, Failure> {
        loop {
            if let Some(value) = self.known(key) {
                return Ok(value);
            }
            let mut state = self.lock();
            if state.making.insert(key.clone()) {
                break;
            }
            drop(self.done.wait_timeout(state, PATIENCE));
            cancel.check()?;
        }
        let _making = Making { kept: self, key };
        let value = Arc::new(make()?);
        self.keep(key, &value, weigh(&value));
        Ok(value)
    }

    fn keep(&self, key: &K, value: &Arc<V>, weight: usize) {
        if weight > self.budget {
            return;
        }
        let mut state = self.lock();
        while state.weight + weight > self.budget {
            let oldest = state.kept.iter().min_by_key(|(_, (_, _, used))| *used).map(|(key, _)| key.clone());
            let Some((_, freed, _)) = oldest.and_then(|key| state.kept.remove(&key)) else { break };
            state.weight -= freed;
        }
        state.clock += 1;
        let now = state.clock;
        state.weight += weight;
        if let Some((_, freed, _)) = state.kept.insert(key.clone(), (Arc::clone(value), weight, now)) {
            state.weight -= freed;
        }
    }
}

/// Says that a value is no longer being made, however that ended.
struct Making<'a, K: Clone + Eq + Hash, V> {
    kept: &'a Kept<K, V>,
    key: &'a K,
}

impl<K: Clone + Eq + Hash, V> Drop for Making<'_, K, V> {
    fn drop(&mut self) {
        self.kept.lock().making.remove(self.key);
        self.kept.done.notify_all();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn what_was_used_longest_ago_makes_room() {
        let kept = Kept::new(10);
        let get = |key: u32| *kept.get(&key, &Cancel::new(), |_| 4, || Ok(key)).unwrap();
        assert_eq!((get(1), get(2), get(1), get(3)), (1, 2, 1, 3));
        assert_eq!((kept.known(&1).is_some(), kept.known(&2).is_some(), kept.known(&3).is_some()), (true, false, true));
        assert_eq!(*kept.get(&4, &Cancel::new(), |_| 11, || Ok(4)).unwrap(), 4);
        assert!(kept.known(&4).is_none() && kept.known(&3).is_some());
    }

    #[test]
    fn one_makes_it_and_the_others_wait() {
        let kept = Kept::new(10);
        let made = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let make = || {
                        std::thread::sleep(Duration::from_millis(30));
                        Ok(made.fetch_add(1, Ordering::SeqCst))
                    };
                    assert_eq!(*kept.get(&"key", &Cancel::new(), |_| 1, make).unwrap(), 0);
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
    }

    #[test]
    fn failures_and_panics_are_not_remembered_and_one_who_waits_can_be_cancelled() {
        let kept: Kept<u32, u32> = Kept::new(10);
        assert!(kept.get(&1, &Cancel::new(), |_| 1, || Err(Failure::invalid("no"))).is_err());
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            kept.get(&1, &Cancel::new(), |_| 1, || panic!("a defect"))
        }));
        assert!(panicked.is_err());
        let nested = kept.get(
            &1,
            &Cancel::new(),
            |_| 1,
            || {
                let cancel = Cancel::new();
                cancel.trip();
                assert!(kept.get(&1, &cancel, |_| 1, || Ok(2)).is_err(), "it is being made, and we do not wait");
                Ok(3)
            },
        );
        assert_eq!(*nested.unwrap(), 3);
    }
}
