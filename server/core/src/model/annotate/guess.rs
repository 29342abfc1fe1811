//! Whose a line is when the changeset that changed it is to be passed over: a guess at the line that it was before.
//!
//! git's way, by likeness: lines of the hunk are matched with the parent's lines of the hunk that share most pairs of
//! letters, the surest match first and in order, and what finds no match there takes the most similar line of the whole
//! file. Source: the fingerprints of git's `blame.c`, described there at `fuzzy_find_matching_lines`. hg's way, by
//! position: lines of a hunk stand for each other in order, the last one of the parent for all that are left. Source:
//! `_annotatepair` in Mercurial's `dagop.py`. Knows only texts and their hunks.

use std::ops::Range;

use crate::linediff::{Hunk, Lines};

/// For each hunk and each of its newer lines, the older text's line that it is guessed to have been.
pub(super) type Guesses = Vec<Vec<Option<u32>>>;

/// By likeness, as git does.
pub(super) fn by_likeness(parent: &Lines, child: &Lines, hunks: &[Hunk]) -> Guesses {
    let mut older: Vec<_> = (0..parent.len()).map(|line| Fingerprint::of(parent.line(line))).collect();
    // What one line was matched with is gone for the others, in later hunks too.
    hunks.iter().map(|hunk| guess_hunk(&mut older, child, hunk)).collect()
}

/// By position, as hg does: only hunks whose lines all have a counterpart, or only the others, whose last lines share
/// one. (hg looks for the former in all parents first.)
pub(super) fn by_position(hunks: &[Hunk], all_have_one: bool) -> Guesses {
    let guess = |hunk: &Hunk| {
        let wanted = (hunk.before.len() >= hunk.after.len()) == all_have_one;
        let last = hunk.before.end.checked_sub(1).filter(|_| wanted);
        (0..hunk.after.len() as u32).map(|line| last.map(|last| last.min(hunk.before.start + line))).collect()
    };
    hunks.iter().map(guess).collect()
}

/// The pairs of neighbouring bytes of a line, in order of their values, and how often each occurs. Letters are lower
/// case, white space is 0, there is some at both ends, and pairs of it do not count.
struct Fingerprint(Vec<(u16, u32)>);

impl Fingerprint {
    fn of(line: &[u8]) -> Self {
        let plain = |byte: &u8| match byte {
            b' ' | b'\t' | b'\r' | b'\n' => 0,
            byte => byte.to_ascii_lowercase(),
        };
        let mut pairs = Vec::with_capacity(line.len() + 1);
        let mut before = 0;
        for byte in line.iter().map(plain).chain([0]) {
            let pair = u16::from_be_bytes([before, byte]);
            if pair != 0 {
                pairs.push((pair, 1));
            }
            before = byte;
        }
        pairs.sort_unstable_by_key(|(pair, _)| *pair);
        pairs.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += u32::from(same);
            same
        });
        Self(pairs)
    }

    /// How many pairs both have.
    fn likeness(&self, other: &Self) -> u32 {
        let mut others = other.0.iter().peekable();
        let mut common = 0;
        for (pair, count) in &self.0 {
            while others.next_if(|(other, _)| other < pair).is_some() {}
            if let Some((_, other_count)) = others.next_if(|(other, _)| other == pair) {
                common += count.min(other_count);
            }
        }
        common
    }

    /// Takes the pairs of `other` away.
    fn subtract(&mut self, other: &Self) {
        for (pair, count) in &mut self.0 {
            if let Ok(at) = other.0.binary_search_by_key(pair, |(pair, _)| *pair) {
                *count = count.saturating_sub(other.0[at].1);
            }
        }
        self.0.retain(|(_, count)| *count > 0);
    }
}

