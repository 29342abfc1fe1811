//! Requests about the present: `hg/identify`, `hg/status`, `hg/statusDecorations`, `hg/resolveList`, `hg/index`, and the
//! notifications that tell of changes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FileName, Phase, Uri};

/// What `hg/identify` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentifyResult {
    /// The root of the working copy; of a bare repository, the repository itself.
    pub root: Uri,
    /// The local number of the working directory's first parent; -1 before the first commit.
    pub rev: i32,
    /// The first parent's node; forty `0` before the first commit.
    pub node: String,
    /// The working directory's parents: two while a merge is in flight (more for an octopus), none before the first
    /// commit.
    pub parents: Vec<String>,
    /// The active bookmark: the branch that `HEAD` is on, also before its first commit; absent when detached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_bookmark: Option<String>,
    /// The bookmarks on the first parent.
    pub bookmarks: Vec<String>,
    /// Mercurial's named branch: always `default`.
    pub branch: String,
    /// The first parent's phase.
    pub phase: Phase,
    /// The first parent's tags.
    pub tags: Vec<String>,
    /// Whether tracked files are changed, or a merge is in flight.
    pub dirty: bool,
    /// What was begun and not finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
    /// Whether the index is there.
    pub index_state: IndexState,
}

/// What was begun in the working copy and not finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// A merge.
    Merge,
    /// A rebase, or a series of patches being applied.
    Rebase,
    /// A cherry-pick (hg's graft).
    CherryPick,
    /// A revert (hg's backout).
    Revert,
    /// A bisection.
    Bisect,
}

/// How far the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum IndexState {
    /// There is none. Requests are answered from git directly.
    Absent,
    /// It is being built. Requests are answered meanwhile.
    Building,
    /// It has all there is.
    Ready,
}

/// hg's one-letter status of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum StatusCode {
    /// Modified.
    M,
    /// Added.
    A,
    /// Removed.
    R,
    /// Missing: deleted on disk by other means than hg or git.
    #[serde(rename = "!")]
    Missing,
    /// Unknown: not tracked.
    #[serde(rename = "?")]
    Unknown,
    /// Ignored.
    I,
    /// Clean.
    C,
}

impl StatusCode {
    /// hg's letter.
    pub fn letter(self) -> char {
        match self {
            Self::M => 'M',
            Self::A => 'A',
            Self::R => 'R',
            Self::Missing => '!',
            Self::Unknown => '?',
            Self::I => 'I',
            Self::C => 'C',
        }
    }
}

fn changed() -> Vec<StatusCode> {
    vec![StatusCode::M, StatusCode::A, StatusCode::R, StatusCode::Missing, StatusCode::Unknown]
}

fn status_page() -> u32 {
    10_000
}

/// What `hg/status` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open.
    #[serde(default)]
    pub root: Option<Uri>,
    /// Only these files, and files below these folders. Each is a URI, or a path relative to the root.
    #[serde(default)]
    pub paths: Vec<String>,
    /// The statuses to list; `M A R ! ?` when left out.
    #[serde(default = "changed")]
    pub include: Vec<StatusCode>,
    /// Compares the working copy with this revision; `.` when left out.
    #[serde(default)]
    pub rev: Option<String>,
    /// With `rev`: compares `rev` with this revision, and not with the working copy.
    #[serde(default)]
    pub to: Option<String>,
    /// Lists what this changeset changed against its first parent. Not together with `rev`.
    #[serde(default)]
    pub change: Option<String>,
    /// At most so many entries; more than 1000000 is 1000000.
    #[serde(default = "status_page")]
    #[schemars(range(min = 1))]
    pub limit: u32,
}

impl Default for StatusParams {
    fn default() -> Self {
        Self {
            root: None,
            paths: Vec::new(),
            include: changed(),
            rev: None,
            to: None,
            change: None,
            limit: status_page(),
        }
    }
}

/// What `hg/status` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusResult {
    /// In hg's order: grouped `M A R ! ? I C`, by path within a group.
    pub entries: Vec<StatusEntry>,
    /// Whether there are more than `limit`.
    pub truncated: bool,
    /// When there are more: how many there are of each status, by its letter.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<StatusCode, u64>,
    /// Counts the changes of the working copy: `hg/didChangeStatus` with a higher one is newer than this answer.
    pub generation: u64,
    /// Those of `paths` that are neither in the working copy nor in the revision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nowhere: Vec<FileName>,
}

