//! Changes to a repository: commits and what goes with them, and what is tracked, as Mercurial has them, made so that a
//! repository that is killed at any moment is as before or as after, and so that git never notices a difference.
//!
//! Each operation is a function of a [`crate::Repository`]. It takes git's lock of the index, looks at what there is,
//! decides what happens to each file, and then does it. It knows nothing of how it was asked for. Nothing that only
//! answers questions knows this module.

mod error;
pub mod hunks;
mod journal;
mod outcome;
pub mod selection;

pub use error::Error;
pub use hunks::{FileHunks, HunkRange};
pub use journal::{Journal, replay};
pub use outcome::{Action, FileOutcome, Outcome};