fn guess_hunk(older: &mut [Fingerprint], child: &Lines, hunk: &Hunk) -> Vec<Option<u32>> {
    let newer: Vec<_> = hunk.after.clone().map(|line| Fingerprint::of(child.line(line))).collect();
    let before = hunk.before.start as usize..hunk.before.end as usize;
    let mut matches = vec![None; newer.len()];
    if !before.is_empty() && !newer.is_empty() {
        let mut matching = Matching::new(&mut older[before], &newer);
        matching.solve();
        let found = matching.lines.iter().map(|line| line.best.map(|best| hunk.before.start + best as u32));
        matches = found.collect();
    }
    let whole_file = |(at, found): (usize, Option<u32>)| {
        found.or_else(|| most_alike(older, &newer[at], hunk.after.start + at as u32))
    };
    matches.into_iter().enumerate().map(whole_file).collect()
}

/// The line of the whole file that is most like `line`; among equals the one that is nearest to `at`.
fn most_alike(older: &[Fingerprint], line: &Fingerprint, at: u32) -> Option<u32> {
    const LEAST: u32 = 10;
    let mut best: Option<(u32, u32)> = None;
    for (candidate, fingerprint) in older.iter().enumerate() {
        let (candidate, likeness) = (candidate as u32, line.likeness(fingerprint));
        let better = match best {
            None => likeness >= LEAST,
            Some((most, found)) => {
                likeness > most || (likeness == most && candidate.abs_diff(at) <= found.abs_diff(at))
            }
        };
        if better {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How sure the best match of a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Certainty {
    /// To be found out (again).
    Unknown,
    /// No line near it has anything in common.
    Nothing,
    /// The more, the surer.
    Some(u64),
}

/// What is known of one newer line.
#[derive(Clone)]
struct Line {
    certainty: Certainty,
    /// The best and the second best match.
    best: Option<usize>,
    second: usize,
    /// The likeness with the lines around the nearest one, weighted by distance; `None` where it is to be computed.
    likeness: Vec<Option<u64>>,
}

/// The matching of one hunk. All line numbers count from the hunk's first.
struct Matching<'a> {
    older: &'a mut [Fingerprint],
    newer: &'a [Fingerprint],
    /// How far from its nearest line a line is compared.
    reach: usize,
    /// How far lines can be from each other that are compared with the same older line.
    newer_reach: usize,
    lines: Vec<Line>,
}

impl<'a> Matching<'a> {
    fn new(older: &'a mut [Fingerprint], newer: &'a [Fingerprint]) -> Self {
        let reach = (older.len() - 1).min(10);
        let newer_reach = ((2 * reach + 1) * newer.len() - 1) / older.len();
        let line = Line { certainty: Certainty::Unknown, best: None, second: 0, likeness: vec![None; 2 * reach + 1] };
        let lines = vec![line; newer.len()];
        Self { older, newer, reach, newer_reach, lines }
    }

    /// The older line that stands where `line` does, in proportion.
    fn nearest(&self, line: usize) -> usize {
        (2 * line + 1) * self.older.len() / (2 * self.newer.len())
    }

    /// The surest match divides both texts, and the parts before and after it are matched by themselves, the first
    /// one first. The older line that divides may be matched again from both sides.
    fn solve(&mut self) {
        let mut parts = vec![(0..self.newer.len(), 0..self.older.len())];
        while let Some((newer, older)) = parts.pop() {
            let mut surest: Option<(u64, usize, usize)> = None;
            for line in newer.clone() {
                self.find_best(line, &older);
                let Line { certainty, best, .. } = self.lines[line];
                if let (Certainty::Some(certainty), Some(best)) = (certainty, best)
                    && surest.is_none_or(|(most, ..)| certainty > most)
                {
                    surest = Some((certainty, line, best));
                }
            }
            let Some((_, line, matched)) = surest else { continue };
            self.older[matched].subtract(&self.newer[line]);
            self.forget(line, matched, &newer);
            parts.push((line + 1..newer.end, matched..older.end));
            parts.push((newer.start..line, older.start..matched + 1));
        }
    }

    fn find_best(&mut self, line: usize, older: &Range<usize>) {
        if self.lines[line].certainty != Certainty::Unknown {
            return;
        }
        let nearest = self.nearest(line);
        let (mut most, mut best, mut second_most, mut second) = (0, older.start, 0, older.start);
        let start = nearest.saturating_sub(self.reach).max(older.start);
        for candidate in start..(nearest + self.reach + 1).min(older.end) {
            let place = candidate + self.reach - nearest;
            let likeness = match self.lines[line].likeness[place] {
                Some(likeness) => likeness,
                None => {
                    let weight = 1000 - candidate.abs_diff(nearest) as u64;
                    u64::from(self.newer[line].likeness(&self.older[candidate])) * weight
                }
            };
            self.lines[line].likeness[place] = Some(likeness);
            if likeness > most {
                (second_most, second) = (most, best);
                (most, best) = (likeness, candidate);
            } else if likeness > second_most {
                (second_most, second) = (likeness, candidate);
            }
        }
        let line = &mut self.lines[line];
        if most == 0 {
            (line.certainty, line.best) = (Certainty::Nothing, None);
        } else {
            // One poor match is less sure than two good ones.
            line.certainty = Certainty::Some(2 * most - second_most);
            (line.best, line.second) = (Some(best), second);
        }
    }

    /// `line` was matched: what that changes for the lines near it is to be found again.
    fn forget(&mut self, line: usize, matched: usize, newer: &Range<usize>) {
        let start = line.saturating_sub(self.newer_reach).max(newer.start);
        for other in start..(line + self.newer_reach + 1).min(newer.end) {
            let nearest = self.nearest(other);
            if matched.abs_diff(nearest) <= self.reach {
                self.lines[other].likeness[matched + self.reach - nearest] = None;
            }
            let state = &mut self.lines[other];
            let (Certainty::Some(_), Some(best)) = (state.certainty, state.best) else { continue };
            let crosses = match other.cmp(&line) {
                std::cmp::Ordering::Less => best >= matched || state.second >= matched,
                std::cmp::Ordering::Equal => false,
                std::cmp::Ordering::Greater => best <= matched || state.second <= matched,
            };
            if crosses {
                state.certainty = Certainty::Unknown;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::single_range_in_vec_init)]

    use super::*;
    use crate::linediff::Interner;

    fn guess(before: &str, after: &str) -> Vec<Option<u32>> {
        let mut interner = Interner::default();
        let (parent, child) = (interner.lines(before.as_bytes().to_vec()), interner.lines(after.as_bytes().to_vec()));
        let hunk = Hunk { before: 0..parent.len(), after: 0..child.len(), blank: false };
        by_likeness(&parent, &child, &[hunk]).concat()
    }

    #[test]
    fn lines_are_matched_with_what_they_look_like() {
        assert_eq!(guess("fn one(a) {\nfn two(b) {\n", "fn one(a, c) {\nfn two(b, c) {\n"), [Some(0), Some(1)]);
        assert_eq!(guess("call(one, two);\n", "call(\none,\ntwo);\n"), [Some(0), Some(0), Some(0)]);
        assert_eq!(guess("abc\n", "\n"), [None]);
        assert_eq!(guess("", "new line\n"), [None]);
    }

    #[test]
    fn matches_keep_their_order() {
        assert_eq!(guess("alpha\nbeta\n", "beta\nalpha\n"), [None, Some(0)]);
    }

    #[test]
    fn positions_stand_for_each_other() {
        let hunks =
            [Hunk { before: 0..0, after: 0..1, blank: false }, Hunk { before: 3..5, after: 4..7, blank: false }];
        assert_eq!(by_position(&hunks, true), [vec![None], vec![None, None, None]]);
        assert_eq!(by_position(&hunks, false), [vec![None], vec![Some(3), Some(4), Some(4)]]);
    }
}