/// The status of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusEntry {
    /// Relative to the root, with `/`.
    pub path: String,
    /// The same without loss.
    pub uri: Uri,
    /// The status.
    pub status: StatusCode,
    /// For an added file: what it is a copy or the new name of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Whether a merge left conflicts in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unresolved: bool,
}

/// What `hg/statusDecorations` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct StatusDecorationsParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open, or `uris` says.
    pub root: Option<Uri>,
    /// Only for these files and folders, of any of the open repositories; for all when left out.
    pub uris: Option<Vec<Uri>>,
}

/// What `hg/statusDecorations` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusDecorationsResult {
    /// One for each file that is not clean, and for each folder above one whose status spreads.
    pub decorations: Vec<Decoration>,
    /// Whether there were too many to list them all.
    pub truncated: bool,
}

/// How an editor paints a file or folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Decoration {
    /// The file or folder.
    pub uri: Uri,
    /// What to show beside the name: at most two characters; empty for a folder and for what is ignored.
    pub badge: String,
    /// hg's status; a folder has its strongest one.
    pub letter: StatusCode,
    /// Says it in words.
    pub tooltip: String,
    /// The id of the colour, such as `hglsDecoration.modifiedForeground`, for a client to define.
    pub color: String,
    /// Whether the folders above take the colour.
    pub propagate: bool,
    /// Whether the name is struck through.
    pub strike_through: bool,
}

/// How far a file of a merge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MergeStatus {
    /// Unresolved.
    U,
    /// Resolved.
    R,
}

/// What `hg/resolveList` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResolveListResult {
    /// The files with conflicts, by path; none when no merge is in flight.
    pub files: Vec<ResolveFile>,
}

/// A file that a merge left conflicts in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResolveFile {
    /// Relative to the root, with `/`.
    pub path: String,
    /// The same without loss.
    pub uri: Uri,
    /// How far it is.
    pub mergestatus: MergeStatus,
}

/// What `hg/index` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct IndexParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open.
    pub root: Option<Uri>,
    /// Throws the index away and builds it anew. Revision numbers may change.
    pub rebuild: bool,
}

/// What `hg/index` answers, at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IndexResult {
    /// How far it is.
    pub state: IndexState,
    /// How many changesets it numbers.
    pub revisions: u64,
    /// How many changes of files it has.
    pub changes: u64,
    /// How many paths it knows.
    pub paths: u64,
    /// The size of its file.
    pub bytes: u64,
    /// The version of its tables; 0 where there is no place for an index.
    pub schema_version: i32,
    /// What became of the snapshot of the index under `refs/hgls/snapshot`, when this server found one and the index
    /// was still to be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<IndexSnapshot>,
}

/// A snapshot of the index, made by another clone and fetched from there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IndexSnapshot {
    /// How many of its changesets are here; 0 when it was refused.
    pub known: u64,
    /// How many of these were read from git all the same, and compared.
    pub compared: u64,
    /// Why nothing of it was taken over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// The method of [`DidChangeRepositoryParams`].
pub const DID_CHANGE_REPOSITORY: &str = "hg/didChangeRepository";
/// The method of [`DidChangeStatusParams`].
pub const DID_CHANGE_STATUS: &str = "hg/didChangeStatus";

/// What about a repository changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum RepositoryChange {
    /// The working directory's parents.
    Parents,
    /// A bookmark or remote bookmark, or which one is active.
    Bookmarks,
    /// A tag.
    Tags,
    /// Changesets came or went.
    History,
    /// A merge or the like began, went on or ended.
    MergeState,
    /// Which changesets annotations look through, by git's `blame.ignoreRevsFile`.
    IgnoredRevisions,
}

/// The repository changed, whoever changed it. At most one each 50 ms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DidChangeRepositoryParams {
    /// The root of the working copy.
    pub root: Uri,
    /// The first parent's node now.
    pub node: String,
    /// What changed.
    pub changed: Vec<RepositoryChange>,
}

/// The status of files changed, whoever changed them. At most one each 50 ms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DidChangeStatusParams {
    /// The root of the working copy.
    pub root: Uri,
    /// Counts these notifications; see `hg/status`.
    pub generation: u64,
    /// Files that have another status now.
    pub changed: Vec<StatusEntry>,
    /// Files that are clean now, or gone.
    pub removed: Vec<FileName>,
}
