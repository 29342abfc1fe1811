//! Errors on the wire: a JSON-RPC code, hg's message, and `data` with a kind from a closed list and a hint.

use hgls_core::{Explain, Kind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Warning;

macro_rules! kinds {
    ($(#[doc = $doc:literal] $kind:ident),* $(,)?) => {
        /// What went wrong, for a program to act on. The list is closed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub enum ErrorKind { $(#[doc = $doc] $kind),* }

        impl ErrorKind {
            /// What it means, in words.
            pub fn doc(self) -> &'static str {
                match self { $(Self::$kind => $doc.trim_ascii()),* }
            }
        }

        impl From<Kind> for ErrorKind {
            fn from(kind: Kind) -> Self {
                match kind { $(Kind::$kind => Self::$kind),* }
            }
        }
    };
}

kinds! {
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
    /// A parameter is missing, of a wrong type, or has a value that makes no sense.
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

impl ErrorKind {
    /// The kind as it is on the wire.
    pub fn as_str(self) -> String {
        serde_json::to_value(self).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The JSON-RPC code: LSP's own where it has one, `RequestFailed` otherwise.
    pub fn code(self) -> i64 {
        match self {
            Self::InvalidArgument => -32602,
            Self::Internal => -32603,
            Self::Cancelled => -32800,
            _ => -32803,
        }
    }
}

/// The `data` member of every error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorData {
    /// What went wrong, for a program.
    pub kind: ErrorKind,
    /// What the user can do about it: a sentence or a command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What there is to say of single files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// A request that failed. Any error that explains itself becomes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong, for a program.
    pub kind: ErrorKind,
    /// For people, in hg's wording where hg has one.
    pub message: String,
    /// What the user can do about it.
    pub hint: Option<String>,
    /// What there is to say of single files.
    pub warnings: Vec<Warning>,
}

impl Failure {
    /// One without a hint, that has nothing to say of single files.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, warnings: Vec::new() }
    }

    /// The same, and what the user can do about it.
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// A parameter is missing, of a wrong type, or has a value that makes no sense.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, message)
    }

    /// The JSON-RPC code.
    pub fn code(&self) -> i64 {
        self.kind.code()
    }

    /// The `data` member.
    pub fn data(&self) -> ErrorData {
        ErrorData { kind: self.kind, hint: self.hint.clone(), warnings: self.warnings.clone() }
    }
}

impl<E: Explain> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { hint: error.hint(), ..Self::new(error.kind().into(), error.to_string()) }
    }
}
