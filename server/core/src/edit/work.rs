//! One operation under way: git's index locked, the working copy at hand, and a place for what is overwritten. Knows how
//! a file is tracked, written and removed so that nothing is lost; not which files an operation is about.

use std::fs;
use std::path::{Path, PathBuf};

use super::backups::Backups;
use super::pending::{self, Note, Pending};
use super::{Error, Outcome, replay};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{Checkout, IndexEdit, WorkingCopy, WorkingFile, file_node};
use crate::ids::{Mode, RepoPath, TreeNode};
use crate::model::dirstate::{Codes, Request, Row, Status, first_parent, status};
use crate::model::{dirstate, manifest};
use crate::objects::Entry;
use crate::repository::{Moment, Repository};
use crate::stat::{Stat, Trust};
use crate::steps;

/// What becomes of content that is nowhere else when a file is overwritten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// It goes to the backups of the repository.
    #[default]
    Store,
    /// It stays beside the file, as `FILE.orig`, as with Mercurial. What was there of that name goes to the backups.
    Orig,
    /// It is lost.
    Nothing,
}

/// What stands at a path, as an operation found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing.
    Nothing,
    /// A file that git has in a changeset.
    Committed(Entry),
    /// A file that may be nowhere else.
    Own,
}

/// An operation under way.
pub(super) struct Work<'a> {
    pub moment: &'a Moment,
    pub index: IndexEdit,
    pub checkout: Checkout<'a>,
    pub backups: Backups,
    pub keep: Keep,
    /// Staged content that went to the backups: of which file, and where it is.
    pub kept_staged: Vec<(RepoPath, PathBuf)>,
    /// What the index is yet to follow.
    pending: Pending,
    copy: WorkingCopy<'a>,
    trust: Trust,
    /// The manifest of the first parent.
    pub base: Option<TreeNode>,
}

