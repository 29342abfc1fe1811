//! Which changes an operation is about: files and folders that were named, held against the status of the working copy,
//! with Mercurial's complaints about names that mean nothing. Knows rows of status; changes nothing.

use super::Error;
use crate::error::Result;
use crate::git::Index;
use crate::ids::RepoPath;
use crate::model::dirstate::{Between, Code, Codes, Request, Row, first_parent, status};
use crate::model::manifest::root;
use crate::repository::Moment;

/// The changes that a commit is about.
#[derive(Debug, Default)]
pub struct Selection {
    /// Modified, added and removed files, ordered by path.
    pub rows: Vec<Row>,
    /// How many of the files asked for are tracked and missing.
    pub missing: usize,
}

/// The changes at `paths` and below; all of them when there are none.
///
/// # Errors
/// As Mercurial's commit: for a name that is nowhere, not tracked, missing from the working copy, or a folder without a
/// change.
pub fn changes(moment: &Moment, index: &Index, paths: &[RepoPath]) -> Result<Selection> {
    let request = Request { paths, codes: Codes::TRACKED, copies: false, limit: usize::MAX };
    let found = status(moment, Between::Working(first_parent(moment)), &request)?;
    if let Some(nowhere) = found.nowhere.into_iter().next() {
        return Err(Error::NoSuchFile(nowhere).into());
    }
    let (missing, mut rows): (Vec<Row>, Vec<Row>) = found.rows.into_iter().partition(|row| row.code == Code::Missing);
    rows.sort_by(|one, two| one.path.cmp(&two.path));
    for path in paths {
        check(moment, index, path, &rows, &missing)?;
    }
    Ok(Selection { rows, missing: missing.len() })
}

fn check(moment: &Moment, index: &Index, path: &RepoPath, rows: &[Row], missing: &[Row]) -> Result<()> {
    if rows.iter().any(|row| row.path == *path) {
        return Ok(());
    }
    if missing.iter().any(|row| row.path == *path) {
        return Err(Error::FileNotFound(path.clone()).into());
    }
    if !index.find(path).is_empty() {
        return Ok(()); // Unchanged: nothing to say of it.
    }
    let parent = root(moment, first_parent(moment))?;
    let was_folder = match parent {
        Some(root) => moment.objects.folder(root, path)?.is_some(),
        None => false,
    };
    let place = moment.location.root().join(crate::git::native(path));
    if was_folder || std::fs::symlink_metadata(place).is_ok_and(|metadata| metadata.is_dir()) {
        return match rows.iter().any(|row| row.path.is_within(path)) {
            true => Ok(()),
            false => Err(Error::NoMatch(path.clone()).into()),
        };
    }
    Err(Error::NotTracked(path.clone()).into())
}
