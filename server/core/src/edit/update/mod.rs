//! `update`: another changeset is checked out. Knows the order of its steps, and how one that was interrupted is taken up
//! again; not what happens to each file, which is `plan`'s.
//!
//! Working files change first, then the index, then `HEAD`. Interrupted before that, the working copy has local changes
//! that are the target's content; the same update again finds them there and goes on. What it was to be is noted
//! meanwhile, as `state` says.
//!
//! A file with a conflict has its three versions in the index as `git checkout -m` leaves them: what is checked out is
//! stage 2, what the user had is stage 3. In the file the user's lines come first, as with Mercurial.

mod folders;
mod merge;
mod plan;
mod renames;
mod state;

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BString, ByteSlice as _};

use super::sparse::Sparse;
use super::work::{Keep, Work};
use super::{Action, Error, FileOutcome, Journal, Outcome, heads, pending, replay, unsaved};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{Head, Operation, merge_state};
use crate::ids::{Mode, Node, RepoPath};
use crate::model::dirstate::{Code, Codes};
use crate::model::manifest;
use crate::progress::Progress;
use crate::repository::{Moment, Repository};
use crate::steps;
use plan::{Course, Plan, Step};
use state::UpdateState;

/// What to check out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The changeset.
    pub node: Node,
    /// The bookmark, when it was named by one: it becomes active.
    pub bookmark: Option<BString>,
    /// Whether the bookmark is the active one, and comes along from the working copy's parent.
    pub advance: bool,
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
    /// Merge local changes also where the target is neither an ancestor nor a descendant.
    pub merge: bool,
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
    /// Files whose local changes were merged with those of the target.
    pub merged: usize,
    /// Files that are gone.
    pub removed: usize,
    /// Files whose local changes are in conflict with those of the target.
    pub unresolved: usize,
    /// The active bookmark, when it came along.
    pub advanced: Option<BString>,
    /// The bookmark that was active and is not any more.
    pub left: Option<BString>,
    /// The bookmark that became active.
    pub activated: Option<BString>,
}

