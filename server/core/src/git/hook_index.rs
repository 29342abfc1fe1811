//! The index that hooks are shown: exactly what is going to be committed, beside the real one, which stays locked. Knows
//! nothing of hooks.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::edit_index::IndexEdit;
use super::index::{Draft, Index, Tracked};
use super::write::TreeEdits;
use super::{Error, Location};
use crate::ids::RepoPath;
use crate::objects::Entry;

/// An index of its own. Its file goes with it.
pub struct HookIndex {
    path: PathBuf,
    shown: BTreeMap<RepoPath, Entry>,
}

impl HookIndex {
    /// What such files are called.
    pub(super) const NAME: &str = "next-index";

    /// One that shows `files`. What it has in common with the edited index it takes from there, so that files need not be
    /// compared again.
    pub fn new(location: &Location, edit: &IndexEdit, files: Vec<(RepoPath, Entry)>) -> Result<Self, Error> {
        let shown: BTreeMap<RepoPath, Entry> = files.into_iter().collect();
        let path = location.scratch_file(Self::NAME)?;
        let this = Self { path, shown };
        this.write(&edit.bytes()?)?;
        let mut draft = Draft::read(&this.path)?;
        let is_shown = |tracked: &Tracked| {
            tracked.stage == 0 && !tracked.intent_to_add && this.shown.get(&tracked.path) == Some(&tracked.entry)
        };
        let others = draft.before().tracked.iter().filter(|tracked| !is_shown(tracked));
        let others: BTreeMap<RepoPath, Tracked> =
            others.map(|tracked| (tracked.path.clone(), tracked.clone())).collect();
        others.keys().for_each(|path| draft.remove(path));
        for (path, entry) in &this.shown {
            if draft.find(path).is_empty() {
                let next = Tracked::new(path.clone(), *entry);
                draft.put(match others.get(path) {
                    Some(&Tracked { assume_unchanged, skip_worktree, .. }) => {
                        Tracked { assume_unchanged, skip_worktree, ..next }
                    }
                    None => next,
                })?;
            }
        }
        this.write(&draft.bytes()?)?;
        Ok(this)
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Error> {
        fs::write(&self.path, bytes).map_err(|source| Error::Io { path: self.path.clone(), source })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was staged in it since, for the manifest; the edited index gets the same. `None`: it has conflicts.
    pub fn taken_over(&self, edit: &mut IndexEdit) -> Result<Option<TreeEdits>, Error> {
        let now = Index::read_file(&self.path)?;
        if now.tracked.iter().any(|tracked| tracked.stage > 0) {
            return Ok(None);
        }
        let mut edits = TreeEdits::new();
        let mut gone: BTreeMap<&RepoPath, Entry> = self.shown.iter().map(|(path, entry)| (path, *entry)).collect();
        for tracked in now.tracked.iter().filter(|tracked| !tracked.intent_to_add) {
            if gone.remove(&tracked.path) == Some(tracked.entry) {
                continue;
            }
            edits.insert(tracked.path.clone(), Some(tracked.entry));
            edit.take(tracked)?;
        }
        for path in gone.into_keys() {
            edits.insert(path.clone(), None);
            edit.remove(path);
        }
        Ok(Some(edits))
    }
}

impl Drop for HookIndex {
    fn drop(&mut self) {
        _ = fs::remove_file(&self.path);
    }
}
