//! Which contents are texts: what can be annotated and compared line by line. Knows nothing of comparing.

use crate::error::{Explain, Kind};
use crate::ids::{Mode, RepoPath};
use crate::linediff::is_binary;
use crate::objects::{Entry, Objects};

/// Contents of this many bytes and more are not compared line by line.
pub const TOO_LARGE: u64 = 50_000_000;

/// A file has no lines to work with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is a NUL among its first bytes.
    #[error("{0}: binary file")]
    Binary(RepoPath),
    /// It has [`TOO_LARGE`] bytes or more.
    #[error("{path}: file is too large ({size} bytes)")]
    TooLarge {
        /// The file.
        path: RepoPath,
        /// Its size in bytes.
        size: u64,
    },
    /// It is a commit of another repository.
    #[error("{0}: is a submodule")]
    Submodule(RepoPath),
    /// The content could not be read.
    #[error(transparent)]
    Objects(#[from] crate::objects::Error),
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Binary(_) | Self::Submodule(_) => Kind::BinaryFile,
            Self::TooLarge { .. } => Kind::FileTooLarge,
            Self::Objects(error) => error.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Binary(_) => Some(
                "a file with a NUL among its first 8000 bytes is binary and has no lines; its log works".to_owned(),
            ),
            Self::TooLarge { .. } => {
                Some(format!("only files below {} MB are compared line by line", TOO_LARGE / 1_000_000))
            }
            Self::Submodule(_) => Some("open the submodule's own repository".to_owned()),
            Self::Objects(error) => error.hint(),
        }
    }
}

/// The text of a file of some revision (of a symbolic link: its target).
pub fn read(objects: &Objects, path: &RepoPath, entry: Entry) -> Result<Vec<u8>, Error> {
    check_entry(objects, path, entry)?;
    let text = objects.blob(entry.node)?;
    check(path, &text)?;
    Ok(text)
}

/// Whether it may be the text of a file, as far as that shows without reading it.
pub fn check_entry(objects: &Objects, path: &RepoPath, entry: Entry) -> Result<(), Error> {
    if entry.mode == Mode::Submodule {
        return Err(Error::Submodule(path.clone()));
    }
    check_size(path, objects.size(entry.node)?)
}

/// Whether content from elsewhere, such as an open buffer, can be taken for the text of `path`.
pub fn check(path: &RepoPath, content: &[u8]) -> Result<(), Error> {
    check_size(path, content.len() as u64)?;
    if is_binary(content) { Err(Error::Binary(path.clone())) } else { Ok(()) }
}

fn check_size(path: &RepoPath, size: u64) -> Result<(), Error> {
    if size < TOO_LARGE { Ok(()) } else { Err(Error::TooLarge { path: path.clone(), size }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_and_large_contents_are_refused_with_a_hint() -> Result<(), &'static str> {
        let path = RepoPath::new("a b").ok_or("a path")?;
        let refused = |content: &[u8]| {
            check(&path, content).map_err(|error| (error.to_string(), error.kind(), error.hint().is_some()))
        };
        assert_eq!(refused(b"text\n"), Ok(()));
        assert_eq!(refused(b"a\0b"), Err(("a b: binary file".to_owned(), Kind::BinaryFile, true)));
        let large = vec![b'\n'; TOO_LARGE as usize];
        let message = "a b: file is too large (50000000 bytes)".to_owned();
        assert_eq!(refused(&large), Err((message, Kind::FileTooLarge, true)));
        Ok(())
    }
}
