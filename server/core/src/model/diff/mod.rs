//! Diffs: which files differ between two revisions, or a revision and the working copy, how, and as patches.
//! Knows nothing of how a request asked.

pub mod copies;
mod files;
mod hunks;
mod patch;
#[cfg(test)]
mod tests;
mod trees;

pub use copies::{Detect, Side};
pub use files::{Diff, FileDiff, Request, diff};
pub use hunks::{LineHunk, diff_hunks};
pub use trees::changes as tree_changes;

use crate::ids::RepoPath;
use crate::objects::Entry;

/// One path that differs between two sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub path: RepoPath,
    /// Before; `None` when it was not there.
    pub old: Option<Entry>,
    /// After; `None` when it is gone.
    pub new: Option<Entry>,
    /// Of an added file: what it was made from.
    pub source: Option<Copied>,
}

/// What an added file was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Where that was before.
    pub path: RepoPath,
    /// What it was before.
    pub entry: Entry,
    /// How alike they are, in percent.
    pub similarity: u32,
    /// Whether it is gone and this is its new name.
    pub renamed: bool,
}
