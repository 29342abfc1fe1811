//! The table of methods: the only place that lists them. Whoever needs something of each method (a route, a handler, a
//! schema) takes it from here, by [`METHODS`] at run time or by the macro [`methods!`] at compile time.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::*;

/// Where a request runs, and what may wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Class {
    /// Answered from memory.
    Instant,
    /// Reads the repository: milliseconds as a rule.
    Read,
    /// May take seconds in a large repository, and reports progress.
    Long,
    /// Changes the repository: one at a time.
    Write,
}

/// One method, as the documents describe it.
pub struct Method {
    /// The name on the wire.
    pub name: &'static str,
    /// Where it runs.
    pub class: Class,
    /// Its documentation, a paragraph a string; the first is the summary.
    pub doc: &'static [&'static str],
    /// The kinds of errors it may end with, beside those that every request may.
    pub errors: &'static [ErrorKind],
    /// A JSON array of `{name, params, result}`.
    pub examples: &'static str,
    pub(super) params: fn(&mut Generators) -> Schema,
    pub(super) result: fn(&mut Generators) -> Schema,
}

/// One notification of the server to the client.
pub struct Notification {
    /// The name on the wire.
    pub name: &'static str,
    /// What it says.
    pub doc: &'static str,
    /// A JSON array of `{name, params}`.
    pub examples: &'static str,
    pub(super) params: fn(&mut Generators) -> Schema,
}

/// Collects the schemas of types as the server reads and as it writes them.
pub(super) struct Generators {
    pub(super) read: SchemaGenerator,
    pub(super) write: SchemaGenerator,
}

impl Generators {
    pub(super) fn new() -> Self {
        let settings = |settings: SchemaSettings| {
            settings.with(|settings| {
                settings.definitions_path = "/components/schemas".into();
                settings.meta_schema = None;
            })
        };
        Self {
            read: settings(SchemaSettings::draft2020_12().for_deserialize()).into_generator(),
            write: settings(SchemaSettings::draft2020_12().for_serialize()).into_generator(),
        }
    }
}

