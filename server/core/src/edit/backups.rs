//! What operations overwrote or removed: kept below `.git/hgls/backups`, a folder an operation, with files under the
//! names that they had. Knows nothing of why something was overwritten, nor whether that is worth keeping.
//!
//! A folder is named after its moment and its operation. In it, `files` has what was in the working copy, `staged` what
//! was in the index alone, and `about` says where that was. No list is kept beside the files, so that none can be wrong.
//! The newest folders stay, up to [`MOST_OPERATIONS`] and [`MOST_BYTES`]; the last one stays whatever its size.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use bstr::{ByteSlice as _, ByteVec as _};

use crate::error::Result;
use crate::git::{Error, Location, small};
use crate::ids::RepoPath;

/// So many operations are kept.
pub const MOST_OPERATIONS: usize = 1000;
/// So many bytes are kept, if more than one operation has that much.
pub const MOST_BYTES: u64 = 1 << 30;

const FILES: &str = "files";
const STAGED: &str = "staged";
const ABOUT: &str = "about";

/// The backups of one operation, which is under way. Nothing is made on disk before the first one.
#[derive(Debug)]
pub struct Backups {
    /// `.git/hgls/backups`, which all worktrees share.
    all: PathBuf,
    operation: &'static str,
    root: PathBuf,
    folder: Option<PathBuf>,
}

/// One file that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Which of the backups of its path it is.
    pub id: String,
    /// What overwrote it: `revert`, say.
    pub operation: String,
    /// When, in milliseconds since 1970.
    pub time: u64,
    /// The working copy it was in.
    pub root: PathBuf,
    /// Where it was there.
    pub path: RepoPath,
    /// Whether it was only staged: the working copy had another content.
    pub staged: bool,
    /// Where it is now.
    pub file: PathBuf,
}

impl Backups {
    /// For an operation of this name.
    pub fn new(location: &Location, operation: &'static str) -> Self {
        Self { all: folder(location), operation, root: location.root().to_owned(), folder: None }
    }

    /// Where the file at `path` goes that is about to be replaced. Its folder is there, and nothing of that name.
    pub fn place(&mut self, path: &RepoPath) -> Result<PathBuf, Error> {
        self.place_in(FILES, path)
    }

    /// Keeps what was staged at `path` and nowhere else. Gives where.
    pub fn keep_staged(&mut self, path: &RepoPath, content: &[u8]) -> Result<PathBuf, Error> {
        let place = self.place_in(STAGED, path)?;
        fs::write(&place, content).map_err(|source| Error::Io { path: place.clone(), source })?;
        Ok(place)
    }

    /// Forgets what is at a place that [`Backups::place`] gave: it is known from elsewhere.
    pub fn forget(&self, place: &Path) -> Result<(), Error> {
        small::remove(place)
    }

    fn place_in(&mut self, kind: &str, path: &RepoPath) -> Result<PathBuf, Error> {
        let operation = self.folder()?;
        for again in 0.. {
            // The same path a second time in one operation, or a file where there was a folder.
            let kind = if again == 0 { kind.to_owned() } else { format!("{kind}~{again}") };
            let place = operation.join(kind).join(path.to_path_lossy());
            if fs::symlink_metadata(&place).is_ok() {
                continue;
            }
            let parent = place.parent().unwrap_or(operation);
            match fs::create_dir_all(parent) {
                Ok(()) => return Ok(place),
                Err(error) if matches!(error.kind(), ErrorKind::NotADirectory | ErrorKind::AlreadyExists) => {}
                Err(source) => return Err(Error::Io { path: parent.to_owned(), source }),
            }
        }
        Ok(operation.to_owned())
    }

