//! Where a repository lies: its working copy, its git folder, and the folder that linked worktrees share.
//! Knows nothing of what is in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Error, trust};

/// The folders of one repository, or of one of its worktrees. Absolute, with symbolic links resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Location {
    /// The working copy; `None` for a bare repository.
    pub workdir: Option<PathBuf>,
    /// `.git`, or what the file `.git` names: of this worktree alone (`HEAD`, `index`, `MERGE_HEAD`).
    pub git_dir: PathBuf,
    /// What all worktrees share (`objects`, `refs`, `config`). The same as `git_dir` for the main worktree.
    pub common_dir: PathBuf,
}

impl Location {
    /// The repository whose working copy holds `path`, a file or folder that need not exist.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or `path` lies inside a git folder; [`Error::Untrusted`] and
    /// [`Error::Unsupported`] as their names say.
    pub fn discover(path: &Path) -> Result<Self, Error> {
        let not_found = || Error::NotFound { path: path.to_owned() };
        let start = path.ancestors().find(|ancestor| ancestor.is_dir()).ok_or_else(not_found)?;
        let start = start.canonicalize().map_err(|source| Error::Io { path: start.to_owned(), source })?;
        // Not `discover`, which forgets from where it was led to a git folder that lies elsewhere.
        let everywhere = std::iter::empty::<&std::ffi::OsStr>;
        let open = || git2::Repository::open_ext(&start, git2::RepositoryOpenFlags::CROSS_FS, everywhere());
        let repository = trust::open(&root_of(&start), open).map_err(|error| {
            // What `safe.directory` must name is absolute.
            let place = if error.code() == git2::ErrorCode::Owner { &start } else { path };
            Self::explain(place, error)
        })?;
        let location = Self::of(&repository)?;
        let inside_git = |folder: &Path| start.starts_with(folder) && location.workdir.is_some();
        if inside_git(&location.git_dir) || inside_git(&location.common_dir) {
            return Err(not_found());
        }
        // `core.worktree` may point elsewhere: then what lies beside `.git` is not the working copy.
        if location.workdir.as_ref().is_some_and(|workdir| !start.starts_with(workdir)) {
            return Err(not_found());
        }
        Ok(location)
    }

    /// The working copy or, of a bare repository, its git folder: what `root` means to clients.
    pub fn root(&self) -> &Path {
        self.workdir.as_deref().unwrap_or(&self.git_dir)
    }

    /// A file for hgls alone, of this worktree: its folder is there, and no other process or thread has the name.
    pub fn scratch_file(&self, name: &str) -> Result<PathBuf, Error> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let folder = self.git_dir.join("hgls");
        fs::create_dir_all(&folder).map_err(|source| Error::Io { path: folder.clone(), source })?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Ok(folder.join(format!("{name}-{}-{number}.tmp", std::process::id())))
    }

    /// The scratch files of that name that are there: of processes at work, and of those that were killed. Ordered.
    pub fn scratch_files(&self, name: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.git_dir.join("hgls")).into_iter().flatten().flatten();
        let is_one =
            |file: &str| file.strip_prefix(name).is_some_and(|rest| rest.starts_with('-') && rest.ends_with(".tmp"));
        let found = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_one)).map(|entry| entry.path());
        let mut found: Vec<PathBuf> = found.collect();
        found.sort();
        found
    }

    /// Removes the files of that name that processes left which were killed. Only for who knows that no other is at work
    /// with one.
    pub fn remove_scratch_files(&self, name: &str) {
        self.scratch_files(name).into_iter().for_each(|file| _ = fs::remove_file(file));
    }

    fn of(repository: &git2::Repository) -> Result<Self, Error> {
        let resolve = |path: &Path| {
            // A folder may be gone by now; then its name is the best there is.
            Ok::<_, Error>(path.canonicalize().unwrap_or_else(|_| path.components().collect()))
        };
        Ok(Self {
            workdir: repository.workdir().map(resolve).transpose()?,
            git_dir: resolve(repository.path())?,
            common_dir: resolve(repository.commondir())?,
        })
    }

    /// libgit2's error on opening `path`, in terms of what the user can do.
    pub(super) fn explain(path: &Path, error: git2::Error) -> Error {
        let path = path.to_owned();
        match error.code() {
            git2::ErrorCode::NotFound => Error::NotFound { path },
            git2::ErrorCode::Owner => Error::Untrusted { path: root_of(&path) },
            _ => {
                let reason = error.message().to_owned();
                // libgit2 has no code of its own for these.
                if ["unsupported", "unknown object format", "not supported"].iter().any(|word| reason.contains(word)) {
                    Error::Unsupported { path, reason }
                } else {
                    Error::Git(error)
                }
            }
        }
    }
}

