//! What a commit takes of the working copy: for each chosen change the entry that the manifest gets, written as an
//! object, and the one that git's index gets. Knows rows and files; not who commits.

use std::fs::{self, Metadata};

use crate::edit::hunks::{self, FileHunks};
use crate::edit::{Action, Error, FileOutcome};
use crate::error::Result;
use crate::git::{Index, IndexEdit, Tracked, TreeEdits, WorkingCopy, native};
use crate::ids::{Mode, RepoPath, TreeNode};
use crate::model::dirstate::{Code, Row};
use crate::objects::{Entry, Objects};
use crate::progress::Progress;
use crate::repository::Moment;
use crate::stat::Stat;

/// A file that is written while it is read is read again, so many times.
const TRIES: usize = 5;

/// The part of the working copy that a commit takes.
#[derive(Default)]
pub struct Picks {
    /// What becomes of the manifest.
    pub edits: TreeEdits,
    /// What the result says of each file.
    pub files: Vec<FileOutcome>,
    staged: Vec<Staged>,
}

/// What becomes of an entry of the index.
struct Staged {
    path: RepoPath,
    entry: Entry,
    /// The file, where it is exactly the entry.
    file: Option<Metadata>,
}

/// Takes `rows`, of the files in `hunks` only the chosen ones.
pub fn pick(
    moment: &Moment,
    index: &Index,
    rows: Vec<Row>,
    hunks: &[FileHunks],
    progress: &dyn Progress,
) -> Result<Picks> {
    let picker = Picker { moment, index, copy: WorkingCopy::new(&moment.git, &moment.location)? };
    let mut picks = Picks::default();
    let total = rows.len() as u64;
    for (done, row) in (0..).zip(rows) {
        moment.cancel.check()?;
        progress.report("writing files", done, Some(total));
        match hunks.iter().find(|chosen| chosen.path == row.path) {
            Some(chosen) => picker.part(row, chosen, &mut picks)?,
            None => picker.whole(row, &mut picks)?,
        }
    }
    Ok(picks)
}

impl Picks {
    /// Brings the index to what is committed.
    pub fn stage(&self, index: &mut IndexEdit) -> Result<()> {
        for Staged { path, entry, file } in &self.staged {
            index.set(path, *entry, file.as_ref())?;
        }
        Ok(())
    }

    /// Takes over what a hook staged on top. `base` is the manifest that is changed.
    pub fn take(&mut self, staged: TreeEdits, base: Option<TreeNode>, objects: &Objects) -> Result<()> {
        for (path, entry) in staged {
            let old = base.map_or(Ok(None), |base| objects.entry(base, &path))?;
            self.files.retain(|file| file.path != path);
            let action = match (old, entry) {
                (None, Some(_)) => Some(Action::Added),
                (Some(_), None) => Some(Action::Removed),
                (old, new) => (old != new).then_some(Action::Modified),
            };
            self.files.extend(action.map(|action| FileOutcome::new(path.clone(), action)));
            self.edits.insert(path, entry);
        }
        self.files.sort_by(|one, two| one.path.cmp(&two.path));
        Ok(())
    }

    fn add(&mut self, row: &Row, entry: Option<Entry>) {
        self.edits.insert(row.path.clone(), entry);
        self.files.push(outcome(row));
    }
}

/// What a commit of a change does to its file.
pub fn outcome(row: &Row) -> FileOutcome {
    let action = match row.code {
        Code::Added => Action::Added,
        Code::Removed => Action::Removed,
        _ => Action::Modified,
    };
    FileOutcome::new(row.path.clone(), action)
}

struct Picker<'a> {
    moment: &'a Moment,
    index: &'a Index,
    copy: WorkingCopy<'a>,
}

