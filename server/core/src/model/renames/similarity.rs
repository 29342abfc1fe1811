//! How similar two contents are, by git's measure: the share of the larger one's bytes that is found in both.
//!
//! A content is cut into spans, each a line or 64 bytes, whichever is shorter; the spans are hashed, and the bytes
//! under each hash are counted. What both have under a hash was copied, wherever it stands. Source: git's
//! `diffcore-delta.c` and `estimate_similarity` in `diffcore-rename.c`. The hash is part of the measure: different
//! spans with one hash count as equal. Knows nothing of paths or objects.

use crate::linediff::is_binary;

/// A share of the largest similarity, [`Score::SAME`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(pub u32);

impl Score {
    /// Nothing in common.
    pub const NONE: Self = Self(0);
    /// Half: from here on git takes one file for a renamed other.
    pub const RENAME: Self = Self(30_000);
    /// Three quarters: what git wants of the only removed file of the same name before it looks no further.
    pub const SAME_NAME: Self = Self(45_000);
    /// The same bytes.
    pub const SAME: Self = Self(60_000);

    /// As git shows it, in whole percent, rounded down.
    pub fn percent(self) -> u32 {
        self.0 * 100 / Self::SAME.0
    }
}

/// The counted spans of one content.
pub struct Spans {
    size: u64,
    /// Bytes under each hash, by ascending hash.
    counts: Vec<(u32, u32)>,
}

impl Spans {
    /// Cuts and counts. In text, the CR of a CR LF does not count.
    pub fn of(content: &[u8]) -> Self {
        const LONGEST: u32 = 64;
        const HASHES: u32 = 107_927;
        let is_text = !is_binary(content);
        let mut spans = Vec::with_capacity(content.len() / 24 + 1);
        let (mut low, mut high, mut length) = (0u32, 0u32, 0u32);
        for (at, byte) in content.iter().enumerate() {
            if is_text && *byte == b'\r' && content.get(at + 1) == Some(&b'\n') {
                continue;
            }
            (low, high) = ((low << 7) ^ (high >> 25), (high << 7) ^ (low >> 25));
            low = low.wrapping_add(u32::from(*byte));
            length += 1;
            if length == LONGEST || *byte == b'\n' {
                spans.push((low.wrapping_add(high.wrapping_mul(0x61)) % HASHES, length));
                (low, high, length) = (0, 0, 0);
            }
        }
        if length > 0 {
            spans.push((low.wrapping_add(high.wrapping_mul(0x61)) % HASHES, length));
        }
        spans.sort_unstable_by_key(|(hash, _)| *hash);
        spans.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        Self { size: content.len() as u64, counts: spans }
    }

    /// How similar two contents are. Neither direction matters.
    pub fn score(&self, other: &Spans) -> Score {
        let mut copied = 0u64;
        let mut others = other.counts.iter().copied().peekable();
        for (hash, count) in &self.counts {
            while others.next_if(|(other, _)| other < hash).is_some() {}
            if let Some((_, other_count)) = others.next_if(|(other, _)| other == hash) {
                copied += u64::from(*count.min(&other_count));
            }
        }
        let largest = self.size.max(other.size);
        let share = (copied * u64::from(Score::SAME.0)).checked_div(largest).unwrap_or(0);
        Score(share as u32)
    }
}

/// Whether contents of these sizes can be as similar as `least` at all.
pub fn sizes_allow(one: u64, two: u64, least: Score) -> bool {
    let (largest, difference) = (one.max(two), one.abs_diff(two));
    largest.saturating_mul(u64::from(Score::SAME.0 - least.0)) >= difference.saturating_mul(u64::from(Score::SAME.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(one: &str, two: &str) -> u32 {
        let (one, two) = (Spans::of(one.as_bytes()), Spans::of(two.as_bytes()));
        assert_eq!(one.score(&two), two.score(&one));
        one.score(&two).percent()
    }

    #[test]
    fn lines_count_wherever_they_stand() {
        assert_eq!(score("a\nb\nc\n", "c\na\nb\n"), 100);
        assert_eq!(score("aaa\nbbb\n", "aaa\nccc\n"), 50);
        assert_eq!(score("aaa\n", "aaa\naaa\n"), 50, "a repeated line was copied once");
        assert_eq!(score("aaa\nbbb", "bbb\naaa\n"), 50, "a line with no end is another line");
        assert_eq!(score("", "a\n"), 0);
        assert_eq!(score("", ""), 0);
    }

    #[test]
    fn long_lines_are_cut() {
        let (head, tail) = ("x".repeat(64), "y".repeat(64));
        assert_eq!(score(&format!("{head}{tail}"), &head), 50);
    }

    #[test]
    fn line_ends_do_not_count_in_text() {
        // Six of the eight bytes: what was cut is still part of the larger size.
        assert_eq!(score("aa\r\nbb\r\n", "aa\nbb\n"), 75);
        assert_eq!(score("aa\r\nb\0\r\n", "aa\nb\0\n"), 0);
    }

    #[test]
    fn sizes_that_differ_too_much_need_no_look() {
        assert!(sizes_allow(100, 50, Score::RENAME) && !sizes_allow(100, 49, Score::RENAME));
        assert!(!sizes_allow(0, 1, Score::RENAME) && sizes_allow(0, 0, Score::RENAME));
        assert!(sizes_allow(75, 100, Score::SAME_NAME) && !sizes_allow(74, 100, Score::SAME_NAME));
    }
}
