//! Files that one side gave another name while the other side changed them: found as git finds renames, so that they are
//! merged under the new name. Knows both sides' changes; not how files are merged.
//!
//! Where the user gave a file a new name in the working copy and the target another one, each keeps its own: whose is
//! meant nobody can tell.

use std::collections::BTreeMap;

use super::folders;
use super::plan::Course;
use crate::error::Result;
use crate::ids::RepoPath;
use crate::model::diff::{Change, Detect, copies};
use crate::model::dirstate::{Code, Row, Sides};
use crate::model::renames::is_regular;
use crate::objects::Entry;

/// What a file was called before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The old name, which the parent has, or the user gave a new file.
    pub source: RepoPath,
    /// Whose the new name is.
    pub by: By,
}

/// Who gave a file its new name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The target.
    Target,
    /// The user alone: the target still has the old name.
    User,
    /// The target, to the folder in which the user added the file.
    Folder,
}

/// Files to be merged under a new name, by that name.
pub type Renamed = BTreeMap<RepoPath, (Sides, Rename)>;

/// Finds them among what the target changed and what the user did, and those that an update noted before it was
/// interrupted.
pub fn find(course: &Course<'_, '_>, changes: &[Change], dirty: &BTreeMap<&RepoPath, &Row>) -> Result<Renamed> {
    let mut renamed = noted(course)?;
    let change_at =
        |path: &RepoPath| changes.binary_search_by(|change| change.path.cmp(path)).ok().map(|at| &changes[at]);
    let with_added = folders::with_added(dirty);
    let there = by_target(course, changes, |path| {
        let is_changed = |row: &&Row| matches!(row.code, Code::Modified | Code::Removed);
        dirty.get(path).is_some_and(is_changed) || path.parent().is_some_and(|folder| with_added.contains(&folder))
    })?;
    let here = by_user(course, dirty, |path| change_at(path).is_some())?;
    for (path, source) in &there {
        let (Some(change), Some(row)) = (change_at(path), dirty.get(source)) else { continue };
        let local = match dirty.get(path) {
            Some(named) if here.get(path) == Some(source) && named.new != change.new => named.new,
            None if row.code == Code::Modified && course.is_free(path)? => row.new,
            _ => continue,
        };
        add(&mut renamed, path, Sides { base: row.old, local, other: change.new }, source, By::Target);
    }
    for (path, source) in &here {
        let (Some(change), Some(row), None) = (change_at(source), dirty.get(path), change_at(path)) else { continue };
        add(&mut renamed, path, Sides { base: change.old, local: row.new, other: change.new }, source, By::User);
    }
    folders::follow(course, &there, dirty, &mut renamed)?;
    Ok(renamed)
}

/// Adds what has all three versions, each of them a file with content.
fn add(renamed: &mut Renamed, path: &RepoPath, sides: Sides, source: &RepoPath, by: By) {
    let is_file = |entry: Option<Entry>| entry.is_some_and(|entry| is_regular(entry.mode));
    if [sides.base, sides.local, sides.other].into_iter().all(is_file) {
        let rename = Rename { source: source.clone(), by };
        renamed.entry(path.clone()).or_insert((sides, rename));
    }
}

/// What was merged under a new name, or was about to be.
fn noted(course: &Course<'_, '_>) -> Result<Renamed> {
    let objects = &course.work.moment.objects;
    let mut renamed = Renamed::new();
    for (path, merged) in course.merged {
        let Some(rename) = &merged.rename else { continue };
        let there = if rename.by == By::User { &rename.source } else { path };
        let other = match course.target {
            Some(target) => objects.entry(target, there)?,
            None => None,
        };
        let sides = Sides { base: course.work.committed(&rename.source)?, local: merged.local, other };
        renamed.insert(path.clone(), (sides, rename.clone()));
    }
    Ok(renamed)
}

/// The target's new names of files, where it has removed one that matters.
fn by_target(
    course: &Course<'_, '_>,
    changes: &[Change],
    matters: impl Fn(&RepoPath) -> bool,
) -> Result<BTreeMap<RepoPath, RepoPath>> {
    if !changes.iter().any(|change| change.new.is_none() && matters(&change.path)) {
        return Ok(BTreeMap::new());
    }
    let moment = course.work.moment;
    let mut read = |_, _: &RepoPath, entry: Entry| Ok(moment.objects.blob(entry.node)?);
    let mut changes = changes.to_vec();
    copies::detect(&mut changes, Detect::Renames, &mut read, &moment.cancel)?;
    Ok(pairs(changes))
}

/// The user's new names of files that the target changed.
fn by_user(
    course: &Course<'_, '_>,
    dirty: &BTreeMap<&RepoPath, &Row>,
    is_changed: impl Fn(&RepoPath) -> bool,
) -> Result<BTreeMap<RepoPath, RepoPath>> {
    let has = |code| dirty.values().any(|row| row.code == code);
    if !has(Code::Added) || !dirty.values().any(|row| row.code == Code::Removed && is_changed(&row.path)) {
        return Ok(BTreeMap::new());
    }
    let work = course.work;
    let named = dirty.values().filter(|row| matches!(row.code, Code::Added | Code::Removed));
    let change = |row: &&Row| Change { path: row.path.clone(), old: row.old, new: row.new, source: None };
    let mut changes: Vec<Change> = named.map(change).collect();
    let mut read = |side, path: &RepoPath, entry: Entry| match side {
        copies::Side::Old => Ok(work.moment.objects.blob(entry.node)?),
        copies::Side::New => Ok(work.read(path)?.map(|file| file.content).unwrap_or_default()),
    };
    copies::detect(&mut changes, Detect::Renames, &mut read, &work.moment.cancel)?;
    Ok(pairs(changes))
}

/// New names and old ones.
fn pairs(changes: Vec<Change>) -> BTreeMap<RepoPath, RepoPath> {
    changes.into_iter().filter_map(|change| Some((change.path, change.source?.path))).collect()
}
