//! `copy` and `rename`: files tracked under other names. Knows where each goes and what may not be; git records neither,
//! and finds them again by what files have in common.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::PathBuf;

use super::add::{NOWHERE, may_be_tracked};
use super::work::{Before, Work, before, edit};
use super::{Action, Error, FileOutcome, Outcome, unsaved};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git;
use crate::ids::{Mode, RepoPath};
use crate::model::dirstate::{Code, Codes, Row};
use crate::objects::Entry;
use crate::progress::Progress;
use crate::repository::Repository;

/// What to copy or rename.
#[derive(Clone, Debug)]
pub struct CopyOptions {
    /// Files, or folders with all that is tracked in them.
    pub sources: Vec<RepoPath>,
    /// The new name, or a folder to put them into: what is a folder now, and of more than one source must be. `None`
    /// is the root.
    pub target: Option<RepoPath>,
    /// It was done already: only record it.
    pub after: bool,
    /// Replace what is there.
    pub force: bool,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Files with changes in an editor that are not saved.
    pub unsaved: BTreeSet<RepoPath>,
}

/// Copies files, and tracks the copies.
///
/// # Errors
/// [`Error::NothingToCopy`], [`Error::NotAFolder`], and as [`super::add`].
pub fn copy(
    repository: &Repository,
    options: &CopyOptions,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Outcome> {
    run(repository, options, Way { renames: false, verb: "copy" }, cancel, progress)
}

/// Gives files other names.
///
/// # Errors
/// As [`copy`].
pub fn rename(
    repository: &Repository,
    options: &CopyOptions,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Outcome> {
    run(repository, options, Way { renames: true, verb: "rename" }, cancel, progress)
}

/// Which of the two, and its words.
#[derive(Clone, Copy)]
struct Way {
    renames: bool,
    verb: &'static str,
}

fn run(
    repository: &Repository,
    options: &CopyOptions,
    way: Way,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Outcome> {
    edit(repository, way.verb, cancel, |work| {
        let mut copying = Copying { work, options, way, outcome: Outcome::default() };
        let pairs = copying.pairs()?;
        if pairs.is_empty() {
            return Err(Error::NothingToCopy(copying.outcome.warnings).into());
        }
        if !options.after {
            let written = pairs.iter().map(|(_, target)| target);
            let gone = pairs.iter().filter(|_| way.renames).map(|(row, _)| &row.path);
            unsaved(written.chain(gone), &options.unsaved)?;
        }
        let mut taken: BTreeMap<RepoPath, RepoPath> = BTreeMap::new();
        let total = pairs.len() as u64;
        for (done, (row, target)) in (0..).zip(pairs) {
            cancel.check()?;
            progress.report("copying files", done, Some(total));
            match taken.get(&target) {
                Some(other) => {
                    let words = format!("{{}}: not overwriting - {} collides with {other}", row.path);
                    copying.outcome.refuse(&target, words);
                }
                None => {
                    copying.one(&row, &target)?;
                    taken.insert(target, row.path);
                }
            }
        }
        copying.outcome.files.sort_by(|one, two| one.path.cmp(&two.path));
        Ok(copying.outcome)
    })
}

struct Copying<'w, 'a> {
    work: &'w mut Work<'a>,
    options: &'w CopyOptions,
    way: Way,
    outcome: Outcome,
}

impl Copying<'_, '_> {
    /// Every tracked file that is meant, and its new name.
    fn pairs(&mut self) -> Result<Vec<(Row, RepoPath)>> {
        let codes = [Code::Modified, Code::Added, Code::Removed, Code::Missing, Code::Clean];
        let into_folder = self.target_is_folder()?;
        if self.options.sources.len() > 1 && !into_folder {
            return Err(Error::NotAFolder.into());
        }
        let mut pairs = Vec::new();
        for source in &self.options.sources {
            let mut found = self.work.status(std::slice::from_ref(source), Codes::from_iter(codes))?;
            found.rows.sort_by(|one, two| one.path.cmp(&two.path));
            if found.nowhere.contains(source) {
                self.outcome.refuse(source, NOWHERE);
            } else if found.rows.is_empty() && self.work.has_file(source)? {
                self.outcome.refuse(source, "{}: not copying - file is not managed");
            }
            let folder = match (&self.options.target, into_folder) {
                (target, true) => below(target.as_ref(), source.name()),
                (target, false) => target.clone(),
            };
            for row in found.rows {
                if row.code == Code::Removed {
                    if row.path == *source {
                        self.outcome.refuse(source, "{}: not copying - file has been marked for remove");
                    }
                    continue;
                }
                let rest = row.path.as_bytes().get(source.len() + 1..).filter(|rest| !rest.is_empty());
                let target = match (&folder, rest) {
                    (Some(folder), Some(rest)) => folder.join(rest),
                    (folder, _) => folder.clone(),
                };
                if let Some(target) = target {
                    may_be_tracked(self.work, &target)?;
                    pairs.push((row, target));
                }
            }
        }
        Ok(pairs)
    }

    fn target_is_folder(&self) -> Result<bool> {
        let Some(target) = &self.options.target else { return Ok(true) };
        Ok(self.work.checkout.look(target)?.is_some_and(|metadata| metadata.is_dir()))
    }

    fn one(&mut self, row: &Row, target: &RepoPath) -> Result<()> {
        let source = &row.path;
        let there = self.work.has_file(target)?;
        if let Some((path, words)) = self.refused(row, target, there)? {
            self.outcome.refuse(path, words);
            return Ok(());
        }
        let action = if self.way.renames { Action::Renamed } else { Action::Copied };
        let mut outcome = FileOutcome { source: Some(source.clone()), ..FileOutcome::new(target.clone(), action) };
        if !self.options.dry_run {
            let staged = staged(self.work, source);
            if !self.options.after {
                match self.write(row, target, staged) {
                    Ok(backup) => outcome.backup = backup,
                    Err(crate::Error::Git(git::Error::InTheWay { obstacle, .. })) => {
                        self.outcome.refuse(source, format!("{{}}: cannot {} - {obstacle}", self.way.verb));
                        return Ok(());
                    }
                    Err(error) => return Err(error),
                }
            }
            if self.way.renames {
                self.work.index.remove(source);
            }
            match staged.filter(|_| self.way.renames && !self.options.after) {
                // As `git mv`: what is staged goes along, and what is not is still not.
                Some(entry) => self.track(target, entry, row)?,
                None => _ = self.work.track(target)?,
            }
        }
        self.outcome.files.push(outcome);
        Ok(())
    }

    /// Why the file may not be copied there, in Mercurial's words, and of which file they speak.
    fn refused<'p>(&self, row: &'p Row, target: &'p RepoPath, there: bool) -> Result<Option<(&'p RepoPath, String)>> {
        let source = |words: String| Ok(Some((&row.path, words)));
        let Way { renames, verb, .. } = self.way;
        if row.new.is_some_and(|new| new.mode == Mode::Submodule) {
            return source(format!("{{}}: cannot {verb} - it is a submodule"));
        }
        let settled = |path| matches!(self.work.index.before().find(path), [tracked] if tracked.stage == 0);
        if !settled(&row.path) {
            return source(format!("{{}}: cannot {verb} - it has a conflict"));
        }
        let tracked = !self.work.index.before().find(target).is_empty();
        let committed = tracked && self.work.committed(target)?.is_some();
        let after = self.options.after;
        if (there && !after || committed && after) && !self.options.force {
            let (state, flags) = match committed {
                true if after => ("already committed", "--after --force"),
                true => ("already committed", "--force"),
                false => ("exists", "--after"),
            };
            let hint = match (committed, renames) {
                (true, true) => "replace the file by recording a rename",
                (true, false) => "replace the file by recording a copy",
                (false, true) => "record the rename",
                (false, false) => "record the copy",
            };
            return Ok(Some((
                target,
                format!("{{}}: not overwriting - file {state}\n('hg {verb} {flags}' to {hint})"),
            )));
        }
        if after && !there {
            let what = if renames { "move" } else { "copy" };
            return source(format!("{{}}: not recording {what} - {target} does not exist"));
        }
        if !after && row.new.is_none() {
            return source("{}: deleted in working directory".to_owned());
        }
        Ok(None)
    }

    /// The file itself. The source goes when the copy is there.
    fn write(&mut self, row: &Row, target: &RepoPath, staged: Option<Entry>) -> Result<Option<PathBuf>> {
        let source = &row.path;
        if source == target {
            return Ok(None);
        }
        let rows = self.work.status(std::slice::from_ref(target), Codes::ALL)?.rows;
        let there = rows.iter().find(|row| row.path == *target);
        let before = match there {
            Some(row) if row.code == Code::Clean || row.code == Code::Modified => before(row),
            Some(_) => Before::Own,
            None => Before::Nothing,
        };
        let (mode, content) = match self.work.checkout.raw_at(&self.work.checkout.place(source)) {
            // Taken away since it was looked at.
            Err(git::Error::Io { source: error, .. }) if error.kind() == ErrorKind::NotFound => {
                return Err(Error::NoSuchFile(source.clone()).into());
            }
            read => read?,
        };
        self.work.note_copy(source, target, staged, self.way.renames)?;
        let (backup, _) = self.work.write(target, mode, &content, before)?;
        if self.way.renames {
            // Written meanwhile, the old one is not what was copied.
            self.work.delete_copied(source, &content)?;
        }
        Ok(backup)
    }

    fn track(&mut self, target: &RepoPath, staged: Entry, row: &Row) -> Result<()> {
        let same = row.new == Some(staged);
        let metadata = if same { self.work.checkout.look(target)? } else { None };
        Ok(self.work.index.set(target, staged, metadata.as_ref())?)
    }
}

/// What is staged at a path, where that is content.
fn staged(work: &Work<'_>, path: &RepoPath) -> Option<Entry> {
    match work.index.before().find(path) {
        [tracked] if tracked.stage == 0 && !tracked.intent_to_add => Some(tracked.entry),
        _ => None,
    }
}

fn below(folder: Option<&RepoPath>, name: &[u8]) -> Option<RepoPath> {
    folder.map_or_else(|| RepoPath::new(name), |folder| folder.join(name))
}