    fn folder(&mut self) -> Result<&Path, Error> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            |source| Error::Io { path, source }
        };
        if self.folder.is_none() {
            fs::create_dir_all(&self.all).map_err(failed(&self.all))?;
            let folder = self.make_folder().map_err(failed(&self.all))?;
            let mut about = Vec::from_path_lossy(&self.root).into_owned();
            about.push(b'\n');
            fs::write(folder.join(ABOUT), about).map_err(failed(&folder))?;
            self.folder = Some(folder);
        }
        Ok(self.folder.as_deref().unwrap_or(&self.all))
    }

    /// The next free name: two operations may begin in one millisecond.
    fn make_folder(&self) -> io::Result<PathBuf> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut time = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        loop {
            let folder = self.all.join(format!("{time}-{}", self.operation));
            match fs::create_dir(&folder) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => time = time.saturating_add(1),
                made => return made.map(|()| folder),
            }
        }
    }
}

impl Drop for Backups {
    /// A folder in which nothing was kept goes; where something was, the oldest ones may have to make room. Neither is
    /// worth an error.
    fn drop(&mut self) {
        let Some(folder) = &self.folder else { return };
        if !remove_if_empty(folder) {
            prune(&self.all, MOST_OPERATIONS, MOST_BYTES);
        }
    }
}

/// What is kept, the newest first.
pub fn list(location: &Location) -> Result<Vec<Backup>, Error> {
    let mut backups = Vec::new();
    for folder in folders(&folder(location)).into_iter().rev() {
        let Some((time, operation)) = moment_and_operation(&folder) else { continue };
        let about = small::read(&folder.join(ABOUT)).unwrap_or_default();
        let root = about.strip_suffix(b"\n").unwrap_or(&about).to_path_lossy().into_owned();
        for (top, staged) in tops(&folder) {
            let names = [folder.as_path(), top.as_path()].map(|path| path.file_name().unwrap_or_default());
            let id = names.map(|name| name.to_string_lossy().into_owned()).join("/");
            for file in files_below(&top) {
                let path = file
                    .strip_prefix(&top)
                    .ok()
                    .and_then(|path| RepoPath::new(Vec::from_path_lossy(path).into_owned()));
                let Some(path) = path else { continue };
                let (operation, root) = (operation.clone(), root.clone());
                backups.push(Backup { id: id.clone(), operation, time, root, path, staged, file });
            }
        }
    }
    Ok(backups)
}

/// The folders in that of an operation that have the files under their names, and whether these were only staged.
fn tops(folder: &Path) -> Vec<(PathBuf, bool)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let kind = |path: &Path| {
        let name = path.file_name()?.to_str()?;
        [(FILES, false), (STAGED, true)].into_iter().find(|(kind, _)| name.starts_with(kind)).map(|(_, staged)| staged)
    };
    let mut tops: Vec<_> = entries.filter_map(|entry| Some((entry.path(), kind(&entry.path())?))).collect();
    tops.sort();
    tops
}

/// The folder of all backups of a repository.
pub fn folder(location: &Location) -> PathBuf {
    location.common_dir.join("hgls").join("backups")
}

/// Removes the oldest operations beyond so many, and beyond so many bytes.
fn prune(all: &Path, most_operations: usize, most_bytes: u64) {
    let mut kept = (0, 0);
    for folder in folders(all).into_iter().rev() {
        let sizes = files_below(&folder).into_iter().filter_map(|file| Some(fs::symlink_metadata(file).ok()?.len()));
        kept = (kept.0 + 1, kept.1 + sizes.sum::<u64>());
        if kept.0 > 1 && (kept.0 > most_operations || kept.1 > most_bytes) {
            _ = fs::remove_dir_all(folder);
        }
    }
}

/// The folders of operations, the oldest first.
fn folders(all: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(all).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    folders.retain(|folder| moment_and_operation(folder).is_some());
    folders.sort_by_cached_key(|folder| moment_and_operation(folder));
    folders
}

fn moment_and_operation(folder: &Path) -> Option<(u64, String)> {
    let (time, operation) = folder.file_name()?.to_str()?.split_once('-')?;
    Some((time.parse().ok()?, operation.to_owned()))
}

