//! Requests about the past: `hg/log`, `hg/fileLog`, `hg/annotate`, `hg/lineLog`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Changeset, LineRange, TextDocument, Uri, Whitespace};

fn yes() -> bool {
    true
}

fn page() -> u32 {
    100
}

/// What `hg/log` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open.
    #[serde(default)]
    pub root: Option<Uri>,
    /// The changesets to list, in the order of the expression where it has one; all visible ones, newest first, when
    /// left out.
    #[serde(default)]
    pub revset: Option<String>,
    /// Only changesets that touch one of these files, or a file below one of these folders. Each is a URI, or a path
    /// relative to the root. Renames are not followed: that is `hg/fileLog`.
    #[serde(default)]
    pub paths: Vec<String>,
    /// At most so many; more than 10000 is 10000.
    #[serde(default = "page")]
    #[schemars(range(min = 1))]
    pub limit: u32,
    /// Gives the edges of a graph too, and lists newest first whatever the order of `revset`: parents come after their
    /// children.
    #[serde(default)]
    pub graph: bool,
    /// `nextCursor` of the answer before.
    #[serde(default)]
    pub cursor: Option<String>,
}

impl Default for LogParams {
    fn default() -> Self {
        Self { root: None, revset: None, paths: Vec::new(), limit: page(), graph: false, cursor: None }
    }
}

/// What `hg/log` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogResult {
    /// The changesets of this page.
    pub changesets: Vec<Changeset>,
    /// With `graph`: for each of them what joins it to those further down, in the order of its parents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edges: Option<Vec<Vec<GraphEdge>>>,
    /// Asks for the next page; absent on the last one. It stays valid when commits arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// What joins a changeset of a graph to another one, which may be on a later page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GraphEdge {
    /// Where it leads.
    pub node: String,
    /// What lies between.
    pub kind: EdgeKind,
}

/// What lies between two changesets of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum EdgeKind {
    /// Nothing: it is a parent.
    Parent,
    /// Changesets that are not listed: it is an ancestor.
    Elided,
    /// It is a parent that is not listed, nor is any ancestor of it.
    Missing,
}

/// What `hg/fileLog` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileLogParams {
    /// The file.
    pub text_document: TextDocument,
    /// Where to begin: the history of the file as of this revision; `.` when left out.
    #[serde(default)]
    pub rev: Option<String>,
    /// Goes on with the source of a copy or rename, under its old name.
    #[serde(default = "yes")]
    pub follow: bool,
    /// Every revision of the path on every visible head, not only the ancestors of `rev`.
    #[serde(default)]
    pub all_heads: bool,
    /// At most so many; more than 10000 is 10000.
    #[serde(default = "page")]
    #[schemars(range(min = 1))]
    pub limit: u32,
    /// `nextCursor` of the answer before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// What `hg/fileLog` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileLogResult {
    /// The file's revisions, newest first. A merge is one only where its content differs from every parent's.
    pub revisions: Vec<FileRevision>,
    /// Asks for the next page; absent on the last one. It stays valid when commits arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// One revision of a file: what one changeset made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileRevision {
    /// The number within this path's own log, from 0 for the oldest. Each name that a file had has a log of its own.
    pub filerev: i32,
    /// The content: git's blob id, forty `0` when the file is deleted here. Not unique within the log.
    pub filenode: String,
    /// The changeset that made this revision: its local revision number.
    pub linkrev: i32,
    /// The same changeset's node.
    pub node: String,
    /// The file's path as of this revision.
    pub path: String,
    /// The same without loss.
    pub uri: Uri,
    /// Empty for a file, `x` executable, `l` a symbolic link, `m` a submodule.
    pub flags: String,
    /// The revisions, by `filerev`, that this one was made from: none for a new, re-added, copied or renamed file.
    pub parents: Vec<i32>,
    /// Where a copy or rename came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<CopySource>,
    /// Whether the file was removed here.
    pub deleted: bool,
    /// The changeset.
    pub changeset: Changeset,
}

/// The source of a copy or rename.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CopySource {
    /// The path it was copied from.
    pub path: String,
    /// The same without loss.
    pub uri: Uri,
    /// The content it was copied from: git's blob id.
    pub filenode: String,
}

/// At a merge where both sides have a line: whose it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Prefer {
    /// The first parent's, as `git blame` has it.
    #[default]
    P1,
    /// The second parent's, as Mercurial has it.
    P2,
}

/// What `hg/annotate` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnnotateParams {
    /// The file.
    pub text_document: TextDocument,
    /// The revision to annotate. When left out: the open buffer's text, or else the working copy's.
    #[serde(default)]
    pub rev: Option<String>,
    /// Only these lines; all of them when left out. What lies outside the file is cut off.
    #[serde(default)]
    pub ranges: Option<Vec<LineRange>>,
    /// Goes on with the source of a copy or rename.
    #[serde(default = "yes")]
    pub follow: bool,
    /// Whose a line is that both sides of a merge have.
    #[serde(default)]
    pub prefer: Prefer,
    /// Changesets to look through, such as one that only formats: their lines go to who had them before. Each is a
    /// revision set.
    #[serde(default)]
    pub skip: Vec<String>,
    /// Also looks through the changesets that git's `blame.ignoreRevsFile` lists.
    #[serde(default = "yes")]
    pub ignore_revs_file: bool,
    /// White space that is no change.
    #[serde(default)]
    pub whitespace: Option<Whitespace>,
}

impl AnnotateParams {
    /// As it is asked when nothing but the file is said.
    pub fn of(text_document: TextDocument) -> Self {
        Self {
            text_document,
            rev: None,
            ranges: None,
            follow: yes(),
            prefer: Prefer::default(),
            skip: Vec::new(),
            ignore_revs_file: yes(),
            whitespace: None,
        }
    }
}

/// What `hg/annotate` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnnotateResult {
    /// The changesets that the hunks name, each once.
    pub changesets: Vec<Changeset>,
    /// Who made which lines: ordered, and covering every line of the ranges exactly once. Lines that are not committed
    /// yet belong to the working directory, rev 2147483647.
    pub hunks: Vec<AnnotateHunk>,
}

/// Neighbouring lines that one changeset made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnnotateHunk {
    /// The first line, zero-based.
    pub start: u32,
    /// How many lines.
    pub count: u32,
    /// Who made them: an index into `changesets`.
    pub changeset: u32,
    /// The path that the file had there.
    pub path: String,
    /// The same without loss, where it is not the file that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<Uri>,
    /// The number that the first of these lines had there, zero-based; the others follow.
    pub origin_start: u32,
    /// Whether a skipped changeset was looked through to find this one (hg's `*`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skipped: bool,
}

/// What `hg/lineLog` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineLogParams {
    /// The file.
    pub text_document: TextDocument,
    /// The lines, as of `rev`.
    pub range: LineRange,
    /// The revision that `range` counts in. When left out: the open buffer, or else the working copy.
    #[serde(default)]
    pub rev: Option<String>,
    /// At most so many; more than 10000 is 10000.
    #[serde(default = "page")]
    #[schemars(range(min = 1))]
    pub limit: u32,
    /// `nextCursor` of the answer before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// What `hg/lineLog` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineLogResult {
    /// The changesets that made the lines what they are, newest first.
    pub entries: Vec<LineLogEntry>,
    /// Asks for the next page; absent on the last one. It stays valid when commits arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// One changeset of the lines' history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineLogEntry {
    /// The changeset.
    pub changeset: Changeset,
    /// The path that the file had there.
    pub path: String,
    /// The same without loss.
    pub uri: Uri,
    /// The lines as they were there.
    pub range: LineRange,
}
