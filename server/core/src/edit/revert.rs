//! `revert`: files of the working copy brought back to what they are in a revision. Knows what happens to each file, not
//! how it is written so that nothing is lost.

use std::collections::{BTreeMap, BTreeSet};

use super::work::{Before, Keep, Work, before, edit};
use super::{Action, Error, FileHunks, FileOutcome, Outcome, hunks, unsaved};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{Scope, file_node};
use crate::ids::{Mode, Node, RepoPath};
use crate::model::dirstate::{Code, Codes, Row, first_parent};
use crate::model::manifest;
use crate::objects::Entry;
use crate::progress::Progress;
use crate::repository::Repository;

/// What to revert.
#[derive(Clone, Debug, Default)]
pub struct RevertOptions {
    /// Files, and folders for all in them.
    pub paths: Vec<RepoPath>,
    /// Everything; `paths` is empty then.
    pub all: bool,
    /// Of these files only some changes, as they are listed between the parent of the working copy and the file. Stands
    /// alone: with neither `paths` nor `all` nor `rev`.
    pub hunks: Vec<FileHunks>,
    /// To what; `None` for the parent of the working copy, which during a merge must be named.
    pub rev: Option<Node>,
    /// What becomes of changes that are nowhere else.
    pub keep: Keep,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Files with changes in an editor that are not saved.
    pub unsaved: BTreeSet<RepoPath>,
}

/// What becomes of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// It gets the revision's content.
    Write(Action, Entry),
    /// It goes, from the working copy too.
    Delete,
    /// It is no longer tracked and stays.
    Forget,
    /// It is tracked again, and is what it should be already.
    Track(Entry),
}

