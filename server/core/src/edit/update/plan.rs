//! What an update does to each file, and what forbids it. Reads the working copy and changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::renames::{self, By, Rename};
use super::state::MergedFile;
use crate::edit::Error;
use crate::edit::sparse::Sparse;
use crate::edit::work::{Before, Work, before};
use crate::error::Result;
use crate::git::Scope;
use crate::ids::{Mode, RepoPath, TreeNode};
use crate::model::diff::tree_changes;
use crate::model::dirstate::{Code, Row, Sides};
use crate::model::manifest;
use crate::objects::Entry;

/// What becomes of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It gets the target's content.
    Get(Entry, Before),
    /// It is what the target has already, and is tracked so.
    Adopt(Entry),
    /// It was changed on both sides; one of them may have given it this name. Or it was added, and comes under it.
    Merge(Sides, Option<Rename>),
    /// It is outside of the sparse checkout: only the index gets it.
    Outside(Entry),
    /// It goes.
    Remove(Before),
    /// It is no longer tracked; what is on disk, if anything, stays.
    Drop,
}

impl Step {
    /// What of the target is to stand at the path.
    pub fn comes(&self) -> Option<Entry> {
        match self {
            Self::Get(entry, _) | Self::Adopt(entry) | Self::Outside(entry) => Some(*entry),
            Self::Merge(sides, _) => sides.other,
            Self::Remove(_) | Self::Drop => None,
        }
    }

    /// Whether what the user and what the target did come together in the file.
    pub fn merges(&self) -> bool {
        matches!(self, Self::Merge(sides, _) if sides.base.is_some() || sides.other.is_some())
    }
}

/// Files and what becomes of them.
pub type Plan = BTreeMap<RepoPath, Step>;

/// What stands in the way of an update.
#[derive(Debug, Default)]
struct Obstacles {
    /// Local changes that it would have to be merged with.
    changed: BTreeSet<RepoPath>,
    /// Files that nobody tracks and that are something else.
    untracked: BTreeSet<RepoPath>,
}

/// From where to where.
pub struct Course<'w, 'a> {
    pub work: &'w Work<'a>,
    pub target: Option<TreeNode>,
    pub sparse: &'w Sparse,
    /// What an update to the same target merged before it was interrupted.
    pub merged: &'w BTreeMap<RepoPath, MergedFile>,
}

impl Course<'_, '_> {
    /// With all local changes kept, and merged where the target has changed the same files.
    ///
    /// # Errors
    /// [`Error::Conflicting`] and [`Error::UntrackedDiffer`], naming the files.
    pub fn carrying(&self, dirty: &[Row]) -> Result<Plan> {
        let dirty: BTreeMap<&RepoPath, &Row> = dirty.iter().map(|row| (&row.path, row)).collect();
        let moment = self.work.moment;
        let changes = tree_changes(&moment.objects, self.work.base, self.target, &Scope::Whole, &moment.cancel)?;
        let mut plan = Plan::new();
        let mut obstacles = Obstacles::default();
        let renamed = renames::find(self, &changes, &dirty)?;
        let old_names: BTreeSet<RepoPath> = renamed.values().map(|(_, rename)| rename.source.clone()).collect();
        for change in changes {
            moment.cancel.check()?;
            if renamed.contains_key(&change.path) || old_names.contains(&change.path) {
                continue;
            }
            let step = match (dirty.get(&change.path), change.old, change.new) {
                _ if self.is_outside(&change.path) => Some(change.new.map_or(Step::Drop, Step::Outside)),
                _ if let Some(MergedFile { local, .. }) = self.merged.get(&change.path) => {
                    Some(Step::Merge(Sides { base: change.old, local: *local, other: change.new }, None))
                }
                (None, Some(old), new) => Some(arrive(new, Before::Committed(old))),
                (None, None, Some(new)) => self.over_nothing(&change.path, new, &mut obstacles)?,
                (None, None, None) => None,
                (Some(row), _, new) => over_change(row, new, &mut obstacles),
            };
            if let Some(step) = step {
                plan.insert(change.path, step);
            }
        }
        plan.extend(renamed.into_iter().map(|(path, (sides, rename))| (path, Step::Merge(sides, Some(rename)))));
        self.look_for_room(&plan, &mut obstacles)?;
        obstacles.check()?;
        Ok(plan)
    }

