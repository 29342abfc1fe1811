//! Requests that change what is tracked and what is in the working copy: `hg/add`, `hg/forget`, `hg/remove`,
//! `hg/addremove`, `hg/copy`, `hg/rename`, `hg/revert`, `hg/resolve`; and what every change answers about files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Uri;

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum FileAction {
    /// It is tracked now; or, of a commit, the commit has it as a new file.
    Added,
    /// The commit has its change.
    Modified,
    /// It is deleted and no longer tracked; or, of a commit, the commit has its removal; or, of an update, it is not in
    /// the changeset that was checked out.
    Removed,
    /// It is no longer tracked. The file is left.
    Forgotten,
    /// It is tracked under a new name: this one.
    Renamed,
    /// It is a copy.
    Copied,
    /// Its content is that of the revision again.
    Reverted,
    /// It had been removed, and is tracked again.
    Undeleted,
    /// It was brought to the changeset that was checked out.
    Updated,
    /// Its changes were merged with those of the changeset that was checked out.
    Merged,
    /// It came back from the backups.
    Restored,
    /// Its conflict counts as resolved.
    Resolved,
    /// It has a conflict that counts as not resolved.
    Unresolved,
    /// Nothing: there was nothing to do, or a warning says why it was not done.
    Skipped,
}

/// Why a file was merged without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Conflict {
    /// Both sides changed the same lines: they stand in the file, between markers.
    Lines,
    /// It has no lines that could be merged.
    Whole,
    /// The local side removed it, and the other one changed it.
    LocalRemoved,
    /// The other side removed it, and the local one changed it.
    OtherRemoved,
}

/// What happened to one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditedFile {
    /// Relative to the root, with `/`.
    pub path: String,
    /// The same without loss.
    pub uri: Uri,
    /// What happened.
    pub action: FileAction,
    /// Of a copy or a new name: what it was made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Of a file that was merged: what the changeset calls it that was checked out, where that is another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// Where its content is kept that was overwritten.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<Uri>,
    /// Why it was merged without a result, when it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
}

/// Something that the user should know, in Mercurial's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// What there is to say, with the file's path where it is about one.
    pub message: String,
    /// The file that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<Uri>,
    /// Whether something that was asked for was not done.
    pub refused: bool,
}

/// What a change of files answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditResult {
    /// What happened to each file, by path. Files of named folders to which nothing happened are not among them.
    pub files: Vec<EditedFile>,
    /// What else there is to say.
    pub warnings: Vec<Warning>,
    /// Whether something that was asked for was not done. As a rule a warning says what.
    pub incomplete: bool,
}

/// What `hg/add` and `hg/forget` take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct FilesParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open, or `uris` says.
    pub root: Option<Uri>,
    /// The files, and folders for the files below them; all of one repository. When left out, `hg/add` takes every
    /// unknown file.
    pub uris: Vec<Uri>,
    /// Changes nothing, and says what it would have done.
    pub dry_run: bool,
}

/// What `hg/remove` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct RemoveParams {
    /// The repository: its working copy, or anything inside. May be left out when `uris` says.
    pub root: Option<Uri>,
    /// The files, and folders for the files below them.
    pub uris: Vec<Uri>,
    /// Only records that files are gone which are missing already.
    pub after: bool,
    /// Removes files that are modified or added as well.
    pub force: bool,
    /// Changes nothing, and says what it would have done.
    pub dry_run: bool,
}

fn exactly() -> u8 {
    100
}

/// What `hg/addremove` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddremoveParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open, or `uris` says.
    #[serde(default)]
    pub root: Option<Uri>,
    /// Only these files, and files below these folders; the whole working copy when left out.
    #[serde(default)]
    pub uris: Vec<Uri>,
    /// How alike a missing and an unknown file have to be to count as renamed, in percent.
    #[serde(default = "exactly")]
    #[schemars(range(max = 100))]
    pub similarity: u8,
    /// Changes nothing, and says what it would have done.
    #[serde(default)]
    pub dry_run: bool,
}

