//! Line differences exactly as git finds them: the only user of `gix-imara-diff`.
//!
//! The algorithm is Myers' with git's cost limits, followed by git's sliding of hunks (the indent heuristic), as in
//! xdiff's `xdiffi.c` and `xprepare.c`. Before it, git cuts what both texts share at their ends (`xdiff-interface.c`,
//! `trim_common_tail`), which is seen in the result: [`Tail`] says when. Knows nothing of files, revisions or patches.

mod lines;
mod whitespace;

use std::ops::Range;

use gix_imara_diff::{Algorithm, Diff, IndentHeuristic, IndentLevel, SliderHeuristic, Token};

pub use lines::{Interner, Lines};
pub use whitespace::{Spaces, Whitespace};

/// Lines of one text that stand in place of lines of another. One of the ranges may be empty, never both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The lines of the older text, zero-based.
    pub before: Range<u32>,
    /// The lines of the newer text, zero-based.
    pub after: Range<u32>,
    /// Whether both ranges hold nothing but blank lines and [`Whitespace::ignore_blank_lines`] was set.
    pub blank: bool,
}

/// What to do with what both texts share at their ends, in blocks of 1024 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Set it aside before comparing, as git does where no context is shown: for blame and `-U0`.
    Cut,
    /// Compare all of it, as git does for patches with context.
    Keep,
}

/// Compares texts one after the other, keeping its working memory.
#[derive(Default)]
pub struct Differ {
    diff: Diff,
    /// 0, 1, 2, … : see [`Indents`].
    places: Vec<Token>,
}

/// Whether git takes the content for binary: there is a NUL among its first 8,000 bytes. Binary files have no lines.
pub fn is_binary(content: &[u8]) -> bool {
    content.iter().take(8_000).any(|byte| *byte == 0)
}

/// The hunks between two texts that are compared once: in order, never touching each other.
///
/// Texts are below 2 GiB.
pub fn hunks(before: &[u8], after: &[u8], whitespace: Whitespace, tail: Tail) -> Vec<Hunk> {
    let mut interner = Interner::new(whitespace.spaces);
    interner.make_room(before.len());
    let before = interner.lines(before.to_vec());
    let after = interner.lines_like(after.to_vec(), &before);
    let mut hunks = Differ::default().hunks(&before, &after, tail);
    if whitespace.ignore_blank_lines {
        mark_blank(&mut hunks, &before, &after, whitespace.spaces);
    }
    hunks
}

/// Sets [`Hunk::blank`] where it is due.
pub fn mark_blank(hunks: &mut [Hunk], before: &Lines, after: &Lines, spaces: Spaces) {
    for hunk in hunks {
        hunk.blank = hunk.before.clone().all(|line| spaces.is_blank(before.line(line)))
            && hunk.after.clone().all(|line| spaces.is_blank(after.line(line)));
    }
}

impl Differ {
    /// The hunks between two texts of one [`Interner`]: in order, never touching each other, none marked as blank.
    pub fn hunks(&mut self, before: &Lines, after: &Lines, tail: Tail) -> Vec<Hunk> {
        let (before_len, after_len) = match tail {
            Tail::Cut => without_common_tail(before, after),
            Tail::Keep => (before.tokens.len(), after.tokens.len()),
        };
        let (before_tokens, after_tokens) = (&before.tokens[..before_len], &after.tokens[..after_len]);
        // The last argument serves another algorithm.
        self.diff.compute_with(Algorithm::Myers, before_tokens, after_tokens, 0);
        let known = self.places.len();
        self.places.extend((known..before_len.max(after_len)).map(|place| Token(place as u32)));
        let indents = Indents { before_tokens, before, after, places: &self.places };
        self.diff.postprocess_with(before_tokens, after_tokens, indents);
        self.diff.hunks().map(|hunk| Hunk { before: hunk.before, after: hunk.after, blank: false }).collect()
    }
}

/// Tells the indent heuristic how far each line is indented.
///
/// The heuristic knows lines by their tokens, and where spaces are ignored lines that are indented differently share
/// one. So it is shown each line's place in its text in place of the token.
struct Indents<'a> {
    before_tokens: &'a [Token],
    before: &'a Lines,
    after: &'a Lines,
    places: &'a [Token],
}

impl SliderHeuristic for Indents<'_> {
    fn best_slider_end(&mut self, tokens: &[Token], hunk: Range<u32>, earliest_end: u32) -> u32 {
        let lines = if std::ptr::eq(tokens, self.before_tokens) { self.before } else { self.after };
        let indent = |place: Token| {
            // A form feed is text to git, and space to the library.
            let line = lines.line(place.0).iter().map(|byte| if *byte == b'\x0c' { b'.' } else { *byte });
            IndentLevel::for_ascii_line(line, 8)
        };
        IndentHeuristic::new(indent).best_slider_end(&self.places[..tokens.len()], hunk, earliest_end)
    }
}

/// How many lines of each text are left when git has cut the common tail: whole blocks as long as they are equal, then
/// the first line that ends in what was cut is given back.
fn without_common_tail(before: &Lines, after: &Lines) -> (usize, usize) {
    const BLOCK: usize = 1024;
    let (one, two) = (before.text(), after.text());
    let mut cut = 0;
    for (one, two) in one.rchunks_exact(BLOCK).zip(two.rchunks_exact(BLOCK)) {
        if one != two {
            break;
        }
        cut += BLOCK;
    }
    let tail = &one[one.len() - cut..];
    let given_back = tail.iter().position(|byte| *byte == b'\n').map_or(cut, |newline| newline + 1);
    cut -= given_back;
    (before.lines_before(one.len() - cut), after.lines_before(two.len() - cut))
}

/// Joins hunks that a patch with `context` lines around each would show as one, and drops the blank ones that it would
/// not show: ranges of indexes into `hunks`, as git's `xdl_get_hunk` forms them.
pub fn groups(hunks: &[Hunk], context: u32) -> Vec<Range<usize>> {
    let mut groups = Vec::new();
    let mut start = 0;
    loop {
        let leading = hunks[start..].iter().take_while(|hunk| hunk.blank).count();
        let far_from_next = |blank: &usize| {
            hunks.get(blank + 1).is_none_or(|next| next.before.start - hunks[*blank].before.end >= context)
        };
        start = (start..start + leading).rev().find(far_from_next).map_or(start, |blank| blank + 1);
        if start == hunks.len() {
            return groups;
        }
        let mut last = start;
        let mut ignored = 0;
        for index in start + 1..hunks.len() {
            let (hunk, previous) = (&hunks[index], &hunks[index - 1]);
            let near = |distance: u32| distance <= context.saturating_mul(2);
            let distance = hunk.before.start - previous.before.end;
            if !near(distance) {
                break;
            }
            let adjacent = last == index - 1;
            if distance < context {
                if !hunk.blank || adjacent {
                    (last, ignored) = (index, 0);
                } else {
                    ignored += hunk.after.end - hunk.after.start;
                }
            } else if !adjacent && !near(hunk.before.start + ignored - hunks[last].before.end) {
                break;
            } else if !hunk.blank {
                (last, ignored) = (index, 0);
            } else {
                ignored += hunk.after.end - hunk.after.start;
            }
        }
        groups.push(start..last + 1);
        start = last + 1;
    }
}

#[cfg(test)]
mod tests;
