//! The index past one machine: what changesets changed, written by one clone and taken over by another, so that a large
//! history is read once and not by everybody.
//!
//! What travels is called a snapshot of the index (and has nothing to do with
//! [`repository::Snapshot`](crate::repository::Snapshot)). It names changesets by node and holds what a reader of trees
//! would find: which paths changed, to what. It holds no numbers, parents, users or dates. Those every clone reads from
//! its own changesets, which is quick, so that nobody can be told a history that is not there, and numbers are the
//! ones that the clone would have given without it. What is taken over has been checked: see [`import`].
//!
//! The module knows no SQL, no git2 and no terminal.

mod check;
mod export;
mod file;
mod import;
mod layout;
mod parts;
mod reference;
#[cfg(test)]
mod tests;

pub use export::{Exported, export};
pub use file::{FileSink, FileSource};
pub use import::{Imported, Target, import};
pub use layout::{Name, Sink, Source};

use crate::error::{Explain, Kind};

/// Why there is no snapshot, or none is taken over.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something else.
    #[error("this is no snapshot of an index")]
    NotASnapshot,
    /// Of another version of the format.
    #[error("the snapshot has version {found}, and this is hgls for version {}", parts::VERSION)]
    Version {
        /// Which.
        found: String,
    },
    /// Cut off, overwritten, or made to deceive.
    #[error("the snapshot is damaged: {0}")]
    Damaged(String),
    /// Not one of its changesets is here.
    #[error("the snapshot is of another repository: none of its {count} changesets is here")]
    Foreign {
        /// How many it has.
        count: usize,
    },
    /// A changeset changed something else than the snapshot says.
    #[error("the snapshot is wrong: {what}")]
    Wrong {
        /// About which changeset or file.
        what: String,
    },
    /// The order of its changesets is so far from the order here that it does not fit into memory.
    #[error("the snapshot has its changesets in too different an order")]
    Scattered,
    /// Other objects stand in for some: what changesets change is not what everybody sees.
    #[error("objects are replaced in this repository, so that its index is like no other")]
    Replaced,
    /// A changeset with more changes than a part may have.
    #[error("changeset {node} changes too many files for a snapshot")]
    TooLarge {
        /// Which.
        node: String,
    },
    /// There is no index that could be written or filled.
    #[error("there is no index: no place for one can be written to")]
    NoIndex,
    /// The snapshot could not be read or written.
    #[error("cannot {what} the snapshot: {source}")]
    Io {
        /// `read` or `write`.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NotASnapshot
            | Self::Version { .. }
            | Self::Damaged(_)
            | Self::Foreign { .. }
            | Self::Wrong { .. }
            | Self::Scattered => Kind::InvalidArgument,
            Self::Replaced | Self::TooLarge { .. } => Kind::UnsupportedRepository,
            Self::NoIndex => Kind::Store,
            Self::Io { .. } => Kind::Io,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Replaced => Some("'git replace --list' shows them".to_owned()),
            Self::Version { .. } => Some("'hgls index --export' of this version writes one that fits".to_owned()),
            Self::NotASnapshot | Self::Damaged(_) | Self::Foreign { .. } | Self::Wrong { .. } | Self::Scattered => {
                Some("nothing of it was taken over; 'hgls index' does without".to_owned())
            }
            Self::TooLarge { .. } | Self::NoIndex | Self::Io { .. } => None,
        }
    }
}
