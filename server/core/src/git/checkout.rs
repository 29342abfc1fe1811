//! Files of the working copy, put in place and taken away: each in one step, with whatever stood there before still at
//! hand afterwards. Knows paths, modes and bytes; not why, nor what is worth keeping.
//!
//! Where the system can exchange two names, the file that is replaced is the very one that stood there in that moment,
//! so that not even what another program wrote just before is lost.

use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use bstr::ByteVec as _;

use super::filters::native;
use super::names::is_refused;
use super::settings::Settings;
use super::{Error, Handle, Location, working};
use crate::ids::{FileNode, Mode, RepoPath};

/// Writes into one working copy.
pub struct Checkout<'a> {
    handle: &'a Handle,
    root: &'a Path,
    settings: &'a Settings,
}

impl<'a> Checkout<'a> {
    /// The working copy as it is configured now.
    ///
    /// # Errors
    /// [`Error::Bare`] when there is none.
    pub fn new(handle: &'a Handle, location: &'a Location) -> Result<Self, Error> {
        let Some(root) = location.workdir.as_deref() else {
            return Err(Error::Bare { path: location.git_dir.clone() });
        };
        Ok(Self { handle, root, settings: handle.settings()? })
    }

    /// Refuses a path at which git has nothing, whoever committed it: to write there could be to write into `.git`.
    ///
    /// # Errors
    /// [`Error::IllegalPath`].
    pub fn may_have(&self, path: &RepoPath, mode: Mode) -> Result<(), Error> {
        if is_refused(path, mode, self.settings.protect_hfs) {
            return Err(Error::IllegalPath { path: path.clone() });
        }
        Ok(())
    }

    /// The bytes that a file gets for what is committed at `path`.
    pub fn content(&self, path: &RepoPath, mode: Mode, blob: &[u8], node: FileNode) -> Result<Vec<u8>, Error> {
        if mode == Mode::Symlink {
            return Ok(blob.to_owned());
        }
        Ok(self.handle.smudge(path, blob, node, self.settings)?.into_owned())
    }

    /// Where `path` is.
    pub fn place(&self, path: &RepoPath) -> PathBuf {
        self.root.join(native(path))
    }

    /// What is at `path`; `None` for nothing, and for what lies behind a symbolic link.
    pub fn look(&self, path: &RepoPath) -> Result<Option<Metadata>, Error> {
        if self.obstacle_above(path)?.is_some() {
            return Ok(None);
        }
        let place = self.place(path);
        match fs::symlink_metadata(&place) {
            Ok(metadata) => Ok(Some(metadata)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(source) => Err(Error::Io { path: place, source }),
        }
    }

    /// The folder above `path` in whose place something else is.
    pub fn obstacle_above(&self, path: &RepoPath) -> Result<Option<RepoPath>, Error> {
        let folders: Vec<RepoPath> = std::iter::successors(path.parent(), RepoPath::parent).collect();
        for folder in folders.into_iter().rev() {
            let place = self.place(&folder);
            match fs::symlink_metadata(&place) {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => return Ok(Some(folder)),
                Err(error) if is_absent(&error) => return Ok(None),
                Err(source) => return Err(Error::Io { path: place, source }),
            }
        }
        Ok(None)
    }

    /// Files and links below the folder at `path`, however deep; of a repository there its folder.
    pub fn files_below(&self, path: &RepoPath) -> Result<Vec<RepoPath>, Error> {
        let mut files = Vec::new();
        let mut waiting = vec![path.clone()];
        while let Some(folder) = waiting.pop() {
            let place = self.place(&folder);
            if place.join(".git").exists() {
                files.push(folder);
                continue;
            }
            let failed = |source| Error::Io { path: place.clone(), source };
            for entry in fs::read_dir(&place).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let name = Vec::from_path_buf(PathBuf::from(entry.file_name())).unwrap_or_default();
                let Some(path) = folder.join(&name) else { continue };
                let is_folder = entry.file_type().map_err(failed)?.is_dir();
                if is_folder { waiting.push(path) } else { files.push(path) }
            }
        }
        Ok(files)
    }

