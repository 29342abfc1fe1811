//! `update`: another changeset is checked out. Knows the order of its steps, and how one that was interrupted is taken up
//! again; not what happens to each file, which is `plan`'s.
//!
//! Working files change first, then the index, then `HEAD`. Interrupted before that, the working copy has local changes
//! that are the target's content; the same update again finds them there and goes on. What it was to be is noted
//! meanwhile in `.git/hgls/updatestate`.

mod plan;

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use bstr::{BString, ByteSlice as _};

use super::sparse::Sparse;
use super::work::{Keep, Work};
use super::{Action, Error, FileOutcome, Journal, Outcome, heads, replay, unsaved};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{self, Head, IndexEdit, Location, Operation, merge_state};
use crate::ids::{Mode, Node, RepoPath};
use crate::model::dirstate::{Code, Codes};
use crate::model::manifest;
use crate::progress::Progress;
use crate::repository::{Moment, Repository};
use plan::{Course, Plan, Step};

/// What to check out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The changeset.
    pub node: Node,
    /// The bookmark, when it was named by one: it becomes active.
    pub bookmark: Option<BString>,
}

/// What to check out, and how.
#[derive(Clone, Debug, Default)]
pub struct UpdateOptions {
    /// `None`: what an update that was interrupted was to check out, or what is checked out already.
    pub target: Option<Target>,
    /// Local changes are not carried over; what is nowhere else goes to the backups. Ends a merge in progress.
    pub clean: bool,
    /// Refuse when there is any local change.
    pub check: bool,
    /// Files with changes in an editor that are not saved.
    pub unsaved: BTreeSet<RepoPath>,
}

/// What an update did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Updated {
    /// To each file.
    pub outcome: Outcome,
    /// What is checked out now.
    pub node: Node,
    /// Files that have another content, or were not there.
    pub updated: usize,
    /// Files that are gone.
    pub removed: usize,
    /// The bookmark that was active and is not any more.
    pub left: Option<BString>,
    /// The bookmark that became active.
    pub activated: Option<BString>,
}