/// Runs an operation of this name with the index locked. What it did to the index is put in place even when it ends with
/// an error: that much was done.
pub(super) fn edit(
    repository: &Repository,
    operation: &'static str,
    cancel: &Cancel,
    change: impl FnOnce(&mut Work<'_>) -> Result<Outcome>,
) -> Result<Outcome> {
    let location = repository.location();
    let index = pending::begin(repository, cancel)?;
    replay(location)?;
    let moment = repository.moment(cancel)?;
    let mut work = Work::new(&moment, index, operation)?;
    let done = change(&mut work);
    // Not with the caller's token: when that is what ended the work, what was done still is to be recorded.
    let Work { index, pending, kept_staged, .. } = work;
    let recorded = index.finish(location, &moment.git, &Cancel::new());
    // A failure too: the index has followed as far as it went.
    let finished = recorded.and_then(|()| Ok(pending.finish()?));
    let mut done = done?;
    finished?;
    done.name_staged(kept_staged);
    Ok(done)
}

impl<'a> Work<'a> {
    pub fn new(moment: &'a Moment, index: IndexEdit, operation: &'static str) -> Result<Self> {
        Ok(Self {
            index,
            checkout: Checkout::new(&moment.git, &moment.location)?,
            backups: Backups::new(&moment.location, operation),
            keep: Keep::Store,
            kept_staged: Vec::new(),
            pending: Pending::default(),
            copy: WorkingCopy::new(&moment.git, &moment.location)?,
            // What is compared was moved: the change of its inode says nothing.
            trust: Trust { changed: false, ..moment.git.settings()?.trust },
            base: manifest::root(moment, first_parent(moment))?,
            moment,
        })
    }

    /// The rows of `paths` (files, or folders with all in them; everything when there are none) that have one of `codes`.
    pub fn status(&self, paths: &[RepoPath], codes: Codes) -> Result<Status> {
        rows(self.moment, paths, codes)
    }

    /// What the first parent has at `path`.
    pub fn committed(&self, path: &RepoPath) -> Result<Option<Entry>> {
        let Some(base) = self.base else { return Ok(None) };
        Ok(self.moment.objects.entry(base, path)?)
    }

    /// Whether a file or a link is at `path`.
    pub fn has_file(&self, path: &RepoPath) -> Result<bool> {
        Ok(self.checkout.look(path)?.is_some_and(|metadata| !metadata.is_dir()))
    }

    /// The file at `path` as it would be committed.
    pub fn read(&self, path: &RepoPath) -> Result<Option<WorkingFile>> {
        Ok(self.copy.read(path)?)
    }

    /// What stands at `path`, as a commit would record it; nothing of it is written.
    pub fn entry_of(&self, path: &RepoPath) -> Result<Option<Entry>> {
        self.read(path)?.as_ref().map(entry).transpose()
    }

    /// What stands at `source`, as a commit would record it if it stood at `path`; nothing of it is written.
    pub fn entry_as(&self, path: &RepoPath, source: &RepoPath) -> Result<Option<Entry>> {
        self.read_as(path, source)?.as_ref().map(entry).transpose()
    }

    fn read_as(&self, path: &RepoPath, source: &RepoPath) -> Result<Option<WorkingFile>> {
        let is_there = self.checkout.look(source)?.is_some();
        Ok(if is_there { self.copy.read_at(path, &self.checkout.place(source))? } else { None })
    }

    /// Tracks the file at `path` as it is now. Gives whether there is one.
    pub fn track(&mut self, path: &RepoPath) -> Result<bool> {
        let before = self.checkout.look(path)?.map(|metadata| Stat::of(&metadata));
        let Some(file) = self.copy.read(path)? else { return Ok(false) };
        let entry = Entry { node: self.moment.git.write_file(&file.content)?, mode: file.mode };
        // Written meanwhile, it is for git to compare.
        let unchanged = self.checkout.look(path)?.filter(|metadata| before == Some(Stat::of(metadata)));
        self.index.set(path, entry, unchanged.as_ref())?;
        Ok(true)
    }

    /// Tracks `path` as the first parent has it, whatever is in the working copy. The file is not touched.
    pub fn track_as_committed(&mut self, path: &RepoPath, committed: Entry) -> Result<()> {
        self.keep_staged(path, Some(committed))?;
        self.set_committed(path, committed)
    }

    /// The same, where what is staged is known to be elsewhere.
    pub fn set_committed(&mut self, path: &RepoPath, committed: Entry) -> Result<()> {
        let metadata = match self.entry_of(path)? {
            Some(entry) if entry == committed => self.checkout.look(path)?,
            _ => None,
        };
        Ok(self.index.set(path, committed, metadata.as_ref())?)
    }

    /// Tracks `path` no more. What was staged and is nowhere else is kept.
    pub fn untrack(&mut self, path: &RepoPath) -> Result<()> {
        self.keep_staged(path, None)?;
        self.index.remove(path);
        Ok(())
    }

    /// Notes that the file at `path` is about to become this, and the index to follow: for whoever comes next, if this
    /// process comes to no end.
    pub fn note(&mut self, path: &RepoPath, becomes: Option<Entry>) -> Result<()> {
        self.keep_note(Note::new(self.index.before(), path, becomes))
    }

    /// The same of `target`, which is about to be what is at `source`. The index is to follow by `staged` where the file
    /// is renamed, as then what is staged goes along, and otherwise by the file itself.
    pub fn note_copy(
        &mut self,
        source: &RepoPath,
        target: &RepoPath,
        staged: Option<Entry>,
        renames: bool,
    ) -> Result<()> {
        let Some(file) = self.read_as(target, source)? else { return Ok(()) };
        let becomes = entry(&file)?;
        let follows = match staged.filter(|_| renames) {
            Some(staged) => staged,
            None => Entry { node: self.moment.git.write_file(&file.content)?, ..becomes },
        };
        let index = self.index.before();
        let note = Note::of_copy(index, target, becomes, follows);
        self.keep_note(if renames { note.and_then(|note| note.of_rename(index, source)) } else { note })
    }

    fn keep_note(&mut self, note: Option<Note>) -> Result<()> {
        note.map_or(Ok(()), |note| Ok(self.pending.note(&self.moment.location, &note)?))
    }

    /// Puts what is committed as `entry` at `path` and tracks it. Gives where what was there is kept, if it had to be.
    pub fn restore(&mut self, path: &RepoPath, entry: Entry, before: Before) -> Result<Option<PathBuf>> {
        if entry.mode == Mode::Submodule {
            self.checkout.make_submodule(path)?;
            self.index.set(path, entry, None)?;
            return Ok(None);
        }
        self.keep_staged(path, Some(entry))?;
        let blob = self.moment.objects.blob(entry.node)?;
        let content = self.checkout.content(path, entry.mode, &blob, entry.node)?;
        let (kept, metadata) = self.write(path, entry.mode, &content, before)?;
        self.index.set(path, entry, metadata.as_ref())?;
        Ok(kept)
    }

    /// Puts a file at `path` that is given as it would be committed; the index stays what it is.
    pub fn write_committed(&mut self, path: &RepoPath, file: &WorkingFile, before: Before) -> Result<Option<PathBuf>> {
        let content = self.checkout.content(path, file.mode, &file.content, file_node(&file.content)?)?;
        Ok(self.write(path, file.mode, &content, before)?.0)
    }

    /// Puts these very bytes at `path`; the index stays what it is.
    pub fn write(
        &mut self,
        path: &RepoPath,
        mode: Mode,
        content: &[u8],
        before: Before,
    ) -> Result<(Option<PathBuf>, Option<fs::Metadata>)> {
        let aside = self.backups.place(path)?;
        let (replaced, metadata) = self.checkout.put(path, mode, content, &aside)?;
        steps::reached("a file is written");
        let kept = if replaced { self.settle(path, aside, before)? } else { None };
        Ok((kept, metadata))
    }

    /// Removes the file at `path`, whose content stands elsewhere too. Gives where it is kept, when it was another one.
    pub fn delete_copied(&mut self, path: &RepoPath, content: &[u8]) -> Result<Option<PathBuf>> {
        let aside = self.backups.place(path)?;
        if !self.checkout.take(path, &aside)? {
            return Ok(None);
        }
        steps::reached("a copied file is removed");
        if self.checkout.raw_at(&aside)?.1 != content {
            return Ok(Some(aside));
        }
        self.backups.forget(&aside)?;
        Ok(None)
    }

    /// Removes the file at `path`, and folders that are empty then. Gives where it is kept, if it has to be.
    pub fn delete(&mut self, path: &RepoPath, before: Before) -> Result<Option<PathBuf>> {
        let aside = self.backups.place(path)?;
        let removed = self.checkout.take(path, &aside)?;
        steps::reached("a file is removed");
        if removed { self.settle(path, aside, before) } else { Ok(None) }
    }

    /// What was at `path` is now aside: keeps it or forgets it.
    fn settle(&mut self, path: &RepoPath, aside: PathBuf, before: Before) -> Result<Option<PathBuf>> {
        let as_found = match before {
            Before::Committed(entry) => self.is(path, &aside, entry)?,
            // Whatever it was, the caller looked at it.
            Before::Own => self.keep == Keep::Nothing,
            Before::Nothing => false,
        };
        if as_found {
            self.backups.forget(&aside)?;
            return Ok(None);
        }
        // What another program wrote meanwhile is kept in any case.
        if self.keep == Keep::Orig && before == Before::Own {
            return self.keep_beside(path, &aside).map(Some);
        }
        Ok(Some(aside))
    }

    /// Whether the file that stood at `path`, now at `aside`, is the content of `entry`.
    fn is(&self, path: &RepoPath, aside: &Path, entry: Entry) -> Result<bool> {
        let Ok(metadata) = fs::symlink_metadata(aside) else { return Ok(false) };
        if let [tracked] = self.index.before().find(path)
            && tracked.entry == entry
        {
            let written = self.index.before().written.unwrap_or_default();
            if tracked.stat.proves_unchanged(&Stat::of(&metadata), written, self.trust) {
                return Ok(true);
            }
        }
        let file = self.copy.read_at(path, aside)?;
        Ok(file.is_some_and(|file| file.mode == entry.mode && file_node(&file.content).ok() == Some(entry.node)))
    }

    /// Moves what stood at `path` from `aside` to `FILE.orig`.
    fn keep_beside(&mut self, path: &RepoPath, aside: &Path) -> Result<PathBuf> {
        let Some(orig) = RepoPath::new([path.as_bytes(), b".orig"].concat()) else { return Ok(aside.to_owned()) };
        let place = self.checkout.place(&orig);
        if self.checkout.look(&orig)?.is_some() {
            let older = self.backups.place(&orig)?;
            // A folder of that name stays, and the backup in the store.
            if !self.checkout.take(&orig, &older)? {
                return Ok(aside.to_owned());
            }
        }
        // A folder that was emptied by taking the older one away.
        place
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .map_err(|source| Error::Io { path: place.clone(), source })?;
        match fs::rename(aside, &place) {
            Ok(()) => Ok(place),
            Err(_) => Ok(aside.to_owned()),
        }
    }

    /// Keeps what is staged at `path` where it is neither what is committed there, nor in the working copy, nor `new`.
    pub fn keep_staged(&mut self, path: &RepoPath, new: Option<Entry>) -> Result<()> {
        if self.keep == Keep::Nothing {
            return Ok(());
        }
        let [tracked] = self.index.before().find(path) else { return Ok(()) };
        let staged = tracked.entry;
        let held = tracked.stage == 0 && !tracked.intent_to_add && staged.mode != Mode::Submodule;
        let elsewhere = |other: Option<Entry>| other.is_some_and(|other| other.node == staged.node);
        if held && !elsewhere(new) && !elsewhere(self.committed(path)?) && !elsewhere(self.entry_of(path)?) {
            // Somebody may have staged what the repository has not: then there is nothing to keep.
            if let Ok(content) = self.moment.objects.blob(staged.node) {
                self.kept_staged.push((path.clone(), self.backups.keep_staged(path, &content)?));
            }
        }
        Ok(())
    }
}

fn entry(file: &WorkingFile) -> Result<Entry> {
    Ok(Entry { node: file_node(&file.content)?, mode: file.mode })
}

/// The rows of `paths` that have one of `codes`.
pub(super) fn rows(moment: &Moment, paths: &[RepoPath], codes: Codes) -> Result<Status> {
    let request = Request { paths, codes, copies: false, limit: usize::MAX };
    status(moment, dirstate::Between::Working(first_parent(moment)), &request)
}

/// What is at the path of a row that is tracked.
pub(super) fn before(row: &Row) -> Before {
    match (row.new, row.old) {
        (None, _) => Before::Nothing,
        (Some(new), Some(old)) if new == old => Before::Committed(old),
        (Some(_), _) => Before::Own,
    }
}