/// Calls the macro `$callback` with the table: `handler: "name", Params => Result, Class, [errors];` a method, each
/// after its documentation.
macro_rules! methods {
    ($callback:ident) => {
        $callback! {
            /// Says what the working copy is at.
            ///
            /// Its parents, the active bookmark, whether it is dirty, and which operation was begun and not finished.
            identify: "hg/identify", RootParams => IdentifyResult, Read, [];

            /// Lists changesets.
            ///
            /// Newest first, or in the order of `revset` where it has one. The log of an empty repository is empty.
            log: "hg/log", LogParams => LogResult, Long,
                [UnknownRevision, AmbiguousRevision, HiddenRevision, InvalidRevset, InvalidArgument];

            /// Lists the revisions of a file.
            ///
            /// A changeset makes a revision of a file when the file differs from that of its parent; a merge, when it
            /// differs from those of all its parents.
            file_log: "hg/fileLog", FileLogParams => FileLogResult, Long,
                [NotTracked, UnknownRevision, AmbiguousRevision, HiddenRevision, InvalidArgument];

            /// Says of each line of a file which changeset made it.
            ///
            /// Of a file that is open and changed in the editor, the committed text is annotated once, and each further
            /// request only maps the lines over the edits.
            annotate: "hg/annotate", AnnotateParams => AnnotateResult, Long,
                [NotTracked, FileMissing, BinaryFile, FileTooLarge, UnknownRevision, AmbiguousRevision, HiddenRevision,
                 InvalidRevset, InvalidArgument];

            /// Lists the changesets that made lines of a file what they are.
            line_log: "hg/lineLog", LineLogParams => LineLogResult, Long,
                [NotTracked, FileMissing, BinaryFile, FileTooLarge, UnknownRevision, AmbiguousRevision, HiddenRevision,
                 InvalidArgument];

            /// Lists the files that are not clean.
            ///
            /// Compares the working copy with its first parent, as Mercurial does: what git calls staged makes no
            /// difference.
            status: "hg/status", StatusParams => StatusResult, Long,
                [UnknownRevision, AmbiguousRevision, HiddenRevision, UnsupportedRepository, InvalidArgument];

            /// Says how to paint files and folders.
            status_decorations: "hg/statusDecorations", StatusDecorationsParams => StatusDecorationsResult, Long,
                [UnsupportedRepository];

            /// Lists the lines of a file that changed.
            diff_hunks: "hg/diffHunks", DiffHunksParams => DiffHunksResult, Read,
                [BinaryFile, FileTooLarge, FileMissing, NotTracked, UnknownRevision, AmbiguousRevision, HiddenRevision];

            /// Writes a patch, and says what changed.
            diff: "hg/diff", DiffParams => DiffResult, Long,
                [UnknownRevision, AmbiguousRevision, HiddenRevision, UnsupportedRepository, InvalidArgument];

            /// Gives the content of a file at a revision.
            cat: "hg/cat", CatParams => CatResult, Read,
                [NotTracked, FileTooLarge, BinaryFile, UnknownRevision, AmbiguousRevision, HiddenRevision,
                 InvalidArgument];

            /// Lists the files of a revision.
            manifest: "hg/manifest", ManifestParams => ManifestResult, Read,
                [UnknownRevision, AmbiguousRevision, HiddenRevision, InvalidArgument];

            /// Lists the changesets that have no children.
            heads: "hg/heads", RootParams => HeadsResult, Read, [];

            /// Lists the bookmarks: git's branches and remote branches.
            bookmarks: "hg/bookmarks", RootParams => BookmarksResult, Read, [];

            /// Lists the tags.
            tags: "hg/tags", RootParams => TagsResult, Read, [];

            /// Finds a changeset by any of its names.
            lookup: "hg/lookup", RevParams => LookupResult, Read,
                [UnknownRevision, AmbiguousRevision, HiddenRevision, InvalidRevset];

            /// Says how far a changeset has travelled.
            phase: "hg/phase", RevParams => PhaseResult, Read,
                [UnknownRevision, AmbiguousRevision, HiddenRevision, InvalidRevset];

            /// Lists the files that a merge left conflicts in.
            resolve_list: "hg/resolveList", RootParams => ResolveListResult, Read, [UnsupportedRepository];

            /// Says how far the index is, and begins to build what is missing.
            ///
            /// Answers at once; building goes on in the background and reports `$/progress`. With `rebuild` it begins
            /// from nothing.
            index: "hg/index", IndexParams => IndexResult, Read, [];

            /// Makes files tracked.
            ///
            /// Files that are named are added though they be ignored; those of a folder are not.
            add: "hg/add", FilesParams => EditResult, Write,
                [RepositoryLocked, NotInRepository, InvalidArgument, UnsupportedRepository];

            /// Makes files tracked no more, and leaves them where they are.
            forget: "hg/forget", FilesParams => EditResult, Write,
                [RepositoryLocked, InvalidArgument, UnsupportedRepository];

            /// Deletes files, and makes them tracked no more.
            ///
            /// Files that were changed are refused without `force`, and kept with it.
            remove: "hg/remove", RemoveParams => EditResult, Write,
                [RepositoryLocked, UncommittedChanges, InvalidArgument, UnsupportedRepository];

            /// Makes unknown files tracked, and missing ones tracked no more.
            addremove: "hg/addremove", AddremoveParams => EditResult, Write,
                [RepositoryLocked, InvalidArgument, UnsupportedRepository];

            /// Brings files back to what they are in a revision.
            ///
            /// What is overwritten and is nowhere else is kept, and the answer says where.
            revert: "hg/revert", RevertParams => EditResult, Write,
                [RepositoryLocked, UncommittedChanges, UnknownRevision, AmbiguousRevision, HiddenRevision,
                 OperationInProgress, InvalidArgument, UnsupportedRepository];

            /// Copies files, and makes the copies tracked.
            copy: "hg/copy", CopyParams => EditResult, Write,
                [RepositoryLocked, UncommittedChanges, InvalidArgument, UnsupportedRepository];

            /// Gives files other names.
            rename: "hg/rename", CopyParams => EditResult, Write,
                [RepositoryLocked, UncommittedChanges, InvalidArgument, UnsupportedRepository];

            /// Marks conflicts as resolved, or as not resolved again, or merges them anew.
            ///
            /// Marked, the files stay as they are: what they hold is what counts as resolved. Merged anew they are made
            /// of the versions that are in conflict, and what they held is kept.
            resolve: "hg/resolve", ResolveParams => EditResult, Write,
                [RepositoryLocked, UncommittedChanges, InvalidArgument, UnsupportedRepository];

            /// Lists what operations overwrote or removed and nothing else has, the newest first.
            ///
            /// The newest 1000 operations are kept, and a gigabyte.
            backups: "hg/backups", BackupsParams => BackupsResult, Read, [InvalidArgument, NotInRepository];

            /// Brings a file back from the backups.
            ///
            /// The file that is there now becomes a backup itself, unless git has it. What is tracked and staged stays.
            restore: "hg/restore", RestoreParams => EditResult, Write,
                [RepositoryLocked, FileMissing, UncommittedChanges, InvalidArgument, UnsupportedRepository];

            /// Makes a folder a git repository, where it is none. Folders inside a `.git` are refused.
            init: "hg/init", InitParams => InitResult, Write,
                [Io, NotInRepository, UnsupportedRepository];

            /// Commits the working copy, or some of its files or changes.
            ///
            /// What git calls staged makes no difference to what is committed; what is not committed stays as it was.
            /// git's hooks run, where the workspace is trusted.
            commit: "hg/commit", CommitParams => CommitResult, Write,
                [NothingToCommit, UnresolvedConflicts, RepositoryLocked, RepositoryChanged, OperationInProgress,
                 PublicChangeset, NoUser, HookFailed, SigningFailed, UntrustedRepository, NotTracked, FileMissing,
                 InvalidArgument, UnsupportedRepository];

            /// What the message of the next commit may begin with: that of the changeset to amend, the one that git has
            /// ready for a merge and the like, or `commit.template`.
            commit_message: "hg/commitMessage", CommitMessageParams => CommitMessageResult, Read, [NotInRepository];

            /// Undoes the changeset that is checked out, and keeps what it changed in the working copy.
            uncommit: "hg/uncommit", RootParams => UncommitResult, Write,
                [RepositoryLocked, RepositoryChanged, OperationInProgress, PublicChangeset, InvalidArgument,
                 UnsupportedRepository];

            /// Checks out a changeset.
            ///
            /// Changes of the working copy are carried over. Where the changeset has changed the same files they are
            /// merged; what is in conflict is then for `hg/resolve`. To merge across lines of history has to be asked
            /// for, and is refused otherwise.
            update: "hg/update", UpdateParams => UpdateResult, Write,
                [RepositoryLocked, UncommittedChanges, OperationInProgress, UnknownRevision, AmbiguousRevision,
                 HiddenRevision, InvalidArgument, RepositoryChanged, UnsupportedRepository];

            /// Makes, moves, renames, deletes, activates and deactivates bookmarks: git's branches under Mercurial's
            /// rules.
            bookmark: "hg/bookmark", BookmarkParams => BookmarkResult, Write,
                [RepositoryLocked, AlreadyExists, UnknownRevision, AmbiguousRevision, HiddenRevision, InvalidArgument,
                 RepositoryChanged];

            /// Gives this document.
            discover: "rpc.discover", DiscoverParams => OpenRpc, Instant, [];
        }
    };
}
pub(crate) use methods;