/// The folder that `safe.directory` must name for `path`: the nearest one above that holds `.git`.
fn root_of(path: &Path) -> PathBuf {
    let path = if path.ends_with(".git") { path.parent().unwrap_or(path) } else { path };
    path.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;

    #[test]
    fn a_repository_is_found_from_anywhere_inside_and_from_nowhere_else() -> Result<(), Error> {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && mkdir -p a/b");
        let root = scratch.path().canonicalize().expect("a folder");
        for inside in ["", "a", "a/b", "a/gone/file.c"] {
            assert_eq!(Location::discover(&root.join(inside))?.workdir.as_deref(), Some(root.as_path()), "{inside}");
        }
        for outside in [".git", ".git/refs/heads", ".git/config", ".."] {
            let found = Location::discover(&root.join(outside));
            assert!(matches!(found, Err(Error::NotFound { .. })), "{outside}: {found:?}");
        }
        Ok(())
    }

    #[test]
    fn worktrees_share_one_folder_and_have_one_of_their_own() -> Result<(), Error> {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && git commit -q --allow-empty -m one && git worktree add -q ../linked");
        let main = Location::discover(scratch.path())?;
        let linked = Location::discover(&scratch.path().join("../linked"))?;
        assert_eq!((&main.git_dir, &linked.common_dir), (&main.common_dir, &main.common_dir));
        assert!(linked.git_dir.ends_with(".git/worktrees/linked") && linked.root().ends_with("linked"));
        Ok(())
    }

    #[test]
    fn a_git_folder_may_lie_elsewhere() -> Result<(), Error> {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main --separate-git-dir=../elsewhere.git . && git commit -q --allow-empty -m one");
        let root = scratch.path().canonicalize().expect("a folder");
        let found = Location::discover(&root.join("a/b"))?;
        assert_eq!(found.workdir.as_deref(), Some(root.as_path()));
        assert!(found.git_dir.ends_with("elsewhere.git"));
        let handle = crate::git::Handle::open(&found)?;
        assert_eq!(handle.repository.workdir().and_then(|path| path.canonicalize().ok()), Some(root));
        Ok(())
    }

    #[test]
    fn a_bare_repository_has_no_working_copy() -> Result<(), Error> {
        let scratch = Scratch::new();
        scratch.sh("git init -q --bare bare.git");
        let bare = Location::discover(&scratch.path().join("bare.git"))?;
        assert_eq!((bare.workdir.as_ref(), bare.root()), (None, bare.git_dir.as_path()));
        Ok(())
    }

    #[test]
    fn formats_that_are_not_read_are_named() {
        for (make, word) in [
            ("git init -q --object-format=sha256 .", "sha256"),
            ("git init -q . && git config core.repositoryFormatVersion 1 && git config extensions.future 1", "future"),
        ] {
            let scratch = Scratch::new();
            scratch.sh(make);
            let found = Location::discover(scratch.path());
            let Err(Error::Unsupported { reason, .. }) = &found else { panic!("{make}: {found:?}") };
            assert!(reason.contains(word), "{reason}");
        }
    }
}
