//! What a snapshot consists of, wherever it is kept: named parts, each a run of bytes.

use std::fmt;

use crate::error::Result;

/// The name of a part. In a folder of git's, the file of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    /// What it is, of which version, and how much of it there is.
    Head,
    /// The changesets of one part.
    Nodes(usize),
    /// What they changed.
    Changes(usize),
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head => write!(f, "head"),
            Self::Nodes(at) => write!(f, "{at:06}.nodes"),
            Self::Changes(at) => write!(f, "{at:06}.changes"),
        }
    }
}

/// Where the parts of a snapshot come from. Nothing about them is to be trusted but their length, which is bounded.
pub trait Source {
    /// The bytes of a part, as they were written: a sum over them has been checked. A part that is not there is an
    /// error.
    fn part(&mut self, name: Name) -> Result<Vec<u8>>;
}

/// Where the parts of a snapshot go: the head, then all nodes, then all changes, in order of their numbers.
pub trait Sink {
    /// Takes a part.
    fn put(&mut self, name: Name, data: &[u8]) -> Result<()>;
}

/// How the work is cut; smaller for tests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// How many rows a part has at most, and how many changes, unless one row alone has more.
    pub part_rows: usize,
    pub part_changes: usize,
    /// How many changes are turned round at a time when a snapshot is written.
    pub window: usize,
    /// How many neighbouring revisions are taken over together.
    pub slice: usize,
    /// A batch is written into the store when it has this many changes.
    pub batch: usize,
    /// How many changes may wait for others of lower revisions.
    pub waiting: usize,
    /// How many changesets are read from git and compared.
    pub sample: usize,
}

impl Sizes {
    /// What waits takes a gigabyte at most. Of snapshots in which one changeset in a hundred is wrong, one in 20,000 passes
    /// the sample.
    pub const USUAL: Self = Self {
        part_rows: super::parts::PART_ROWS,
        part_changes: 1 << 20,
        window: 4 << 20,
        slice: 2048,
        batch: 400_000,
        waiting: 12 << 20,
        sample: 1000,
    };
}
