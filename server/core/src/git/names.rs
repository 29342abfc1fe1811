//! Which paths git has neither in an index nor in a working copy, whoever committed them: those that some file system takes
//! for a path into `.git`, where a file is a hook or a setting, and whoever writes it runs programs. Knows no file.

use bstr::ByteSlice as _;
use gix_validate::path::component;

use crate::ids::{Mode, RepoPath};

/// Whether nothing may be at `path`, or nothing of this mode. `protect_hfs` is `core.protectHFS`: whether what macOS takes
/// for `.git` counts as well, which looks through some letters. What Windows takes for it, with its short names, streams
/// and a second kind of slash, always does, as for libgit2, whatever is configured.
pub fn is_refused(path: &RepoPath, mode: Mode, protect_hfs: bool) -> bool {
    let options = component::Options { protect_windows: cfg!(windows), protect_hfs, protect_ntfs: true };
    let link = (mode == Mode::Symlink).then_some(component::Mode::Symlink);
    let mut names = path.as_bytes().split(|byte| b"/\\".contains(byte)).peekable();
    while let Some(name) = names.next() {
        let mode = if names.peek().is_none() { link } else { None };
        // Nothing between two slashes leads nowhere.
        if !name.is_empty() && gix_validate::path::component(name.as_bstr(), mode, options).is_err() {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;

    const NAMES: &[&str] = &[
        "a",
        ".git",
        ".git/config",
        "a/.git",
        "a/.GIT/b",
        ".giT",
        ".gitx",
        "git",
        "git~1",
        "GIT~1/config",
        "git~2",
        "a/gIt~1/hooks/x",
        ".git ",
        ".git.",
        ".git . . ",
        ".git::$INDEX_ALLOCATION",
        ".git::$INDEX_ALLOCATION/hooks/x",
        ".git:x",
        ".g\u{200c}it",
        ".Gi\u{200d}T/config",
        "a\\.git\\x",
        "a\\b",
        ".gitmodules",
        ".GITMODULES",
        "gitmod~1",
        ".gitattributes",
        "con",
        "a:b",
        "...",
    ];

    /// Whether git puts an entry of this mode at `path`.
    fn git_refuses(scratch: &Scratch, path: &str, mode: &str) -> bool {
        let blob = "$(git hash-object -w --stdin </dev/null)";
        let add = format!("git update-index --add --cacheinfo \"{mode},{blob},$path\" 2>/dev/null && echo added");
        !scratch.sh(&format!("git read-tree --empty; path='{path}'; {add} || true")).contains("added")
    }

    #[test]
    fn paths_are_refused_as_git_refuses_them() {
        let scratch = Scratch::new();
        scratch.sh("git init -q .");
        for hfs in [false, true] {
            scratch.sh(&format!("git config core.protectHFS {hfs}"));
            for name in NAMES {
                let path = RepoPath::new(*name).expect("a path");
                for (mode, bits) in [(Mode::File, "100644"), (Mode::Symlink, "120000")] {
                    let ours = is_refused(&path, mode, hfs);
                    assert_eq!(ours, git_refuses(&scratch, name, bits), "{name:?} {bits}, protectHFS {hfs}");
                }
            }
        }
    }
}