macro_rules! table {
    ($($(#[doc = $doc:literal])+ $handler:ident: $name:literal, $params:ident => $result:ident, $class:ident,
       [$($error:ident),*];)*) => {
        /// Every method, in the order of the documents.
        pub static METHODS: &[Method] = &[$(Method {
            name: $name,
            class: Class::$class,
            doc: &[$($doc),+],
            errors: &[$(ErrorKind::$error),*],
            examples: include_str!(concat!("examples/", stringify!($handler), ".json")),
            params: |generators| $params::json_schema(&mut generators.read),
            result: |generators| generators.write.subschema_for::<$result>(),
        }),*];
    };
}

methods!(table);

/// Every notification of the server to the client, beside LSP's own.
pub static NOTIFICATIONS: &[Notification] = &[
    Notification {
        name: DID_CHANGE_REPOSITORY,
        doc: "The repository changed, whoever changed it: at most one each 50 ms and repository.",
        examples: include_str!("examples/did_change_repository.json"),
        params: |generators| DidChangeRepositoryParams::json_schema(&mut generators.write),
    },
    Notification {
        name: DID_CHANGE_STATUS,
        doc: "The status of files changed, whoever changed them: at most one each 50 ms and repository.",
        examples: include_str!("examples/did_change_status.json"),
        params: |generators| DidChangeStatusParams::json_schema(&mut generators.write),
    },
];

/// The method of a name.
pub fn method(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}
