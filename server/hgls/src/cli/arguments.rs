//! What can be written on the command line. Knows nothing of what it does.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::edit::arguments::{
    Add, Addremove, Backups, Bookmarks, Commit, Copy, Forget, Init, Remove, Resolve, Restore, Revert, Uncommit, Update,
};

/// Mercurial's model of any git repository, for editors and at the prompt.
#[derive(Parser)]
#[command(name = "hgls", version)]
pub struct Arguments {
    #[command(flatten)]
    pub connection: Connection,
    /// The repository: its root, or anything inside.
    #[arg(short = 'R', long, global = true, value_name = "PATH")]
    pub repository: Option<PathBuf>,
    /// When to colour the output.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
pub enum Command {
    /// Serve editors: LSP and the requests of docs/PROTOCOL.md on standard input and output.
    Serve(Connection),
    /// Build the index, or bring it up to date. Stopping is harmless: it goes on where it was.
    Index(Index),
    /// Send one request and print the answer.
    Call(Call),
    /// Show which changeset each line of a file comes from.
    #[command(visible_alias = "blame")]
    Annotate(Annotate),
    /// Show changesets.
    #[command(visible_alias = "history")]
    Log(Log),
    /// Show the files that are not clean.
    #[command(visible_alias = "st")]
    Status(Status),
    /// Show what changed, as a patch in git's format.
    Diff(Diff),
    /// Say what the working copy, or a revision, is.
    #[command(visible_alias = "id")]
    Identify(Identify),
    /// Show the changesets that have no children.
    Heads(Heads),
    /// Show the newest changeset.
    Tip(Heads),
    /// List the tracked files.
    Files(Files),
    /// Print files as they are in a revision.
    Cat(Cat),
    /// Print changesets as patches, with their users, dates and messages.
    Export(Export),
    /// Make files tracked.
    Add(Add),
    /// Make files tracked no more, and leave them where they are.
    Forget(Forget),
    /// Delete files, and make them tracked no more.
    #[command(visible_alias = "rm")]
    Remove(Remove),
    /// Make unknown files tracked, and missing ones tracked no more.
    Addremove(Addremove),
    /// Bring files back to what they are in a revision.
    Revert(Revert),
    /// List bookmarks, which are git's branches, or make, move, rename and delete them.
    #[command(visible_aliases = ["book", "bookmark"])]
    Bookmarks(Bookmarks),
    /// Check out a changeset.
    #[command(visible_aliases = ["up", "checkout", "co"])]
    Update(Update),
    /// Commit the working copy, or some of its files.
    #[command(visible_alias = "ci")]
    Commit(Commit),
    /// Undo the changeset that is checked out, and keep what it changed in the working copy.
    Uncommit(Uncommit),
    /// Copy files, and make the copies tracked.
    #[command(visible_alias = "cp")]
    Copy(Copy),
    /// Give files other names.
    #[command(visible_aliases = ["mv", "move"])]
    Rename(Copy),
    /// List conflicts of a merge, and say which are resolved.
    Resolve(Resolve),
    /// List what operations overwrote, the newest first.
    Backups(Backups),
    /// Bring files back from the backups.
    Restore(Restore),
    /// Make a folder a git repository. Where there is one, nothing is needed, and nothing happens.
    Init(Init),
}

impl Command {
    /// Whether only what is wrong is to be said.
    pub fn is_quiet(&self) -> bool {
        let words = match self {
            Self::Add(Add { words, .. })
            | Self::Forget(Forget { words, .. })
            | Self::Remove(Remove { words, .. })
            | Self::Addremove(Addremove { words, .. })
            | Self::Revert(Revert { words, .. })
            | Self::Update(Update { words, .. })
            | Self::Commit(Commit { words, .. })
            | Self::Uncommit(Uncommit { words, .. })
            | Self::Copy(Copy { words, .. })
            | Self::Rename(Copy { words, .. }) => words,
            _ => return false,
        };
        words.quiet
    }
}

#[derive(Args)]
pub struct Connection {
    /// Serve on standard input and output: the only way there is, and what editors say.
    #[arg(long)]
    pub stdio: bool,
    /// What some editors add. The process ends with its parent anyway.
    #[arg(long = "clientProcessId", hide = true, value_name = "PID")]
    pub client_process_id: Option<u32>,
}

#[derive(Args)]
pub struct Index {
    /// Throw the index away and build it anew. Revision numbers may change.
    #[arg(long)]
    pub rebuild: bool,
    /// Write a snapshot of the index for other clones of this repository; - is standard output.
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,
    /// Start from a snapshot, after checking it, and read only what it has not.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["export", "rebuild"])]
    pub import: Option<PathBuf>,
    /// Keep a snapshot under refs/hgls/snapshot, for git push and git fetch to carry. See docs/SCALE.md.
    #[arg(long, conflicts_with_all = ["export", "import"])]
    pub publish: bool,
}

#[derive(Args)]
pub struct Call {
    /// The method, such as hg/log.
    pub method: String,
    /// Its parameters, a JSON object.
    #[arg(default_value = "{}")]
    pub params: String,
}

#[derive(Args, Clone, Copy)]
pub struct Spaces {
    /// Ignore white space when comparing lines.
    #[arg(short = 'w', long)]
    pub ignore_all_space: bool,
    /// Ignore changes in the amount of white space.
    #[arg(short = 'b', long)]
    pub ignore_space_change: bool,
    /// Ignore changes whose lines are all blank.
    #[arg(short = 'B', long)]
    pub ignore_blank_lines: bool,
    /// Ignore changes in white space at the end of lines.
    #[arg(short = 'Z', long)]
    pub ignore_space_at_eol: bool,
}

#[derive(Args, Clone)]
pub struct Template {
    /// Print in another form: json, or a template such as '{rev}:{node|short}\\n' where changesets are shown.
    #[arg(short = 'T', long, value_name = "TEMPLATE")]
    pub template: Option<String>,
}

#[derive(Args)]
pub struct Annotate {
    /// Annotate the file as of this revision; wdir() is the working copy.
    #[arg(short, long, value_name = "REV", default_value = ".")]
    pub rev: String,
    /// List the author.
    #[arg(short, long)]
    pub user: bool,
    /// List the date.
    #[arg(short, long)]
    pub date: bool,
    /// List the revision number (the default).
    #[arg(short, long)]
    pub number: bool,
    /// List the changeset.
    #[arg(short, long)]
    pub changeset: bool,
    /// Show the line number at the first appearance.
    #[arg(short, long)]
    pub line_number: bool,
    /// List the file name at the first appearance.
    #[arg(short, long)]
    pub file: bool,
    #[command(flatten)]
    pub spaces: Spaces,
    /// Look through this revision: its lines go to who had them before. Such lines are marked with *.
    #[arg(long, value_name = "REV")]
    pub skip: Vec<String>,
    /// Don't follow copies and renames.
    #[arg(long)]
    pub no_follow: bool,
    #[command(flatten)]
    pub template: Template,
    /// Show the author in full.
    #[arg(short, long)]
    pub verbose: bool,
    /// Show dates without the time.
    #[arg(short, long)]
    pub quiet: bool,
    /// Files, or folders of them.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Log {
    /// Show this revision or set of revisions.
    #[arg(short, long, value_name = "REVSET", allow_hyphen_values = true)]
    pub rev: Vec<String>,
    /// At most so many.
    #[arg(short, long, value_name = "N")]
    pub limit: Option<u32>,
    /// Show ancestors only; of a file, across copies and renames.
    #[arg(short, long)]
    pub follow: bool,
    /// Draw the graph.
    #[arg(short = 'G', long)]
    pub graph: bool,
    /// Show the patch.
    #[arg(short, long)]
    pub patch: bool,
    /// Of files, show also where they were removed.
    #[arg(long)]
    pub removed: bool,
    /// Show how much changed in which files.
    #[arg(long)]
    pub stat: bool,
    #[command(flatten)]
    pub template: Template,
    /// Show files and the whole description.
    #[arg(short, long)]
    pub verbose: bool,
    /// Show numbers and nodes only.
    #[arg(short, long)]
    pub quiet: bool,
    /// Only changesets that touch these files, or files below these folders.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Status {
    /// Show all files.
    #[arg(short = 'A', long)]
    pub all: bool,
    /// Show only modified files.
    #[arg(short, long)]
    pub modified: bool,
    /// Show only added files.
    #[arg(short, long)]
    pub added: bool,
    /// Show only removed files.
    #[arg(short, long)]
    pub removed: bool,
    /// Show only missing files.
    #[arg(short, long)]
    pub deleted: bool,
    /// Show only files without changes.
    #[arg(short, long)]
    pub clean: bool,
    /// Show only unknown files.
    #[arg(short, long)]
    pub unknown: bool,
    /// Show only ignored files.
    #[arg(short, long)]
    pub ignored: bool,
    /// Hide the status.
    #[arg(short, long)]
    pub no_status: bool,
    /// Show the source of copied files.
    #[arg(short = 'C', long)]
    pub copies: bool,
    /// End file names with NUL.
    #[arg(short = '0', long)]
    pub print0: bool,
    /// Compare with this revision; given twice, compare the two.
    #[arg(long, value_name = "REV", num_args = 1, allow_hyphen_values = true)]
    pub rev: Vec<String>,
    /// List what a revision changed.
    #[arg(long, value_name = "REV", conflicts_with = "rev", allow_hyphen_values = true)]
    pub change: Option<String>,
    #[command(flatten)]
    pub template: Template,
    /// Hide unknown files.
    #[arg(short, long)]
    pub quiet: bool,
    /// Only these files, and files below these folders.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Diff {
    /// Compare with this revision; given twice, compare the two.
    #[arg(short, long, value_name = "REV", num_args = 1, allow_hyphen_values = true)]
    pub rev: Vec<String>,
    /// Compare from this revision.
    #[arg(long, value_name = "REV", conflicts_with = "rev", allow_hyphen_values = true)]
    pub from: Option<String>,
    /// Compare to this revision.
    #[arg(long, value_name = "REV", conflicts_with = "rev", allow_hyphen_values = true)]
    pub to: Option<String>,
    /// Show what a revision changed.
    #[arg(short, long, value_name = "REV", conflicts_with_all = ["rev", "from", "to"], allow_hyphen_values = true)]
    pub change: Option<String>,
    /// Lines of context.
    #[arg(short = 'U', long, value_name = "N", default_value_t = 3)]
    pub unified: u32,
    #[command(flatten)]
    pub spaces: Spaces,
    /// Show how much changed in which files, and no patch.
    #[arg(long)]
    pub stat: bool,
    /// git's format: it always is.
    #[arg(short, long, hide = true)]
    pub git: bool,
    /// Only these files, and files below these folders.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Identify {
    /// Identify this revision, and not the working copy.
    #[arg(short, long, value_name = "REV", allow_hyphen_values = true)]
    pub rev: Option<String>,
    /// Show the node.
    #[arg(short, long)]
    pub id: bool,
    /// Show the revision number.
    #[arg(short, long)]
    pub number: bool,
    /// Show the branch.
    #[arg(short, long)]
    pub branch: bool,
    /// Show the tags.
    #[arg(short, long)]
    pub tags: bool,
    /// Show the bookmarks.
    #[arg(short = 'B', long)]
    pub bookmarks: bool,
    /// Show the node alone.
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Args)]
pub struct Heads {
    #[command(flatten)]
    pub template: Template,
    /// Show files and the whole description.
    #[arg(short, long)]
    pub verbose: bool,
    /// Show numbers and nodes only.
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Args)]
pub struct Files {
    /// The files of this revision, and not of the working copy.
    #[arg(short, long, value_name = "REV", allow_hyphen_values = true)]
    pub rev: Option<String>,
    /// End file names with NUL.
    #[arg(short = '0', long)]
    pub print0: bool,
    /// Only these files, and files below these folders.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Cat {
    /// The files as of this revision.
    #[arg(short, long, value_name = "REV", default_value = ".", allow_hyphen_values = true)]
    pub rev: String,
    /// Files, or folders of them.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Export {
    /// The changesets, a revision or a set of revisions each; the working copy's parent when left out.
    #[arg(short, long, value_name = "REVSET", allow_hyphen_values = true)]
    pub rev: Vec<String>,
    /// git's format: it always is.
    #[arg(short, long, hide = true)]
    pub git: bool,
    /// The same as with -r.
    #[arg(value_name = "REVSET")]
    pub revs: Vec<String>,
}
