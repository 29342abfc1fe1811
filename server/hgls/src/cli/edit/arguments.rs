//! What can be written behind the commands that change something.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub struct Add {
    /// Only say what would be done.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Name every file.
    #[arg(short, long)]
    pub verbose: bool,
    /// Files, and folders for all in them; everything when left out.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Forget {
    /// Only say what would be done.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Name every file.
    #[arg(short, long)]
    pub verbose: bool,
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
    /// Name every file.
    #[arg(short, long)]
    pub verbose: bool,
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
    /// Name every file, and where it is kept.
    #[arg(short, long)]
    pub verbose: bool,
    /// Files, and folders for all in them.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}
