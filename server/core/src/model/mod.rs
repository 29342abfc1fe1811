//! Mercurial's model: plain functions that answer questions from a snapshot. Knows nothing of how a question arrived.

pub mod annotate;
pub mod bookmarks;
pub mod cat;
pub mod changelog;
pub mod changeset;
pub mod diff;
pub mod dirstate;
pub mod edges;
pub mod filelog;
pub mod history;
#[cfg(test)]
mod hostile;
pub mod linelog;
pub mod log;
pub mod manifest;
pub mod names;
pub mod phases;
pub mod renames;
pub mod revset;
mod similar;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod touched;