    /// With no local change left.
    pub fn clean(&self, dirty: &[Row]) -> Result<Plan> {
        let moment = self.work.moment;
        let wanted = manifest::files(&moment.objects, self.target, &Scope::Whole, &moment.cancel)?;
        let wanted: BTreeMap<RepoPath, Entry> = wanted.into_iter().collect();
        let dirty: BTreeMap<&RepoPath, &Row> = dirty.iter().map(|row| (&row.path, row)).collect();
        let index = self.work.index.before();
        let mut plan = Plan::new();
        for (path, new) in &wanted {
            moment.cancel.check()?;
            let step = match (dirty.get(path), self.work.committed(path)?) {
                _ if self.is_outside(path) => Step::Outside(*new),
                (Some(row), _) if row.new == Some(*new) && !row.unresolved => Step::Adopt(*new),
                (Some(row), _) if row.code != Code::Removed => Step::Get(*new, before(row)),
                (None, Some(old)) if old == *new => Step::Adopt(*new),
                (None, Some(old)) => Step::Get(*new, Before::Committed(old)),
                _ => match self.work.entry_of(path)? {
                    None => Step::Get(*new, Before::Nothing),
                    Some(there) if there == *new => Step::Adopt(*new),
                    Some(_) => Step::Get(*new, Before::Own),
                },
            };
            let settled = matches!(index.find(path), [tracked] if tracked.entry == *new && tracked.stage == 0);
            if !(settled && matches!(step, Step::Adopt(_) | Step::Outside(_))) {
                plan.insert(path.clone(), step);
            }
        }
        for tracked in index.tracked.iter().filter(|tracked| !wanted.contains_key(&tracked.path)) {
            let path = &tracked.path;
            let step = match (dirty.get(path), self.work.committed(path)?) {
                _ if tracked.skip_worktree => Step::Drop,
                // A merge that is abandoned brought it.
                (Some(row), None) if row.code == Code::Modified => Step::Remove(self.merged(row)?),
                // As with Mercurial: what was added stays, and nobody tracks it.
                (_, None) => Step::Drop,
                (Some(row), _) => Step::Remove(before(row)),
                (None, Some(old)) => Step::Remove(Before::Committed(old)),
            };
            plan.insert(path.clone(), step);
        }
        let mut obstacles = Obstacles::default();
        self.look_for_room(&plan, &mut obstacles)?;
        obstacles.check()?;
        Ok(plan)
    }

    /// What is at the path of a file that a merge brought.
    fn merged(&self, row: &Row) -> Result<Before> {
        let moment = self.work.moment;
        for parent in &moment.refs.merge_parents {
            let Some(root) = manifest::root(moment, *parent)? else { continue };
            let entry = moment.objects.entry(root, &row.path)?;
            if let Some(entry) = entry.filter(|_| entry == row.new) {
                return Ok(Before::Committed(entry));
            }
        }
        Ok(Before::Own)
    }

    /// Whether nothing is at `path`, on disk or tracked, and something may come there.
    pub fn is_free(&self, path: &RepoPath) -> Result<bool> {
        let is_tracked = !self.work.index.before().find(path).is_empty();
        Ok(!is_tracked && !self.is_outside(path) && self.work.checkout.look(path)?.is_none())
    }

    fn is_outside(&self, path: &RepoPath) -> bool {
        match self.work.index.before().find(path) {
            [tracked] => tracked.skip_worktree,
            [] => !self.sparse.contains(path),
            _ => false,
        }
    }

