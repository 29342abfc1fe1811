//! hgls-core: Mercurial's model over a git repository.
//!
//! Synchronous, and a library in the strict sense: nothing here knows of JSON-RPC, LSP, tokio, the terminal or
//! environment variables, and nothing prints. Whoever calls gives a [`Cancel`] token and, where work is long, a
//! [`Progress`] to report to.
//!
//! Inside, dependencies point one way: `ids`, `stat`, `error`, `cancel` and `progress` know nothing; `objects` (the only user
//! of gix), `git` (the only user of git2) and `store` (the only user of rusqlite) know those; `indexer` brings what
//! `objects` and `git` say into `store`; `model` answers questions from all of them; `edit` changes a repository, and
//! `transfer` takes what the store has to other clones.

pub mod cancel;
pub mod edit;
pub mod error;
pub mod git;
pub mod graph;
pub mod ids;
pub mod indexer;
pub mod linediff;
pub mod model;
pub mod objects;
pub mod progress;
pub mod repository;
mod stat;
mod steps;
pub mod store;
#[cfg(test)]
mod testing;
pub mod transfer;

pub use cancel::{Cancel, Cancelled};
pub use error::{Error, Explain, Kind, Result};
pub use graph::{Lost, RevSet};
pub use ids::{FileNode, Mode, Node, RepoPath, Rev};
pub use progress::{NoProgress, Progress};
pub use repository::{Moment, Options, Repository, Snapshot, Stored, TakenOver};
