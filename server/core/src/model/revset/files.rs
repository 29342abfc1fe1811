//! File patterns, `hg help patterns`: which files an expression speaks of. Relative to the root: an expression has no
//! current folder. Knows nothing of changesets.

use regex::bytes::{Regex, RegexBuilder};

use super::error::Error;
use super::strings::reason;
use crate::ids::RepoPath;

/// What a pattern without a kind is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Default {
    /// `glob:`
    Glob,
    /// `glob:` where there is a `*`, `?`, `[` or `{` in it, `path:` otherwise.
    GlobOrPath,
    /// A file, exactly.
    File,
}

/// A pattern for files.
#[derive(Clone, Debug)]
pub(super) enum FilePattern {
    /// A file, or everything in a folder. `None`: everything there is.
    Within(Option<RepoPath>),
    /// One file.
    File(RepoPath),
    /// Files directly in a folder. `None`: in the root.
    In(Option<RepoPath>),
    /// Files whose whole path matches.
    Regex(Regex),
}

impl FilePattern {
    /// Reads `KIND:PATTERN` or a pattern of the kind `default`.
    pub(super) fn parse(text: &str, default: Default) -> Result<Self, Error> {
        let (kind, pattern) = match text.split_once(':') {
            Some((kind, pattern)) if KINDS.contains(&kind) => (kind, pattern),
            _ => {
                let kind = match default {
                    Default::Glob => "glob",
                    Default::GlobOrPath if text.contains(['*', '?', '[', '{']) => "glob",
                    Default::GlobOrPath => "path",
                    Default::File => "filepath",
                };
                (kind, text)
            }
        };
        let path = || path(pattern);
        Ok(match kind {
            "path" | "relpath" => Self::Within(path()?),
            "rootfilesin" => Self::In(path()?),
            "filepath" => match path()? {
                Some(path) => Self::File(path),
                None => Self::Within(None),
            },
            "re" => Self::Regex(compile(&format!("^(?:{pattern})"))?),
            "relre" => Self::Regex(compile(pattern)?),
            "relglob" => Self::Regex(compile(&format!("^(?:|.*/){}$", glob(pattern)))?),
            "glob" | "rootglob" => Self::Regex(compile(&format!("^{}$", glob(pattern)))?),
            _ => return Err(Error::invalid(format!("file patterns of kind '{kind}' are not supported"))),
        })
    }

    /// Files with `word` somewhere in their paths, in any case.
    pub(super) fn with_word(word: &str) -> Result<Self, Error> {
        let regex = RegexBuilder::new(&regex::escape(word)).case_insensitive(true).build();
        regex.map(Self::Regex).map_err(|error| Error::invalid(format!("invalid pattern: {}", reason(&error))))
    }

    /// Files in whose paths `regex` is found.
    pub(super) fn with_match(regex: &str) -> Result<Self, Error> {
        let regex = Regex::new(regex);
        regex.map(Self::Regex).map_err(|error| Error::invalid(format!("invalid match pattern: {}", reason(&error))))
    }

    /// Whether `path` is meant.
    pub(super) fn matches(&self, path: &RepoPath) -> bool {
        match self {
            Self::Within(None) => true,
            Self::Within(Some(folder)) => path.is_within(folder),
            Self::File(file) => path == file,
            Self::In(folder) => path.parent() == *folder,
            Self::Regex(regex) => regex.is_match(path),
        }
    }

    /// All matching files are at or below this path; `None`: they may be anywhere.
    pub(super) fn base(&self) -> Option<&RepoPath> {
        match self {
            Self::Within(path) | Self::In(path) => path.as_ref(),
            Self::File(path) => Some(path),
            Self::Regex(_) => None,
        }
    }
}

const KINDS: [&str; 13] = [
    "path",
    "relpath",
    "filepath",
    "rootfilesin",
    "glob",
    "relglob",
    "rootglob",
    "re",
    "relre",
    "set",
    "include",
    "subinclude",
    "listfile",
];

/// A path as people write it: `./a//b/` is `a/b`. `None` is the root.
fn path(text: &str) -> Result<Option<RepoPath>, Error> {
    let components: Vec<&str> = text.split('/').filter(|component| !matches!(*component, "" | ".")).collect();
    if components.is_empty() {
        return Ok(None);
    }
    match RepoPath::new(components.join("/")) {
        Some(path) => Ok(Some(path)),
        None => Err(Error::invalid(format!("{text} not under root"))),
    }
}

fn compile(regex: &str) -> Result<Regex, Error> {
    let built = RegexBuilder::new(regex).unicode(false).dot_matches_new_line(true).build();
    built.map_err(|error| Error::invalid(format!("invalid pattern: {}", reason(&error))))
}