    /// The target has a file where nothing is tracked.
    fn over_nothing(&self, path: &RepoPath, new: Entry, obstacles: &mut Obstacles) -> Result<Option<Step>> {
        let there = self.work.checkout.look(path)?;
        Ok(match there {
            None => Some(Step::Get(new, Before::Nothing)),
            // Whether the folder will have gone by then is looked at when all is planned.
            Some(metadata) if metadata.is_dir() => Some(Step::Get(new, Before::Nothing)),
            Some(_) if self.work.entry_of(path)? == Some(new) => Some(Step::Adopt(new)),
            Some(_) => {
                obstacles.untracked.insert(path.clone());
                None
            }
        })
    }

    /// Files and folders that come must not meet others that stay.
    fn look_for_room(&self, plan: &Plan, obstacles: &mut Obstacles) -> Result<()> {
        let goes = |path: &RepoPath| matches!(plan.get(path), Some(Step::Remove(_)));
        let checkout = &self.work.checkout;
        for (path, step) in plan {
            let entry = match step {
                Step::Get(entry, _) | Step::Merge(Sides { local: None, other: Some(entry), .. }, _) => entry,
                Step::Merge(Sides { other: Some(entry), .. }, Some(Rename { by: By::Target | By::Folder, .. })) => {
                    entry
                }
                Step::Merge(Sides { local: Some(entry), .. }, Some(Rename { by: By::Folder, .. })) => entry,
                _ => continue,
            };
            if let Some(above) = checkout.obstacle_above(path)? {
                if !goes(&above) {
                    obstacles.meets(self.work, above);
                }
            } else if entry.mode != Mode::Submodule && checkout.look(path)?.is_some_and(|there| there.is_dir()) {
                for below in checkout.files_below(path)? {
                    if !goes(&below) {
                        obstacles.meets(self.work, below);
                    }
                }
            }
        }
        Ok(())
    }
}

/// What becomes of a file that is as it was committed.
fn arrive(new: Option<Entry>, before: Before) -> Step {
    new.map_or(Step::Remove(before), |new| Step::Get(new, before))
}

/// The target has another version of a file that has local changes.
fn over_change(row: &Row, new: Option<Entry>, obstacles: &mut Obstacles) -> Option<Step> {
    let is_submodule = |entry: Option<Entry>| entry.is_none_or(|entry| entry.mode == Mode::Submodule);
    match (row.code, new) {
        // What is checked out in a submodule is its own affair.
        (_, new) if is_submodule(row.old) && is_submodule(new) && is_submodule(row.new) && row.old.is_some() => {
            Some(arrive(new, Before::Nothing))
        }
        (Code::Removed, None) => Some(Step::Drop),
        (Code::Missing, None) => Some(Step::Drop),
        (Code::Missing, Some(new)) => Some(Step::Get(new, Before::Nothing)),
        (Code::Modified | Code::Added, Some(new)) if row.new == Some(new) => Some(Step::Adopt(new)),
        // A file that the user no longer tracks counts as removed, whatever lies there.
        (Code::Removed, Some(_)) if !any_submodule([row.old, new]) => {
            Some(Step::Merge(Sides { base: row.old, local: None, other: new }, None))
        }
        (Code::Modified | Code::Added, _) if row.new.is_some() && !any_submodule([row.old, row.new, new]) => {
            Some(Step::Merge(Sides { base: row.old, local: row.new, other: new }, None))
        }
        _ => {
            obstacles.changed.insert(row.path.clone());
            None
        }
    }
}

fn any_submodule<const N: usize>(entries: [Option<Entry>; N]) -> bool {
    entries.into_iter().flatten().any(|entry| entry.mode == Mode::Submodule)
}

impl Obstacles {
    /// That stays, and something else would have to be there.
    fn meets(&mut self, work: &Work<'_>, path: RepoPath) {
        let tracked = !work.index.before().find(&path).is_empty();
        if tracked {
            self.changed.insert(path)
        } else {
            self.untracked.insert(path)
        };
    }

    fn check(self) -> Result<(), Error> {
        if !self.untracked.is_empty() {
            return Err(Error::UntrackedDiffer(self.untracked.into_iter().collect()));
        }
        if !self.changed.is_empty() {
            return Err(Error::Conflicting(self.changed.into_iter().collect()));
        }
        Ok(())
    }
}
