//! The core's values as the protocol's: the one place where the two meet name by name.

use hgls_core::Node;
use hgls_core::model::bookmarks;
use hgls_core::model::changeset::{self, Changesets};
use hgls_core::model::dirstate::{Code, Side};
use hgls_core::model::phases;

use crate::protocol::{Bookmark, Changeset, ConflictSide, Date, Failure, Phase, StatusCode};

impl From<phases::Phase> for Phase {
    fn from(phase: phases::Phase) -> Self {
        match phase {
            phases::Phase::Public => Self::Public,
            phases::Phase::Draft => Self::Draft,
            phases::Phase::Secret => Self::Secret,
        }
    }
}

macro_rules! codes {
    ($($core:ident = $wire:ident),*) => {
        impl From<Code> for StatusCode {
            fn from(code: Code) -> Self {
                match code { $(Code::$core => Self::$wire),* }
            }
        }

        impl From<StatusCode> for Code {
            fn from(code: StatusCode) -> Self {
                match code { $(StatusCode::$wire => Self::$core),* }
            }
        }
    };
}

codes!(Modified = M, Added = A, Removed = R, Missing = Missing, Unknown = Unknown, Ignored = I, Clean = C);

impl From<ConflictSide> for Side {
    fn from(side: ConflictSide) -> Self {
        match side {
            ConflictSide::Base => Self::Base,
            ConflictSide::Local => Self::Local,
            ConflictSide::Other => Self::Other,
        }
    }
}

impl From<bookmarks::Bookmark> for Bookmark {
    fn from(bookmark: bookmarks::Bookmark) -> Self {
        Self {
            bookmark: bookmark.bookmark,
            node: bookmark.node.to_hex(),
            rev: bookmark.rev.0,
            active: bookmark.active,
            remote: bookmark.remote,
        }
    }
}

impl From<changeset::Changeset> for Changeset {
    fn from(changeset: changeset::Changeset) -> Self {
        let (seconds, west) = changeset.date;
        Self {
            rev: changeset.rev.0,
            node: changeset.node.to_hex(),
            parents: changeset.parents.iter().map(Node::to_hex).collect(),
            phase: changeset.phase.into(),
            branch: changeset.branch.to_owned(),
            user: changeset.user,
            date: Date(seconds, west),
            desc: changeset.desc,
            bookmarks: changeset.bookmarks,
            remote_bookmarks: changeset.remote_bookmarks,
            tags: changeset.tags,
        }
    }
}

/// The changesets of revisions, in the same order.
pub(super) fn changesets(
    snapshot: &hgls_core::Snapshot,
    revs: impl IntoIterator<Item = hgls_core::Rev>,
) -> Result<Vec<Changeset>, Failure> {
    let revs: Vec<_> = revs.into_iter().collect();
    Ok(Changesets::new(snapshot).all(&revs)?.into_iter().map(Into::into).collect())
}
