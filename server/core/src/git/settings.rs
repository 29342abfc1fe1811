//! What git's configuration says of a working copy: how to look at its files, and what their line ends mean.
//! Knows nothing of the files themselves.

use std::path::PathBuf;

use super::{Error, Handle};
use crate::stat::Trust;

/// Configuration that decides how the working copy is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `core.fileMode`: the executable bit of files means something.
    pub file_mode: bool,
    /// `core.symlinks`: symbolic links are links, not files that hold the target.
    pub symlinks: bool,
    /// `core.ignoreCase`: the file system takes `A` and `a` for the same name.
    pub ignore_case: bool,
    /// `core.sparseCheckout`: a file outside of the sparse checkout that is there all the same counts.
    pub sparse: bool,
    /// Which facts of a file prove that it did not change.
    pub trust: Trust,
    /// `core.protectHFS`: what macOS takes for `.git` is none of git's paths.
    pub protect_hfs: bool,
    /// `core.autocrlf`.
    pub auto_crlf: AutoCrlf,
    /// Whether text has CRLF in the working copy where no attribute says which: `core.autocrlf`, then `core.eol`.
    pub crlf: bool,
    /// The user's own ignore rules: `core.excludesFile`, or where it is by default.
    pub excludes_file: Option<PathBuf>,
}

/// `core.autocrlf`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoCrlf {
    /// Line ends are left alone where no attribute speaks.
    No,
    /// Text has CRLF in the working copy and LF in commits.
    Yes,
    /// Text is committed with LF and otherwise left alone.
    Input,
}

impl Handle {
    /// Reads the configuration of now.
    pub(super) fn read_settings(&self) -> Result<Settings, Error> {
        let config = self.repository.config()?.snapshot()?;
        let flag = |name: &str, default| config.get_bool(name).unwrap_or(default);
        let word = |name: &str| config.get_string(name).unwrap_or_default().to_ascii_lowercase();
        let auto_crlf = match word("core.autocrlf").as_str() {
            "input" => AutoCrlf::Input,
            _ if flag("core.autocrlf", false) => AutoCrlf::Yes,
            _ => AutoCrlf::No,
        };
        Ok(Settings {
            file_mode: flag("core.filemode", cfg!(unix)),
            symlinks: flag("core.symlinks", cfg!(unix)),
            ignore_case: flag("core.ignorecase", false),
            sparse: flag("core.sparsecheckout", false) && !flag("sparse.expectfilesoutsideofpatterns", false),
            trust: Trust { all: word("core.checkstat") != "minimal", changed: flag("core.trustctime", true) },
            protect_hfs: flag("core.protecthfs", cfg!(target_vendor = "apple")),
            auto_crlf,
            crlf: match (auto_crlf, word("core.eol").as_str()) {
                (AutoCrlf::Yes, _) | (AutoCrlf::No, "crlf") => true,
                (AutoCrlf::Input, _) | (AutoCrlf::No, "lf") => false,
                (AutoCrlf::No, _) => cfg!(windows),
            },
            excludes_file: match config.get_string("core.excludesfile") {
                // A relative path starts from wherever git was started; an editor has no such place.
                Ok(_) => config.get_path("core.excludesfile").ok().filter(|path| path.is_absolute()),
                Err(_) => default_excludes_file(),
            },
        })
    }
}

/// `ignore` beside the user's configuration in the XDG folder, or in `~/.config/git`. libgit2 knows where both lie.
fn default_excludes_file() -> Option<PathBuf> {
    let xdg = git2::Config::find_xdg().ok().map(|config| config.with_file_name("ignore"));
    let home = || git2::Config::find_global().ok().map(|config| config.with_file_name(".config/git/ignore"));
    xdg.or_else(home)
}
