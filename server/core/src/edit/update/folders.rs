//! Files that the user added in a folder that the target calls otherwise: they go along with it, as with Mercurial. Knows
//! which folder was renamed as a whole; not how single files are found again, nor how they are moved.
//!
//! The rules are Mercurial's (`_dir_renames` of its `copies.py`): the target has nothing in the folder any more, and
//! whatever stood directly in it and is elsewhere now is in one folder.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::Course;
use super::renames::{By, Rename, Renamed};
use crate::error::Result;
use crate::ids::{Mode, RepoPath};
use crate::model::dirstate::{Code, Row, Sides};
use crate::objects::Entry;

/// The folders that hold files which the user added.
pub fn with_added(dirty: &BTreeMap<&RepoPath, &Row>) -> BTreeSet<RepoPath> {
    let mut folders = BTreeSet::new();
    for row in dirty.values().filter(|row| row.code == Code::Added) {
        for folder in above(&row.path) {
            // Those above it are known then, too.
            if !folders.insert(folder) {
                break;
            }
        }
    }
    folders
}

/// Adds to `renamed` the new names of files that the user added, where the target calls their folders otherwise. `there`
/// has the target's new names of files, and the old ones.
pub fn follow(
    course: &Course<'_, '_>,
    there: &BTreeMap<RepoPath, RepoPath>,
    dirty: &BTreeMap<&RepoPath, &Row>,
    renamed: &mut Renamed,
) -> Result<()> {
    let folders = folders(course, there)?;
    if folders.is_empty() {
        return Ok(());
    }
    for (path, row) in dirty {
        let is_file = row.new.is_some_and(|new| new.mode != Mode::Submodule);
        if row.code != Code::Added || !is_file || in_target(course, path)?.is_some() || renamed.contains_key(*path) {
            continue;
        }
        let Some(name) = new_name(path, &folders) else { continue };
        let is_taken = renamed.contains_key(&name) || there.contains_key(&name) || dirty.contains_key(&name);
        if is_taken || !may_come(course, &name)? {
            continue;
        }
        let sides = Sides { base: None, local: row.new, other: in_target(course, &name)? };
        let source = (*path).clone();
        renamed.insert(name, (sides, Rename { source, by: By::Folder }));
    }
    Ok(())
}

/// The folders that the target calls otherwise, and their new names; `None` is the root.
fn folders(
    course: &Course<'_, '_>,
    there: &BTreeMap<RepoPath, RepoPath>,
) -> Result<BTreeMap<RepoPath, Option<RepoPath>>> {
    let mut names: BTreeMap<RepoPath, BTreeSet<Option<RepoPath>>> = BTreeMap::new();
    for (new, old) in there {
        if let Some(folder) = old.parent() {
            names.entry(folder).or_default().insert(new.parent());
        }
    }
    let mut folders = BTreeMap::new();
    for (folder, mut names) in names {
        let name = names.pop_first().filter(|_| names.is_empty());
        if let Some(name) = name
            && !is_folder(course, &folder)?
        {
            folders.insert(folder, name);
        }
    }
    Ok(folders)
}

/// What the file is called where the folder nearest to it that has another name has that.
fn new_name(path: &RepoPath, folders: &BTreeMap<RepoPath, Option<RepoPath>>) -> Option<RepoPath> {
    let (folder, name) = above(path).find_map(|folder| folders.get(&folder).map(|name| (folder, name)))?;
    let rest = path.as_bytes().get(folder.len() + 1..)?;
    name.as_ref().map_or_else(|| RepoPath::new(rest), |name| name.join(rest))
}

/// Whether a file of the user's may get this name, be it that the target has one there as well: it must be free on disk,
/// in the parent, and of what the target would have to have there as something else.
fn may_come(course: &Course<'_, '_>, name: &RepoPath) -> Result<bool> {
    let work = course.work;
    if !course.is_free(name)? || work.committed(name)?.is_some() || work.checkout.obstacle_above(name)?.is_some() {
        return Ok(false);
    }
    for folder in above(name) {
        if in_target(course, &folder)?.is_some() {
            return Ok(false);
        }
    }
    let is_submodule = in_target(course, name)?.is_some_and(|there| there.mode == Mode::Submodule);
    Ok(!is_submodule && !is_folder(course, name)?)
}

fn in_target(course: &Course<'_, '_>, path: &RepoPath) -> Result<Option<Entry>> {
    let Some(target) = course.target else { return Ok(None) };
    Ok(course.work.moment.objects.entry(target, path)?)
}

fn is_folder(course: &Course<'_, '_>, path: &RepoPath) -> Result<bool> {
    let Some(target) = course.target else { return Ok(false) };
    Ok(course.work.moment.objects.folder(target, path)?.is_some())
}

/// The folders above a path, the nearest first.
fn above(path: &RepoPath) -> impl Iterator<Item = RepoPath> {
    std::iter::successors(path.parent(), RepoPath::parent)
}