    /// A file or link, wherever it is, as it lies there.
    pub fn raw_at(&self, place: &Path) -> Result<(Mode, Vec<u8>), Error> {
        let failed = |source| Error::Io { path: place.to_owned(), source };
        let metadata = fs::symlink_metadata(place).map_err(failed)?;
        Ok((working::mode(None, &metadata, self.settings), working::raw(place, &metadata).map_err(failed)?))
    }

    /// Puts a file at `path`, in folders that are made where they are missing. What stood there is then at `aside`,
    /// where nothing may be before and which is best on the same file system; gives whether there was something, and
    /// the new file, if nobody has taken it away again.
    ///
    /// # Errors
    /// [`Error::InTheWay`] when a folder is at `path`, other than an empty one, or something other than a folder above;
    /// [`Error::IllegalPath`].
    pub fn put(
        &self,
        path: &RepoPath,
        mode: Mode,
        content: &[u8],
        aside: &Path,
    ) -> Result<(bool, Option<Metadata>), Error> {
        self.may_have(path, mode)?;
        self.make_folders(path)?;
        let place = self.place(path);
        if fs::symlink_metadata(&place).is_ok_and(|metadata| metadata.is_dir()) && fs::remove_dir(&place).is_err() {
            return Err(Error::InTheWay { path: path.clone(), obstacle: "a folder is in its place" });
        }
        let failed = |source| Error::Io { path: place.clone(), source };
        self.write(aside, mode, content).map_err(|source| Error::Io { path: aside.to_owned(), source })?;
        let replaced = swap(aside, &place).or_else(|error| match error.kind() {
            _ if is_beyond_exchange(&error) => {
                fs::remove_file(aside)?;
                self.replace(&place, mode, content, aside)
            }
            _ => {
                _ = fs::remove_file(aside);
                Err(error)
            }
        });
        let replaced = replaced.map_err(failed)?;
        Ok((replaced, fs::symlink_metadata(&place).ok()))
    }

    /// Takes the file at `path` away, and the folders that are empty then. It is then at `aside`; gives whether there
    /// was one. A folder is none.
    pub fn take(&self, path: &RepoPath, aside: &Path) -> Result<bool, Error> {
        self.may_have(path, Mode::File)?;
        let place = self.place(path);
        match self.look(path)? {
            None => return Ok(false),
            Some(metadata) if metadata.is_dir() => return Ok(false),
            Some(_) => {}
        }
        let moved = fs::rename(&place, aside).or_else(|error| match error.kind() {
            ErrorKind::CrossesDevices => copy(&place, aside).and_then(|()| fs::remove_file(&place)),
            _ => Err(error),
        });
        match moved {
            Ok(()) => {}
            Err(error) if is_absent(&error) => return Ok(false),
            Err(source) => return Err(Error::Io { path: place, source }),
        }
        self.remove_empty_folders(path);
        Ok(true)
    }

    /// Makes the empty folder that stands for a submodule which is not checked out. Something else in its place stays.
    pub fn make_submodule(&self, path: &RepoPath) -> Result<(), Error> {
        self.may_have(path, Mode::Submodule)?;
        self.make_folders(path)?;
        _ = fs::create_dir(self.place(path));
        Ok(())
    }

    /// Removes the folder of a submodule, as far as it is empty, and those above.
    pub fn remove_submodule(&self, path: &RepoPath) {
        if fs::remove_dir(self.place(path)).is_ok() {
            self.remove_empty_folders(path);
        }
    }

    /// Removes the folders above `path` that are empty.
    pub fn remove_empty_folders(&self, path: &RepoPath) {
        for folder in std::iter::successors(path.parent(), RepoPath::parent) {
            if fs::remove_dir(self.place(&folder)).is_err() {
                return;
            }
        }
    }

