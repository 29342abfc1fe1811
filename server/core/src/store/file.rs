//! The store's file: where it lies, whether it is sound and of this version, and making it anew when it is not.
//!
//! A store of an older version, or of nobody's, is emptied and filled again. A store of a *newer* version is left to
//! the newer server, and this one keeps a file of its own beside it: two versions on one repository do not take turns
//! in throwing away each other's work.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use super::Error;
use super::lock::Lock;
use crate::cancel::Cancel;

/// Of the tables and of all formats in them. Raised with every change of either.
pub(super) const VERSION: i32 = 6;
/// Marks the file as a store: "hgls".
const APPLICATION: i32 = 0x6867_6c73;
const SCHEMA: &str = include_str!("../../../../schema/store.sql");
pub(super) const FILE_NAME: &str = "store.sqlite";
/// How long to wait for another process, where waiting is not for the user to cancel.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which file it is, whatever its name: another one may have taken its place. `None` where the system does not tell.
pub(super) type Identity = Option<(u64, u64)>;

/// The identity of the file that has this name now.
pub(super) fn identity(path: &Path) -> Result<Identity, Error> {
    let metadata = std::fs::metadata(path).map_err(|error| Error::unusable(path, &error))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Ok(Some((metadata.dev(), metadata.ino())))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        Ok(None)
    }
}

/// Makes sure that there is a sound store of this version in `folder`, and gives its path. `condemned` is a file that
/// proved broken in use, to be made anew even if it looks sound from here.
pub(super) fn prepare(folder: &Path, condemned: Identity, cancel: &Cancel) -> Result<PathBuf, Error> {
    std::fs::create_dir_all(folder).map_err(|error| Error::unusable(folder, &error))?;
    // One at a time, so that nobody opens what another is about to delete.
    let _lock = Lock::take(&folder.join("open.lock"), PATIENCE, cancel)?;
    let path = folder.join(FILE_NAME);
    is_no_link(&path)?;
    match renew(&path, condemned, false, cancel)? {
        Fit::Ours => Ok(path),
        Fit::Newer => {
            let path = folder.join(format!("store-{VERSION}.sqlite"));
            is_no_link(&path)?;
            renew(&path, condemned, true, cancel)?;
            Ok(path)
        }
    }
}

/// What is in nobody's store is emptied: whoever made the repository must not say, by a link, whose database that is.
fn is_no_link(path: &Path) -> Result<(), Error> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            Err(Error::Unusable { path: path.to_owned(), reason: "it is not a file".to_owned() })
        }
        _ => Ok(()),
    }
}

enum Fit {
    Ours,
    Newer,
}

/// Makes the file anew unless it is sound. One of a newer version is left alone unless the name is `ours_alone`.
fn renew(path: &Path, condemned: Identity, ours_alone: bool, cancel: &Cancel) -> Result<Fit, Error> {
    let is_condemned = condemned.is_some() && identity(path).is_ok_and(|identity| identity == condemned);
    if !is_condemned {
        match settle(path, ours_alone, cancel) {
            Err(error) if error.is_broken() => {}
            settled => return settled,
        }
    }
    tracing::warn!(path = %path.display(), "the store is damaged and is made anew");
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Error::unusable(path, &error)),
            _ => {}
        }
    }
    settle(path, true, cancel)
}

/// Looks at version and state, and gives a store that has none, or an old one, its tables.
fn settle(path: &Path, ours_alone: bool, cancel: &Cancel) -> Result<Fit, Error> {
    let mut connection = connect(path)?;
    let explain = |error| Error::of(path, error);
    watch(&mut connection, cancel, PATIENCE).map_err(explain)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = wal", [], |row| row.get(0)).map_err(explain)?;
    if mode != "wal" || connection.is_readonly("main").map_err(explain)? {
        let reason = "the file system does not allow writing, or has no shared memory".to_owned();
        return Err(Error::Unusable { path: path.to_owned(), reason });
    }
    let (application, version) = mark(&connection).map_err(explain)?;
    if (application, version) == (APPLICATION, VERSION) {
        let sound: i64 = connection.query_row("SELECT count(*) FROM state", [], |row| row.get(0)).map_err(explain)?;
        return if sound == 1 { Ok(Fit::Ours) } else { Err(Error::broken("it has no state")) };
    }
    if application == APPLICATION && version > VERSION && !ours_alone {
        return Ok(Fit::Newer);
    }
    // In one transaction, not by deleting the file: an older server that has it open sees a change like any other.
    connection.execute_batch("BEGIN IMMEDIATE").map_err(explain)?;
    let tables = {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut statement = connection.prepare(sql).map_err(explain)?;
        let names = statement.query_map([], |row| row.get::<_, String>(0)).map_err(explain)?;
        names.collect::<Result<Vec<_>, _>>().map_err(explain)?
    };
    let drops: String = tables.iter().map(|name| format!("DROP TABLE \"{}\";", name.replace('"', "\"\""))).collect();
    let make = format!(
        "{drops} {SCHEMA};
         INSERT INTO state VALUES (0, random(), 0, -1, 0, 0, 0, 0, 0, x'');
         PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT"
    );
    connection.execute_batch(&make).map_err(explain)?;
    Ok(Fit::Ours)
}

fn mark(connection: &Connection) -> Result<(i32, i32), rusqlite::Error> {
    let number = |pragma| connection.query_row(pragma, [], |row| row.get::<_, i32>(0));
    Ok((number("PRAGMA application_id")?, number("PRAGMA user_version")?))
}

/// Whether the store that this is open on has still this version.
pub(super) fn is_current(connection: &Connection) -> Result<bool, rusqlite::Error> {
    let mut statement = connection.prepare_cached("PRAGMA user_version")?;
    Ok(statement.query_row([], |row| row.get::<_, i32>(0))? == VERSION)
}

/// A connection to the file, which is made when it is not there.
pub(super) fn connect(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let explain = |error| Error::of(path, error);
    let connection = Connection::open_with_flags(path, flags).map_err(explain)?;
    connection.set_prepared_statement_cache_capacity(32);
    // A store is a cache: the last batches may go with a power failure, only its structure may not.
    connection
        .execute_batch("PRAGMA synchronous = NORMAL; PRAGMA temp_store = memory; PRAGMA trusted_schema = OFF")
        .map_err(explain)?;
    Ok(connection)
}

/// Has the connection stop work and waiting when `cancel` is tripped, and waiting for another process after `patience`.
pub(super) fn watch(connection: &mut Connection, cancel: &Cancel, patience: Duration) -> Result<(), rusqlite::Error> {
    let token = cancel.clone();
    connection.progress_handler(1000, Some(move || token.is_tripped()))?;
    let (token, mut since) = (cancel.clone(), Instant::now());
    connection.busy_handler(Some(move |attempt| {
        if attempt == 0 {
            since = Instant::now();
        }
        std::thread::sleep(Duration::from_millis(2));
        !token.is_tripped() && since.elapsed() < patience
    }))
}
