//! An edited index on its way: complete in its lock file, then in place, where it may still turn out that it should not
//! be. Knows nothing of what was edited.

use std::fs;
use std::path::PathBuf;

use super::Error;
use super::lock::LockFile;
use crate::cancel::Cancel;
use crate::error::Result;

/// An edited index, complete in its lock file, not yet in place.
pub struct PreparedIndex {
    lock: LockFile,
    target: PathBuf,
    /// What it is to be.
    after: Vec<u8>,
    /// What the index was; `None` when there was none.
    before: Option<Vec<u8>>,
}

impl PreparedIndex {
    /// `after` is in `lock`, ready to take the place of `before` at `target`.
    pub(super) fn new(lock: LockFile, target: PathBuf, after: Vec<u8>, before: Option<Vec<u8>>) -> Self {
        Self { lock, target, after, before }
    }

    /// Puts the index in place. What it replaced can still be put back.
    pub fn publish(self) -> Result<PublishedIndex, Error> {
        let Self { lock, target, after, before } = self;
        lock.publish()?;
        Ok(PublishedIndex { target, after, before })
    }
}

/// An edited index that is in place, as long as it may turn out that it should not be.
#[must_use]
pub struct PublishedIndex {
    target: PathBuf,
    after: Vec<u8>,
    before: Option<Vec<u8>>,
}

impl PublishedIndex {
    /// It stays.
    pub fn keep(self) {}

    /// Puts back what was there before, unless another program has edited the index since: what that did stays, and this
    /// edit with it.
    pub fn undo(self, cancel: &Cancel) -> Result<()> {
        let mut lock = LockFile::take(&self.target, cancel)?;
        if !fs::read(&self.target).is_ok_and(|now| now == self.after) {
            return Ok(());
        }
        match self.before {
            Some(before) => {
                lock.write(&before)?;
                lock.publish()?;
            }
            None => fs::remove_file(&self.target).map_err(|source| Error::Io { path: self.target.clone(), source })?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;
    use crate::git::{Handle, IndexEdit, KeptIndex, Location};
    use crate::ids::{FileNode, Mode, RepoPath};
    use crate::objects::Entry;

    #[test]
    fn what_another_program_staged_is_not_undone_with_an_edit() -> Result<()> {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && echo 1 > a && git add a");
        let node = scratch.sh("echo new | git hash-object -w --stdin");
        let node = FileNode::from_hex(node.trim().as_bytes()).expect("an id");
        let (location, cancel) = (Location::discover(scratch.path())?, Cancel::new());
        let handle = Handle::open(&location)?;
        let publish = || -> Result<PublishedIndex> {
            let mut index = IndexEdit::begin(&location, &KeptIndex::default(), &cancel)?;
            index.set(&RepoPath::new("a").expect("a path"), Entry { node, mode: Mode::File }, None)?;
            Ok(index.prepare(&location, &handle, &cancel)?.publish()?)
        };
        let before = scratch.sh("git ls-files -s");
        let published = publish()?;
        assert_ne!(scratch.sh("git ls-files -s"), before);
        published.undo(&cancel)?;
        assert_eq!(scratch.sh("git ls-files -s"), before);
        let published = publish()?;
        scratch.sh("echo 2 > b && git add b");
        let staged = scratch.sh("git ls-files -s");
        published.undo(&cancel)?;
        assert_eq!(scratch.sh("git ls-files -s"), staged);
        Ok(())
    }
}
