//! The shapes that many requests share: changesets, dates, files, ranges. They know nothing of how they are filled.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Uri;

/// A file as LSP names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TextDocument {
    /// The file's URI, of the scheme `file`.
    pub uri: Uri,
}

/// The parameters of requests that need no more than a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct RootParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open.
    pub root: Option<Uri>,
}

/// The parameters of requests for one changeset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open.
    #[serde(default)]
    pub root: Option<Uri>,
    /// A revision: a number, a node or its prefix, `.`, `tip`, `null`, `wdir()`, a bookmark, a tag, `remote/bookmark`.
    pub rev: String,
}

/// A moment as Mercurial has it: seconds since 1970 in UTC, and the zone's offset in seconds *west* of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Date(pub i64, pub i32);

/// How far a changeset has travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// It is in a remote repository, and must not be changed.
    Public,
    /// It is only here.
    Draft,
    /// It is only here, and stays here.
    Secret,
}

impl Phase {
    /// Mercurial's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Draft => "draft",
            Self::Secret => "secret",
        }
    }
}

/// A changeset. The working directory is one too, with rev 2147483647 and a node of forty `f`; so is the empty one
/// before all others, with rev -1 and a node of forty `0`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Changeset {
    /// The local revision number. Parents have lower ones; a number once given stays.
    pub rev: i32,
    /// 40 hexadecimal digits: git's commit id.
    pub node: String,
    /// The nodes of all its parents, as many as it has; a root has the null node, as in Mercurial.
    pub parents: Vec<String>,
    /// How far it has travelled.
    pub phase: Phase,
    /// Mercurial's named branch: always `default`, for git has none.
    pub branch: String,
    /// The author, as `Name <mail>`.
    pub user: String,
    /// When the author made it.
    pub date: Date,
    /// The message, without white space around it.
    pub desc: String,
    /// The bookmarks (git's branches) that stand on it.
    pub bookmarks: Vec<String>,
    /// The remote bookmarks that stand on it, such as `origin/main`.
    pub remote_bookmarks: Vec<String>,
    /// Its tags; the newest visible changeset has `tip` besides.
    pub tags: Vec<String>,
}

/// Lines, zero-based and half-open: `{start: 2, end: 4}` is the third and the fourth line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineRange {
    /// The first line.
    pub start: u32,
    /// The line after the last one.
    pub end: u32,
}

/// White space that a comparison of lines does not see; all `false` compares every byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Whitespace {
    /// White space is nothing at all (`-w`).
    pub ignore_all_space: bool,
    /// Any amount of white space is one space, and none at a line's end (`-b`).
    pub ignore_space_change: bool,
    /// Lines that are blank are no change (`-B`).
    pub ignore_blank_lines: bool,
    /// White space at a line's end is nothing (`-Z`).
    pub ignore_space_at_eol: bool,
}

/// A file or a folder of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileName {
    /// Relative to the root, with `/`. Bytes that are not UTF-8 are shown as U+FFFD.
    pub path: String,
    /// The same without loss.
    pub uri: Uri,
}