/// Checks out a changeset. Local changes are carried over, and merged where the target has changed the same files.
/// They are merged without being asked for (`merge`) only along one line of history, as with Mercurial.
///
/// Ended by cancellation, the files that were brought are as in the target, and the next update goes on.
///
/// # Errors
/// [`Error::WouldMerge`], [`Error::UntrackedDiffer`], [`Error::UncommittedChanges`], [`Error::OutstandingMerge`] and
/// the like before anything is changed.
pub fn update(
    repository: &Repository,
    options: &UpdateOptions,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Updated> {
    at_most_one(options)?;
    let location = repository.location();
    let index = pending::begin(repository, cancel)?;
    replay(location)?;
    let moment = repository.moment(cancel)?;
    let mut state = state(&moment, options)?;
    may_leave(&moment, options)?;
    let target = state.target.clone();
    heads::may_be_active(&moment, target.bookmark.as_ref())?;
    let mut work = Work::new(&moment, index, "update")?;
    if options.clean {
        work.keep = Keep::Store;
    }
    let plan = plan(&work, &state, options)?;
    state.begin(location)?;
    steps::reached("the update is noted");
    let mut updated = Updated::to(target.node);
    let applied = apply(&mut work, &plan, &mut state, &mut updated, cancel, progress);
    updated.outcome.files.sort_by(|one, two| one.path.cmp(&two.path));
    let Work { index, kept_staged, .. } = work;
    updated.outcome.name_staged(kept_staged);
    if let Err(error) = applied {
        index.finish(location, &moment.git, &Cancel::new())?;
        return Err(error);
    }
    // From here on there is nothing that takes long.
    let cancel = Cancel::new();
    let prepared = index.prepare(location, &moment.git, &cancel)?;
    steps::reached("the index is prepared");
    let journal = match options.clean && merge_state::is_any(location) {
        true => Some(Journal::begin(location, target.node)?),
        false => None,
    };
    let moving = heads::Moving::lock(&moment, &target, &cancel)?;
    steps::reached("the reference is locked");
    prepared.publish()?.keep();
    steps::reached("the index is in place");
    moving.apply()?;
    steps::reached("the reference has moved");
    if let Some(journal) = journal {
        merge_state::clear(location)?;
        journal.finish()?;
    }
    UpdateState::forget(location)?;
    steps::reached("it is done");
    let active = moment.refs.head.branch().filter(|_| moment.refs.head.node().is_some());
    let moved = moment.refs.head.node() != Some(target.node);
    updated.left = active.filter(|_| target.bookmark.is_none()).cloned();
    updated.advanced = target.bookmark.clone().filter(|_| target.advance && moved);
    updated.activated = target.bookmark.filter(|bookmark| active != Some(bookmark));
    Ok(updated)
}

fn at_most_one(options: &UpdateOptions) -> Result<(), Error> {
    let given = [("clean", options.clean), ("check", options.check), ("merge", options.merge)];
    let mut given = given.into_iter().filter(|(_, given)| *given).map(|(name, _)| name);
    match (given.next(), given.next()) {
        (Some(one), Some(two)) => Err(Error::Both(one, two)),
        _ => Ok(()),
    }
}

/// What is to be done, with what was done of it already by an update that was interrupted.
fn state(moment: &Moment, options: &UpdateOptions) -> Result<UpdateState> {
    let head = moment.refs.head.node().unwrap_or(Node::NULL);
    let begun = UpdateState::read(&moment.location, head)?;
    let stay = || Target { node: head, bookmark: moment.refs.head.branch().cloned(), advance: false };
    let target = options.target.clone();
    if target.as_ref().is_some_and(|target| target.node.is_null() && !head.is_null()) {
        // With git there is always something checked out.
        return Err(Error::Null { action: "check out" }.into());
    }
    Ok(match (begun, target) {
        (Some(begun), Some(target)) if begun.target.node != target.node && !options.clean => {
            return Err(Error::Interrupted(begun.target.node).into());
        }
        (Some(begun), target) if !options.clean => {
            let merge = begun.merge || options.merge;
            UpdateState { target: target.unwrap_or(begun.target), from: head, merge, merges: begun.merges }
        }
        (begun, target) => {
            let target = target.or(begun.map(|begun| begun.target)).unwrap_or_else(stay);
            UpdateState { target, from: head, merge: options.merge, merges: BTreeMap::new() }
        }
    })
}

/// What an update that was interrupted was to check out.
pub fn interrupted(moment: &Moment) -> Result<Option<Target>> {
    let head = moment.refs.head.node().unwrap_or(Node::NULL);
    Ok(UpdateState::read(&moment.location, head)?.map(|state| state.target))
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

fn plan(work: &Work<'_>, state: &UpdateState, options: &UpdateOptions) -> Result<Plan> {
    let dirty = work.status(&[], Codes::TRACKED)?.rows;
    if !options.clean && dirty.iter().any(|row| row.unresolved && !state.merges.contains_key(&row.path)) {
        return Err(Error::OutstandingConflicts.into());
    }
    if options.check && dirty.iter().any(|row| row.code != Code::Unknown) {
        return Err(Error::UncommittedChanges.into());
    }
    let sparse = Sparse::read(work.moment)?;
    let target = state.target.node;
    let root = manifest::root(work.moment, target)?;
    let course = Course { work, target: root, sparse: &sparse, merged: &state.merges };
    let plan = if options.clean { course.clean(&dirty)? } else { course.carrying(&dirty)? };
    let merged = || plan.iter().filter(|(_, step)| step.merges()).map(|(path, _)| path.clone());
    if merged().next().is_some() && !state.merge && !is_linear(work.moment, state.from, target)? {
        return Err(Error::WouldMerge(merged().collect()).into());
    }
    for (path, step) in &plan {
        step.comes().map_or(Ok(()), |entry| work.checkout.may_have(path, entry.mode))?;
    }
    let written = plan.iter().filter(|(_, step)| matches!(step, Step::Get(..) | Step::Remove(_) | Step::Merge(..)));
    let old_name = |step| match step {
        &Step::Merge(_, Some(ref rename)) => Some(&rename.source),
        _ => None,
    };
    unsaved(written.flat_map(|(path, step)| std::iter::once(path).chain(old_name(step))), &options.unsaved)?;
    Ok(plan)
}

/// Whether one of them is an ancestor of the other.
fn is_linear(moment: &Moment, from: Node, to: Node) -> Result<bool> {
    if from.is_null() || to.is_null() {
        return Ok(true);
    }
    let base = moment.git.merge_base(from, to)?;
    Ok(base == Some(from) || base == Some(to))
}

/// What goes makes room for what comes, and attributes decide how files are written.
fn apply(
    work: &mut Work<'_>,
    plan: &Plan,
    state: &mut UpdateState,
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
        match step {
            &Step::Get(entry, before) => {
                outcome.backup = work.restore(path, entry, before)?;
                updated.updated += 1;
            }
            &Step::Adopt(entry) => {
                let known = work.index.before().find(path).iter().any(|tracked| tracked.stage == 0);
                work.track_as_committed(path, entry)?;
                updated.updated += usize::from(!known);
            }
            Step::Merge(sides, rename) => {
                let warnings = &mut updated.outcome.warnings;
                outcome = merge::file(work, path, *sides, rename.as_ref(), state, warnings)?;
                match outcome.action {
                    Action::Merged => updated.merged += 1,
                    Action::Unresolved => updated.unresolved += 1,
                    _ => updated.updated += 1,
                }
            }
            &Step::Outside(entry) => work.index.set_outside(path, entry)?,
            &Step::Remove(before) => {
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
        steps::reached("a file is done");
    }
    Ok(())
}

impl Updated {
    fn to(node: Node) -> Self {
        let outcome = Outcome::default();
        Self {
            outcome,
            node,
            updated: 0,
            merged: 0,
            removed: 0,
            unresolved: 0,
            advanced: None,
            left: None,
            activated: None,
        }
    }
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
