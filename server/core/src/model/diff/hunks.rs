//! The differences of two texts, line by line: what an editor marks in its margin. Knows texts and nothing of where
//! they come from.

use std::ops::Range;

use bstr::ByteSlice as _;

use crate::linediff::{self, Tail, Whitespace};

/// Neighbouring lines that changed. Lines are counted from zero. Where one side has none, its start is the line that
/// follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineHunk<'a> {
    /// The lines of the old text.
    pub old: Range<u32>,
    /// The lines of the new text.
    pub new: Range<u32>,
    /// The old lines with their ends.
    pub old_text: &'a [u8],
    /// The new lines with their ends.
    pub new_text: &'a [u8],
}

/// The hunks that lead from `old` to `new`, in order.
pub fn diff_hunks<'a>(old: &'a [u8], new: &'a [u8], whitespace: Whitespace) -> Vec<LineHunk<'a>> {
    let hunks = linediff::hunks(old, new, whitespace, Tail::Cut);
    let (mut old, mut new) = (Cursor::new(old), Cursor::new(new));
    let counted = hunks.into_iter().filter(|hunk| !hunk.blank);
    counted
        .map(|hunk| LineHunk {
            old_text: old.lines(&hunk.before),
            new_text: new.lines(&hunk.after),
            old: hunk.before,
            new: hunk.after,
        })
        .collect()
}

/// Goes through a text from range to range of lines.
struct Cursor<'a> {
    rest: &'a [u8],
    line: u32,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self { rest: text, line: 0 }
    }

    /// The lines of a range that starts where the last one ended, or later.
    fn lines(&mut self, range: &Range<u32>) -> &'a [u8] {
        self.take(range.start);
        self.take(range.end)
    }

    fn take(&mut self, end: u32) -> &'a [u8] {
        let mut length = 0;
        while self.line < end && length < self.rest.len() {
            let newline = self.rest[length..].find_byte(b'\n');
            length = newline.map_or(self.rest.len(), |newline| length + newline + 1);
            self.line += 1;
        }
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_are_added_removed_or_changed() {
        let old = b"a\nb\nc\nd\ne";
        let new = b"x\na\nc\nD\ne";
        let hunks = diff_hunks(old, new, Whitespace::default());
        let hunk = |old, old_text: &'static str, new, new_text: &'static str| LineHunk {
            old,
            new,
            old_text: old_text.as_bytes(),
            new_text: new_text.as_bytes(),
        };
        assert_eq!(hunks, [hunk(0..0, "", 0..1, "x\n"), hunk(1..2, "b\n", 2..2, ""), hunk(3..4, "d\n", 3..4, "D\n")]);
        assert_eq!(diff_hunks(b"a", b"a\n", Whitespace::default()), [hunk(0..1, "a", 0..1, "a\n")]);
        assert_eq!(diff_hunks(b"", b"", Whitespace::default()), []);
    }

    #[test]
    fn white_space_and_blank_lines_may_not_count() {
        let whitespace = Whitespace { spaces: linediff::Spaces::IgnoreAll, ignore_blank_lines: true };
        assert_eq!(diff_hunks(b"a b\nc\n", b"ab\n\nc\n", whitespace), []);
    }
}
