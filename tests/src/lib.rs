//! What hgls's tests stand on: a hermetic sandbox, the server as a child process, the scripted sessions, the contract
//! of the schema, and repositories made at random.
//!
//! Nothing here links hgls: the tests know the server only as an editor does, by its messages and its exit code, and
//! the repository only by what `git` says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

pub mod binary;
pub mod client;
pub mod contract;
pub mod generator;
pub mod json;
pub mod packages;
pub mod random;
pub mod sandbox;
pub mod session;