/// Reverts files. What the parent of the working copy is stays: with another revision the files are modified then.
///
/// # Errors
/// [`Error::NothingNamed`], [`Error::RevertInMerge`], [`Error::Unsaved`], [`Error::StaleHunk`]; nothing was done then.
pub fn revert(
    repository: &Repository,
    options: &RevertOptions,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Outcome> {
    if options.paths.is_empty() && !options.all && options.hunks.is_empty() {
        return Err(Error::NothingNamed.into());
    }
    edit(repository, "revert", cancel, |work| {
        work.keep = options.keep;
        let parent = first_parent(work.moment);
        if options.rev.is_none() && !work.moment.refs.merge_parents.is_empty() {
            return Err(Error::RevertInMerge.into());
        }
        if !options.hunks.is_empty() {
            return revert_hunks(work, options, cancel);
        }
        let mut outcome = Outcome::default();
        let rev = options.rev.unwrap_or(parent);
        let plan = plan(work, options, rev, &mut outcome)?;
        let written = plan.iter().filter(|(_, (_, step))| !matches!(step, Step::Forget | Step::Track(_)));
        unsaved(written.map(|(path, _)| path), &options.unsaved)?;
        for (path, (_, step)) in &plan {
            if let Step::Write(_, entry) | Step::Track(entry) = step {
                work.checkout.may_have(path, entry.mode)?;
            }
        }
        let total = plan.len() as u64;
        // What goes makes room for what comes.
        let (going, coming): (Vec<_>, Vec<_>) =
            plan.iter().partition(|(_, (_, step))| matches!(step, Step::Delete | Step::Forget));
        for (done, (path, (row, step))) in (0..).zip(going.into_iter().chain(coming)) {
            cancel.check()?;
            progress.report("reverting files", done, Some(total));
            let done = take(work, path, row.as_ref(), *step, options.dry_run)?;
            outcome.files.push(done);
        }
        outcome.files.sort_by(|one, two| one.path.cmp(&two.path));
        Ok(outcome)
    })
}

/// Takes chosen changes back. What is staged stays: the files are as if they had been edited so.
fn revert_hunks(work: &mut Work<'_>, options: &RevertOptions, cancel: &Cancel) -> Result<Outcome> {
    unsaved(options.hunks.iter().map(|file| &file.path), &options.unsaved)?;
    let mut texts = Vec::new();
    for FileHunks { path, hunks: chosen } in &options.hunks {
        cancel.check()?;
        let rows = work.status(std::slice::from_ref(path), Codes::TRACKED)?.rows;
        let Some(row) = rows.into_iter().find(|row| row.path == *path) else {
            return Err(
                Error::StaleHunk { path: path.clone(), line: chosen.first().map_or(0, |hunk| hunk.new.start) }.into()
            );
        };
        let regular = |entry: Entry| matches!(entry.mode, Mode::File | Mode::Executable);
        let (Some(old), Some(new)) = (row.old.filter(|old| regular(*old)), row.new.filter(|new| regular(*new))) else {
            return Err(Error::NoHunks(path.clone()).into());
        };
        let Some(file) = work.read(path)? else { return Err(Error::NoHunks(path.clone()).into()) };
        let old = work.moment.objects.blob(old.node)?;
        let text = hunks::undo(&old, &file.content, chosen)
            .map_err(|hunks::Stale(line)| Error::StaleHunk { path: path.clone(), line })?;
        let node = file_node(&text)?;
        let content = work.checkout.content(path, new.mode, &text, node)?;
        texts.push((path, new.mode, content));
    }
    let mut outcome = Outcome::default();
    for (path, mode, content) in texts {
        let mut done = FileOutcome::new(path.clone(), Action::Reverted);
        if !options.dry_run {
            (done.backup, _) = work.write(path, mode, &content, Before::Own)?;
        }
        outcome.files.push(done);
    }
    Ok(outcome)
}

type Plan = BTreeMap<RepoPath, (Option<Row>, Step)>;

fn plan(work: &Work<'_>, options: &RevertOptions, rev: Node, outcome: &mut Outcome) -> Result<Plan> {
    let tracked = [Code::Modified, Code::Added, Code::Removed, Code::Missing, Code::Clean];
    let found = work.status(&options.paths, Codes::from_iter(tracked))?;
    let scope = Scope::of_or_whole(&options.paths);
    let target = manifest::root(work.moment, rev)?;
    let wanted = manifest::files(&work.moment.objects, target, &scope, &work.moment.cancel)?;
    let mut wanted: BTreeMap<RepoPath, Entry> = wanted.into_iter().collect();
    let mut plan = Plan::new();
    let mut seen = BTreeSet::new();
    for row in found.rows {
        let target = wanted.remove(&row.path);
        seen.insert(row.path.clone());
        match step(work, &row, target)? {
            Some(step) => _ = plan.insert(row.path.clone(), (Some(row), step)),
            None if options.paths.contains(&row.path) && row.code != Code::Removed => {
                outcome.note(&row.path, "no changes needed to {}");
            }
            None => {}
        }
    }
    // What the revision has, and neither the working copy nor its parent.
    for (path, entry) in wanted {
        seen.insert(path.clone());
        plan.insert(path, (None, Step::Write(Action::Added, entry)));
    }
    for path in options.paths.iter().filter(|path| !seen.iter().any(|seen| seen.is_within(path))) {
        if work.has_file(path)? {
            outcome.note(path, "file not managed: {}");
        } else if work.checkout.look(path)?.is_none() {
            outcome.note(path, format!("{{}}: no such file in rev {}", rev.short()));
        }
    }
    Ok(plan)
}

/// What becomes of a file that is tracked, or was in the parent. `target` is what the revision has.
fn step(work: &Work<'_>, row: &Row, target: Option<Entry>) -> Result<Option<Step>> {
    let Some(target) = target else {
        return Ok(match (row.code, row.old) {
            (Code::Removed, _) => None,
            (_, None) => Some(Step::Forget),
            (_, Some(_)) => Some(Step::Delete),
        });
    };
    Ok(match row.code {
        Code::Removed => Some(match work.entry_of(&row.path)? {
            Some(there) if there == target => Step::Track(target),
            _ => Step::Write(Action::Undeleted, target),
        }),
        // A conflict is no state to come back to, whatever is in the file.
        _ if row.new == Some(target) && row.code != Code::Modified => None,
        _ if row.new == Some(target) && !row.unresolved => None,
        _ => Some(Step::Write(Action::Reverted, target)),
    })
}

fn take(work: &mut Work<'_>, path: &RepoPath, row: Option<&Row>, step: Step, dry_run: bool) -> Result<FileOutcome> {
    let action = match step {
        Step::Write(action, _) => action,
        Step::Delete => Action::Removed,
        Step::Forget => Action::Forgotten,
        Step::Track(_) => Action::Undeleted,
    };
    let mut outcome = FileOutcome::new(path.clone(), action);
    if dry_run {
        return Ok(outcome);
    }
    match step {
        Step::Write(_, entry) => {
            let there = match row {
                Some(row) if row.code != Code::Removed => before(row),
                _ => unknown(work, path, entry)?,
            };
            let stages = work.index.before().conflict(path);
            work.note(path, Some(entry))?;
            outcome.backup = work.restore(path, entry, there)?;
            if let Some(stages) = stages {
                // Its conflict is still to be resolved, as in Mercurial.
                work.index.set_conflict(path, stages)?;
            }
        }
        Step::Delete => {
            let is_submodule = row.and_then(|row| row.new).is_some_and(|new| new.mode == Mode::Submodule);
            if is_submodule {
                work.checkout.remove_submodule(path);
            } else {
                work.note(path, None)?;
                outcome.backup = work.delete(path, row.map_or(Before::Own, before))?;
            }
            work.untrack(path)?;
        }
        Step::Forget => work.untrack(path)?,
        Step::Track(entry) => work.track_as_committed(path, entry)?,
    }
    Ok(outcome)
}

/// What stands at a path that is not tracked.
fn unknown(work: &Work<'_>, path: &RepoPath, wanted: Entry) -> Result<Before> {
    Ok(match work.entry_of(path)? {
        None => Before::Nothing,
        Some(there) if there == wanted => Before::Committed(wanted),
        Some(there) if work.committed(path)? == Some(there) => Before::Committed(there),
        Some(_) => Before::Own,
    })
}