impl Default for AddremoveParams {
    fn default() -> Self {
        Self { root: None, uris: Vec::new(), similarity: exactly(), dry_run: false }
    }
}

/// A file or folder, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Sources {
    /// One.
    One(Uri),
    /// Several, which go into one folder.
    Many(Vec<Uri>),
}

/// What `hg/copy` and `hg/rename` take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CopyParams {
    /// The repository: its working copy, or anything inside. May be left out when the source says.
    #[serde(default)]
    pub root: Option<Uri>,
    /// The file or folder.
    pub source: Sources,
    /// Its new name; a folder that is there for the place below which it goes under its old name.
    pub target: Uri,
    /// Only records what was done already.
    #[serde(default)]
    pub after: bool,
    /// Overwrites a file that is there. What it overwrites is kept.
    #[serde(default)]
    pub force: bool,
    /// Changes nothing, and says what it would have done.
    #[serde(default)]
    pub dry_run: bool,
}

/// Where what a change overwrites is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Backup {
    /// Below `.git/hgls/backups`; the oldest ones go when there are many.
    #[default]
    Store,
    /// As `FILE.orig`, beside the file.
    Orig,
    /// Nowhere.
    None,
}

/// A changed place of a file as `hg/diffHunks` lists it, to choose it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Hunk {
    /// The first line on the old side, zero-based.
    pub old_start: u32,
    /// How many lines on the old side.
    pub old_count: u32,
    /// The first line on the new side, zero-based.
    pub new_start: u32,
    /// How many lines on the new side.
    pub new_count: u32,
}

/// Changed places of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileHunks {
    /// The file.
    pub uri: Uri,
    /// Which of its changes, as `hg/diffHunks` lists them between the working copy's parent and the file on disk.
    pub hunks: Vec<Hunk>,
}

/// What `hg/revert` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevertParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open, or a file says.
    #[serde(default)]
    pub root: Option<Uri>,
    /// The files, and folders for the files below them. The root for everything.
    #[serde(default)]
    pub uris: Vec<Uri>,
    /// The revision whose content they get; the working copy's parent when left out, which during a merge it must not be.
    #[serde(default)]
    pub rev: Option<String>,
    /// Takes only these changes back, and not together with `uris` or `rev`.
    #[serde(default)]
    pub hunks: Vec<FileHunks>,
    /// Where what is overwritten is kept.
    #[serde(default)]
    pub backup: Backup,
    /// Changes nothing, and says what it would have done.
    #[serde(default)]
    pub dry_run: bool,
}

/// What becomes of the conflicts of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ResolveAction {
    /// They count as resolved, by what the files hold now.
    Mark,
    /// They count as not resolved again.
    Unmark,
    /// Those that are not resolved are merged anew. What the files hold now is overwritten, and kept.
    Merge,
}

/// How a file is merged anew: Mercurial's internal tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum MergeTool {
    /// What both sides changed stays, between markers.
    #[default]
    Merge,
    /// Where both sides changed the same lines, the local ones count.
    MergeLocal,
    /// Where both sides changed the same lines, the others count.
    MergeOther,
    /// Where both sides changed the same lines, both count.
    Union,
    /// The local file counts as it is: after an update what the user had, in a merge that of the first parent.
    Local,
    /// The other file counts as it is.
    Other,
}

/// What `hg/resolve` takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResolveParams {
    /// The repository: its working copy, or anything inside. May be left out when one repository is open, or `uris` says.
    #[serde(default)]
    pub root: Option<Uri>,
    /// The files, and folders for the files below them. The root for everything.
    #[serde(default)]
    pub uris: Vec<Uri>,
    /// What becomes of their conflicts.
    pub action: ResolveAction,
    /// How they are merged anew.
    #[serde(default)]
    pub tool: MergeTool,
    /// Where what is overwritten is kept.
    #[serde(default)]
    pub backup: Backup,
}
