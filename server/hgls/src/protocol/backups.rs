//! Requests about what operations overwrote: `hg/backups`, `hg/restore`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Uri;

fn most() -> u32 {
    100
}

/// What `hg/backups` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupsParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open, or `uris` says.
    #[serde(default)]
    pub root: Option<Uri>,
    /// Only backups of these files, and of files below these folders.
    #[serde(default)]
    pub uris: Vec<Uri>,
    /// At most so many.
    #[serde(default = "most")]
    #[schemars(range(min = 1))]
    pub limit: u32,
    /// `nextCursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

impl Default for BackupsParams {
    fn default() -> Self {
        Self { root: None, uris: Vec::new(), limit: most(), cursor: None }
    }
}

/// A file that an operation overwrote or removed, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptFile {
    /// Which of the backups of the file it is.
    pub id: String,
    /// Where it was, relative to the root, with `/`.
    pub path: String,
    /// The same without loss.
    pub uri: Uri,
    /// Where it is now.
    pub file: Uri,
    /// The working copy that it was in: a repository may have several.
    pub root: Uri,
    /// What overwrote it: `revert`, `update`, `resolve`, `remove`, and so on.
    pub operation: String,
    /// When, in milliseconds since 1970.
    pub time: u64,
    /// How many bytes it has.
    pub size: u64,
    /// Whether it was staged alone, and the file held something else.
    pub staged: bool,
}

/// What `hg/backups` answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupsResult {
    /// The newest first.
    pub backups: Vec<KeptFile>,
    /// For the next page, when there is more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// What `hg/restore` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RestoreParams {
    /// The repository: its working copy, or anything inside. May be left out: `uri` says.
    #[serde(default)]
    pub root: Option<Uri>,
    /// The file.
    pub uri: Uri,
    /// Which of its backups; the newest when left out.
    #[serde(default)]
    pub id: Option<String>,
}
