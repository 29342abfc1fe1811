//! git's own view of a repository: where it lies, its references, index, configuration, filters and working copy.
//!
//! The only place that names git2 (libgit2). It knows nothing of revision numbers, of the store, or of Mercurial. What
//! writes is apart from what reads: `lock`, `edit_index`, `write`, `move_refs`, `merge_state`; so is what a commit needs
//! beside: `message`, `identity`, and the programs that git would run, `hooks`, `sign`.

mod binary;
mod branches;
mod checkout;
mod clock;
mod convert;
mod edit_index;
mod filters;
mod hook_index;
pub mod hooks;
mod identity;
mod ignore;
mod ignore_revs;
mod index;
pub mod journal;
mod kept;
mod kept_refs;
mod location;
mod lock;
mod merge_driver;
pub mod merge_state;
mod merge_text;
pub mod message;
mod move_refs;
mod names;
mod notes;
mod prepared_index;
mod programs;
mod published;
mod refs;
mod rename_branch;
mod scan;
mod settings;
pub mod sign;
pub mod small;
mod smudge;
mod spelling;
mod state;
#[cfg(test)]
pub(crate) mod testing;
mod trust;
mod working;
mod write;

pub use binary::binary_patch;
pub use branches::init;
pub use checkout::Checkout;
pub use clock::seconds_west;
pub use convert::{Conversion, Failure as ConversionFailure};
pub use edit_index::IndexEdit;
pub use filters::file_node;
pub(crate) use filters::native;
pub use hook_index::HookIndex;
pub use identity::Identity;
pub use ignore::Rules as IgnoreRules;
pub use index::{Index, Tracked};
pub use kept::KeptIndex;
pub use kept_refs::KeptRefs;
pub use location::Location;
pub use lock::{Holder, LockFile};
pub use merge_text::{Favor, Labels, MergedText, Texts};
pub use move_refs::{LockedRefs, LogEntry, Move, Value};
pub use notes::{CarriedNotes, Combine, NotesChoice};
pub use prepared_index::{PreparedIndex, PublishedIndex};
pub use published::{Publication, Published, PublishedParts};
pub use refs::{Head, NamedRef, Refs};
pub use rename_branch::BranchRename;
pub use scan::{Child, Found, Scan, Scope, Unknown, Wanted, children, scan};
pub use settings::{AutoCrlf, Settings};
pub use spelling::spellings;
pub use state::Operation;
pub use working::{WorkingCopy, WorkingFile};
pub use write::TreeEdits;

use std::cell::{Cell, OnceCell};
use std::path::PathBuf;
use std::sync::Arc;

use bstr::BString;

use crate::cancel::{Cancel, Cancelled};
use crate::error::{Explain, Kind};
use crate::ids::RepoPath;

