//! Frames of the LSP base protocol, from bytes: header lines, a blank line, a body.
//!
//! Whatever arrives, the next frame is found: garbage is skipped up to the next `Content-Length`, and a body beyond the
//! limit is skipped without being kept. Knows nothing of JSON.

use std::io::{self, BufRead, Read};

/// How much of one message is kept in memory.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of all header lines of a frame.
    pub header: usize,
    /// Bytes of a body.
    pub body: u64,
}

impl Default for Limits {
    /// A body may hold the largest file that an editor opens, with every byte escaped.
    fn default() -> Self {
        Self { header: 16 << 10, body: 256 << 20 }
    }
}

/// A frame that could not be read. Reading goes on behind it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Something between frames that is no header. Told once, however long it is.
    #[error("not a message header: skipped up to the next Content-Length")]
    Garbage,
    /// A header without `Content-Length`.
    #[error("a header without Content-Length")]
    NoLength,
    /// A body beyond the limit.
    #[error("a message of {length} bytes: the limit is {limit}")]
    TooLong {
        /// What the header says.
        length: u64,
        /// The limit.
        limit: u64,
    },
}

const LENGTH: &[u8] = b"content-length";

/// As much of an over-long line is kept as a whole `Content-Length` takes.
const CARRIED: usize = 48;

/// A length beyond this many times the limit is taken for damage, not for a body to skip: skipping would never end.
const ABSURD: u64 = 64;

/// The frames of an input.
pub struct Frames<R> {
    input: R,
    limits: Limits,
    /// The length that the current header has named.
    length: Option<u64>,
    /// Bytes of the current header so far.
    header: usize,
    /// Inside garbage that was told of: nothing but a `Content-Length` counts.
    lost: bool,
    /// The end of a line that was too long: a header may begin in it.
    carried: Vec<u8>,
}

enum Line {
    Blank,
    Length(u64),
    /// A `Content-Length` behind something else.
    LengthInGarbage(u64),
    Other,
    Garbage,
}

impl<R: BufRead> Frames<R> {
    /// Reads frames from `input`.
    pub fn new(input: R, limits: Limits) -> Self {
        Self { input, limits, length: None, header: 0, lost: false, carried: Vec::new() }
    }

    /// The next body; `None` at the end of the input.
    pub fn next_frame(&mut self) -> io::Result<Option<Result<Vec<u8>, Malformed>>> {
        while let Some(line) = self.line()? {
            match line {
                Line::Length(length) => {
                    self.length = Some(length);
                    self.lost = false;
                }
                Line::Other => {}
                Line::LengthInGarbage(length) => {
                    let told = self.lost;
                    self.start(Some(length), false);
                    if !told {
                        return Ok(Some(Err(Malformed::Garbage)));
                    }
                }
                Line::Garbage => {
                    let told = self.lost;
                    self.start(None, true);
                    if !told {
                        return Ok(Some(Err(Malformed::Garbage)));
                    }
                }
                Line::Blank => match self.length {
                    Some(length) => {
                        self.start(None, false);
                        return self.body(length);
                    }
                    None if self.lost || self.header == 0 => {}
                    None => {
                        self.start(None, false);
                        return Ok(Some(Err(Malformed::NoLength)));
                    }
                },
            }
        }
        Ok(None)
    }

    fn start(&mut self, length: Option<u64>, lost: bool) {
        (self.length, self.header, self.lost) = (length, 0, lost);
    }

    /// One line, classified; `None` at the end of the input.
    fn line(&mut self) -> io::Result<Option<Line>> {
        let mut line = std::mem::take(&mut self.carried);
        let room = self.limits.header.saturating_sub(line.len()).max(1);
        let read = self.input.by_ref().take(room as u64).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(None);
        }
        let complete = line.ends_with(b"\n");
        let text = line.trim_ascii_end();
        if text.is_empty() && complete {
            return Ok(Some(Line::Blank));
        }
        self.header = self.header.saturating_add(line.len());
        let kind = if complete && self.header <= self.limits.header { self.classify(text) } else { Line::Garbage };
        if !complete {
            self.carried = line.split_off(line.len().saturating_sub(CARRIED));
        }
        Ok(Some(kind))
    }

    fn classify(&self, line: &[u8]) -> Line {
        if let Some((name, value)) = header(line) {
            let behind = name.len().checked_sub(LENGTH.len());
            return match behind.and_then(|behind| name.split_at_checked(behind)) {
                Some(([], name)) if name.eq_ignore_ascii_case(LENGTH) => {
                    self.parse_length(value).map_or(Line::Garbage, Line::Length)
                }
                // Letters of garbage right before it, and not the name of another header.
                Some(([.., before], name)) if name.eq_ignore_ascii_case(LENGTH) && *before != b'-' => {
                    self.parse_length(value).map_or(Line::Garbage, Line::LengthInGarbage)
                }
                _ if self.lost => Line::Garbage,
                _ => Line::Other,
            };
        }
        let start = line.windows(LENGTH.len()).rposition(|window| window.eq_ignore_ascii_case(LENGTH));
        start
            .and_then(|start| line.get(start..))
            .and_then(header)
            .filter(|(name, _)| name.len() == LENGTH.len())
            .and_then(|(_, value)| self.parse_length(value))
            .map_or(Line::Garbage, Line::LengthInGarbage)
    }

    fn parse_length(&self, value: &[u8]) -> Option<u64> {
        let length = std::str::from_utf8(value).ok()?.parse().ok()?;
        (length <= self.limits.body.saturating_mul(ABSURD)).then_some(length)
    }

    fn body(&mut self, length: u64) -> io::Result<Option<Result<Vec<u8>, Malformed>>> {
        let mut input = self.input.by_ref().take(length);
        if length > self.limits.body {
            let limit = self.limits.body;
            let skipped = io::copy(&mut input, &mut io::sink())?;
            return Ok((skipped == length).then_some(Err(Malformed::TooLong { length, limit })));
        }
        // Grows with what arrives: a header alone makes nobody allocate.
        let mut body = Vec::with_capacity(length.min(64 << 10) as usize);
        input.read_to_end(&mut body)?;
        Ok((body.len() as u64 == length).then_some(Ok(body)))
    }
}

