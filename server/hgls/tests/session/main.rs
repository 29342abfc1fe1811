//! The session: which repository is meant, what is told of changes, and the work beside requests. Repositories are made
//! by git; the editor is one that writes down what it is told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod ahead;
mod changes;
mod fixture;
mod folders;
mod indexing;
mod trust;
