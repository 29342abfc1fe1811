//! The text of an open document, in chunks, so that an edit costs what it changes and not what the document holds, and
//! a copy of a document costs next to nothing. Knows nothing of files.

use std::ops::Range;
use std::sync::Arc;

/// What a client counts in a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Units of UTF-16: what a client counts that does not say otherwise.
    #[default]
    Utf16,
}

/// A place between two characters: zero-based line, and units of the client's [`Encoding`] in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line. Lines end with a line feed, a carriage return, or both, as in LSP.
    pub line: u32,
    /// The place in the line.
    pub character: u32,
}

/// A text. Any position is a place in it: one behind the end of a line is that line's end, one behind the last line
/// is the end of the text, one inside a character is before it.
#[derive(Clone, Debug)]
pub struct Text {
    /// Never empty chunks; none begins between a carriage return and its line feed.
    chunks: Vec<Arc<Chunk>>,
}

#[derive(Debug)]
struct Chunk {
    text: Box<str>,
    size: Size,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Size {
    bytes: usize,
    /// Of UTF-16.
    units: usize,
    breaks: usize,
}

/// Chunks are made of this many bytes, and grow to twice as many and shrink to half as many before they are made anew.
const CHUNK: usize = 8 << 10;

impl Text {
    /// A text.
    pub fn new(text: &str) -> Self {
        Self { chunks: chunks(text) }
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.size.bytes).sum()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// All of it in one piece.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.len());
        self.chunks.iter().for_each(|chunk| text.push_str(&chunk.text));
        text
    }

    /// Puts `with` in the place of what is between two positions, in whichever order they are.
    pub fn replace(&mut self, between: (Position, Position), encoding: Encoding, with: &str) {
        let (one, other) = (self.offset(between.0, encoding), self.offset(between.1, encoding));
        self.replace_bytes(one.min(other)..one.max(other), with);
    }

    /// The byte before which a position is.
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let line = self.line(position.line as usize);
        let character = position.character as usize;
        let offset = match encoding {
            Encoding::Utf8 => self.floor(line.start.saturating_add(character).min(line.end)),
            Encoding::Utf16 => self.offset_of_unit(self.units_before(line.start).saturating_add(character)),
        };
        offset.min(line.end)
    }

    /// How long a line is, without its end, in units of `encoding`.
    pub fn line_length(&self, line: u32, encoding: Encoding) -> u32 {
        let line = self.line(line as usize);
        let length = match encoding {
            Encoding::Utf8 => line.len(),
            Encoding::Utf16 => self.units_before(line.end) - self.units_before(line.start),
        };
        u32::try_from(length).unwrap_or(u32::MAX)
    }

    /// The bytes of a line, without its end.
    fn line(&self, line: usize) -> Range<usize> {
        let len = self.len();
        let start = match line {
            0 => 0,
            _ => self.line_break(line - 1).map_or(len, |found| found.end),
        };
        start..self.line_break(line).map_or(len, |found| found.start)
    }

    /// The bytes of the line break number `number`, zero-based.
    fn line_break(&self, number: usize) -> Option<Range<usize>> {
        let (chunk, before) = self.find(|reached| reached.breaks > number)?;
        let found = breaks(&chunk.text).nth(number - before.breaks)?;
        Some(before.bytes + found.start..before.bytes + found.end)
    }

    fn units_before(&self, offset: usize) -> usize {
        match self.find(|reached| reached.bytes >= offset) {
            Some((chunk, before)) => {
                before.units + chunk.text.get(..offset - before.bytes).map_or(0, |text| measure(text).units)
            }
            None => 0,
        }
    }

    /// The byte where the unit number `unit` of UTF-16 begins, or the character that it is the second half of.
    fn offset_of_unit(&self, unit: usize) -> usize {
        let Some((chunk, before)) = self.find(|reached| reached.units > unit) else { return self.len() };
        let mut units = before.units;
        let found = chunk.text.char_indices().find(|(_, character)| {
            units += character.len_utf16();
            units > unit
        });
        before.bytes + found.map_or(chunk.size.bytes, |(at, _)| at)
    }

    /// The last place between two characters that is not behind `offset`.
    fn floor(&self, offset: usize) -> usize {
        match self.find(|reached| reached.bytes >= offset) {
            Some((chunk, before)) => before.bytes + floor(&chunk.text, offset - before.bytes),
            None => 0,
        }
    }

    /// The first chunk whose end has `reached` something, and the size of what is before it.
    fn find(&self, reached: impl Fn(&Size) -> bool) -> Option<(&Chunk, Size)> {
        let mut before = Size::default();
        for chunk in &self.chunks {
            let after = before.plus(chunk.size);
            if reached(&after) {
                return Some((chunk, before));
            }
            before = after;
        }
        None
    }

    /// Puts `with` in the place of the bytes `range`, which begins and ends between characters.
    fn replace_bytes(&mut self, range: Range<usize>, with: &str) {
        // The chunks `first..last` hold the range, and the places before and behind it.
        let mut first = 0;
        let mut start = 0;
        while let Some(chunk) = self.chunks.get(first).filter(|chunk| start + chunk.size.bytes < range.start) {
            start += chunk.size.bytes;
            first += 1;
        }
        let mut last = first;
        let mut end = start;
        while let Some(chunk) = self.chunks.get(last).filter(|_| end <= range.end) {
            end += chunk.size.bytes;
            last += 1;
        }
        let held: String = self.chunks.get(first..last).unwrap_or_default().iter().map(|chunk| &*chunk.text).collect();
        let kept = (held.get(..range.start - start), held.get(range.end - start..));
        let (Some(head), Some(tail)) = kept else { return };
        let mut made = [head, with, tail].concat();
        // A chunk that became small is joined with its neighbour; so is one that ends in half a line break.
        while (made.len() < CHUNK / 2 || made.ends_with('\r')) && last < self.chunks.len() {
            made.push_str(self.chunks.get(last).map_or("", |chunk| &chunk.text));
            last += 1;
        }
        while first > 0 && self.chunks.get(first - 1).is_some_and(|chunk| chunk.text.ends_with('\r')) {
            first -= 1;
            made.insert_str(0, self.chunks.get(first).map_or("", |chunk| &chunk.text));
        }
        self.chunks.splice(first..last, chunks(&made));
    }
}