impl Picker<'_> {
    fn whole(&self, row: Row, picks: &mut Picks) -> Result<()> {
        // A submodule that has changes of its own has nothing that could be committed here.
        if row.code == Code::Modified && row.old == row.new {
            return Ok(());
        }
        let Some(new) = row.new else {
            picks.add(&row, None);
            return Ok(());
        };
        // What is staged is written already.
        let is_staged = self.settled(&row.path).is_some_and(|tracked| tracked.entry == new);
        let (entry, file) = if is_staged || new.mode == Mode::Submodule {
            (new, None)
        } else {
            let (mode, content, metadata) = self.read(&row.path)?;
            let node = self.moment.git.write_file(&content)?;
            (Entry { node, mode }, Some(metadata))
        };
        picks.add(&row, Some(entry));
        picks.staged.push(Staged { path: row.path, entry, file });
        Ok(())
    }

    fn part(&self, row: Row, chosen: &FileHunks, picks: &mut Picks) -> Result<()> {
        let is_text = |entry: Entry| matches!(entry.mode, Mode::File | Mode::Executable);
        let no_hunks = || Error::NoHunks(row.path.clone());
        let new = row.new.filter(|new| is_text(*new) && row.old.is_none_or(is_text)).ok_or_else(no_hunks)?;
        let old = match row.old {
            Some(old) => self.moment.objects.blob(old.node)?,
            None => Vec::new(),
        };
        let (_, content, metadata) = self.read(&row.path)?;
        let committed = hunks::apply(&old, &content, &chosen.hunks)
            .map_err(|hunks::Stale(line)| Error::StaleHunk { path: row.path.clone(), line })?;
        let all = committed == content;
        // The executable bit is no line of the file: it goes with the last of them.
        let mode = row.old.filter(|_| !all).map_or(new.mode, |old| old.mode);
        let entry = Entry { node: self.moment.git.write_file(&committed)?, mode };
        if row.old == Some(entry) {
            return Ok(());
        }
        picks.add(&row, Some(entry));
        let staged = if all { Some(entry) } else { self.still_staged(&row, &old, &committed, entry)? };
        if let Some(entry) = staged {
            picks.staged.push(Staged { path: row.path, entry, file: all.then_some(metadata) });
        }
        Ok(())
    }

    /// What the index has of a file of which only a part is committed: that part, and what was staged before. `None`: it
    /// stays as it is, for what was staged is nowhere else.
    fn still_staged(&self, row: &Row, old: &[u8], committed: &[u8], entry: Entry) -> Result<Option<Entry>> {
        let Some(staged) = self.settled(&row.path).map(|tracked| tracked.entry) else { return Ok(Some(entry)) };
        if row.old.is_some_and(|old| old.node == staged.node) {
            return Ok(Some(Entry { mode: staged.mode, ..entry }));
        }
        let text = self.moment.objects.blob(staged.node)?;
        match hunks::join(old, &text, committed) {
            Some(joined) => Ok(Some(Entry { node: self.moment.git.write_file(&joined)?, mode: staged.mode })),
            None => Ok(None),
        }
    }

    /// What is staged for `path`, conflicts and intentions apart.
    fn settled(&self, path: &RepoPath) -> Option<&Tracked> {
        self.index.find(path).first().filter(|tracked| tracked.stage == 0 && !tracked.intent_to_add)
    }

    /// The file as it would be committed, and what the system says of it.
    fn read(&self, path: &RepoPath) -> Result<(Mode, Vec<u8>, Metadata)> {
        self.moment.git.may_clean(path)?;
        let place = self.moment.location.root().join(native(path));
        let look = || fs::symlink_metadata(&place).ok();
        for _ in 0..TRIES {
            let before = look();
            let file = self.copy.read(path)?;
            let after = look();
            let same = before.as_ref().map(Stat::of) == after.as_ref().map(Stat::of);
            if let (Some(file), Some(metadata), true) = (file, after, same) {
                return Ok((file.mode, file.content, metadata));
            }
        }
        Err(Error::Unsteady(path.clone()).into())
    }
}