/// What can go wrong when git's files are read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No repository here or above, or a place inside `.git`.
    #[error("no repository found in '{}'", path.display())]
    NotFound {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The repository belongs to someone else; reading its configuration could run programs of theirs.
    #[error("repository '{}' is owned by another user", path.display())]
    Untrusted {
        /// The working copy or, of a bare repository, its folder.
        path: PathBuf,
    },
    /// A format or an extension that is not read.
    #[error("repository '{}' uses a format that hgls does not read: {reason}", path.display())]
    Unsupported {
        /// The working copy or the git folder.
        path: PathBuf,
        /// Which.
        reason: String,
    },
    /// An index in a form that is not read.
    #[error("'{}' is {what}, which hgls does not read", path.display())]
    Index {
        /// The index.
        path: PathBuf,
        /// Which form.
        what: String,
        /// The command that brings it into another one.
        remedy: &'static str,
    },
    /// There is no working copy to look at.
    #[error("repository '{}' has no working copy", path.display())]
    Bare {
        /// The repository.
        path: PathBuf,
    },
    /// A file of the repository or the working copy could not be read or written.
    #[error("{}: '{}'", reason(source), path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the repository makes no sense.
    #[error("'{}' is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// A file of the working copy has no form in which it could be committed.
    #[error("{path}: {failure}")]
    Conversion {
        /// The file.
        path: RepoPath,
        /// What stands in the way.
        failure: convert::Failure,
    },
    /// A file has to go through a program that the repository's configuration names, and such do not run.
    #[error("{path}: filter '{driver}' may not run: the repository is not trusted")]
    FilterNotAllowed {
        /// The file.
        path: RepoPath,
        /// The filter's name in the configuration.
        driver: String,
    },
    /// A path that git does not have, as it leads into `.git` on some file system.
    #[error("path contains illegal component: {path}")]
    IllegalPath {
        /// The path.
        path: RepoPath,
    },
    /// Something stands in the working copy where a file is to be written.
    #[error("{path}: {obstacle}")]
    InTheWay {
        /// The file that cannot be written.
        path: RepoPath,
        /// What stands there, a phrase.
        obstacle: &'static str,
    },
    /// Another program holds a lock.
    #[error("repository is locked: '{}' is {holder}", path.display())]
    Locked {
        /// The lock.
        path: PathBuf,
        /// What is known of who holds it.
        holder: Box<Holder>,
    },
    /// A reference is no longer what was read.
    #[error("'{name}' was moved by another program")]
    Moved {
        /// Its full name.
        name: String,
    },
    /// A reference's name is not UTF-8, which libgit2 cannot write.
    #[error("the name '{name}' is not UTF-8")]
    NotText {
        /// The name.
        name: BString,
    },
    /// The work was cancelled while a program ran.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// Anything else that libgit2 reports.
    #[error("git: {}", .0.message())]
    Git(#[from] git2::Error),
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound { .. } => Kind::NotInRepository,
            Self::Untrusted { .. } => Kind::UntrustedRepository,
            Self::Unsupported { .. } | Self::Index { .. } | Self::Bare { .. } => Kind::UnsupportedRepository,
            Self::Io { .. } => Kind::Io,
            Self::FilterNotAllowed { .. } => Kind::UntrustedRepository,
            Self::InTheWay { .. } | Self::IllegalPath { .. } => Kind::InvalidArgument,
            Self::Locked { .. } => Kind::RepositoryLocked,
            Self::Moved { .. } => Kind::RepositoryChanged,
            Self::NotText { .. } => Kind::UnsupportedRepository,
            Self::Cancelled(cancelled) => cancelled.kind(),
            Self::Damaged { .. } => Kind::CorruptObject,
            Self::Conversion { failure, .. } => match failure {
                convert::Failure::UnknownEncoding(_) => Kind::UnsupportedRepository,
                convert::Failure::NotInEncoding(_) => Kind::InvalidArgument,
                convert::Failure::Filter { .. } => Kind::HookFailed,
            },
            Self::Git(error) => match (error.code(), error.class()) {
                (git2::ErrorCode::Locked | git2::ErrorCode::Modified, _) => Kind::RepositoryLocked,
                (git2::ErrorCode::Owner, _) => Kind::UntrustedRepository,
                (git2::ErrorCode::NotFound, git2::ErrorClass::Odb) => Kind::MissingObject,
                (_, git2::ErrorClass::Odb | git2::ErrorClass::Object | git2::ErrorClass::Zlib) => Kind::CorruptObject,
                // A file of git's that makes no sense, such as a `HEAD` or `.git` of garbage.
                (
                    git2::ErrorCode::GenericError,
                    git2::ErrorClass::Repository
                    | git2::ErrorClass::Reference
                    | git2::ErrorClass::Config
                    | git2::ErrorClass::Index,
                ) => Kind::CorruptObject,
                (_, git2::ErrorClass::Os | git2::ErrorClass::Filesystem) => Kind::Io,
                _ => Kind::Internal,
            },
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { .. } => Some("open a file inside the working copy of a git repository".to_owned()),
            Self::Untrusted { path } => {
                Some(format!("if you trust its owner: git config --global --add safe.directory '{}'", path.display()))
            }
            Self::Unsupported { .. } => Some(
                "hgls reads SHA-1 repositories with references in files; 'git config -l --local' \
                 lists the extensions in use"
                    .to_owned(),
            ),
            Self::Index { remedy, .. } => Some(format!("'{remedy}' writes one that every program reads")),
            Self::Bare { .. } => Some("it is a bare one: name the revisions to compare".to_owned()),
            Self::Git(_) if self.kind() == Kind::CorruptObject => Some("'git fsck' tells more".to_owned()),
            Self::Damaged { .. } => Some("'git fsck' and 'git status' tell more".to_owned()),
            Self::Locked { path, holder } if holder.alive != Some(true) => {
                Some(format!("if no program works in the repository any more, remove '{}'", path.display()))
            }
            Self::Locked { .. } => Some("wait until it is done, and try again".to_owned()),
            Self::Moved { .. } => Some("look at the repository again, and try again".to_owned()),
            Self::Conversion { .. } => Some("see the attributes of the file: git check-attr -a FILE".to_owned()),
            Self::FilterNotAllowed { .. } => Some("trust the workspace to let its filters run".to_owned()),
            Self::InTheWay { .. } => Some("move it away and try again".to_owned()),
            Self::Io { .. } | Self::IllegalPath { .. } | Self::NotText { .. } | Self::Cancelled(_) | Self::Git(_) => {
                None
            }
        }
    }
}

