//! Requests about names of changesets: `hg/heads`, `hg/bookmarks`, `hg/tags`, `hg/lookup`, `hg/phase`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Changeset, Phase};

/// What `hg/heads` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeadsResult {
    /// The visible changesets without visible children, newest first.
    pub changesets: Vec<Changeset>,
}

/// What `hg/bookmarks` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookmarksResult {
    /// git's branches by name, then the remote ones.
    pub bookmarks: Vec<Bookmark>,
}

/// A name that moves: git's branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bookmark {
    /// The name; a remote one's begins with the remote, as `origin/main`.
    pub bookmark: String,
    /// Where it stands.
    pub node: String,
    /// Where it stands: the local number.
    pub rev: i32,
    /// Whether a commit moves it: `HEAD` is on it.
    pub active: bool,
    /// The remote that it was last seen in; absent for a local one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
}

/// What `hg/tags` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TagsResult {
    /// From the newest changeset to the oldest, `tip` first.
    pub tags: Vec<Tag>,
}

/// A name that stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tag {
    /// The name.
    pub tag: String,
    /// The changeset.
    pub node: String,
    /// The changeset's local number.
    pub rev: i32,
}

/// What `hg/lookup` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LookupResult {
    /// The changeset.
    pub changeset: Changeset,
    /// The shortest prefix of its node, of at least four digits, that names it and nothing else.
    pub shortest: String,
}

/// What `hg/phase` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PhaseResult {
    /// The changeset's phase.
    pub phase: Phase,
}
