//! Ignore rules: git's `.gitignore`, `info/exclude` and `core.excludesFile`, with its order of precedence. Knows
//! patterns and paths, not what is tracked.
//!
//! libgit2 answers for single paths, reading every file of rules above for each; a scan of the working copy meets a
//! folder once and needs the rules that hold in it. The matching of patterns is gitoxide's `gix-glob`, which is used
//! nowhere else.

use std::path::Path;
use std::sync::Arc;

use bstr::{BStr, ByteSlice};
use gix_glob::Pattern;
use gix_glob::pattern::Case;
use gix_glob::wildmatch::Mode;

/// The rules that hold in one folder: its own, and those of the folders above.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    own: Option<Arc<Own>>,
    case: Case,
}

/// What one file of rules says.
#[derive(Debug)]
struct Own {
    above: Option<Arc<Own>>,
    /// Patterns are relative to this folder: empty, or with a slash at its end.
    folder: Vec<u8>,
    patterns: Vec<Pattern>,
}

impl Rules {
    /// The rules that hold before any `.gitignore` is read: from `core.excludesFile`, and, stronger, from
    /// `info/exclude` in the common git folder. Files that cannot be read have no rules, as for git.
    pub fn of_repository(common_dir: &Path, excludes_file: Option<&Path>, ignore_case: bool) -> Self {
        let case = if ignore_case { Case::Fold } else { Case::Sensitive };
        let read = |path: &Path| super::small::read(path).unwrap_or_default();
        let rules = Self { own: None, case };
        let rules = excludes_file.map(|path| rules.with(b"", &read(path))).unwrap_or(rules);
        rules.with(b"", &read(&common_dir.join("info/exclude")))
    }

    /// These rules and the stronger ones of a `.gitignore` in `folder`, which is empty for the root and otherwise ends
    /// in a slash.
    #[must_use]
    pub fn with(&self, folder: &[u8], content: &[u8]) -> Self {
        let patterns = parse(content);
        if patterns.is_empty() {
            return self.clone();
        }
        Self { own: Some(Arc::new(Own { above: self.own.clone(), folder: folder.to_owned(), patterns })), ..*self }
    }

    /// Whether `path`, which lies in the folder of these rules, is ignored. Of a path below an ignored folder only the
    /// folder may be asked for: nothing brings back what is in it.
    pub fn ignores(&self, path: &[u8], is_folder: bool) -> bool {
        self.decides(path, is_folder).unwrap_or(false)
    }

    /// What the last pattern says that matches `path` itself; `None` when none does.
    pub fn decides(&self, path: &[u8], is_folder: bool) -> Option<bool> {
        let mut next = self.own.as_deref();
        while let Some(own) = next {
            let relative = path.get(own.folder.len()..).unwrap_or_default().as_bstr();
            let start = relative.rfind_byte(b'/').map(|slash| slash + 1);
            let matches = |pattern: &&Pattern| {
                let mode = Mode::NO_MATCH_SLASH_LITERAL;
                pattern.matches_repo_relative_path(relative, start, Some(is_folder), self.case, mode)
            };
            if let Some(pattern) = own.patterns.iter().rev().find(matches) {
                return Some(!pattern.is_negative());
            }
            next = own.above.as_deref();
        }
        None
    }
}

fn parse(content: &[u8]) -> Vec<Pattern> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let lines = content.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let lines = lines.filter(|line| !line.starts_with(b"#"));
    lines.filter_map(|line| Pattern::from_bytes(without_trailing_spaces(line.as_bstr()))).collect()
}

/// Spaces at the end of a line count only behind a backslash.
fn without_trailing_spaces(line: &BStr) -> &[u8] {
    let mut end = 0;
    let mut at = 0;
    while at < line.len() {
        match line[at] {
            b' ' => at += 1,
            b'\\' => {
                at = (at + 2).min(line.len());
                end = at;
            }
            _ => {
                at += 1;
                end = at;
            }
        }
    }
    &line[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored(rules: &str, path: &str) -> bool {
        let is_folder = path.ends_with('/');
        Rules::default().with(b"", rules.as_bytes()).ignores(path.trim_end_matches('/').as_bytes(), is_folder)
    }

    #[test]
    fn the_last_pattern_that_matches_decides() {
        assert!(ignored("*.o", "a.o") && ignored("*.o", "deep/er/a.o"));
        assert!(!ignored("*.o\n!a.o", "a.o") && ignored("*.o\n!a.o\na.*", "a.o"));
        assert!(!ignored("# *.o\n\n\\#x", "a.o") && ignored("\\#x", "#x") && ignored("\\!x", "!x"));
    }

    #[test]
    fn slashes_tie_a_pattern_to_its_folder_and_to_folders() {
        assert!(ignored("/a", "a") && !ignored("/a", "b/a"));
        assert!(ignored("b/a", "b/a") && !ignored("b/a", "c/b/a") && ignored("**/b/a", "c/b/a"));
        assert!(ignored("a/", "a/") && !ignored("a/", "a") && ignored("a/**", "a/x/y") && ignored("a/**/b", "a/b"));
    }

    #[test]
    fn ends_of_lines_are_read_as_git_does() {
        assert!(ignored("a  ", "a") && ignored("a\\ ", "a ") && !ignored("a\\ ", "a"));
        assert!(ignored("a b", "a b") && ignored("\u{feff}a\r\nb\r\n", "a") && ignored("a\r\nb\r\n", "b"));
    }

    #[test]
    fn a_folder_below_overrules_the_one_above() {
        let above = Rules::default().with(b"", b"*.o\n/only-top");
        let below = above.with(b"lib/", b"!keep.o\n/only-lib");
        assert!(above.ignores(b"lib/x.o", false) && below.ignores(b"lib/x.o", false));
        assert!(!below.ignores(b"lib/keep.o", false) && !below.ignores(b"lib/deep/keep.o", false));
        assert!(below.ignores(b"lib/only-lib", false) && !below.ignores(b"lib/only-top", false));
    }
}
