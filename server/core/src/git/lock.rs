//! git's lock files: `FILE.lock`, made by whoever is about to write `FILE`, and renamed over it when the new content is
//! complete. Knows nothing of what is locked.
//!
//! A lock is never taken from its holder, not even from one that seems to be dead: nobody but the user can know. While
//! hgls holds one, it says who holds it; what git's own locks say is who has them open, where the system tells.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use super::{Error, small};
use crate::cancel::Cancel;
use crate::error::Result;

/// So long another program is waited for.
pub const PATIENCE: Duration = Duration::from_secs(1);
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(80);

/// A lock that is held. Dropped, it is given back and the file stays what it was.
#[derive(Debug)]
pub struct LockFile {
    target: PathBuf,
    path: PathBuf,
    /// `None` when the lock has become the file.
    file: Option<File>,
}

/// Who holds a lock, as far as can be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// How long the lock has been there.
    pub age: Duration,
    /// The process, where the lock or the system says.
    pub process: Option<u32>,
    /// Its name.
    pub name: Option<String>,
    /// Whether it runs; `None` when that is not known.
    pub alive: Option<bool>,
}

impl LockFile {
    /// Locks `target`, waiting up to [`PATIENCE`] for another holder.
    ///
    /// # Errors
    /// [`Error::Locked`] when it is still held then.
    pub fn take(target: &Path, cancel: &Cancel) -> Result<Self> {
        retry(cancel, || Self::try_take(target))
    }

    fn try_take(target: &Path) -> Result<Self, Error> {
        let mut path = target.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => {
                let mut lock = Self { target: target.to_owned(), path, file: Some(file) };
                // Only for whoever finds it locked.
                let note = format!("{NOTE}{}\n", std::process::id());
                lock.file.iter_mut().for_each(|file| drop(file.write_all(note.as_bytes())));
                Ok(lock)
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Error::locked(path)),
            Err(source) => Err(Error::Io { path, source }),
        }
    }

    /// Writes what the file is to become. The file itself stays what it is until [`LockFile::publish`].
    pub fn write(&mut self, content: &[u8]) -> Result<(), Error> {
        let io = |source| Error::Io { path: self.path.clone(), source };
        let Some(file) = &mut self.file else { return Ok(()) };
        rewrite(file, content).map_err(io)
    }

    /// Puts what was written in place of the file: the one step that others see.
    pub fn publish(mut self) -> Result<(), Error> {
        self.file = None; // Closed before it is renamed: not every system renames open files.
        fs::rename(&self.path, &self.target).map_err(|source| {
            _ = fs::remove_file(&self.path);
            Error::Io { path: self.target.clone(), source }
        })
    }
}

fn rewrite(file: &mut File, content: &[u8]) -> io::Result<()> {
    use std::io::Seek as _;
    file.rewind()?;
    file.write_all(content)?;
    file.set_len(content.len() as u64)?;
    file.sync_all()
}

impl Drop for LockFile {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            _ = fs::remove_file(&self.path);
        }
    }
}

/// Tries again while a lock is held by another, up to [`PATIENCE`].
pub(super) fn retry<T>(cancel: &Cancel, mut attempt: impl FnMut() -> Result<T, Error>) -> Result<T> {
    let start = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match attempt() {
            Err(Error::Locked { .. }) if start.elapsed() < PATIENCE => {}
            outcome => return Ok(outcome?),
        }
        cancel.check()?;
        sleep(pause);
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

/// What a lock of hgls has in it until it is written: then the number of the process.
const NOTE: &str = "hgls ";

impl Holder {
    /// What can be found out about the lock at `path`.
    pub(super) fn of(path: &Path) -> Self {
        let modified = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
        let age = modified.and_then(|modified| SystemTime::now().duration_since(modified).ok()).unwrap_or_default();
        let noted = small::read(path).ok().and_then(|note| {
            let note = std::str::from_utf8(note.get(..40.min(note.len()))?).ok()?;
            note.strip_prefix(NOTE)?.trim().parse().ok()
        });
        let process = noted.or_else(|| process_that_has_open(path));
        Self { age, process, name: process.and_then(name_of), alive: process.and_then(is_alive) }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.process, &self.name) {
            (Some(process), Some(name)) => write!(f, "held by process {process} ({name}) ")?,
            (Some(process), None) => write!(f, "held by process {process} ")?,
            (None, _) => f.write_str("held ")?,
        }
        write!(f, "for {}", Age(self.age))?;
        if self.alive == Some(false) { f.write_str(", which does not run any more") } else { Ok(()) }
    }
}

