//! git's index while it is edited, in memory. Knows what follows for other entries when one changes, as git has it; nothing
//! of locks, of files, or of why an entry changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::write::{Changes, EMPTY, written};
use super::{Index, Tracked};
use crate::git::Error;
use crate::git::names::is_refused;
use crate::ids::{ID_LENGTH, RepoPath};
use crate::objects;

/// An index that is edited.
pub(in crate::git) struct Draft {
    path: PathBuf,
    /// `None` when there was none.
    original: Option<Vec<u8>>,
    before: Arc<Index>,
    changes: Changes,
}

impl Draft {
    /// Edits the index in a file of any name, which was just read as `before` and is locked. One that does not exist is
    /// empty.
    ///
    /// # Errors
    /// [`Error::Damaged`] when its checksum is not that of its content: what was damaged must not look sound once it is
    /// written again. git, with `index.skipHash`, may have left it out.
    pub fn new(path: &Path, before: Arc<Index>) -> Result<Self, Error> {
        let path = path.to_owned();
        let original = match fs::read(&path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(source) => return Err(Error::Io { path, source }),
        };
        if let Some((content, checksum)) = original.as_ref().and_then(|bytes| bytes.split_last_chunk::<ID_LENGTH>())
            && *checksum != [0; ID_LENGTH]
            && objects::checksum(content) != Some(*checksum)
        {
            return Err(Error::Damaged { path });
        }
        Ok(Self { path, original, before, changes: Changes::default() })
    }

    /// The same of one that was not read yet.
    ///
    /// # Errors
    /// As [`Index::read`], and those above.
    pub fn read(path: &Path) -> Result<Self, Error> {
        Self::new(path, Arc::new(Index::read_file(path)?))
    }

    /// The index as it was read.
    pub fn before(&self) -> &Index {
        &self.before
    }

    /// The file as it was read; `None` when there was none.
    pub fn into_original(self) -> Option<Vec<u8>> {
        self.original
    }

    /// Whether anything was edited.
    pub fn is_changed(&self) -> bool {
        !self.changes.entries.is_empty()
    }

    /// Whether entries of `path` were edited.
    pub fn has_changed(&self, path: &RepoPath) -> bool {
        self.changes.entries.contains_key(path)
    }

    /// The entries of exactly this path, in the order of their stages.
    pub fn find(&self, path: &RepoPath) -> &[Tracked] {
        self.changes.entries.get(path).map_or_else(|| self.before.find(path), Vec::as_slice)
    }

    /// Tracks what `tracked` says, in place of what its path has of that stage. Files that stood where now a folder is
    /// needed, and the other way round, are not tracked any more; of a path that is no longer in conflict, the conflict is
    /// recorded as resolved.
    ///
    /// # Errors
    /// [`Error::IllegalPath`] for a path that leads into `.git`.
    pub fn put(&mut self, tracked: Tracked) -> Result<(), Error> {
        let Tracked { path, stage, entry, .. } = &tracked;
        if is_refused(path, entry.mode, false) {
            return Err(Error::IllegalPath { path: path.clone() });
        }
        self.remove_folder(path);
        let mut folder = path.parent();
        while let Some(path) = folder {
            self.retain(&path, |tracked| tracked.stage != *stage);
            folder = path.parent();
        }
        if *stage == 0 {
            self.remove(path);
        } else {
            self.retain(path, |tracked| tracked.stage != *stage);
        }
        let entries = self.changes.entries.entry(path.clone()).or_insert_with(|| self.before.find(path).to_vec());
        entries.push(tracked);
        entries.sort_by_key(|tracked| tracked.stage);
        Ok(())
    }

    /// Tracks `path` no more. A conflict of it counts as resolved.
    pub fn remove(&mut self, path: &RepoPath) {
        let entries = self.find(path);
        if entries.iter().any(|tracked| tracked.stage > 0) {
            let side = |stage| entries.iter().find(|tracked| tracked.stage == stage).map(|tracked| tracked.entry);
            self.changes.resolved.insert(path.clone(), [1, 2, 3].map(side));
        }
        self.retain(path, |_| false);
    }

    /// Has git compare the file at `path`, whatever it looks like.
    pub fn distrust(&mut self, path: &RepoPath) {
        self.changes.distrusted.insert(path.clone());
    }

    /// The edited index as a file.
    pub fn bytes(&self) -> Result<Vec<u8>, Error> {
        written(self.original.as_deref().unwrap_or(EMPTY), &self.changes).map_err(|flaw| flaw.at(&self.path))
    }

    /// Tracks nothing below the folder `path`.
    fn remove_folder(&mut self, path: &RepoPath) {
        let range = self.before.range_within(path);
        let below = self.before.tracked[range].iter().map(|tracked| &tracked.path);
        let added = self.changes.entries.range(path.clone()..).map(|(path, _)| path);
        let added = added.skip_while(|added| *added == path).take_while(|added| added.starts_with(path.as_bytes()));
        let below: Vec<RepoPath> = below.chain(added.filter(|added| added.is_within(path))).cloned().collect();
        below.iter().for_each(|path| self.retain(path, |_| false));
    }

    /// Tracks only those entries of `path` that `keep` is true of.
    fn retain(&mut self, path: &RepoPath, keep: impl Fn(&Tracked) -> bool) {
        let entries = self.find(path);
        if entries.iter().all(&keep) {
            return;
        }
        let kept = entries.iter().filter(|tracked| keep(tracked)).cloned().collect();
        self.changes.entries.insert(path.clone(), kept);
    }
}
