//! Errors as values: a kind from a closed list, a message in the user's terms, and a hint where one helps.
//!
//! Every module has an enum of its own that implements [`Explain`]; [`Error`] folds them, here and nowhere else. The
//! module knows nothing of how an error reaches the user.

use crate::cancel::Cancelled;

/// What went wrong, for a program to act on. The list is closed: clients may match on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No changeset has this name.
    UnknownRevision,
    /// More than one changeset has this prefix.
    AmbiguousRevision,
    /// The changeset was there once and can no longer be reached from any reference.
    HiddenRevision,
    /// A revision expression could not be read.
    InvalidRevset,
    /// The file or folder lies in no repository that hgls serves, outside the working copy, or inside `.git`.
    NotInRepository,
    /// More than one repository is open, and the request does not say which.
    AmbiguousRepository,
    /// The file is not in the revision, or not tracked.
    NotTracked,
    /// The file is missing from the working copy.
    FileMissing,
    /// The file has no lines: a binary file, or a submodule.
    BinaryFile,
    /// The file is larger than hgls compares line by line.
    FileTooLarge,
    /// There is nothing to commit.
    NothingToCommit,
    /// A merge has files that are not resolved.
    UnresolvedConflicts,
    /// Another program holds a lock of the repository.
    RepositoryLocked,
    /// The repository is not what it was when it was looked at.
    RepositoryChanged,
    /// A merge, a rebase or the like is in progress, and stands in the way.
    OperationInProgress,
    /// The changeset is public: a remote has it.
    PublicChangeset,
    /// Local changes would be lost.
    UncommittedChanges,
    /// There is something of that name already.
    AlreadyExists,
    /// Nobody said who commits.
    NoUser,
    /// A hook refused.
    HookFailed,
    /// A commit could not be signed.
    SigningFailed,
    /// The repository belongs to another user, or the workspace is not trusted.
    UntrustedRepository,
    /// An object of the repository is missing.
    MissingObject,
    /// An object of the repository cannot be read.
    CorruptObject,
    /// The repository uses a format that hgls does not read.
    UnsupportedRepository,
    /// A parameter has a value that makes no sense.
    InvalidArgument,
    /// The operating system refused or failed.
    Io,
    /// The store could not be used. It heals itself: the next request may succeed.
    Store,
    /// Too many requests wait, or too many answers lie unread.
    Busy,
    /// The request was cancelled.
    Cancelled,
    /// A defect of hgls.
    Internal,
}

/// What every module's error can say of itself beside its message.
pub trait Explain: std::error::Error {
    /// The kind, for programs.
    fn kind(&self) -> Kind;

    /// What the user can do about it, a full sentence or a command; `None` where the message says all.
    fn hint(&self) -> Option<String> {
        None
    }
}

impl Explain for Cancelled {
    fn kind(&self) -> Kind {
        Kind::Cancelled
    }
}

/// Any error of the core.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The work was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// git's files could not be read.
    #[error(transparent)]
    Git(#[from] crate::git::Error),
    /// An object could not be read.
    #[error(transparent)]
    Objects(#[from] crate::objects::Error),
    /// A file cannot be annotated.
    #[error(transparent)]
    Annotate(#[from] crate::model::annotate::Error),
    /// A file has no content at a revision.
    #[error(transparent)]
    Cat(#[from] crate::model::cat::Error),
    /// There is no such file log.
    #[error(transparent)]
    Filelog(#[from] crate::model::filelog::Error),
    /// There is no such history of lines.
    #[error(transparent)]
    Linelog(#[from] crate::model::linelog::Error),
    /// A file has no lines.
    #[error(transparent)]
    Text(#[from] crate::model::text::Error),
    /// Changesets could not be numbered.
    #[error(transparent)]
    Indexer(#[from] crate::indexer::Error),
    /// The store could not be used.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    /// A snapshot of the index could not be made, or is refused.
    #[error(transparent)]
    Transfer(#[from] crate::transfer::Error),
    /// A name stands for no changeset.
    #[error(transparent)]
    Names(#[from] crate::model::names::Error),
    /// A revision expression is wrong.
    #[error(transparent)]
    Revset(#[from] crate::model::revset::Error),
    /// A change is refused.
    #[error(transparent)]
    Edit(#[from] crate::edit::Error),
    /// A page of the log cannot be continued.
    #[error(transparent)]
    Log(#[from] crate::model::log::StaleCursor),
}

/// What was lost of the graph, the store had.
impl From<crate::graph::Lost> for Error {
    fn from(lost: crate::graph::Lost) -> Self {
        Self::Store(lost.into())
    }
}

/// What fallible functions of the core give.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    fn explain(&self) -> &dyn Explain {
        match self {
            Self::Cancelled(error) => error,
            Self::Git(error) => error,
            Self::Objects(error) => error,
            Self::Annotate(error) => error,
            Self::Cat(error) => error,
            Self::Filelog(error) => error,
            Self::Linelog(error) => error,
            Self::Text(error) => error,
            Self::Indexer(error) => error,
            Self::Store(error) => error,
            Self::Transfer(error) => error,
            Self::Names(error) => error,
            Self::Revset(error) => error,
            Self::Edit(error) => error,
            Self::Log(error) => error,
        }
    }
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        self.explain().kind()
    }

    fn hint(&self) -> Option<String> {
        self.explain().hint()
    }
}
