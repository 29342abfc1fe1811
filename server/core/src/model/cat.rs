//! The content of one file at one revision, or of one version of a conflict.

use crate::error::{Explain, Kind, Result};
use crate::git::WorkingCopy;
use crate::ids::{Mode, Node, RepoPath};
use crate::linediff::is_binary;
use crate::model::dirstate::{Side, conflict};
use crate::model::manifest::root;
use crate::objects::Entry;
use crate::repository::Moment;

/// A file's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The bytes; of a symbolic link its target.
    pub bytes: Vec<u8>,
    /// What it is. Never a submodule.
    pub mode: Mode,
    /// Whether git takes it for binary.
    pub binary: bool,
}

/// Why there is no content.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The revision has no such file.
    #[error("{path}: no such file in rev {node}")]
    NotInRevision {
        /// The file.
        path: RepoPath,
        /// Short.
        node: String,
    },
    /// The working copy has no such file.
    #[error("{0}: No such file or directory")]
    NotInWorkingCopy(RepoPath),
    /// The file is not in conflict.
    #[error("{0}: not in conflict")]
    NoConflict(RepoPath),
    /// One side of a conflict has no such file: it removed it, or the other one added it.
    #[error("{0}: not on this side of the conflict")]
    NotOnSide(RepoPath),
    /// A submodule's content is in another repository.
    #[error("{0}: is a submodule")]
    Submodule(RepoPath),
    /// More bytes than the caller wants to have.
    #[error("{path}: file is too large: {size} bytes")]
    TooLarge {
        /// The file.
        path: RepoPath,
        /// In bytes.
        size: u64,
    },
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NotInRevision { .. } | Self::NotOnSide(_) => Kind::NotTracked,
            Self::NoConflict(_) => Kind::InvalidArgument,
            Self::NotInWorkingCopy(_) => Kind::FileMissing,
            Self::Submodule(_) => Kind::BinaryFile,
            Self::TooLarge { .. } => Kind::FileTooLarge,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NotInRevision { path, .. } => Some(format!("hg/fileLog tells where {path} is")),
            Self::Submodule(_) => Some("open the submodule as a repository of its own".to_owned()),
            Self::NoConflict(_) => Some("hg/resolveList tells which files are".to_owned()),
            Self::NotInWorkingCopy(_) | Self::NotOnSide(_) | Self::TooLarge { .. } => None,
        }
    }
}

/// The content of `path` at a changeset; for [`Node::WDIR`] of the working copy's file, as it would be committed.
///
/// # Errors
/// As [`enum@Error`] says; with more than `most` bytes [`Error::TooLarge`], before anything is read.
pub fn cat(moment: &Moment, node: Node, path: &RepoPath, most: u64) -> Result<Content> {
    if node == Node::WDIR {
        let copy = WorkingCopy::new(&moment.git, &moment.location)?;
        let missing = || Error::NotInWorkingCopy(path.clone());
        let size = copy.size(path)?.ok_or_else(missing)?;
        if size > most {
            return Err(Error::TooLarge { path: path.clone(), size }.into());
        }
        let file = copy.read(path)?.ok_or_else(missing)?;
        return Ok(Content { binary: is_binary(&file.content), bytes: file.content, mode: file.mode });
    }
    let missing = || Error::NotInRevision { path: path.clone(), node: node.short() };
    let root = root(moment, node)?.ok_or_else(missing)?;
    let entry = moment.objects.entry(root, path)?.ok_or_else(missing)?;
    committed(moment, path, entry, most)
}

/// One of the versions of `path` that are in conflict.
///
/// # Errors
/// As [`enum@Error`] says; with more than `most` bytes [`Error::TooLarge`], before anything is read.
pub fn cat_conflict(moment: &Moment, path: &RepoPath, side: Side, most: u64) -> Result<Content> {
    let sides = conflict(moment, path)?.ok_or_else(|| Error::NoConflict(path.clone()))?;
    let entry = sides.get(side).ok_or_else(|| Error::NotOnSide(path.clone()))?;
    committed(moment, path, entry, most)
}

fn committed(moment: &Moment, path: &RepoPath, Entry { node, mode }: Entry, most: u64) -> Result<Content> {
    if mode == Mode::Submodule {
        return Err(Error::Submodule(path.clone()).into());
    }
    let size = moment.objects.size(node)?;
    if size > most {
        return Err(Error::TooLarge { path: path.clone(), size }.into());
    }
    let bytes = moment.objects.blob(node)?;
    Ok(Content { binary: is_binary(&bytes), bytes, mode })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;
    use crate::model::testing::snapshot_of;

    #[test]
    fn content_is_given_as_it_is_committed() -> Result<()> {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && git config core.autocrlf true && printf 'a\\r\\n' > f && printf '\\0' > b
             ln -s f l && git add . 2>&1 && git update-index --add --cacheinfo 160000,$(printf 1%.0s $(seq 40)),sub
             git commit -qm 1 && printf 'b\\r\\n' > f");
        let snapshot = snapshot_of(&scratch);
        let head = scratch.node("HEAD");
        let of = |node, path| cat(&snapshot, node, &RepoPath::new(path).expect("a path"), 100);
        let content = |bytes: &[u8], mode, binary| Content { bytes: bytes.to_vec(), mode, binary };
        assert_eq!(of(head, "f")?, content(b"a\n", Mode::File, false));
        assert_eq!(of(Node::WDIR, "f")?, content(b"b\n", Mode::File, false));
        assert_eq!(of(head, "b")?, content(b"\0", Mode::File, true));
        assert_eq!(of(head, "l")?, content(b"f", Mode::Symlink, false));
        for (node, path, kind) in [
            (head, "gone", Kind::NotTracked),
            (Node::NULL, "f", Kind::NotTracked),
            (Node::WDIR, "gone", Kind::FileMissing),
            (head, "sub", Kind::BinaryFile),
        ] {
            assert_eq!(of(node, path).map_err(|error| error.kind()), Err(kind), "{path} in {node}");
        }
        let error = cat(&snapshot, head, &RepoPath::new("f").expect("a path"), 1).map_err(|error| error.kind());
        assert_eq!(error, Err(Kind::FileTooLarge));
        Ok(())
    }
}
