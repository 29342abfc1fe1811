//! Texts as sequences of small numbers: every distinct line gets one, so that comparing lines is comparing numbers.
//!
//! An [`Interner`] is shared by all versions that are to be compared with each other; each version is cut into lines
//! and hashed once, however many neighbours it is compared with. Knows nothing of comparing.

use std::hash::BuildHasher;
use std::ops::Range;

use bstr::ByteSlice;
use gix_imara_diff::Token;
use hashbrown::{DefaultHashBuilder, HashTable};

use super::Spaces;

/// Gives equal lines equal numbers, under one way of looking at spaces.
#[derive(Default)]
pub struct Interner {
    spaces: Spaces,
    hasher: DefaultHashBuilder,
    table: HashTable<u32>,
    /// The distinct lines one after the other, as far as they are compared, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// A text cut into lines. A line includes its `\n`; the last one may lack it. An empty text has no lines.
pub struct Lines {
    text: Vec<u8>,
    /// For each line, the offset of its first byte; then the length of the text.
    starts: Vec<usize>,
    pub(super) tokens: Vec<Token>,
}

impl Interner {
    /// An interner for texts whose spaces matter as `spaces` says.
    pub fn new(spaces: Spaces) -> Self {
        Self { spaces, ..Self::default() }
    }

    /// Cuts `text` into lines. Only results of the same interner can be compared with each other.
    pub fn lines(&mut self, text: Vec<u8>) -> Lines {
        let mut starts = Vec::with_capacity(text.len() / 24 + 2);
        let mut tokens = Vec::with_capacity(text.len() / 24 + 1);
        let mut compared = Vec::new();
        let mut start = 0;
        for line in text.lines_with_terminator() {
            starts.push(start);
            start += line.len();
            tokens.push(self.intern(self.spaces.compared(line, &mut compared)));
        }
        starts.push(start);
        Lines { text, starts, tokens }
    }

    fn intern(&mut self, line: &[u8]) -> Token {
        let Self { hasher, table, bytes, ends, .. } = self;
        let known = |number: u32| {
            let number = number as usize;
            let start = if number == 0 { 0 } else { ends[number - 1] };
            &bytes[start..ends[number]]
        };
        let hash = hasher.hash_one(line);
        if let Some(number) = table.find(hash, |number| known(*number) == line) {
            return Token(*number);
        }
        // Four billion distinct lines do not fit into memory.
        let number = ends.len() as u32;
        table.insert_unique(hash, number, |number| hasher.hash_one(known(*number)));
        bytes.extend_from_slice(line);
        ends.push(bytes.len());
        Token(number)
    }
}

impl Lines {
    /// How many lines there are.
    pub fn len(&self) -> u32 {
        self.tokens.len() as u32
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The whole text.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// One line with its end; empty beyond the last line.
    pub fn line(&self, line: u32) -> &[u8] {
        self.slice(line..line.saturating_add(1))
    }

    /// A range of lines with their ends, cut to the lines that there are.
    pub fn slice(&self, lines: Range<u32>) -> &[u8] {
        let offset = |line: u32| self.starts.get(line as usize).copied().unwrap_or(self.text.len());
        self.text.get(offset(lines.start)..offset(lines.end)).unwrap_or_default()
    }

    /// How many lines begin before the byte `offset`.
    pub(super) fn lines_before(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start < offset).min(self.tokens.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lines_have_equal_numbers_across_texts() {
        let mut interner = Interner::default();
        let one = interner.lines(b"a\nb\na\nb".to_vec());
        let two = interner.lines(b"b\nc\n".to_vec());
        assert_eq!(one.tokens, [0, 1, 0, 2].map(Token), "the last line lacks its end and is another line");
        assert_eq!(two.tokens, [1, 3].map(Token));
        assert_eq!((one.len(), one.line(1), one.line(3), one.line(4)), (4, &b"b\n"[..], &b"b"[..], &b""[..]));
        assert_eq!((one.slice(1..3), one.slice(2..9)), (&b"b\na\n"[..], &b"a\nb"[..]));
        assert!(interner.lines(Vec::new()).is_empty());
    }

    #[test]
    fn lines_are_found_by_offset() {
        let lines = Interner::default().lines(b"ab\nc\n".to_vec());
        assert_eq!([0, 1, 3, 4, 5].map(|offset| lines.lines_before(offset)), [0, 1, 1, 2, 2]);
    }
}
