//! The index that was read last, for the next one who needs the same. Knows nothing of what is in it.

use std::fs::{File, Metadata};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::Error;
use super::index::Index;
use crate::ids::ID_LENGTH;
use crate::stat::{Stamp, Stat};

/// Keeps the index of one worktree between its readers. Shared between threads.
#[derive(Default)]
pub struct KeptIndex(Mutex<Option<(State, Arc<Index>)>>);

/// Tells one state of the file from another.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    stat: Stat,
    length: u64,
    /// git ends the file with the hash of all that is before. Zeros where `index.skipHash` is set.
    checksum: [u8; ID_LENGTH],
    /// Whether any later state would differ in the above.
    certain: bool,
}

impl KeptIndex {
    /// The index as it is now. Whoever comes while another one reads it waits for that.
    ///
    /// # Errors
    /// Those of [`Index::read`]; a failure is not kept.
    pub fn get(&self, git_dir: &Path) -> Result<Arc<Index>, Error> {
        // What a panic left behind is whole.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let state = State::of(&git_dir.join("index"));
        if let (Some(state), Some((known, index))) = (&state, &*kept)
            && known.certain
            && known == state
        {
            return Ok(Arc::clone(index));
        }
        *kept = None;
        let index = Arc::new(Index::read(git_dir)?);
        // Written anew in between, it would be taken for what it was.
        *kept = state
            .filter(|state| Some(state) == State::of(&git_dir.join("index")).as_ref())
            .map(|state| (state, Arc::clone(&index)));
        Ok(index)
    }
}

impl State {
    /// `None` when there is no such file, or it cannot be read: then there is nothing to keep.
    fn of(path: &Path) -> Option<Self> {
        // Opening a pipe would wait for somebody who writes into it.
        path.metadata().ok().filter(Metadata::is_file)?;
        let mut file = File::open(path).ok()?;
        let metadata = file.metadata().ok()?;
        let mut checksum = [0; ID_LENGTH];
        file.seek(SeekFrom::End(-(ID_LENGTH as i64))).ok()?;
        file.read_exact(&mut checksum).ok()?;
        let stat = Stat::of(&metadata);
        // Without a checksum times must tell, and on some file systems these go by two seconds.
        let settled = stat.modified.seconds.saturating_add(2) < Stamp::from(SystemTime::now()).seconds;
        Some(Self { stat, length: metadata.len(), checksum, certain: settled || checksum != [0; ID_LENGTH] })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::git::testing::Scratch;

    #[test]
    fn one_index_is_read_once_and_each_change_is_seen() {
        for setting in ["", "git config index.skipHash true"] {
            let scratch = Scratch::new();
            scratch.sh(&format!("git init -q .\n{setting}\ntouch a && git add a"));
            let git_dir = scratch.path().join(".git");
            let kept = KeptIndex::default();
            let first = kept.get(&git_dir).unwrap();
            let has_checksum = !std::fs::read(git_dir.join("index")).unwrap().ends_with(&[0; ID_LENGTH]);
            assert_eq!((first.tracked.len(), has_checksum), (1, Arc::ptr_eq(&first, &kept.get(&git_dir).unwrap())));
            for change in 0..20 {
                // Of one length, and within one tick of most clocks.
                scratch.sh(&format!("git update-index --chmod={}x a", if change % 2 == 0 { '+' } else { '-' }));
                assert_eq!(*kept.get(&git_dir).unwrap(), Index::read(&git_dir).unwrap());
            }
            scratch.sh("rm .git/index");
            assert!(kept.get(&git_dir).unwrap().tracked.is_empty());
            scratch.sh("git add a && touch -d @1000000000 .git/index");
            let old = kept.get(&git_dir).unwrap();
            assert!(Arc::ptr_eq(&old, &kept.get(&git_dir).unwrap()), "settled");
        }
    }
}
