//! Phases: how far a changeset has travelled. Knows nothing of how the changelog learns it.

use std::fmt;

use crate::ids::Rev;
use crate::model::changelog::Changelog;

/// How far a changeset has travelled, as Mercurial has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// A remote has it: it must not be changed.
    Public,
    /// It is only here.
    Draft,
    /// It is only here and stays here. Nothing is, yet: git has no such notion.
    Secret,
}

impl Phase {
    /// The phase of a changeset. The null revision is public, the working directory draft.
    pub fn of(changelog: &Changelog, rev: Rev) -> Self {
        if changelog.is_public(rev) { Self::Public } else { Self::Draft }
    }

    /// Mercurial's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Draft => "draft",
            Self::Secret => "secret",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
