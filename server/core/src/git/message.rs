//! Commit messages as git wants them: what of a text is the message, and what there is to begin with. The rules are those
//! of `git stripspace` and of `commit.cleanup`. Knows bytes; not who wrote them.

use std::fs;

use bstr::ByteSlice as _;

use super::{Error, Handle, Location};

/// What becomes of a text before it is a message: `commit.cleanup`, as it counts where nobody edited a prepared text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Cleanup {
    /// No empty lines around it, no two in a row, no white space at the ends of lines.
    #[default]
    Whitespace,
    /// The same, and no lines of comments.
    Strip,
    /// It stays as it is.
    Verbatim,
}

impl Handle {
    /// `commit.cleanup`. What git would do only to a text that was edited (`scissors`, and `default` with its comments)
    /// is not done.
    ///
    /// # Errors
    /// The value, when git does not know it either.
    pub fn cleanup(&self) -> Result<Result<Cleanup, String>, Error> {
        let config = self.repository.config()?.snapshot()?;
        Ok(match config.get_str("commit.cleanup").unwrap_or("default") {
            "default" | "whitespace" | "scissors" => Ok(Cleanup::Whitespace),
            "strip" => Ok(Cleanup::Strip),
            "verbatim" => Ok(Cleanup::Verbatim),
            other => Err(other.to_owned()),
        })
    }

    /// What begins a line of comment in messages.
    pub fn comment_prefix(&self) -> Result<Vec<u8>, Error> {
        let config = self.repository.config()?.snapshot()?;
        let setting = |name| config.get_str(name).ok().filter(|text| !text.is_empty() && *text != "auto");
        Ok(setting("core.commentstring").or_else(|| setting("core.commentchar")).unwrap_or("#").as_bytes().to_owned())
    }

    /// `core.editor`: the command that opens an editor.
    pub fn editor(&self) -> Result<Option<String>, Error> {
        let config = self.repository.config()?.snapshot()?;
        Ok(config.get_string("core.editor").ok().filter(|editor| !editor.trim().is_empty()))
    }

    /// `commit.template`: what an editor shows to begin with.
    pub fn message_template(&self, location: &Location) -> Result<Option<Vec<u8>>, Error> {
        let config = self.repository.config()?.snapshot()?;
        let Ok(path) = config.get_path("commit.template") else { return Ok(None) };
        let path = location.root().join(path);
        fs::read(&path).map(Some).map_err(|source| Error::Io { path, source })
    }
}

/// The message that a text becomes. A text that is not empty ends in one newline, unless it stays as it is.
pub fn clean(text: &[u8], cleanup: Cleanup, comment: &[u8]) -> Vec<u8> {
    if cleanup == Cleanup::Verbatim {
        return text.to_owned();
    }
    let mut message = Vec::with_capacity(text.len() + 1);
    let mut empty = 0;
    for line in text.lines_with_terminator() {
        if cleanup == Cleanup::Strip && line.starts_with(comment) {
            continue;
        }
        let line = line.trim_ascii_end();
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if empty > 0 && !message.is_empty() {
            message.push(b'\n');
        }
        empty = 0;
        message.extend_from_slice(line);
        message.push(b'\n');
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;
    use crate::testing::Random;

    #[test]
    fn texts_are_stripped_as_git_strips_them() {
        let scratch = Scratch::new();
        for seed in 0..60 {
            let mut random = Random::new(seed);
            let words = ["\n", "\n", " ", "a", "# x\n", "\t", "#", "\r\n", "b c", "\n\n"];
            let text: String = (0..random.below(14)).map(|_| words[random.below(words.len())]).collect();
            std::fs::write(scratch.path().join("text"), &text).expect("a file");
            for (cleanup, option) in [(Cleanup::Whitespace, ""), (Cleanup::Strip, "-s")] {
                let expected = scratch.sh(&format!("git stripspace {option} <text"));
                let cleaned = String::from_utf8(clean(text.as_bytes(), cleanup, b"#")).expect("text");
                assert_eq!(cleaned, expected, "seed {seed}: {text:?}");
            }
            assert_eq!(clean(text.as_bytes(), Cleanup::Verbatim, b"#"), text.as_bytes());
        }
    }

    #[test]
    fn configuration_says_what_to_strip_and_how_to_begin() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && echo 'subject:' > template");
        let read = || {
            let location = Location::discover(scratch.path()).expect("a repository");
            let handle = Handle::open(&location).expect("open");
            let template = handle.message_template(&location).expect("readable");
            (handle.cleanup().expect("readable"), handle.comment_prefix().expect("readable"), template)
        };
        assert_eq!(read(), (Ok(Cleanup::Whitespace), b"#".to_vec(), None));
        scratch.sh("git config commit.cleanup strip && git config core.commentChar ';'
             git config commit.template template");
        assert_eq!(read(), (Ok(Cleanup::Strip), b";".to_vec(), Some(b"subject:\n".to_vec())));
        scratch.sh("git config commit.cleanup nonsense");
        assert_eq!(read().0, Err("nonsense".to_owned()));
    }
}
