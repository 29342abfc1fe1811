//! Mercurial's model: plain functions that answer questions from a snapshot. Knows nothing of how a question arrived.

pub mod annotate;
pub mod cat;
pub mod changelog;
pub mod diff;
pub mod dirstate;
pub mod history;
pub mod manifest;
pub mod renames;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