/// Checks out a changeset. Local changes are carried over where the target has not changed the same files.
///
/// Ended by cancellation, the files that were brought are as in the target, and the next update goes on.
///
/// # Errors
/// [`Error::Conflicting`], [`Error::UntrackedDiffer`], [`Error::UncommittedChanges`], [`Error::OutstandingMerge`] and
/// the like before anything is changed.
pub fn update(
    repository: &Repository,
    options: &UpdateOptions,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Updated> {
    if options.clean && options.check {
        return Err(Error::CleanAndCheck.into());
    }
    let location = repository.location();
    let index = IndexEdit::begin(location, cancel)?;
    replay(location)?;
    let moment = repository.moment(cancel)?;
    let target = target(&moment, options)?;
    may_leave(&moment, options)?;
    heads::may_be_active(&moment, target.bookmark.as_ref())?;
    let mut work = Work::new(&moment, index, "update")?;
    if options.clean {
        work.keep = Keep::Store;
    }
    let plan = plan(&work, &target, options)?;
    note(location, &target)?;
    let mut updated =
        Updated { outcome: Outcome::default(), node: target.node, updated: 0, removed: 0, left: None, activated: None };
    let applied = apply(&mut work, &plan, &mut updated, cancel, progress);
    updated.outcome.files.sort_by(|one, two| one.path.cmp(&two.path));
    let Work { index, .. } = work;
    if let Err(error) = applied {
        index.finish(location, &moment.git, &Cancel::new())?;
        return Err(error);
    }
    // From here on there is nothing that takes long.
    let cancel = Cancel::new();
    let prepared = index.prepare(location, &moment.git, &cancel)?;
    let journal = match options.clean && merge_state::is_any(location) {
        true => Some(Journal::begin(location, target.node)?),
        false => None,
    };
    let moving = heads::Moving::lock(&moment, &target, &cancel)?;
    prepared.publish()?.keep();
    moving.apply()?;
    if let Some(journal) = journal {
        merge_state::clear(location)?;
        journal.finish()?;
    }
    forget_note(location)?;
    let active = moment.refs.head.branch().filter(|_| moment.refs.head.node().is_some());
    updated.left = active.filter(|_| target.bookmark.is_none()).cloned();
    updated.activated = target.bookmark.filter(|bookmark| active != Some(bookmark));
    Ok(updated)
}

fn target(moment: &Moment, options: &UpdateOptions) -> Result<Target> {
    if let Some(target) = &options.target {
        return Ok(target.clone());
    }
    if let Some(target) = interrupted(&moment.location)? {
        return Ok(target);
    }
    let node = moment.refs.head.node().unwrap_or(Node::NULL);
    Ok(Target { node, bookmark: moment.refs.head.branch().cloned() })
}

/// Whether what is in progress may be left.
fn may_leave(moment: &Moment, options: &UpdateOptions) -> Result<(), Error> {
    match moment.git.operation(&moment.location) {
        Some(Operation::Rebase) => Err(Error::RebaseInProgress),
        Some(Operation::Merge | Operation::CherryPick | Operation::Revert) if !options.clean => {
            Err(Error::OutstandingMerge)
        }
        _ => Ok(()),
    }
}

fn plan(work: &Work<'_>, target: &Target, options: &UpdateOptions) -> Result<Plan> {
    let dirty = work.status(&[], Codes::TRACKED)?.rows;
    if !options.clean && dirty.iter().any(|row| row.unresolved) {
        return Err(Error::OutstandingConflicts.into());
    }
    if options.check && dirty.iter().any(|row| row.code != Code::Unknown) {
        return Err(Error::UncommittedChanges.into());
    }
    let sparse = Sparse::read(work.moment)?;
    let course = Course { work, target: manifest::root(work.moment, target.node)?, sparse: &sparse };
    let plan = if options.clean { course.clean(&dirty)? } else { course.carrying(&dirty)? };
    let written = plan.iter().filter(|(_, step)| matches!(step, Step::Get(..) | Step::Remove(_)));
    unsaved(written.map(|(path, _)| path), &options.unsaved)?;
    Ok(plan)
}

/// What goes makes room for what comes, and attributes decide how files are written.
fn apply(
    work: &mut Work<'_>,
    plan: &Plan,
    updated: &mut Updated,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<()> {
    let rank = |path: &RepoPath, step: &Step| match step {
        Step::Remove(_) | Step::Drop => 0,
        _ if path.name() == ".gitattributes" => 1,
        _ => 2,
    };
    let mut steps: Vec<(&RepoPath, &Step)> = plan.iter().collect();
    steps.sort_by_key(|(path, step)| rank(path, step));
    let total = steps.len() as u64;
    for (done, (path, step)) in (0..).zip(steps) {
        cancel.check()?;
        progress.report("updating files", done, Some(total));
        let mut outcome = FileOutcome::new(path.clone(), Action::Updated);
        match *step {
            Step::Get(entry, before) => {
                outcome.backup = work.restore(path, entry, before)?;
                updated.updated += 1;
            }
            Step::Adopt(entry) => {
                let known = work.index.before().find(path).iter().any(|tracked| tracked.stage == 0);
                work.track_as_committed(path, entry)?;
                updated.updated += usize::from(!known);
            }
            Step::Outside(entry) => work.index.set_outside(path, entry)?,
            Step::Remove(before) => {
                outcome.action = Action::Removed;
                let is_submodule =
                    matches!(work.index.before().find(path), [tracked] if tracked.entry.mode == Mode::Submodule);
                if is_submodule {
                    work.checkout.remove_submodule(path);
                } else {
                    outcome.backup = work.delete(path, before)?;
                }
                work.untrack(path)?;
                updated.removed += 1;
            }
            Step::Drop => {
                outcome.action = Action::Forgotten;
                work.untrack(path)?;
            }
        }
        updated.outcome.files.push(outcome);
    }
    Ok(())
}

/// What an update that was interrupted was to check out.
pub fn interrupted(location: &Location) -> Result<Option<Target>, git::Error> {
    let path = note_path(location);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(git::Error::Io { path, source }),
    };
    let mut lines = text.lines();
    let Some(node) = lines.next().and_then(Node::from_hex) else { return Ok(None) };
    Ok(Some(Target { node, bookmark: lines.next().filter(|line| !line.is_empty()).map(BString::from) }))
}

fn note(location: &Location, target: &Target) -> Result<(), git::Error> {
    let path = note_path(location);
    let mut text = target.node.to_hex().into_bytes();
    text.push(b'\n');
    text.extend_from_slice(target.bookmark.as_ref().map_or(b"".as_slice(), |name| name.as_slice()));
    text.push(b'\n');
    let write = || {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(&path, &text)
    };
    write().map_err(|source| git::Error::Io { path: path.clone(), source })
}

fn forget_note(location: &Location) -> Result<(), git::Error> {
    let path = note_path(location);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(git::Error::Io { path, source: error }),
        _ => Ok(()),
    }
}

fn note_path(location: &Location) -> PathBuf {
    location.git_dir.join("hgls").join("updatestate")
}

impl Target {
    /// What the log of `HEAD` calls it.
    pub(super) fn name(&self) -> String {
        self.bookmark.as_ref().map_or_else(|| self.node.to_hex(), |name| name.to_str_lossy().into_owned())
    }

    /// Whether `head` is that already.
    pub(super) fn is(&self, head: &Head) -> bool {
        match &self.bookmark {
            Some(bookmark) => head.branch() == Some(bookmark) && head.node() == Some(self.node),
            None => *head == Head::Detached { node: self.node },
        }
    }
}
