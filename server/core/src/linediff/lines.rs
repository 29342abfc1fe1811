//! Texts as sequences of small numbers: every distinct line gets one, so that comparing lines is comparing numbers.
//!
//! An [`Interner`] is shared by all versions that are to be compared with each other; each version is cut into lines
//! and hashed once, however many neighbours it is compared with. Knows nothing of comparing.

use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Arc;

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
    text: Arc<Vec<u8>>,
    /// For each line, the offset of its first byte; then the length of the text.
    starts: Vec<usize>,
    pub(super) tokens: Vec<Token>,
}

impl Interner {
    /// An interner for texts whose spaces matter as `spaces` says.
    pub fn new(spaces: Spaces) -> Self {
        Self { spaces, ..Self::default() }
    }

    /// Makes room for the distinct lines of a text of so many bytes: tables that grow cost as much as what is put into them.
    pub fn make_room(&mut self, bytes: usize) {
        let lines = bytes / 24;
        self.bytes.reserve(bytes);
        self.ends.reserve(lines);
        let Self { hasher, table, bytes, ends, .. } = self;
        table.reserve(lines, |number| hasher.hash_one(nth(bytes, ends, *number)));
    }

    /// Cuts `text` into lines. Only results of the same interner can be compared with each other.
    pub fn lines(&mut self, text: impl Into<Arc<Vec<u8>>>) -> Lines {
        let text = text.into();
        let mut starts = Vec::with_capacity(text.len() / 24 + 2);
        let mut tokens = Vec::with_capacity(text.len() / 24 + 1);
        self.cut(&text, 0..text.len(), &mut starts, &mut tokens);
        starts.push(text.len());
        Lines { text, starts, tokens }
    }

    /// The same, faster for a text that begins and ends as `neighbour` does: only what lies between is looked at.
    pub fn lines_like(&mut self, text: impl Into<Arc<Vec<u8>>>, neighbour: &Lines) -> Lines {
        let text = text.into();
        let common = common_ends(&neighbour.text, &text);
        // Lines at the beginning that are whole in both, and where the lines at the end begin that are.
        let ends_whole = |line: &usize| *line == 0 || neighbour.text[neighbour.starts[*line] - 1] == b'\n';
        let first = neighbour.starts.partition_point(|start| *start <= common.start).saturating_sub(1);
        let first = if ends_whole(&first) { first } else { first - 1 };
        let last = neighbour.starts.partition_point(|start| *start <= common.end).clamp(first, neighbour.tokens.len());
        let (from, to) = (neighbour.starts[first], neighbour.starts[last]);
        let after = neighbour.text.len() - to;
        let mut starts = Vec::with_capacity(neighbour.starts.len() + 16);
        let mut tokens = Vec::with_capacity(neighbour.tokens.len() + 16);
        starts.extend_from_slice(&neighbour.starts[..first]);
        tokens.extend_from_slice(&neighbour.tokens[..first]);
        self.cut(&text, from..text.len() - after, &mut starts, &mut tokens);
        starts.extend(neighbour.starts[last..].iter().map(|start| start + text.len() - neighbour.text.len()));
        tokens.extend_from_slice(&neighbour.tokens[last..]);
        Lines { text, starts, tokens }
    }

    fn cut(&mut self, text: &[u8], range: Range<usize>, starts: &mut Vec<usize>, tokens: &mut Vec<Token>) {
        let mut compared = Vec::new();
        let mut start = range.start;
        for line in text[range].lines_with_terminator() {
            starts.push(start);
            start += line.len();
            tokens.push(self.intern(self.spaces.compared(line, &mut compared)));
        }
    }

    fn intern(&mut self, line: &[u8]) -> Token {
        let Self { hasher, table, bytes, ends, .. } = self;
        let known = |number: u32| nth(bytes, ends, number);
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

/// The distinct line of that number.
fn nth<'a>(bytes: &'a [u8], ends: &[usize], number: u32) -> &'a [u8] {
    let number = number as usize;
    let start = if number == 0 { 0 } else { ends[number - 1] };
    &bytes[start..ends[number]]
}

/// What of `one` it does not share with `other` at its beginning and its end, those not overlapping in either.
fn common_ends(one: &[u8], other: &[u8]) -> Range<usize> {
    const BLOCK: usize = 64;
    let same = |(one, other): &(&[u8], &[u8])| one == other;
    let blocks = one.chunks_exact(BLOCK).zip(other.chunks_exact(BLOCK)).take_while(same).count() * BLOCK;
    let bytes = one[blocks..].iter().zip(&other[blocks..]).take_while(|(one, other)| one == other).count();
    let start = blocks + bytes;
    let (one_rest, other_rest) = (&one[start..], &other[start..]);
    let blocks = one_rest.rchunks_exact(BLOCK).zip(other_rest.rchunks_exact(BLOCK)).take_while(same).count() * BLOCK;
    let ends = |rest: &[u8]| rest.len() - blocks;
    let (one_rest, other_rest) = (&one_rest[..ends(one_rest)], &other_rest[..ends(other_rest)]);
    let bytes = one_rest.iter().rev().zip(other_rest.iter().rev()).take_while(|(one, other)| one == other).count();
    start..start + one_rest.len() - bytes
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
    fn lines_like_a_neighbour_s_are_the_same_as_without() {
        let texts = ["", "a", "a\n", "a\nb", "a\nb\n", "b\na\nb\n", "a\n\nb\n", "\n", "\n\n", "ab\nb", "a\nb\na\nb\nb"];
        let long = |middle: &str| format!("{}{middle}{}", "a line\n".repeat(40), "another\n".repeat(40));
        let long = [long(""), long("x"), long("x\n"), long("a line\nanother\n"), long("a line\n")];
        let texts: Vec<_> = texts.iter().map(|text| text.to_string()).chain(long).collect();
        for one in &texts {
            for other in &texts {
                let mut interner = Interner::default();
                let neighbour = interner.lines(one.clone().into_bytes());
                let expected = interner.lines(other.clone().into_bytes());
                let found = interner.lines_like(other.clone().into_bytes(), &neighbour);
                assert_eq!((found.tokens, found.starts), (expected.tokens, expected.starts), "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn lines_are_found_by_offset() {
        let lines = Interner::default().lines(b"ab\nc\n".to_vec());
        assert_eq!([0, 1, 3, 4, 5].map(|offset| lines.lines_before(offset)), [0, 1, 1, 2, 2]);
    }
}
