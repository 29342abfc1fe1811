//! What can be written behind the commands that change something.

use std::path::PathBuf;

use clap::Args;

use crate::cli::arguments::Template;
use crate::protocol::Backup;

/// How much a command says.
#[derive(Args)]
pub struct Words {
    /// Say more: every file, which changeset it is, where backups are.
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Say nothing but what is wrong.
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Args)]
pub struct Add {
    /// Only say what would be done.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub words: Words,
    /// Files, and folders for all in them; everything when left out.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Forget {
    /// Only say what would be done.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub words: Words,
    /// Files, and folders for all in them.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Remove {
    /// Record files that are missing.
    #[arg(short = 'A', long)]
    pub after: bool,
    /// Forget added files, and delete modified ones.
    #[arg(short, long)]
    pub force: bool,
    /// Only say what would be done.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub words: Words,
    /// Files, and folders for all in them.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Addremove {
    /// From how many percent on a file that came is one that went, under a new name.
    #[arg(short, long, value_name = "PERCENT", default_value_t = 100)]
    pub similarity: u8,
    /// Only say what would be done.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub words: Words,
    /// Files, and folders for all in them; everything when left out.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Revert {
    /// Revert all changes.
    #[arg(short, long)]
    pub all: bool,
    /// Revert to this revision.
    #[arg(short, long, value_name = "REV", allow_hyphen_values = true)]
    pub rev: Option<String>,
    /// Keep nothing of what is overwritten.
    #[arg(short = 'C', long)]
    pub no_backup: bool,
    /// Keep what is overwritten as FILE.orig, as Mercurial does, and not below .git/hgls.
    #[arg(long, conflicts_with = "no_backup")]
    pub orig: bool,
    /// Only say what would be done.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub words: Words,
    /// Files, and folders for all in them.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Bookmarks {
    /// Where it shall stand.
    #[arg(short, long, value_name = "REV", allow_hyphen_values = true)]
    pub rev: Option<String>,
    /// Move a bookmark that is there.
    #[arg(short, long)]
    pub force: bool,
    /// Delete bookmarks.
    #[arg(short, long)]
    pub delete: bool,
    /// Give this bookmark another name.
    #[arg(short = 'm', long, value_name = "OLD")]
    pub rename: Option<String>,
    /// Make none active.
    #[arg(short, long)]
    pub inactive: bool,
    #[command(flatten)]
    pub template: Template,
    /// The bookmarks; when left out, those that there are are listed.
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
}

#[derive(Args)]
pub struct Update {
    /// Throw changes of the working copy away. What is overwritten is kept below .git/hgls.
    #[arg(short = 'C', long)]
    pub clean: bool,
    /// Refuse when the working copy has changes.
    #[arg(short, long)]
    pub check: bool,
    /// Merge changes of the working copy also across lines of history.
    #[arg(short, long)]
    pub merge: bool,
    #[command(flatten)]
    pub words: Words,
    /// Where to; the newest changeset of the line that the working copy is on when left out.
    #[arg(short, long, value_name = "REV", allow_hyphen_values = true)]
    pub rev: Option<String>,
    /// The same as with -r.
    #[arg(value_name = "REV", allow_hyphen_values = true)]
    pub named: Option<String>,
}

#[derive(Args)]
pub struct Copy {
    /// Record what was done already.
    #[arg(short = 'A', long)]
    pub after: bool,
    /// Overwrite a file that is there. What is overwritten is kept below .git/hgls.
    #[arg(short, long)]
    pub force: bool,
    /// Only say what would be done.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub words: Words,
    /// Files and folders, and behind them the new name, or the folder into which they go.
    #[arg(value_name = "SOURCE... DEST")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Resolve {
    /// List files with conflicts.
    #[arg(short, long)]
    pub list: bool,
    /// Mark files as resolved.
    #[arg(short, long)]
    pub mark: bool,
    /// Mark files as not resolved.
    #[arg(short, long)]
    pub unmark: bool,
    /// All files with conflicts.
    #[arg(short, long)]
    pub all: bool,
    /// How files are merged anew: :merge, :merge-local, :merge-other, :union, :local or :other.
    #[arg(short, long, value_name = "TOOL")]
    pub tool: Option<String>,
    /// Keep what is overwritten as FILE.orig, as Mercurial does, and not below .git/hgls.
    #[arg(long)]
    pub orig: bool,
    /// Files, and folders for all in them, to merge anew, or to mark; with -m and -u all conflicts when left out.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

impl Resolve {
    pub fn backup(&self) -> Backup {
        if self.orig { Backup::Orig } else { Backup::Store }
    }
}

#[derive(Args)]
pub struct Backups {
    /// At most so many.
    #[arg(short, long, value_name = "N", default_value_t = 100)]
    pub limit: u32,
    /// Only backups of these files, and of files below these folders.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Restore {
    /// Which backup, as 'hgls backups' lists it; the newest when left out.
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// The files.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Init {
    /// A git repository: it always is.
    #[arg(long, hide = true)]
    pub git: bool,
    /// The folder; the one that the user is in when left out.
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

#[derive(Args)]
pub struct Commit {
    /// The message. Without one an editor asks for it.
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub message: Option<String>,
    /// Read the message from this file.
    #[arg(short, long, value_name = "FILE")]
    pub logfile: Option<PathBuf>,
    /// Open an editor also where there is a message.
    #[arg(short, long)]
    pub edit: bool,
    /// Make unknown files tracked, and missing ones tracked no more, first.
    #[arg(short = 'A', long)]
    pub addremove: bool,
    /// Put another changeset in the place of the working copy's parent.
    #[arg(long)]
    pub amend: bool,
    /// The date of the changeset, such as '2007-01-01 00:00:10 +0000' or '1167609610 0'.
    #[arg(short, long, value_name = "DATE", allow_hyphen_values = true)]
    pub date: Option<String>,
    /// The author, as 'Name <mail>'.
    #[arg(short, long, value_name = "USER")]
    pub user: Option<String>,
    #[command(flatten)]
    pub words: Words,
    /// Only these files, and files below these folders.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Uncommit {
    #[command(flatten)]
    pub words: Words,
}