/// Files and links, however deep.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder { waiting.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    files.sort();
    files
}

/// Removes the folder if nothing but folders and what says where it came from is in it. Gives whether it did.
fn remove_if_empty(folder: &Path) -> bool {
    let about = folder.join(ABOUT);
    let empty = files_below(folder).iter().all(|file| *file == about);
    empty && fs::remove_dir_all(folder).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;

    fn example() -> (Scratch, Location) {
        let scratch = Scratch::new();
        scratch.sh("git init -q .");
        let location = Location::discover(scratch.path()).expect("a repository");
        (scratch, location)
    }

    fn path(path: &[u8]) -> RepoPath {
        RepoPath::new(path).expect("a path")
    }

    #[test]
    fn what_is_kept_is_listed_under_its_name() -> Result<()> {
        let (_scratch, location) = example();
        for content in ["one", "two"] {
            let mut backups = Backups::new(&location, "revert");
            for name in [b"a/b".as_slice(), b"a/b", b"\xff"] {
                let place = backups.place(&path(name))?;
                fs::write(place, content).expect("a file");
            }
            backups.keep_staged(&path(b"a/b"), b"staged")?;
        }
        let listed = list(&location)?;
        let shown: Vec<_> = listed.iter().map(|backup| (backup.path.to_string(), backup.staged)).collect();
        let names = |name: &str, staged| (name.to_owned(), staged);
        let once = [names("a/b", false), names("\u{fffd}", false), names("a/b", false), names("a/b", true)];
        assert_eq!(shown, [once.clone(), once].concat());
        assert_eq!(fs::read(&listed[0].file).expect("a file"), b"two");
        assert!(listed.iter().all(|backup| backup.operation == "revert" && backup.root == location.root()));
        Ok(())
    }

    #[test]
    fn files_and_folders_of_one_name_are_kept_beside_each_other() -> Result<()> {
        let (_scratch, location) = example();
        let mut backups = Backups::new(&location, "update");
        for name in ["d", "d/x", "d", "d/x/y"] {
            fs::write(backups.place(&path(name.as_bytes()))?, name).expect("a file");
        }
        let mut listed: Vec<_> = list(&location)?.into_iter().map(|backup| backup.path.to_string()).collect();
        listed.sort();
        assert_eq!(listed, ["d", "d", "d/x", "d/x/y"]);
        Ok(())
    }

    #[test]
    fn an_operation_that_keeps_nothing_leaves_nothing() -> Result<()> {
        let (_scratch, location) = example();
        let mut backups = Backups::new(&location, "update");
        let place = backups.place(&path(b"a/b"))?;
        fs::write(&place, "x").expect("a file");
        backups.forget(&place)?;
        drop(backups);
        assert_eq!(fs::read_dir(folder(&location)).expect("a folder").count(), 0);
        Ok(())
    }

    #[test]
    fn the_oldest_go_when_there_is_too_much() -> Result<()> {
        let (_scratch, location) = example();
        for number in 0..6 {
            let mut backups = Backups::new(&location, "revert");
            fs::write(backups.place(&path(b"f"))?, format!("{number}{}", "x".repeat(99))).expect("a file");
        }
        let all = folder(&location);
        let kept = || -> Vec<u8> {
            let listed = list(&location).expect("a list");
            listed.iter().map(|backup| fs::read(&backup.file).expect("a file")[0] - b'0').collect()
        };
        assert_eq!(kept(), [5, 4, 3, 2, 1, 0]);
        prune(&all, 4, MOST_BYTES);
        assert_eq!(kept(), [5, 4, 3, 2]);
        let about = location.root().as_os_str().len() as u64 + 1;
        prune(&all, 4, 3 * (100 + about));
        assert_eq!(kept(), [5, 4, 3]);
        prune(&all, 4, 1);
        assert_eq!(kept(), [5], "the newest stays");
        Ok(())
    }
}
