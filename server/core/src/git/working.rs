//! Files of the working copy in the form in which they would be committed. Knows one file at a time, and nothing of
//! folders or changesets.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use bstr::ByteVec as _;

use super::filters::native;
use super::settings::Settings;
use super::{Error, Handle, Location};
use crate::ids::{Mode, RepoPath};

/// A file of the working copy, or the text of an editor in its place, as a commit would record it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingFile {
    /// What it is. Never a submodule.
    pub mode: Mode,
    /// Its content after conversions; of a link its target.
    pub content: Vec<u8>,
}

/// Reads files of one working copy.
pub struct WorkingCopy<'a> {
    handle: &'a Handle,
    root: Option<&'a Path>,
    settings: &'a Settings,
}

impl<'a> WorkingCopy<'a> {
    /// The working copy as it is configured now. A bare repository has an empty one.
    pub fn new(handle: &'a Handle, location: &'a Location) -> Result<Self, Error> {
        let settings = handle.settings()?;
        Ok(Self { handle, root: location.workdir.as_deref(), settings })
    }

    /// The file at `path`; `None` when there is none: nothing, a folder, or something behind a symbolic link.
    pub fn read(&self, path: &RepoPath) -> Result<Option<WorkingFile>, Error> {
        let Some((absolute, metadata)) = self.look(path)? else { return Ok(None) };
        self.read_file(path, &absolute, &metadata)
    }

    fn read_file(&self, path: &RepoPath, place: &Path, metadata: &Metadata) -> Result<Option<WorkingFile>, Error> {
        if !metadata.is_file() && !metadata.is_symlink() {
            return Ok(None);
        }
        let unreadable = |source| Error::Io { path: place.to_owned(), source };
        let content = match raw(place, metadata) {
            Ok(content) => content,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        // What is recorded matters only where the file system cannot tell.
        let recorded = if self.settings.symlinks && self.settings.file_mode {
            None
        } else {
            self.handle.index()?.find(path).first().map(|tracked| tracked.entry.mode)
        };
        let mode = mode(recorded, metadata, self.settings);
        let content = if mode == Mode::Symlink { content } else { self.as_committed(path, &content)? };
        Ok(Some(WorkingFile { mode, content }))
    }

    /// The file at `place`, anywhere, as it would be committed at `path`; `None` when there is none.
    pub fn read_at(&self, path: &RepoPath, place: &Path) -> Result<Option<WorkingFile>, Error> {
        match fs::symlink_metadata(place) {
            Ok(metadata) => self.read_file(path, place, &metadata),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::Io { path: place.to_owned(), source }),
        }
    }

    /// `content` as it would be committed at `path`: what an editor holds, say.
    pub fn as_committed(&self, path: &RepoPath, content: &[u8]) -> Result<Vec<u8>, Error> {
        let staged = || self.handle.index().ok()?.staged(path);
        Ok(self.handle.clean(path, content, self.settings, staged)?.into_owned())
    }

    /// How many bytes the file at `path` has on disk; `None` as for [`WorkingCopy::read`].
    pub fn size(&self, path: &RepoPath) -> Result<Option<u64>, Error> {
        Ok(self.look(path)?.map(|(_, metadata)| metadata.len()))
    }

    /// Whether anything is at `path`, be it a folder.
    pub fn exists(&self, path: &RepoPath) -> Result<bool, Error> {
        Ok(self.look(path)?.is_some())
    }

    /// Whether there is a symbolic link at `path`: what an editor shows for it is another file.
    pub fn is_link(&self, path: &RepoPath) -> Result<bool, Error> {
        Ok(self.look(path)?.is_some_and(|(_, metadata)| metadata.is_symlink()))
    }

    /// What is at `path`, unless a folder above it is none.
    fn look(&self, path: &RepoPath) -> Result<Option<(PathBuf, Metadata)>, Error> {
        let Some(root) = self.root else { return Ok(None) };
        let mut absolute = root.to_owned();
        let mut found = None;
        for component in path.split(|byte| *byte == b'/') {
            if found.as_ref().is_some_and(|above: &Metadata| !above.is_dir()) {
                return Ok(None);
            }
            absolute.push(native(component));
            match fs::symlink_metadata(&absolute) {
                Ok(metadata) => found = Some(metadata),
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                Err(source) => return Err(Error::Io { path: absolute, source }),
            }
        }
        Ok(found.map(|metadata| (absolute, metadata)))
    }
}

/// The bytes of a file; of a link its target.
pub(super) fn raw(path: &Path, metadata: &Metadata) -> io::Result<Vec<u8>> {
    if metadata.is_symlink() {
        fs::read_link(path).map(Vec::from_path_buf).map(|target| target.unwrap_or_else(lossy))
    } else {
        fs::read(path)
    }
}

/// Only where paths are not bytes, and this one is no text.
fn lossy(path: PathBuf) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

/// The mode that a commit would record for a file or a link. Where the file system cannot say it is what is `recorded`.
pub(super) fn mode(recorded: Option<Mode>, metadata: &Metadata, settings: &Settings) -> Mode {
    if metadata.is_symlink() {
        return Mode::Symlink;
    }
    match recorded {
        Some(Mode::Symlink) if !settings.symlinks => Mode::Symlink,
        Some(Mode::Executable) if !settings.file_mode => Mode::Executable,
        _ if settings.file_mode && is_executable(metadata) => Mode::Executable,
        _ => Mode::File,
    }
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_metadata: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;

    fn read(scratch: &Scratch, path: &str) -> Option<(Mode, String)> {
        let location = Location::discover(scratch.path()).expect("a repository");
        let handle = Handle::open(&location).expect("open");
        let copy = WorkingCopy::new(&handle, &location).expect("a working copy");
        let file = copy.read(&RepoPath::new(path).expect("a path")).expect("no failure")?;
        Some((file.mode, String::from_utf8(file.content).expect("text")))
    }

    #[test]
    fn files_are_read_as_they_would_be_committed() {
        let scratch = Scratch::new();
        scratch.sh(
            "git init -q . && git config core.autocrlf true && printf 'a\\r\\n' > a && cp a x && chmod +x x && ln -s a l
             mkdir d && echo 1 > d/f && ln -s d ld",
        );
        assert_eq!(read(&scratch, "a"), Some((Mode::File, "a\n".to_owned())));
        assert_eq!(read(&scratch, "x"), Some((Mode::Executable, "a\n".to_owned())));
        assert_eq!(read(&scratch, "l"), Some((Mode::Symlink, "a".to_owned())));
        assert_eq!(read(&scratch, "d/f"), Some((Mode::File, "1\n".to_owned())));
        for none in ["d", "gone", "ld/f", "a/b"] {
            assert_eq!(read(&scratch, none), None, "{none}");
        }
    }

    #[test]
    fn modes_come_from_the_index_where_files_have_none() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && printf target > l && touch x && git add . && git update-index --chmod=+x x
             git update-index --cacheinfo 120000,$(git hash-object l),l
             git config core.fileMode false && git config core.symlinks false");
        assert_eq!(read(&scratch, "l"), Some((Mode::Symlink, "target".to_owned())));
        assert_eq!(read(&scratch, "x"), Some((Mode::Executable, String::new())));
    }
}
