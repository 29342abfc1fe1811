//! Changes that were looked up in manifests because the index has not got so far: the next page of a file log wants them
//! again.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::Change;
use crate::error::Result;
use crate::graph::{Epoch, Graph};
use crate::ids::RepoPath;

/// The changes of a few paths, those asked for last.
#[derive(Debug, Default)]
pub struct Remembered(Mutex<VecDeque<(Key, Vec<Change>)>>);

/// A path, and the graph: within an epoch its length says which.
type Key = (RepoPath, Epoch, usize);

/// How many paths.
const MOST: usize = 16;

impl Remembered {
    /// The changes of `path`, from `find` unless they are remembered.
    pub(super) fn changes(
        &self,
        graph: &Graph,
        path: &RepoPath,
        find: impl FnOnce() -> Result<Vec<Change>>,
    ) -> Result<Vec<Change>> {
        let Some(epoch) = graph.epoch() else { return find() };
        let key = (path.clone(), epoch, graph.len());
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = lock().iter().find(|(known, _)| *known == key) {
            return Ok(known.clone());
        }
        let found = find()?;
        let mut all = lock();
        all.truncate(MOST - 1);
        all.push_front((key, found.clone()));
        Ok(found)
    }
}