    fn make_folders(&self, path: &RepoPath) -> Result<(), Error> {
        if self.obstacle_above(path)?.is_some() {
            return Err(Error::InTheWay { path: path.clone(), obstacle: "a folder above it is a file" });
        }
        let Some(folder) = path.parent() else { return Ok(()) };
        let place = self.place(&folder);
        fs::create_dir_all(&place).map_err(|source| Error::Io { path: place, source })
    }

    /// A new file or link; nothing may be there.
    fn write(&self, place: &Path, mode: Mode, content: &[u8]) -> io::Result<()> {
        if mode == Mode::Symlink && self.settings.symlinks {
            return link(content, place);
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        if mode == Mode::Executable {
            executable(&mut options);
        }
        let mut file = options.open(place)?;
        file.write_all(content).inspect_err(|_| _ = fs::remove_file(place))
    }

    /// Where names cannot be exchanged: a copy of what is there, then the new file over it. Between the two another
    /// program's change could be lost.
    fn replace(&self, place: &Path, mode: Mode, content: &[u8], aside: &Path) -> io::Result<bool> {
        let there = match fs::hard_link(place, aside).or_else(|_| copy(place, aside)) {
            Ok(()) => true,
            Err(error) if is_absent(&error) => false,
            Err(error) => return Err(error),
        };
        let mut new = place.as_os_str().to_owned();
        new.push(format!(".hgls-{}", std::process::id()));
        let new = PathBuf::from(new);
        self.write(&new, mode, content)?;
        fs::rename(&new, place).inspect_err(|_| _ = fs::remove_file(&new))?;
        Ok(there)
    }
}

/// Puts `new` at `place`, and what was there at `new`. Gives whether something was.
fn swap(new: &Path, place: &Path) -> io::Result<bool> {
    // Whoever makes and removes the file in turns, as fast as that, is not worth a third attempt.
    for _ in 0..2 {
        // In this order whoever watches the folder sees the old file go and the new one come. The other way about the file
        // would be gone for them, and editors would not load it again.
        match exchange(place, new) {
            Ok(()) => return Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        match fs::hard_link(new, place) {
            Ok(()) => return fs::remove_file(new).map(|()| false),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("another program changes it at this moment"))
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(one: &Path, two: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, two, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_one: &Path, _two: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Whether the file system, or a border between two of them, stands in the way of exchanging or linking.
fn is_beyond_exchange(error: &io::Error) -> bool {
    let kinds =
        [ErrorKind::CrossesDevices, ErrorKind::Unsupported, ErrorKind::InvalidInput, ErrorKind::PermissionDenied];
    kinds.contains(&error.kind())
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// A copy of a file or of a link itself, with its permissions.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if fs::symlink_metadata(from)?.is_symlink() {
        let target = Vec::from_path_buf(fs::read_link(from)?).unwrap_or_default();
        return link(&target, to);
    }
    fs::copy(from, to).map(drop)
}

#[cfg(unix)]
fn link(target: &[u8], place: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(native(target), place)
}

#[cfg(not(unix))]
fn link(target: &[u8], place: &Path) -> io::Result<()> {
    fs::write(place, target)
}

#[cfg(unix)]
fn executable(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o777);
}

#[cfg(not(unix))]
fn executable(_options: &mut OpenOptions) {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;

    struct Place {
        scratch: Scratch,
        location: Location,
        handle: Handle,
        aside: PathBuf,
    }

    impl Place {
        fn new() -> Self {
            let scratch = Scratch::new();
            scratch.sh("git init -q .");
            let location = Location::discover(scratch.path()).expect("a repository");
            let handle = Handle::open(&location).expect("open");
            Self { aside: location.git_dir.join("aside"), scratch, location, handle }
        }

        fn put(&self, path: &str, mode: Mode, content: &str) -> Result<bool, Error> {
            let checkout = Checkout::new(&self.handle, &self.location)?;
            checkout.put(&path_of(path), mode, content.as_bytes(), &self.aside).map(|(replaced, _)| replaced)
        }

        fn take(&self, path: &str) -> Result<bool, Error> {
            Checkout::new(&self.handle, &self.location)?.take(&path_of(path), &self.aside)
        }

        /// What was replaced; it is gone then.
        fn aside(&self) -> String {
            let aside = fs::read_to_string(&self.aside).expect("what was replaced");
            fs::remove_file(&self.aside).expect("removed");
            aside
        }

        fn listed(&self) -> String {
            self.scratch
                .sh("find . -path ./.git -prune -o -print | sort | xargs ls -ld | cut -c 1,4,10-11 | tr -d '\\n '")
        }
    }

    fn path_of(path: &str) -> RepoPath {
        RepoPath::new(path).expect("a path")
    }

    #[test]
    fn files_are_replaced_and_what_was_there_is_kept() -> Result<(), Error> {
        let place = Place::new();
        assert!(!place.put("a/b/c", Mode::File, "one")?);
        assert!(!place.aside.exists());
        assert!(place.put("a/b/c", Mode::Executable, "two")?);
        assert_eq!(place.aside(), "one");
        let run = place.scratch.path().join("a/b/c");
        assert!(
            crate::git::working::mode(None, &fs::metadata(&run).expect("a file"), place.handle.settings()?)
                == Mode::Executable
        );
        assert!(place.put("a/b/c", Mode::Symlink, "target")?);
        assert_eq!((place.aside(), fs::read_link(&run).expect("a link")), ("two".to_owned(), "target".into()));
        assert!(place.put("a/b/c", Mode::File, "three")?);
        assert_eq!(fs::read_link(&place.aside).expect("a link"), Path::new("target"));
        fs::remove_file(&place.aside).expect("removed");
        assert!(place.take("a/b/c")? && !place.take("a/b/c")?);
        assert_eq!(place.aside(), "three");
        assert!(!place.scratch.path().join("a").exists(), "{}", place.listed());
        Ok(())
    }

    #[test]
    fn folders_stay_while_there_is_something_in_them() -> Result<(), Error> {
        let place = Place::new();
        place.put("a/b/c", Mode::File, "one")?;
        place.put("a/d", Mode::File, "two")?;
        assert!(place.take("a/b/c")?);
        place.aside();
        assert!(place.scratch.path().join("a/d").exists() && !place.scratch.path().join("a/b").exists());
        assert!(!place.take("a")?, "a folder is no file");
        Ok(())
    }

    #[test]
    fn nothing_is_written_behind_links_or_over_folders() -> Result<(), Error> {
        let place = Place::new();
        place
            .scratch
            .sh("mkdir ../outside real full empty && touch full/f ../outside/f && ln -s ../outside link && touch file");
        for blocked in ["link/f", "file/f", "full"] {
            let error = place.put(blocked, Mode::File, "no");
            assert!(matches!(error, Err(Error::InTheWay { .. })), "{blocked}: {error:?}");
        }
        assert!(!place.take("link/f")? && !place.aside.exists());
        assert_eq!(fs::read(place.scratch.path().join("../outside/f")).expect("a file"), b"");
        assert!(!place.put("empty", Mode::File, "yes")?);
        Ok(())
    }

    #[test]
    fn where_names_cannot_be_exchanged_a_copy_is_kept() -> Result<(), Error> {
        let place = Place::new();
        let checkout = Checkout::new(&place.handle, &place.location)?;
        let file = place.scratch.path().join("f");
        for (before, there) in [(None, false), (Some("old"), true)] {
            if let Some(before) = before {
                fs::write(&file, before).expect("a file");
            }
            assert_eq!(checkout.replace(&file, Mode::File, b"new", &place.aside).expect("replaced"), there);
            assert_eq!(fs::read_to_string(&file).expect("a file"), "new");
        }
        assert_eq!(place.aside(), "old");
        assert_eq!(fs::read_dir(place.scratch.path()).expect("a folder").count(), 2, "{}", place.listed());
        Ok(())
    }
}
