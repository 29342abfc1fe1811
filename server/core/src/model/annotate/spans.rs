//! Runs of lines on their way from the annotated text down through history. Knows only line numbers.

use crate::linediff::Hunk;

/// Lines of one version that are lines of the annotated text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first line in the version.
    pub at: u32,
    /// The first line in the annotated text.
    pub target: u32,
    /// How many lines.
    pub count: u32,
    /// Whether they came here by a guess, over a changeset that is skipped.
    pub guessed: bool,
}

impl Span {
    /// Where the span ends in the version.
    pub fn end(&self) -> u32 {
        self.at + self.count
    }

    /// The part of the span that lies in the version's lines `from..to`.
    fn part(&self, from: u32, to: u32) -> Self {
        Self { at: from, target: self.target + (from - self.at), count: to - from, ..*self }
    }
}

/// What becomes of the spans of one version at a parent.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// The parent has these lines; numbered as there.
    pub passed: Vec<Span>,
    /// The parent does not have these.
    pub kept: Vec<Span>,
}

/// Sorts spans by their place in the version, and joins what is contiguous in both texts.
pub fn sort(spans: &mut Vec<Span>) {
    spans.sort_unstable();
    spans.dedup_by(|next, kept| {
        let contiguous = kept.end() == next.at && kept.target + kept.count == next.target;
        let joins = contiguous && kept.guessed == next.guessed;
        if joins {
            kept.count += next.count;
        }
        joins
    });
}

/// Divides spans at the hunks between a parent and the version. Guessed ones may overlap, so that what is kept of sorted
/// ones need not be sorted.
pub fn split(spans: &[Span], hunks: &[Hunk]) -> Split {
    let mut split = Split::default();
    for span in spans {
        let (mut at, mut index) = (span.at, hunks.partition_point(|hunk| hunk.after.end <= span.at));
        while at < span.end() {
            let hunk = hunks.get(index);
            if let Some(hunk) = hunk.filter(|hunk| hunk.after.start <= at) {
                let end = hunk.after.end.min(span.end());
                if at < end {
                    split.kept.push(span.part(at, end));
                    at = end;
                }
                index += 1;
            } else {
                let end = hunk.map_or(span.end(), |hunk| hunk.after.start.min(span.end()));
                let (before, after) = index.checked_sub(1).map_or((0, 0), |previous| {
                    let previous = &hunks[previous];
                    (previous.before.end, previous.after.end)
                });
                split.passed.push(Span { at: at - after + before, ..span.part(at, end) });
                at = end;
            }
        }
    }
    split
}

/// Passes on the lines of hunks for which there is a guess. `guesses` has, for each hunk, one for each newer line.
pub fn split_by_guesses(spans: &[Span], hunks: &[Hunk], guesses: &[Vec<Option<u32>>]) -> Split {
    let mut split = Split::default();
    for span in spans {
        for line in span.at..span.end() {
            let index = hunks.partition_point(|hunk| hunk.after.end <= line);
            let hunk = hunks.get(index).filter(|hunk| hunk.after.contains(&line));
            let guess = hunk.and_then(|hunk| guesses[index][(line - hunk.after.start) as usize]);
            let part = span.part(line, line + 1);
            match guess {
                Some(at) => split.passed.push(Span { at, guessed: true, ..part }),
                None => split.kept.push(part),
            }
        }
    }
    sort(&mut split.kept);
    split
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(at: u32, target: u32, count: u32) -> Span {
        Span { at, target, count, guessed: false }
    }

    fn hunk(before: std::ops::Range<u32>, after: std::ops::Range<u32>) -> Hunk {
        Hunk { before, after, blank: false }
    }

    #[test]
    fn what_one_parent_leaves_of_spans_that_overlap_the_next_one_divides_as_well() {
        let guessed = Span { guessed: true, ..span(4, 50, 1) };
        let spans = [span(0, 0, 20), guessed];
        let first = [hunk(4..5, 4..5), hunk(12..13, 12..13)];
        let kept = split(&spans, &first).kept;
        assert_eq!(kept, [span(4, 4, 1), span(12, 12, 1), guessed]);
        let second = [hunk(0..0, 0..3), hunk(3..4, 6..8)];
        let Split { passed, kept } = split(&kept, &second);
        assert_eq!(passed, [span(1, 4, 1), span(8, 12, 1), Span { at: 1, ..guessed }]);
        assert_eq!(kept, []);
    }

    #[test]
    fn lines_outside_hunks_are_passed_on_under_their_older_numbers() {
        // Two lines added at the top, one removed after older line 3, one changed at the end.
        let hunks = [hunk(0..0, 0..2), hunk(4..5, 6..6), hunk(7..8, 8..9)];
        let Split { passed, kept } = split(&[span(0, 0, 9)], &hunks);
        assert_eq!(passed, [span(0, 2, 4), span(5, 6, 2)]);
        assert_eq!(kept, [span(0, 0, 2), span(8, 8, 1)]);
    }

    #[test]
    fn spans_may_begin_and_end_anywhere() {
        let hunks = [hunk(2..4, 2..6)];
        let spans = [span(0, 10, 1), span(3, 20, 1), span(5, 30, 3)];
        let Split { passed, kept } = split(&spans, &hunks);
        assert_eq!(passed, [span(0, 10, 1), span(4, 31, 2)]);
        assert_eq!(kept, [span(3, 20, 1), span(5, 30, 1)]);
        assert_eq!(split(&spans, &[]).passed, spans);
    }

    #[test]
    fn overlapping_spans_each_go_their_way() {
        let hunks = [hunk(1..1, 1..2), hunk(3..3, 4..5)];
        let Split { passed, kept } = split(&[span(0, 0, 6), span(1, 9, 1), span(4, 7, 1)], &hunks);
        assert_eq!(passed, [span(0, 0, 1), span(1, 2, 2), span(3, 5, 1)]);
        assert_eq!(kept, [span(1, 1, 1), span(4, 4, 1), span(1, 9, 1), span(4, 7, 1)]);
    }

    #[test]
    fn contiguous_spans_are_joined() {
        let mut spans = vec![span(4, 6, 1), span(0, 2, 2), span(2, 4, 2), span(5, 9, 1)];
        sort(&mut spans);
        assert_eq!(spans, [span(0, 2, 5), span(5, 9, 1)]);
    }

    #[test]
    fn guesses_move_single_lines() {
        let hunks = [hunk(1..2, 1..3)];
        let Split { passed, kept } = split_by_guesses(&[span(1, 1, 2)], &hunks, &[vec![Some(7), None]]);
        assert_eq!(passed, [Span { at: 7, guessed: true, ..span(1, 1, 1) }]);
        assert_eq!(kept, [span(2, 2, 1)]);
    }
}
