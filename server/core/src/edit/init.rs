//! `init`: a folder becomes a repository. Knows which folders are one already.

use std::path::Path;

use crate::error::Result;
use crate::git::{self, Error, Location};

/// What became of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Initialized {
    /// The repository whose working copy it is.
    pub location: Location,
    /// Whether that was made now. One that was there is not touched.
    pub made: bool,
}

/// Makes the folder, which need not be there, the working copy of a git repository, as `git init` does: with the
/// configured name of the first branch and the configured templates. A folder inside another working copy becomes a
/// repository of its own.
///
/// # Errors
/// When the folder cannot be written, or is a repository that cannot be opened; [`Error::NotFound`] inside a `.git`, which
/// belongs to git.
pub fn init(folder: &Path) -> Result<Initialized> {
    if folder.iter().any(|name| name.eq_ignore_ascii_case(".git")) {
        return Err(Error::NotFound { path: folder.to_owned() }.into());
    }
    if folder.join(".git").symlink_metadata().is_ok() {
        return Ok(Initialized { location: Location::discover(folder)?, made: false });
    }
    git::init(folder)?;
    Ok(Initialized { location: Location::discover(folder)?, made: true })
}