/// A glob as a regular expression: `*` and `?` stay within a component, `**` does not, `{a,b}` is one or the other,
/// `[a-z]` one of a class, `\` takes a character as it is.
fn glob(pattern: &str) -> String {
    let mut regex = String::new();
    let mut braces = 0;
    let mut rest = pattern;
    while let Some(character) = rest.chars().next() {
        rest = rest.strip_prefix(character).unwrap_or_default();
        match character {
            '*' if rest.starts_with("*/") => {
                rest = rest.strip_prefix("*/").unwrap_or_default();
                regex.push_str("(?:.*/)?");
            }
            '*' if rest.starts_with('*') => {
                rest = rest.strip_prefix('*').unwrap_or_default();
                regex.push_str(".*");
            }
            '*' if rest.starts_with('/') => regex.push_str("[^/]*"),
            '*' => regex.push_str("[^/]*"),
            '?' => regex.push_str("[^/]"),
            '{' => {
                braces += 1;
                regex.push_str("(?:");
            }
            '}' if braces > 0 => {
                braces -= 1;
                regex.push(')');
            }
            ',' if braces > 0 => regex.push('|'),
            '[' => match class(rest) {
                Some((class, after)) => {
                    regex.push_str(&class);
                    rest = after;
                }
                None => regex.push_str("\\["),
            },
            '\\' => {
                let escaped = rest.chars().next();
                rest = escaped.and_then(|escaped| rest.strip_prefix(escaped)).unwrap_or_default();
                regex.push_str(&literal(escaped.unwrap_or('\\')));
            }
            other => regex.push_str(&literal(other)),
        }
    }
    regex.push_str(&")".repeat(braces));
    regex
}

fn literal(character: char) -> String {
    regex::escape(&character.to_string())
}

/// The class that begins after `[`, and what follows it. `!` or `^` at its beginning turns it round.
fn class(text: &str) -> Option<(String, &str)> {
    let negated = text.strip_prefix(['!', '^']);
    let body = negated.unwrap_or(text);
    // A bracket right at the beginning belongs to the class.
    let first = body.chars().next().map_or(0, char::len_utf8);
    let end = first + body.get(first..)?.find(']')?;
    let (members, after) = body.split_at_checked(end)?;
    let members = members.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]").replace('^', "\\^");
    let members = members.replace('&', "\\&").replace('~', "\\~");
    Some((format!("[{}{members}]", if negated.is_some() { "^" } else { "" }), after.strip_prefix(']')?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const FILES: [&str; 8] = ["a.c", "b.rs", "d/a.c", "d/e/a.c", "d/e/x y", "d2/a.c", "[x]", "d/{z}"];

    fn found(pattern: &str, default: Default) -> Vec<&'static str> {
        let pattern = FilePattern::parse(pattern, default).unwrap();
        let meant = |path: &&str| {
            let path = RepoPath::new(*path).unwrap();
            let matches = pattern.matches(&path);
            assert!(!matches || pattern.base().is_none_or(|base| path.is_within(base)));
            matches
        };
        FILES.into_iter().filter(meant).collect()
    }

    #[test]
    fn kinds_of_patterns() {
        let glob = |pattern| found(pattern, Default::Glob);
        assert_eq!(glob("*.c"), ["a.c"]);
        assert_eq!(glob("**.c"), ["a.c", "d/a.c", "d/e/a.c", "d2/a.c"]);
        assert_eq!(glob("**/a.c"), ["a.c", "d/a.c", "d/e/a.c", "d2/a.c"]);
        assert_eq!(glob("d/*"), ["d/a.c", "d/{z}"]);
        assert_eq!(glob("d/**"), ["d/a.c", "d/e/a.c", "d/e/x y", "d/{z}"]);
        assert_eq!(glob("{a.c,b.rs}"), ["a.c", "b.rs"]);
        assert_eq!(glob("[a-b].*"), ["a.c", "b.rs"]);
        assert_eq!(glob("[!a].*"), ["b.rs"]);
        assert_eq!(glob("\\[x]"), ["[x]"]);
        assert_eq!(glob("[[]x]"), ["[x]"]);
        assert_eq!(glob("d"), Vec::<&str>::new());
        assert_eq!(glob("path:d"), ["d/a.c", "d/e/a.c", "d/e/x y", "d/{z}"]);
        assert_eq!(glob("path:."), FILES);
        assert_eq!(glob("filepath:d/a.c"), ["d/a.c"]);
        assert_eq!(glob("rootfilesin:d"), ["d/a.c", "d/{z}"]);
        assert_eq!(glob("rootfilesin:."), ["a.c", "b.rs", "[x]"]);
        assert_eq!(glob("relglob:*.c"), ["a.c", "d/a.c", "d/e/a.c", "d2/a.c"]);
        assert_eq!(glob("re:.*\\.rs"), ["b.rs"]);
        assert_eq!(glob("re:d"), ["d/a.c", "d/e/a.c", "d/e/x y", "d2/a.c", "d/{z}"]);
        assert_eq!(glob("relre:e/"), ["d/e/a.c", "d/e/x y"]);
    }

    #[test]
    fn patterns_without_a_kind() {
        assert_eq!(found("./d/e/", Default::GlobOrPath), ["d/e/a.c", "d/e/x y"]);
        assert_eq!(found("d/*", Default::GlobOrPath), ["d/a.c", "d/{z}"]);
        assert_eq!(found("d/a.c", Default::File), ["d/a.c"]);
        assert_eq!(found("d", Default::File), Vec::<&str>::new());
    }

    #[test]
    fn wrong_patterns_are_refused() {
        let error = |pattern| FilePattern::parse(pattern, Default::GlobOrPath).unwrap_err().to_string();
        assert_eq!(error("../a"), "parse error: ../a not under root");
        assert_eq!(error("re:("), "parse error: invalid pattern: unclosed group");
        assert_eq!(error("set:added()"), "parse error: file patterns of kind 'set' are not supported");
        FilePattern::parse("glob:{{{[", Default::GlobOrPath).unwrap();
    }
}