/// `name: value`, when `line` is a header.
fn header(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = (line.get(..colon)?.trim_ascii(), line.get(colon + 1..)?.trim_ascii());
    let token = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_';
    (!name.is_empty() && name.iter().all(token)).then_some((name, value))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn frames(input: &[u8]) -> Vec<Result<String, Malformed>> {
        let mut frames = Frames::new(input, Limits { header: 128, body: 20 });
        std::iter::from_fn(|| frames.next_frame().unwrap())
            .map(|frame| frame.map(|body| String::from_utf8(body).unwrap()))
            .collect()
    }

    fn ok(body: &str) -> Result<String, Malformed> {
        Ok(body.to_owned())
    }

    #[test]
    fn frames_follow_each_other() {
        assert_eq!(frames(b"Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n[1]"), [ok("{}"), ok("[1]")]);
        assert_eq!(frames(b"Content-Length: 0\r\n\r\n"), [ok("")]);
        assert_eq!(frames(b""), []);
    }

    #[test]
    fn headers_are_of_any_case_order_and_number() {
        let input = b"content-type: application/json; charset=utf8\r\nCONTENT-LENGTH:2\r\nX-Third: yes\r\n\r\n{}";
        assert_eq!(frames(input), [ok("{}")]);
        assert_eq!(frames(b"Content-Length : 2 \n\n{}"), [ok("{}")], "line feeds alone, and spaces");
    }

    #[test]
    fn garbage_is_told_once_and_skipped() {
        let next = b"Content-Length: 2\r\n\r\n{}";
        for garbage in [
            "{\"jsonrpc\":\"2.0\"}\n",
            "no header\r\nand more\r\n\r\nand more",
            "Content-Length: x\r\n\r\n",
            "Content-Length: -1\r\n\r\n",
            "Content-Length: 99999999999999999999\r\n\r\n",
            "Content-Length: 9999999999999\r\n\r\n",
            &"y".repeat(1000),
            &format!("X: {}\r\n\r\n", "y".repeat(200)),
        ] {
            let input = [garbage.as_bytes(), next].concat();
            assert_eq!(frames(&input), [Err(Malformed::Garbage), ok("{}")], "{garbage:?}");
        }
    }

    #[test]
    fn a_header_is_found_wherever_garbage_ends() {
        for length in 0..400 {
            let input = ["y".repeat(length).as_bytes(), b"Content-Length: 2\r\n\r\n{}"].concat();
            let found = frames(&input);
            assert_eq!(found.last(), Some(&ok("{}")), "after {length} bytes of garbage: {found:?}");
        }
    }

    #[test]
    fn a_length_that_is_too_short_costs_one_message() {
        let input = b"Content-Length: 2\r\n\r\n{}}}Content-Length: 2\r\n\r\n{}";
        assert_eq!(frames(input), [ok("{}"), Err(Malformed::Garbage), ok("{}")]);
    }

    #[test]
    fn a_header_without_a_length_is_told() {
        assert_eq!(frames(b"X: y\r\n\r\nContent-Length: 2\r\n\r\n{}"), [Err(Malformed::NoLength), ok("{}")]);
        assert_eq!(
            frames(b"\r\n\r\nContent-Length: 2\r\n\r\n{}"),
            [ok("{}")],
            "blank lines between frames are nothing"
        );
    }

    #[test]
    fn an_over_long_body_is_skipped() {
        let input = [b"Content-Length: 30\r\n\r\n".as_slice(), &[b'x'; 30], b"Content-Length: 2\r\n\r\n{}"].concat();
        assert_eq!(frames(&input), [Err(Malformed::TooLong { length: 30, limit: 20 }), ok("{}")]);
    }

    #[test]
    fn an_input_that_breaks_off_just_ends() {
        for input in
            ["Content-Len", "Content-Length: 5\r\n", "Content-Length: 5\r\n\r\n{}", "Content-Length: 30\r\n\r\nx"]
        {
            assert!(frames(input.as_bytes()).iter().all(|frame| *frame == Err(Malformed::Garbage)), "{input:?}");
        }
    }
}
