//! Requests that make and move changesets' names and the working copy: `hg/init`, `hg/commit`, `hg/uncommit`, `hg/update`,
//! `hg/bookmark`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Changeset, Date, EditedFile, FileHunks, Uri, Warning};

/// What `hg/init` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InitParams {
    /// The folder, which is made where there is none.
    pub root: Uri,
}

/// What `hg/init` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InitResult {
    /// The root of the working copy.
    pub root: Uri,
    /// Whether it was made a repository; `false` for one that was there.
    pub created: bool,
}

/// What `hg/commit` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct CommitParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open, or a file says.
    pub root: Option<Uri>,
    /// The message. With `amend` the old one stays where this is left out.
    pub message: Option<String>,
    /// Only the changes of these files, and of the files below these folders. Everything that is changed when neither
    /// these nor `hunks` are given; what is not committed stays as it was, staged or not.
    pub uris: Vec<Uri>,
    /// Of these files only these changes, beside those of `uris`.
    pub hunks: Vec<FileHunks>,
    /// Puts another changeset in the place of the working copy's parent: the parent and these changes.
    pub amend: bool,
    /// The author and committer, as `Name <mail>`; git's configuration says when left out.
    pub user: Option<String>,
    /// When; now when left out.
    pub date: Option<When>,
    /// Adds what is unknown and removes what is missing, among `uris`, first.
    pub addremove: bool,
    /// Takes the message to the byte. Not on the wire.
    #[serde(skip)]
    #[schemars(skip)]
    pub exact_message: bool,
}

/// A moment: as Mercurial's JSON has it, or in words that Mercurial's `-d` takes, such as `2007-01-01 00:00:10 +0000`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum When {
    /// Seconds, and the offset of the zone.
    At(Date),
    /// In words.
    Said(String),
}

/// What `hg/commit` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommitResult {
    /// The new changeset.
    pub changeset: Changeset,
    /// What it has of each file, by path.
    pub files: Vec<EditedFile>,
    /// What else there is to say.
    pub warnings: Vec<Warning>,
    /// What hooks printed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub output: String,
}

/// What `hg/commitMessage` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct CommitMessageParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open.
    pub root: Option<Uri>,
    /// For a commit in the place of the one that is checked out.
    pub amend: bool,
}

/// What `hg/commitMessage` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommitMessageResult {
    /// The text, without git's comments; empty when there is none.
    pub message: String,
    /// Where it is from; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<MessageSource>,
    /// Who would commit, as `Name <mail>`; absent when the configuration names nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

/// Where a proposed message is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum MessageSource {
    /// The changeset that is amended.
    Amended,
    /// What is in progress: git has a message ready for the commit that ends it.
    Operation,
    /// `commit.template`.
    Template,
}

/// What `hg/uncommit` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UncommitResult {
    /// The changeset that was undone. It is hidden now, and still there by its node.
    pub node: String,
    /// Its message.
    pub message: String,
    /// The working copy's parent now.
    pub changeset: Changeset,
    /// The files that it had changed, which are changed in the working copy now.
    pub files: Vec<EditedFile>,
    /// What else there is to say.
    pub warnings: Vec<Warning>,
}

/// What `hg/update` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open.
    pub root: Option<Uri>,
    /// Where to; a bookmark becomes the active one. When left out: where an update that was interrupted went, or else
    /// the newest changeset of the line that the working copy is on, and the active bookmark comes along.
    pub rev: Option<String>,
    /// Throws changes of the working copy away. What is overwritten is kept.
    pub clean: bool,
    /// Refuses when the working copy has changes.
    pub check: bool,
    /// Merges changes of the working copy also where the changeset is neither an ancestor nor a descendant.
    pub merge: bool,
}

/// What `hg/update` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateResult {
    /// The working copy's parent now.
    pub changeset: Changeset,
    /// How many files were brought to it.
    pub updated: u32,
    /// How many files had changes of both sides, which were merged.
    pub merged: u32,
    /// How many files were removed.
    pub removed: u32,
    /// How many files have changes of both sides that are in conflict: `hg/resolveList` has them.
    pub unresolved: u32,
    /// The bookmark that became active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activated: Option<String>,
    /// The active bookmark, when it came along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advanced: Option<String>,
    /// How many other heads there are, where no revision was named and no bookmark is active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_heads: Option<u32>,
    /// The bookmark that was active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deactivated: Option<String>,
    /// What happened to each file, by path.
    pub files: Vec<EditedFile>,
    /// What else there is to say.
    pub warnings: Vec<Warning>,
}

/// What `hg/bookmark` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct BookmarkParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open.
    pub root: Option<Uri>,
    /// The bookmark; with `rename` its new name. May be left out with `inactive` alone.
    pub name: Option<String>,
    /// Where it shall stand; the working copy's parent when left out.
    pub rev: Option<String>,
    /// Deletes it. The changesets stay.
    pub delete: bool,
    /// The bookmark that gets the new name.
    pub rename: Option<String>,
    /// Makes none active: the new one is not activated, or the active one no longer is.
    pub inactive: bool,
    /// Moves a bookmark that is there.
    pub force: bool,
}

/// What `hg/bookmark` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookmarkResult {
    /// The bookmark as it stands now; absent when it was deleted, or none was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bookmark: Option<super::Bookmark>,
    /// The active bookmark now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_bookmark: Option<String>,
    /// What else there is to say.
    pub warnings: Vec<Warning>,
}