/// A time as somebody says it who has to decide whether it is long.
struct Age(Duration);

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        const DAY: u64 = 24 * HOUR;
        match self.0.as_secs() {
            seconds if seconds < 2 * MINUTE => write!(f, "{seconds} s"),
            seconds if seconds < 2 * HOUR => write!(f, "{} minutes", seconds / MINUTE),
            seconds if seconds < 2 * DAY => write!(f, "{} hours", seconds / HOUR),
            seconds => write!(f, "{} days", seconds / DAY),
        }
    }
}

#[cfg(target_os = "linux")]
fn process_that_has_open(path: &Path) -> Option<u32> {
    let path = path.canonicalize().ok()?;
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let numbers = processes.filter_map(|process| process.file_name().to_str()?.parse::<u32>().ok());
    numbers.into_iter().find(|number| {
        // Other users' processes cannot be looked into.
        let open = fs::read_dir(format!("/proc/{number}/fd")).into_iter().flatten().flatten();
        open.into_iter().any(|file| fs::read_link(file.path()).is_ok_and(|target| target == path))
    })
}

#[cfg(not(target_os = "linux"))]
fn process_that_has_open(_path: &Path) -> Option<u32> {
    None
}

#[cfg(target_os = "linux")]
fn is_alive(process: u32) -> Option<bool> {
    Some(Path::new(&format!("/proc/{process}")).exists())
}

#[cfg(not(target_os = "linux"))]
fn is_alive(_process: u32) -> Option<bool> {
    None
}

#[cfg(target_os = "linux")]
fn name_of(process: u32) -> Option<String> {
    Some(fs::read_to_string(format!("/proc/{process}/comm")).ok()?.trim().to_owned())
}

#[cfg(not(target_os = "linux"))]
fn name_of(_process: u32) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Explain as _, Kind};

    #[test]
    fn a_file_is_replaced_at_once_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("index");
        let mut lock = LockFile::take(&target, &Cancel::new()).expect("a lock");
        lock.write(b"new").expect("written");
        assert!(!target.exists());
        drop(lock);
        assert!(!target.exists() && !folder.path().join("index.lock").exists());
        let mut lock = LockFile::take(&target, &Cancel::new()).expect("a lock");
        lock.write(b"newer").expect("written");
        lock.publish().expect("published");
        assert_eq!(fs::read(&target).expect("a file"), b"newer");
        assert!(!folder.path().join("index.lock").exists());
    }

    #[test]
    fn a_lock_that_is_held_is_respected_and_its_holder_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("index");
        let held = LockFile::take(&target, &Cancel::new()).expect("a lock");
        let error = LockFile::take(&target, &Cancel::new()).expect_err("held");
        assert_eq!(error.kind(), Kind::RepositoryLocked);
        let process = format!("held by process {}", std::process::id());
        assert!(error.to_string().contains(&process), "{error}");
        assert!(error.hint().is_some());
        drop(held);
        assert!(LockFile::take(&target, &Cancel::new()).is_ok());
    }

    #[test]
    fn ages_are_said_in_the_unit_that_tells_most() {
        let said = |seconds| Age(Duration::from_secs(seconds)).to_string();
        let ages = [0, 119, 120, 7199, 7200, 172_799, 172_800, 864_000].map(said);
        assert_eq!(ages, ["0 s", "119 s", "2 minutes", "119 minutes", "2 hours", "47 hours", "2 days", "10 days"]);
    }

    #[test]
    fn waiting_ends_when_the_lock_is_given_back_or_the_work_cancelled() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("index");
        let held = LockFile::take(&target, &Cancel::new()).expect("a lock");
        let cancel = Cancel::new();
        cancel.trip();
        assert_eq!(LockFile::take(&target, &cancel).expect_err("cancelled").kind(), Kind::Cancelled);
        let waiting = std::thread::spawn(move || LockFile::take(&target, &Cancel::new()).map(drop));
        sleep(Duration::from_millis(50));
        drop(held);
        waiting.join().expect("a thread").expect("a lock");
    }
}
