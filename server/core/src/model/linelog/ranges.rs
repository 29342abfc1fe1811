//! Sets of lines as ranges. Knows only line numbers.

use std::ops::Range;

use crate::linediff::Hunk;
use crate::model::annotate::spans::{self, Span, Split};

/// A set of lines: ranges in ascending order that do not touch each other, none empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ranges(Vec<Range<u32>>);

impl Ranges {
    /// The lines of one range.
    pub fn new(range: Range<u32>) -> Self {
        [range].into_iter().collect()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ranges.
    pub fn iter(&self) -> impl Iterator<Item = &Range<u32>> {
        self.0.iter()
    }

    /// From the first line to the last.
    pub fn bounds(&self) -> Option<Range<u32>> {
        Some(self.0.first()?.start..self.0.last()?.end)
    }

    /// Adds the lines of `other`.
    pub fn extend(&mut self, other: Self) {
        *self = std::mem::take(&mut self.0).into_iter().chain(other.0).collect();
    }

    /// The lines outside the hunks under their older numbers, and those in hunks.
    pub fn split(&self, hunks: &[Hunk]) -> (Self, Self) {
        let span = |range: &Range<u32>| Span {
            at: range.start,
            target: range.start,
            count: range.end - range.start,
            guessed: false,
        };
        let spans: Vec<_> = self.iter().map(span).collect();
        let Split { passed, kept } = spans::split(&spans, hunks);
        let ranges = |spans: Vec<Span>| spans.into_iter().map(|span| span.at..span.at + span.count).collect();
        (ranges(passed), ranges(kept))
    }

    /// All older lines of the hunks that hold any of the lines.
    pub fn before(&self, hunks: &[Hunk]) -> Self {
        let holds_any = |hunk: &&Hunk| {
            let next = self.0.partition_point(|range| range.end <= hunk.after.start);
            self.0.get(next).is_some_and(|range| range.start < hunk.after.end)
        };
        hunks.iter().filter(holds_any).map(|hunk| hunk.before.clone()).collect()
    }
}

impl FromIterator<Range<u32>> for Ranges {
    fn from_iter<T: IntoIterator<Item = Range<u32>>>(ranges: T) -> Self {
        let mut ranges: Vec<_> = ranges.into_iter().filter(|range| !range.is_empty()).collect();
        ranges.sort_unstable_by_key(|range| range.start);
        ranges.dedup_by(|next, kept| {
            let touches = next.start <= kept.end;
            if touches {
                kept.end = kept.end.max(next.end);
            }
            touches
        });
        Self(ranges)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::reversed_empty_ranges, clippy::single_range_in_vec_init)]

    use super::*;

    #[test]
    fn ranges_are_sorted_and_joined() {
        let ranges: Ranges = [7..9, 3..3, 5..2, 0..2, 2..4, 8..12].into_iter().collect();
        assert_eq!(ranges.0, [0..4, 7..12]);
        assert_eq!(ranges.bounds(), Some(0..12));
        assert_eq!((Ranges::new(5..5).bounds(), Ranges::default().is_empty()), (None, true));
    }

    #[test]
    fn changed_lines_lead_to_all_that_stood_in_their_place() {
        let hunk = |before, after| Hunk { before, after, blank: false };
        let hunks = [hunk(0..0, 0..1), hunk(3..8, 4..6), hunk(9..10, 7..7), hunk(11..12, 8..9)];
        let ranges: Ranges = [3..5, 6..8].into_iter().collect();
        let (passed, kept) = ranges.split(&hunks);
        assert_eq!((passed.0, kept.0.clone()), (vec![2..3, 8..9, 10..11], vec![4..5]));
        assert_eq!(kept.before(&hunks).0, [3..8]);
    }
}
