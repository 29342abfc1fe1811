//! Whose repositories are opened: the user's own, and those that git's `safe.directory` names.
//!
//! libgit2 checks owners, but knows only the plainest values of that setting. Where it refuses, git's own rules are
//! asked; only if these allow it the repository is opened without libgit2's check. That check is one switch for the
//! whole process, so nobody else opens anything meanwhile.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use git2::{Config, ErrorCode, Repository};

static CHECKED: RwLock<()> = RwLock::new(());

/// Opens a repository in the way that `open` does, if it may be opened. `root` is its working copy or, of a bare one,
/// its folder.
pub(super) fn open(root: &Path, open: impl Fn() -> Result<Repository, git2::Error>) -> Result<Repository, git2::Error> {
    let refused = {
        let _checked = CHECKED.read().unwrap_or_else(PoisonError::into_inner);
        match open() {
            Err(error) if error.code() == ErrorCode::Owner => error,
            opened => return opened,
        }
    };
    if !is_safe(&root.canonicalize().unwrap_or_else(|_| root.to_owned())) {
        return Err(refused);
    }
    let _alone = CHECKED.write().unwrap_or_else(PoisonError::into_inner);
    check_owners(false)?;
    let opened = open();
    check_owners(true)?;
    opened
}

#[expect(unsafe_code, reason = "a global variable of libgit2 without a lock of its own; ours is held")]
fn check_owners(check: bool) -> Result<(), git2::Error> {
    // SAFETY: the variable is one `int` that libgit2 reads when it opens a repository. Whatever this crate opens, it
    // opens in `open`, which holds the lock for reading, while this is called with the lock held for writing. A
    // submodule that libgit2 opens by itself meanwhile reads the old or the new value, either of which is whole.
    unsafe { git2::opts::set_verify_owner_validation(check) }
}

/// Whether the user's or the system's configuration, never the repository's own, names the folder.
fn is_safe(root: &Path) -> bool {
    let Ok(config) = Config::open_default() else { return false };
    let Ok(mut entries) = config.multivar("safe.directory", None) else { return false };
    let mut values = Vec::new();
    while let Some(Ok(entry)) = entries.next() {
        values.push(entry.value().unwrap_or_default().to_owned());
    }
    allows(&values, root, home().as_deref())
}

/// The user's home, where libgit2 found the user's configuration.
fn home() -> Option<PathBuf> {
    Some(Config::find_global().ok()?.parent()?.to_owned())
}

/// git's reading of the values, in order: an empty one takes back those before it.
fn allows(values: &[String], root: &Path, home: Option<&Path>) -> bool {
    values.iter().fold(false, |safe, value| match value.as_str() {
        "" => false,
        "*" => true,
        value => safe || names(value, root, home),
    })
}

fn names(value: &str, root: &Path, home: Option<&Path>) -> bool {
    let value = match (value.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(value),
    };
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    match value.ends_with("*") {
        true => value.parent().is_some_and(|folder| root != real(folder) && root.starts_with(real(folder))),
        false => value.is_absolute() && root == real(&value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_as_for_git() {
        let home = Path::new("/nowhere/home");
        let allowed = |values: &[&str], root: &str| {
            let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
            allows(&values, Path::new(root), Some(home))
        };
        for (values, safe) in [
            (&["/nowhere/r"][..], true),
            (&["/nowhere/r/"], true),
            (&["/nowhere/*"], true),
            (&["*"], true),
            (&["/other", "/nowhere/r"], true),
            (&["~/r"], false),
            (&["/nowhere"], false),
            (&["r"], false),
            (&["/nowhere/r/*"], false),
            (&["/nowhere/r", ""], false),
            (&["*", "", "/other"], false),
            (&[], false),
        ] {
            assert_eq!(allowed(values, "/nowhere/r"), safe, "{values:?}");
        }
        assert!(allowed(&["~/r"], "/nowhere/home/r") && allowed(&["/nowhere/*"], "/nowhere/deep/r"));
    }
}