/// What the system says, without its number.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error ").map_or(text.as_str(), |(reason, _)| reason).to_owned()
}

impl Error {
    /// The lock at `path` is held.
    fn locked(path: PathBuf) -> Self {
        let holder = Box::new(Holder::of(&path));
        Self::Locked { path, holder }
    }
}

/// An open repository, for one thread at a time. Opening reads the configuration and little else. The index and the
/// settings of a handle are those of when they were first asked for.
pub struct Handle {
    repository: git2::Repository,
    git_dir: PathBuf,
    /// Whether programs that the configuration names may run.
    programs: bool,
    /// Ends those.
    cancel: Cancel,
    /// Whether one core has to do.
    unhurried: bool,
    kept: Arc<KeptIndex>,
    index: OnceCell<Arc<Index>>,
    settings: OnceCell<Settings>,
    /// Whether libgit2 has what it needs of the index.
    lent: Cell<bool>,
}

impl Handle {
    /// Opens the repository at a place that was found before.
    pub fn open(location: &Location) -> Result<Self, Error> {
        let repository = trust::open(location.root(), || git2::Repository::open(&location.git_dir));
        let repository = repository.map_err(|error| Location::explain(&location.git_dir, error))?;
        // A git folder that lies elsewhere does not know its working copy.
        if let Some(workdir) = &location.workdir
            && repository.workdir().is_none_or(|known| known.components().ne(workdir.components()))
        {
            repository.set_workdir(workdir, false)?;
        }
        let (index, settings, lent) = (OnceCell::new(), OnceCell::new(), Cell::new(false));
        Ok(Self {
            repository,
            git_dir: location.git_dir.clone(),
            programs: false,
            cancel: Cancel::new(),
            unhurried: false,
            kept: Arc::default(),
            index,
            settings,
            lent,
        })
    }

    /// Reads the index by way of what earlier handles of the same worktree read.
    pub fn share_index(&mut self, kept: &Arc<KeptIndex>) {
        self.kept = Arc::clone(kept);
    }

    /// The index. One that does not exist is empty.
    ///
    /// # Errors
    /// Those of [`Index::read`].
    pub fn index(&self) -> Result<&Index, Error> {
        if let Some(index) = self.index.get() {
            return Ok(index);
        }
        let index = self.kept.get(&self.git_dir)?;
        Ok(self.index.get_or_init(|| index))
    }

    /// The configuration, as far as it decides how the working copy is read.
    pub fn settings(&self) -> Result<&Settings, Error> {
        if let Some(settings) = self.settings.get() {
            return Ok(settings);
        }
        let settings = self.read_settings()?;
        Ok(self.settings.get_or_init(|| settings))
    }

    /// From now on filters that the configuration names may run: the user trusts the repository's content.
    pub fn allow_programs(&mut self) {
        self.programs = true;
    }

    /// From now on filters that run are ended when this is tripped.
    pub fn cancelled_by(&mut self, cancel: &Cancel) {
        self.cancel = cancel.clone();
    }

    /// From now on one core has to do for looking at the working copy: nobody waits for it, and others may need the rest.
    pub fn take_time(&mut self) {
        self.unhurried = true;
    }

    /// The names of the configured remotes, in no order; none when the configuration cannot be read.
    pub fn remotes(&self) -> Vec<String> {
        let names = self.repository.remotes();
        names.map(|names| names.iter().flatten().flatten().map(str::to_owned).collect()).unwrap_or_default()
    }
}
