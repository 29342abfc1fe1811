//! The index that hooks are shown: exactly what is going to be committed, beside the real one, which stays locked. Knows
//! nothing of hooks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use git2::{IndexEntry, IndexTime, Oid};

use super::edit_index::{INTENT_TO_ADD, IndexEdit, STAGE};
use super::filters::native;
use super::index::Index;
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
    /// One that shows `files`. What it has in common with the edited index it takes from there, so that files need not be
    /// compared again.
    pub fn new(location: &Location, edit: &mut IndexEdit, files: Vec<(RepoPath, Entry)>) -> Result<Self, Error> {
        let shown: BTreeMap<RepoPath, Entry> = files.into_iter().collect();
        let path = location.scratch_file("next-index")?;
        let this = Self { path, shown };
        fs::write(&this.path, edit.bytes()?).map_err(|source| Error::Io { path: this.path.clone(), source })?;
        let mut index = git2::Index::open(&this.path)?;
        let mut kept = BTreeSet::new();
        let mut others = Vec::new();
        for entry in index.iter() {
            let settled = entry.flags & STAGE == 0 && entry.flags_extended & INTENT_TO_ADD == 0;
            let path = RepoPath::new(entry.path.clone()).filter(|path| {
                let same = |shown: &Entry| shown.node.0 == entry.id.as_bytes() && shown.mode.to_git() == entry.mode;
                settled && this.shown.get(path).is_some_and(same)
            });
            match path {
                Some(path) => _ = kept.insert(path),
                None => others.push(entry),
            }
        }
        let mut flags = BTreeMap::new();
        for entry in others {
            index.remove_path(&native(&entry.path))?;
            flags.insert(entry.path, (entry.flags & !STAGE, entry.flags_extended & !INTENT_TO_ADD));
        }
        for (path, entry) in this.shown.iter().filter(|(path, _)| !kept.contains(*path)) {
            let (flags, flags_extended) = flags.get(path.as_bytes()).copied().unwrap_or_default();
            index.add(&plain(path, *entry, flags, flags_extended)?)?;
        }
        index.write()?;
        Ok(this)
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
        let index = git2::Index::open(&self.path)?;
        let mut edits = TreeEdits::new();
        let mut gone: BTreeMap<&RepoPath, Entry> = self.shown.iter().map(|(path, entry)| (path, *entry)).collect();
        for tracked in now.tracked.iter().filter(|tracked| !tracked.intent_to_add) {
            if gone.remove(&tracked.path) == Some(tracked.entry) {
                continue;
            }
            edits.insert(tracked.path.clone(), Some(tracked.entry));
            if let Some(entry) = index.get_path(&native(&tracked.path), 0) {
                edit.take(&tracked.path, &entry)?;
            }
        }
        for path in gone.into_keys() {
            edits.insert(path.clone(), None);
            edit.remove(path)?;
        }
        Ok(Some(edits))
    }
}

impl Drop for HookIndex {
    fn drop(&mut self) {
        _ = fs::remove_file(&self.path);
    }
}

/// An entry of which nothing is known but what it is.
fn plain(path: &RepoPath, entry: Entry, flags: u16, flags_extended: u16) -> Result<IndexEntry, Error> {
    Ok(IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: entry.mode.to_git(),
        uid: 0,
        gid: 0,
        file_size: 0,
        id: Oid::from_bytes(entry.node.as_bytes())?,
        flags,
        flags_extended,
        path: path.to_vec(),
    })
}
