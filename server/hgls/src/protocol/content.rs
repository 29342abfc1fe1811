//! Requests about contents: `hg/diffHunks`, `hg/diff`, `hg/cat`, `hg/manifest`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{StatusCode, TextDocument, Uri, Whitespace};

fn parent() -> String {
    ".".to_owned()
}

fn context() -> u32 {
    3
}

fn yes() -> bool {
    true
}

fn manifest_page() -> u32 {
    10_000
}

/// What `hg/diffHunks` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiffHunksParams {
    /// The file.
    pub text_document: TextDocument,
    /// The old side.
    #[serde(default = "parent")]
    pub from: String,
    /// The new side. When left out: the open buffer, or else the working copy.
    #[serde(default)]
    pub to: Option<String>,
    /// Gives the hunks' texts as well.
    #[serde(default)]
    pub text: bool,
}

/// What `hg/diffHunks` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiffHunksResult {
    /// From the first line to the last; none when both sides are the same.
    pub hunks: Vec<DiffHunk>,
}

/// What kind of change a hunk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum HunkKind {
    /// Lines are new: `oldCount` is 0.
    Added,
    /// Lines are gone: `newCount` is 0.
    Removed,
    /// Lines are others.
    Changed,
}

/// Neighbouring lines that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiffHunk {
    /// What kind of change it is.
    pub kind: HunkKind,
    /// The first line on the old side, zero-based; where nothing was, the line that follows.
    pub old_start: u32,
    /// How many lines on the old side.
    pub old_count: u32,
    /// The first line on the new side, zero-based; where nothing is, the line that follows.
    pub new_start: u32,
    /// How many lines on the new side.
    pub new_count: u32,
    /// The old lines with their line ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_text: Option<String>,
    /// The new lines with their line ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_text: Option<String>,
}

/// What `hg/diff` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiffParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open.
    #[serde(default)]
    pub root: Option<Uri>,
    /// The old side; `.` when left out.
    #[serde(default)]
    pub from: Option<String>,
    /// The new side; the working copy when left out.
    #[serde(default)]
    pub to: Option<String>,
    /// What this changeset changed against its first parent. Not together with `from` or `to`.
    #[serde(default)]
    pub change: Option<String>,
    /// Only these files, and files below these folders. Each is a URI, or a path relative to the root.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Lines of context around each change.
    #[serde(default = "context")]
    pub context: u32,
    /// White space that is no change.
    #[serde(default)]
    pub whitespace: Option<Whitespace>,
    /// Gives the patch; without it, only the list of files.
    #[serde(default = "yes")]
    pub patch: bool,
}

impl Default for DiffParams {
    fn default() -> Self {
        Self {
            root: None,
            from: None,
            to: None,
            change: None,
            paths: Vec::new(),
            context: context(),
            whitespace: None,
            patch: true,
        }
    }
}

/// What `hg/diff` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiffResult {
    /// The patch in git's format as Mercurial writes it. Bytes that are not UTF-8 are shown as U+FFFD.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
    /// The patch without loss, in base64: only where `patch` has losses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch_base64: Option<String>,
    /// The files that changed, by path; a rename stands at its new name.
    pub files: Vec<DiffFile>,
}

/// One file of a diff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiffFile {
    /// Relative to the root, with `/`.
    pub path: String,
    /// The same without loss.
    pub uri: Uri,
    /// `M`, `A` or `R`; a copy or rename is `A` with a `source`.
    pub status: StatusCode,
    /// What it is a copy or the new name of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Whether the source is gone: a rename, and not a copy.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub renamed: bool,
    /// How alike source and copy are, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub similarity: Option<u8>,
    /// git's mode on the old side, such as `100644`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_mode: Option<String>,
    /// git's mode on the new side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_mode: Option<String>,
    /// Whether a side is binary: it has no lines to count.
    pub binary: bool,
    /// Lines added.
    pub added: u32,
    /// Lines removed.
    pub removed: u32,
}

/// What `hg/cat` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CatParams {
    /// The file.
    pub text_document: TextDocument,
    /// The revision.
    #[serde(default = "parent")]
    pub rev: String,
    /// Of a file in conflict, one of the versions that are; `rev` counts for nothing then.
    #[serde(default)]
    pub conflict: Option<ConflictSide>,
}

/// One of the versions that are in conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ConflictSide {
    /// What both others were made from.
    Base,
    /// The local one: after an update what the user had, in a merge that of the first parent.
    Local,
    /// The one that it is merged with.
    Other,
}

/// What `hg/cat` answers: exactly one of `text` and `base64`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CatResult {
    /// The content, when it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The content in base64, when it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// The content's length in bytes.
    pub size: u64,
    /// Whether it has no lines: it contains a NUL byte.
    pub binary: bool,
    /// Empty for a file, `x` executable, `l` a symbolic link (the content is its target).
    pub flags: String,
}

/// What `hg/manifest` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManifestParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open.
    #[serde(default)]
    pub root: Option<Uri>,
    /// The revision.
    #[serde(default = "parent")]
    pub rev: String,
    /// Only these files, and files below these folders. Each is a URI, or a path relative to the root.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Gives each file's size as well.
    #[serde(default)]
    pub sizes: bool,
    /// At most so many; more than 100000 is 100000.
    #[serde(default = "manifest_page")]
    #[schemars(range(min = 1))]
    pub limit: u32,
    /// `nextCursor` of the answer before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// What `hg/manifest` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManifestResult {
    /// The files, ordered by the bytes of their paths.
    pub files: Vec<ManifestFile>,
    /// Asks for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// One file of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManifestFile {
    /// Relative to the root, with `/`.
    pub path: String,
    /// The same without loss.
    pub uri: Uri,
    /// The content: git's blob id; of a submodule, the commit it points to.
    pub node: String,
    /// Empty for a file, `x` executable, `l` a symbolic link, `m` a submodule.
    pub flags: String,
    /// In bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}
