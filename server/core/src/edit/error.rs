//! Why an operation is refused, in Mercurial's words where it has some.

use std::path::PathBuf;

use bstr::BString;

use super::Warning;
use crate::error::{Explain, Kind};
use crate::ids::{Node, RepoPath};

/// An operation cannot be done, and nothing was.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No file that was asked for has a change.
    #[error("{}", nothing_changed(*.missing))]
    NothingChanged {
        /// How many tracked files are gone from the working copy.
        missing: usize,
    },
    /// A file that was named is missing from the working copy.
    #[error("{0}: file not found!")]
    FileNotFound(RepoPath),
    /// A file that was named is not tracked.
    #[error("{0}: file not tracked!")]
    NotTracked(RepoPath),
    /// A folder that was named has no change in it.
    #[error("{0}: no match under directory!")]
    NoMatch(RepoPath),
    /// A path that was named is nowhere.
    #[error("{0}: No such file or directory")]
    NoSuchFile(RepoPath),
    /// The message has no text.
    #[error("empty commit message")]
    EmptyMessage,
    /// A user's name cannot be written.
    #[error("username {0:?} contains a newline")]
    UserWithNewline(String),
    /// Nobody said who commits.
    #[error("no username supplied")]
    NoUser,
    /// A date cannot be understood.
    #[error("{0}")]
    Date(String),
    /// A message or a name has characters that the configured encoding lacks.
    #[error("the message or the user's name cannot be written in {0}")]
    Encoding(String),
    /// git's configuration has a value that means nothing.
    #[error("invalid cleanup mode {0}")]
    Cleanup(String),
    /// A merge, as a whole or not at all.
    #[error("cannot partially commit a {0} (do not specify files or patterns)")]
    Partial(&'static str),
    /// A merge has conflicts.
    #[error("unresolved merge conflicts (see 'hg help resolve')")]
    Unresolved,
    /// A merge has files that are not there.
    #[error("cannot commit merge with missing files")]
    MissingInMerge,
    /// What a remote has must not be rewritten.
    #[error("cannot {action} public changesets: {}", node.short())]
    Public {
        /// What was to be done: `amend`.
        action: &'static str,
        /// The changeset.
        node: Node,
    },
    /// Something else was begun and not finished.
    #[error("cannot {action} changesets while {operation}")]
    InTheMiddle {
        /// What was to be done: `amend`.
        action: &'static str,
        /// `merging`.
        operation: &'static str,
    },
    /// There is no changeset to work on.
    #[error("cannot {action} the null revision")]
    Null {
        /// What was to be done: `amend`.
        action: &'static str,
    },
    /// A changeset with more than one parent has not one state before it.
    #[error("cannot {action} merge changeset")]
    OfMerge {
        /// What was to be done: `uncommit`.
        action: &'static str,
    },
    /// The first changeset, with no branch that could be without one.
    #[error("cannot {action} the first changeset while no bookmark is active")]
    OfRoot {
        /// What was to be done: `uncommit`.
        action: &'static str,
    },
    /// A hunk that was chosen is not, or no longer, a difference of the file.
    #[error("{path}: the file has no such change any more (line {})", line + 1)]
    StaleHunk {
        /// The file.
        path: RepoPath,
        /// The line of the working copy where the change should be, from zero.
        line: u32,
    },
    /// Hunks were chosen of something that has none.
    #[error("{0}: cannot choose among the lines of a file that is removed, a link or a submodule")]
    NoHunks(RepoPath),
    /// A file was written again and again while it was read.
    #[error("{0}: the file changes while it is being read")]
    Unsteady(RepoPath),
    /// A program of the repository would have to run, and the user has not said that it may.
    #[error("the repository asks to run {what}, and it is not trusted")]
    Untrusted {
        /// `the hook 'pre-commit'`.
        what: String,
    },
    /// A hook said no.
    #[error("{hook} hook {ending}{}", indented(.output))]
    Hook {
        /// Its name.
        hook: &'static str,
        /// How it ended: `exited with status 1`.
        ending: String,
        /// What it printed.
        output: String,
    },
    /// What a hook staged cannot be committed.
    #[error("{hook} hook left the index with {what}")]
    HookIndex {
        /// Its name.
        hook: &'static str,
        /// What is wrong with it: `conflicts`.
        what: &'static str,
    },
    /// The commit could not be signed.
    #[error("cannot sign the commit: {reason}")]
    Signing {
        /// The program's words.
        reason: String,
    },
    /// No file is named where there must be one.
    #[error("no files specified")]
    NoFiles,
    /// Nothing is named, and `all` is not said.
    #[error("no files or directories specified")]
    NothingNamed,
    /// During a merge there is no revision that is meant when none is named.
    #[error("uncommitted merge with no revision specified")]
    RevertInMerge,
    /// Local changes are where the update has others. Ordered.
    #[error("conflicting changes: {}", listed(.0))]
    Conflicting(Vec<RepoPath>),
    /// Local changes would have to be merged with those of another line of history. Ordered.
    #[error("conflicting changes: {}", listed(.0))]
    WouldMerge(Vec<RepoPath>),
    /// An update that was interrupted was to check out something else.
    #[error("last update was interrupted, on its way to {}", .0.short())]
    Interrupted(Node),
    /// Files that nobody tracks are where the update has others. Ordered.
    #[error("untracked files in working directory differ from files in requested revision: {}", listed(.0))]
    UntrackedDiffer(Vec<RepoPath>),
    /// There are local changes where there must be none.
    #[error("uncommitted changes")]
    UncommittedChanges,
    /// A merge is not committed.
    #[error("outstanding uncommitted merge")]
    OutstandingMerge,
    /// Conflicts are not resolved.
    #[error("outstanding merge conflicts")]
    OutstandingConflicts,
    /// A rebase is in progress.
    #[error("rebase in progress")]
    RebaseInProgress,
    /// What cannot both be asked for.
    #[error("cannot specify both --{0} and --{1}")]
    Both(&'static str, &'static str),
    /// git has a branch checked out only once.
    #[error("bookmark '{bookmark}' is active in another worktree, '{}'", place.display())]
    InOtherWorktree {
        /// Which.
        bookmark: BString,
        /// Where.
        place: PathBuf,
    },
    /// A name that no bookmark may have.
    #[error("{0}")]
    BookmarkName(String),
    /// There is such a bookmark.
    #[error("bookmark '{0}' already exists (use -f to force)")]
    BookmarkExists(BString),
    /// There is no such bookmark.
    #[error("bookmark '{0}' does not exist")]
    NoBookmark(BString),
    /// No bookmark is active.
    #[error("no active bookmark")]
    NoActiveBookmark,
    /// git has no room for one beside the other.
    #[error("bookmark '{name}' cannot be beside '{other}'")]
    NoRoom {
        /// The new one.
        name: BString,
        /// The one that is there.
        other: BString,
    },
    /// No file can be copied or renamed; warnings say why.
    #[error("no files to copy")]
    NothingToCopy(Vec<Warning>),
    /// More than one file cannot get one name.
    #[error("with multiple sources, destination must be an existing directory")]
    NotAFolder,
    /// Nothing is in progress that could have conflicts.
    #[error("resolve command not applicable when not merging")]
    NotMerging,
    /// Not a percentage.
    #[error("similarity must be between 0 and 100")]
    Similarity,
    /// A path in another repository.
    #[error("path '{path}' is inside nested repo '{repository}'")]
    Nested {
        /// The path.
        path: RepoPath,
        /// Where the other repository is.
        repository: RepoPath,
    },
    /// A path that leads out of its folder.
    #[error("path '{path}' traverses symbolic link '{link}'")]
    BehindLink {
        /// The path.
        path: RepoPath,
        /// The link.
        link: RepoPath,
    },
    /// Nothing of a file is among the backups, or not what was asked for.
    #[error("{0}: no such backup")]
    NoBackup(RepoPath),
    /// A file would be overwritten that has changes in an editor.
    #[error("{0}: has changes in the editor that are not saved")]
    Unsaved(RepoPath),
    /// A file could not be read or written.
    #[error("cannot use '{}': {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// The first few of many.
fn listed(paths: &[RepoPath]) -> String {
    const MOST: usize = 10;
    let shown: Vec<String> = paths.iter().take(MOST).map(RepoPath::to_string).collect();
    match paths.len() {
        more if more > MOST => format!("{} and {} more", shown.join(", "), more - MOST),
        _ => shown.join(", "),
    }
}

fn nothing_changed(missing: usize) -> String {
    match missing {
        0 => "nothing changed".to_owned(),
        missing => format!("nothing changed ({missing} missing files, see 'hg status')"),
    }
}

/// The words of a program below the sentence that they explain.
fn indented(output: &str) -> String {
    output.trim_end().lines().map(|line| format!("\n  {line}")).collect()
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NothingChanged { .. } => Kind::NothingToCommit,
            Self::FileNotFound(_) | Self::NoSuchFile(_) | Self::NoBackup(_) => Kind::FileMissing,
            Self::NotTracked(_) | Self::NoMatch(_) => Kind::NotTracked,
            Self::EmptyMessage
            | Self::UserWithNewline(_)
            | Self::Date(_)
            | Self::Encoding(_)
            | Self::Cleanup(_)
            | Self::NoHunks(_) => Kind::InvalidArgument,
            Self::NoUser => Kind::NoUser,
            Self::Unresolved => Kind::UnresolvedConflicts,
            Self::Partial(_) | Self::MissingInMerge | Self::RevertInMerge | Self::InTheMiddle { .. } => {
                Kind::OperationInProgress
            }
            Self::Public { .. } => Kind::PublicChangeset,
            Self::Null { .. } | Self::OfMerge { .. } | Self::OfRoot { .. } => Kind::InvalidArgument,
            Self::StaleHunk { .. } | Self::Unsteady(_) => Kind::RepositoryChanged,
            Self::Untrusted { .. } => Kind::UntrustedRepository,
            Self::Hook { .. } | Self::HookIndex { .. } => Kind::HookFailed,
            Self::Signing { .. } => Kind::SigningFailed,
            Self::NoFiles | Self::NothingNamed | Self::Similarity => Kind::InvalidArgument,
            Self::Nested { .. } | Self::BehindLink { .. } => Kind::NotInRepository,
            Self::Unsaved(_)
            | Self::Conflicting(_)
            | Self::WouldMerge(_)
            | Self::UntrackedDiffer(_)
            | Self::UncommittedChanges => Kind::UncommittedChanges,
            Self::OutstandingMerge | Self::RebaseInProgress | Self::Interrupted(_) => Kind::OperationInProgress,
            Self::OutstandingConflicts => Kind::UnresolvedConflicts,
            Self::Both(..) => Kind::InvalidArgument,
            Self::InOtherWorktree { .. } | Self::BookmarkExists(_) | Self::NoRoom { .. } => Kind::AlreadyExists,
            Self::BookmarkName(_) | Self::NoActiveBookmark => Kind::InvalidArgument,
            Self::NoBookmark(_) => Kind::UnknownRevision,
            Self::NothingToCopy(_) => Kind::NotTracked,
            Self::NotAFolder | Self::NotMerging => Kind::InvalidArgument,
            Self::Io { .. } => Kind::Io,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoUser => {
                "say who you are: git config --global user.name 'Your Name' and \
                 git config --global user.email you@example.org"
            }
            Self::Public { .. } => "see 'hg help phases' for details",
            Self::NotTracked(_) => "'hg add' makes it tracked",
            Self::FileNotFound(_) => "'hg remove' records that it is gone, 'hg revert' brings it back",
            Self::MissingInMerge => "'hg revert' brings them back, 'hg remove' records that they are gone",
            Self::InTheMiddle { .. } => "finish or abort first what was begun ('hg status' tells more)",
            Self::StaleHunk { .. } | Self::Unsteady(_) => "look at the changes again and choose anew",
            Self::Untrusted { .. } => "trust the workspace to have it run",
            Self::NothingNamed => "use --all to revert all files",
            Self::RevertInMerge => "use 'hg update' or see 'hg help revert'",
            Self::Conflicting(_) => "commit or update --clean to discard changes",
            Self::WouldMerge(_) => "commit, or update --merge to merge changes, or update --clean to discard them",
            Self::Interrupted(_) => "use 'hg update' to get a consistent checkout",
            Self::UntrackedDiffer(_) => "move them away, or add them to keep their content",
            Self::OutstandingMerge => "commit it, or update --clean to abandon it",
            Self::OutstandingConflicts => "use 'hg resolve' to resolve",
            Self::RebaseInProgress => "use 'git rebase --continue' or 'git rebase --abort'",
            Self::InOtherWorktree { .. } => "update that one to something else first",
            Self::NoRoom { .. } => "git keeps branches as files: one cannot be a folder for another",
            Self::NoBackup(_) => "'hgls backups' lists what there is",
            Self::Unsaved(_) => "save it, or take the changes back",
            Self::Cleanup(_) => "see commit.cleanup in the configuration of git",
            Self::Encoding(_) => "see i18n.commitEncoding in the configuration of git",
            Self::Signing { .. } => "see user.signingKey, gpg.format and commit.gpgSign in the configuration of git",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
