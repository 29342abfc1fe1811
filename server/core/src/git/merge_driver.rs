//! How attributes say that a file is merged: by lines, not at all, or by a program that the configuration names. Knows
//! attributes and programs; not how lines are merged.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use bstr::ByteSlice as _;

use super::convert::Attribute;
use super::filters::native;
use super::merge_text::{Labels, MergedText, Texts};
use super::programs::{Finished, Output, run};
use super::{Error, Handle, Location};
use crate::cancel::{Cancel, Cancelled};
use crate::error::Result;
use crate::ids::RepoPath;

/// git's number of characters of a conflict marker.
const MARKER_SIZE: u16 = 7;

/// What merges a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Driver {
    /// Its lines are merged.
    Lines,
    /// Its lines are merged, and where both sides changed the same ones both count.
    Union,
    /// Nothing: it is for the user to decide.
    Nothing,
    /// A program of the configuration: its command.
    Program(String),
}

impl Handle {
    /// What merges the file at `path`: the attribute `merge` says, and `merge.default` where it says nothing. A name that
    /// the configuration does not know means lines, as for git.
    pub(super) fn merge_driver(&self, path: &RepoPath) -> Result<Driver, Error> {
        let config = self.repository.config()?;
        let name = match self.attribute(&native(path), "merge")? {
            Attribute::Set => return Ok(Driver::Lines),
            Attribute::Unset => return Ok(Driver::Nothing),
            Attribute::Value(name) => Some(name),
            Attribute::Unspecified => config.get_string("merge.default").ok(),
        };
        let Some(name) = name else { return Ok(Driver::Lines) };
        // What is configured comes before git's own of that name.
        let command = config.get_string(&format!("merge.{name}.driver")).ok();
        Ok(match (command, name.as_str()) {
            (Some(command), _) => Driver::Program(command),
            (None, "binary") => Driver::Nothing,
            (None, "union") => Driver::Union,
            (None, _) => Driver::Lines,
        })
    }

    /// The number of characters of the markers of conflicts in the file at `path`.
    pub(super) fn marker_size(&self, path: &RepoPath) -> Result<u16, Error> {
        Ok(match self.attribute(&native(path), "conflict-marker-size")? {
            Attribute::Value(size) => size.parse().ok().filter(|size| *size > 0).unwrap_or(MARKER_SIZE),
            _ => MARKER_SIZE,
        })
    }

    /// Has a driver's `command` merge the file, as git does: by the shell, in the working copy, with the three versions in
    /// files of their own, of which the second is to be replaced by what it made. `None` when it came to no end.
    pub(super) fn run_merge_driver(
        &self,
        location: &Location,
        command: &str,
        path: &RepoPath,
        texts: Texts<'_>,
        labels: Labels,
        cancel: &Cancel,
    ) -> Result<Option<MergedText>> {
        let [base, local, other] = [texts.base, texts.local, texts.other].map(|text| Version::new(location, text));
        let (base, local, other) = (base?, local?, other?);
        let marker_size = self.marker_size(path)?.to_string();
        let path = quoted(&path.to_str_lossy());
        let words = [
            ('%', "%".to_owned()),
            ('O', base.quoted()),
            ('A', local.quoted()),
            ('B', other.quoted()),
            ('L', marker_size),
            ('P', path),
            ('S', quoted("base")),
            ('X', quoted(labels.0)),
            ('Y', quoted(labels.1)),
        ];
        let mut shell = Command::new("sh");
        shell.args(["-c", &filled_in(command, &words)]).current_dir(location.root());
        let failed = |source| Error::Io { path: PathBuf::from("sh"), source };
        let Some(Finished { status, stdout, .. }) = run(shell, Vec::new(), Output::Together, cancel).map_err(failed)?
        else {
            return Err(Cancelled.into());
        };
        tracing::info!(%command, %status, output = %stdout.as_bstr(), "ran a merge driver");
        let content = fs::read(&local.0);
        // More than 128 is how the shell says that it was killed.
        Ok(match (status.code(), content) {
            (Some(code @ 0..=128), Ok(content)) => Some(MergedText { content, is_clean: code == 0 }),
            _ => None,
        })
    }
}

/// One version in a file of its own, which goes with it.
struct Version(PathBuf);

impl Version {
    fn new(location: &Location, text: &[u8]) -> Result<Self, Error> {
        let version = Self(location.scratch_file("merge")?);
        fs::write(&version.0, text).map_err(|source| Error::Io { path: version.0.clone(), source })?;
        Ok(version)
    }

    fn quoted(&self) -> String {
        quoted(&self.0.to_string_lossy())
    }
}

impl Drop for Version {
    fn drop(&mut self) {
        _ = fs::remove_file(&self.0);
    }
}

/// As one word of the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The command with its `%x` replaced by what stands for `x`; others stay.
fn filled_in(command: &str, words: &[(char, String)]) -> String {
    let mut filled = String::new();
    let mut letters = command.chars();
    while let Some(letter) = letters.next() {
        let word = (letter == '%').then(|| letters.clone().next()).flatten();
        match words.iter().find(|(name, _)| Some(*name) == word) {
            Some((_, word)) => {
                filled.push_str(word);
                letters.next();
            }
            None => filled.push(letter),
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;

    #[test]
    fn commands_are_filled_in() {
        let words = [('%', "%".to_owned()), ('A', "a b".to_owned())];
        for (command, filled) in [("x %A %A%%A", "x a b a b%A"), ("50% %q %", "50% %q %"), ("", "")] {
            assert_eq!(filled_in(command, &words), filled, "{command}");
        }
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }

    #[test]
    fn attributes_and_configuration_say_what_merges() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && git config merge.mine.driver 'cat %B > %A' && git config merge.named.name x
             printf 'a merge\nb -merge\nc merge=union\nd merge=binary\ne merge=mine\nf merge=text\ng merge=nosuch\n' > .gitattributes
             printf 'h merge=named\ni conflict-marker-size=12\nj conflict-marker-size=x\n' >> .gitattributes");
        let handle = Handle::open(&Location::discover(scratch.path()).expect("a repository")).expect("open");
        let driver = |path| handle.merge_driver(&RepoPath::new(path).expect("a path")).expect("a driver");
        let mine = Driver::Program("cat %B > %A".to_owned());
        for (path, wanted) in [
            ("a", Driver::Lines),
            ("b", Driver::Nothing),
            ("c", Driver::Union),
            ("d", Driver::Nothing),
            ("e", mine.clone()),
            ("f", Driver::Lines),
            ("g", Driver::Lines),
            ("h", Driver::Lines),
            ("other", Driver::Lines),
        ] {
            assert_eq!(driver(path), wanted, "{path}");
        }
        scratch.sh("git config merge.default mine");
        let handle = Handle::open(&Location::discover(scratch.path()).expect("a repository")).expect("open");
        assert_eq!(handle.merge_driver(&RepoPath::new("other").expect("a path")).expect("a driver"), mine);
        let size = |path| handle.marker_size(&RepoPath::new(path).expect("a path")).expect("a size");
        assert_eq!((size("i"), size("j"), size("a")), (12, 7, 7));
    }
}
