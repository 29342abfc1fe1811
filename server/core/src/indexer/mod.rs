//! The indexer: brings what `objects` and `git` say into the store, in two steps.
//!
//! [`bring_graph`] numbers changesets that have no number yet: quick, and done before anything is answered. [`index`]
//! reads what every changeset changed: seconds to minutes the first time, resumed wherever it was stopped, and while it
//! runs others read trees instead. Neither knows SQL, nor what the numbers and changes are used for.

mod changes;
mod claim;
mod commits;
mod grafts;
mod graph;
mod number;
mod one;
mod tree_diff;
mod users;

pub use changes::index;
pub use claim::Claim;
pub use graph::{Work, bring_graph};
pub use one::{changes_of, files_of};

use crate::error::{Explain, Kind};

/// What only the indexer finds wrong with a repository.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Some changesets are their own ancestors, which only replaced objects can make them.
    #[error("{count} changesets are ancestors of themselves")]
    Cycle {
        /// How many there are, with those that descend from them.
        count: usize,
    },
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        Kind::CorruptObject
    }

    fn hint(&self) -> Option<String> {
        Some("'git replace --list' shows the replaced objects, 'git replace --delete' removes one".to_owned())
    }
}

#[cfg(test)]
pub(crate) mod tests;
