//! Advisory locks between servers: files that stay empty, locked by the operating system, so that a lock ends with its
//! process.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use super::Error;
use crate::cancel::Cancel;

/// Held until dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock if nobody has it. Where the file system knows no locks everybody gets it: SQLite's own still keep
    /// the store whole, and work may be done twice.
    pub(super) fn try_take(path: &Path) -> Result<Option<Self>, Error> {
        let open = File::options().create(true).truncate(false).write(true).open(path);
        let file = open.map_err(|error| Error::unusable(path, &error))?;
        match file.try_lock() {
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
        }
    }

    /// Takes the lock, waiting for whoever has it for at most `patience`; `None` when that was not enough.
    pub(super) fn take(path: &Path, patience: Duration, cancel: &Cancel) -> Result<Option<Self>, Error> {
        let start = Instant::now();
        loop {
            if let Some(lock) = Self::try_take(path)? {
                return Ok(Some(lock));
            }
            if start.elapsed() > patience {
                return Ok(None);
            }
            cancel.check()?;
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}
