//! Changes to a repository: commits and what goes with them, and what is tracked, as Mercurial has them, made so that a
//! repository that is killed at any moment is as before or as after, and so that git never notices a difference.
//!
//! Each operation is a function of a [`crate::Repository`]. It takes git's lock of the index, looks at what there is,
//! decides what happens to each file, and then does it. It knows nothing of how it was asked for. Nothing that only
//! answers questions knows this module.

use std::collections::BTreeSet;

use crate::ids::RepoPath;

mod add;
mod addremove;
pub mod backups;
mod bookmark;
mod commit;
mod copy;
mod error;
mod forget;
mod heads;
pub mod hunks;
mod init;
mod memo;
mod merge;
mod outcome;
mod pending;
mod remove;
mod resolve;
mod restore;
mod revert;
pub mod selection;
mod sparse;
#[cfg(test)]
mod tests;
mod update;
mod work;

pub use crate::git::journal::{Journal, replay};
pub use add::{AddOptions, add};
pub use addremove::{AddremoveOptions, addremove};
pub use backups::Backup;
pub use bookmark::{BookmarkChange, bookmark};
pub use commit::{CommitOptions, Committed, Proposal, Source, Uncommitted, commit, proposal, uncommit};
pub use copy::{CopyOptions, copy, rename};
pub use error::Error;
pub use forget::{ForgetOptions, forget};
pub use hunks::{FileHunks, HunkRange};
pub use init::{Initialized, init};
pub use merge::{Conflict, Tool};
pub use outcome::{Action, FileOutcome, Outcome, Warning};
pub use remove::{RemoveOptions, remove};
pub use resolve::{Resolution, ResolveOptions, resolve};
pub use restore::{RestoreOptions, restore};
pub use revert::{RevertOptions, revert};
pub use update::{Target, UpdateOptions, Updated, interrupted, update};
pub use work::Keep;

/// Refuses when one of `written` has changes that are in an editor alone.
fn unsaved<'a>(
    written: impl IntoIterator<Item = &'a RepoPath>,
    unsaved: &BTreeSet<RepoPath>,
) -> std::result::Result<(), Error> {
    match written.into_iter().find(|path| unsaved.contains(*path)) {
        Some(path) => Err(Error::Unsaved(path.clone())),
        None => Ok(()),
    }
}
