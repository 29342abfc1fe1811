//! Mercurial's model: plain functions that answer questions from a snapshot. Knows nothing of how a question arrived.

pub mod annotate;
pub mod changelog;
pub mod history;
pub mod renames;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
