//! What can go wrong with the store, sorted by what is to be done about it.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::cancel::Cancelled;
use crate::error::{Explain, Kind};

/// The store did not do what was asked. None of these says anything about the repository.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The work was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// What is stored makes no sense. The next one to open the store makes it anew.
    #[error("the index is damaged ({0}) and is being made anew")]
    Broken(String),
    /// Another process holds the store, longer than can be waited for.
    #[error("another process keeps the index busy")]
    Busy,
    /// The store cannot be used where it lies: no permission, no space, no shared memory.
    #[error("cannot use the index {path}: {reason}")]
    Unusable {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system or SQLite says.
        reason: String,
    },
    /// SQLite refused for another reason.
    #[error("the index failed: {0}")]
    Other(String),
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Cancelled(cancelled) => cancelled.kind(),
            _ => Kind::Store,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Cancelled(_) => None,
            Self::Broken(_) | Self::Other(_) => Some("the request can be repeated".to_owned()),
            Self::Busy => Some("the request can be repeated when that process is done".to_owned()),
            Self::Unusable { path, .. } => Some(format!("make room, or make {} writable", path.display())),
        }
    }
}

impl From<crate::graph::Lost> for Error {
    fn from(lost: crate::graph::Lost) -> Self {
        Self::Broken(lost.0)
    }
}

impl Error {
    /// That something stored cannot be read.
    pub(super) fn broken(what: impl Into<String>) -> Self {
        Self::Broken(what.into())
    }

    /// Whether making the store anew is what helps.
    pub(super) fn is_broken(&self) -> bool {
        matches!(self, Self::Broken(_))
    }

    pub(super) fn unusable(path: &Path, error: &std::io::Error) -> Self {
        Self::Unusable { path: path.to_owned(), reason: error.to_string() }
    }

    /// What SQLite says, of the file at `path`.
    pub(super) fn of(path: &Path, error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => Self::Cancelled(Cancelled),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(
                ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::NoLargeFileSupport
                | ErrorCode::DiskFull,
            ) => Self::Unusable { path: path.to_owned(), reason: error.to_string() },
            // Unknown is also a missing table or column.
            Some(
                ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::Unknown
                | ErrorCode::ConstraintViolation
                | ErrorCode::TypeMismatch,
            ) => Self::Broken(error.to_string()),
            Some(_) => Self::Other(error.to_string()),
            // What is not SQLite's own is a value of another type than the tables promise, or a row that is not there.
            None => Self::Broken(error.to_string()),
        }
    }
}

/// What was read, for those who can do without: what cannot be read is not there.
pub fn usable<T>(read: Result<T, Error>) -> Result<Option<T>, Cancelled> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(Error::Cancelled(cancelled)) => Err(cancelled),
        Err(error) => {
            tracing::warn!(%error, "what is stored cannot be read");
            Ok(None)
        }
    }
}