impl Size {
    fn plus(self, other: Self) -> Self {
        Self { bytes: self.bytes + other.bytes, units: self.units + other.units, breaks: self.breaks + other.breaks }
    }
}

fn chunks(mut text: &str) -> Vec<Arc<Chunk>> {
    let mut chunks = Vec::new();
    while !text.is_empty() {
        let mut end = if text.len() <= 2 * CHUNK { text.len() } else { floor(text, CHUNK) };
        if text.as_bytes().get(end - 1..end + 1) == Some(b"\r\n") {
            end += 1;
        }
        let (chunk, rest) = text.split_at(end);
        chunks.push(Arc::new(Chunk { text: chunk.into(), size: measure(chunk) }));
        text = rest;
    }
    chunks
}

/// The last place between two characters of `text` that is not behind `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn measure(text: &str) -> Size {
    let starts = text.bytes().filter(|byte| byte & 0xc0 != 0x80).count();
    let pairs = text.bytes().filter(|byte| *byte >= 0xf0).count();
    Size { bytes: text.len(), units: starts + pairs, breaks: breaks(text).count() }
}

/// Where the line breaks of `text` are.
fn breaks(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes.get(at..)?.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
        let pair = bytes.get(start..start + 2) == Some(b"\r\n");
        at = start + if pair { 2 } else { 1 };
        Some(start..at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    fn edited(text: &str, from: Position, to: Position, encoding: Encoding, with: &str) -> String {
        let mut text = Text::new(text);
        text.replace((from, to), encoding, with);
        text.to_text()
    }

    #[test]
    fn characters_are_counted_as_the_client_counts() {
        let text = "aé😀z\n";
        assert_eq!(edited(text, at(0, 1), at(0, 2), Encoding::Utf16, "E"), "aE😀z\n");
        assert_eq!(edited(text, at(0, 2), at(0, 4), Encoding::Utf16, ""), "aéz\n");
        assert_eq!(edited(text, at(0, 1), at(0, 3), Encoding::Utf8, "E"), "aE😀z\n");
        assert_eq!(edited(text, at(0, 3), at(0, 7), Encoding::Utf8, ""), "aéz\n");
        assert_eq!(Text::new(text).line_length(0, Encoding::Utf16), 5);
        assert_eq!(Text::new(text).line_length(0, Encoding::Utf8), 8);
    }

    #[test]
    fn lines_end_in_three_ways() {
        let text = "a\r\nb\rc\nd";
        for (line, letter) in ["a", "b", "c", "d"].iter().enumerate() {
            let start = at(line as u32, 0);
            let mut text = Text::new(text);
            assert_eq!(text.line_length(start.line, Encoding::Utf16), 1);
            text.replace((start, at(start.line, 1)), Encoding::Utf16, "X");
            assert_eq!(text.to_text(), "a\r\nb\rc\nd".replace(letter, "X"));
        }
    }

    #[test]
    fn a_range_that_makes_no_sense_is_clamped() {
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            assert_eq!(edited("ab\ncd", at(0, 99), at(0, u32::MAX), encoding, "!"), "ab!\ncd");
            assert_eq!(edited("ab\r\ncd", at(0, 3), at(0, 3), encoding, "!"), "ab!\r\ncd");
            assert_eq!(edited("ab\ncd", at(7, 0), at(u32::MAX, u32::MAX), encoding, "!"), "ab\ncd!");
            assert_eq!(edited("ab\ncd", at(1, 1), at(0, 1), encoding, "!"), "a!d", "end before start");
            assert_eq!(edited("", at(1, 1), at(3, 1), encoding, "!"), "!");
        }
        assert_eq!(edited("😀", at(0, 1), at(0, 1), Encoding::Utf16, "!"), "!😀", "inside a character");
        assert_eq!(edited("😀", at(0, 3), at(0, 4), Encoding::Utf8, "!"), "!");
    }

    #[test]
    fn a_line_break_that_an_edit_makes_or_splits_is_one() {
        let mut text = Text::new("a\rb");
        text.replace((at(1, 0), at(1, 0)), Encoding::Utf16, "\n");
        assert_eq!((text.to_text().as_str(), text.line(1)), ("a\r\nb", 3..4));
        text.replace((at(0, 1), at(1, 0)), Encoding::Utf16, "\r");
        text.replace((at(1, 0), at(1, 0)), Encoding::Utf16, "x\n");
        assert_eq!((text.to_text().as_str(), text.line(2)), ("a\rx\nb", 4..5));
    }

    /// Random edits of a text of many chunks, against the plainest way to do the same.
    #[test]
    fn edits_are_what_they_are_on_a_plain_string() {
        let seed = 20_260_101_u64;
        println!("seed {seed}");
        let mut state = seed;
        let mut random = move |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below.max(1)
        };
        let pieces = ["a", "é", "😀", "\n", "\r", "\r\n", "word ", "\n\n", &"long line ".repeat(2000), ""];
        let mut plain: String = (0..20_000).map(|_| pieces[random(8)]).collect();
        let mut text = Text::new(&plain);
        for step in 0..400 {
            let line_starts: Vec<usize> = std::iter::once(0).chain(breaks(&plain).map(|found| found.end)).collect();
            let mut place = || {
                let line = random(line_starts.len() + 1);
                let character = random(if step % 2 == 0 { 8 } else { 30_000 });
                let encoding = if step % 3 == 0 { Encoding::Utf8 } else { Encoding::Utf16 };
                let start = line_starts.get(line).copied().unwrap_or(plain.len());
                let end = breaks(&plain[start..]).next().map_or(plain.len(), |found| start + found.start);
                let mut counted = 0;
                let within = plain[start..end].char_indices().find(|(_, found)| {
                    counted += if encoding == Encoding::Utf8 { found.len_utf8() } else { found.len_utf16() };
                    counted > character
                });
                let offset = within.map_or(end, |(at, _)| start + at);
                (at(line as u32, character as u32), encoding, offset)
            };
            let (from, encoding, start) = place();
            let (to, _, end) = if step % 5 == 0 { place() } else { (from, encoding, start) };
            let with = pieces[random(pieces.len())];
            assert_eq!(text.offset(to, encoding), end, "step {step}: {to:?}");
            text.replace((from, to), encoding, with);
            plain.replace_range(start.min(end)..start.max(end), with);
            assert!(text.to_text() == plain, "step {step}");
            assert!(text.chunks.iter().all(|chunk| chunk.size == measure(&chunk.text) && chunk.size.bytes > 0));
        }
    }

    #[test]
    fn many_edits_in_ten_megabytes_are_not_quadratic() {
        // Copying the text for each would move twenty gigabytes.
        for line in ["one line of twenty b\n", "no line break at all "] {
            let mut text = Text::new(&line.repeat(500_000));
            for edit in 0..1_000 {
                let place = at(edit * 7 % 1000, edit * 40);
                text.replace((place, place), Encoding::Utf16, "é\n\n");
                text.replace((at(place.line, place.character), at(place.line + 1, 0)), Encoding::Utf16, "");
            }
            assert!(text.len() > line.len() * 500_000);
        }
    }
}
