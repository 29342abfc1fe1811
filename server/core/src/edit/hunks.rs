//! Some of the changes of a file and not the others: what a commit or a revert of chosen hunks is made of. Knows texts,
//! and nothing of where they come from.

use std::ops::Range;

use crate::ids::RepoPath;
use crate::linediff::Whitespace;
use crate::model::diff::{LineHunk, diff_hunks};

/// One change of a file, by its lines on both sides, counted from zero: as the differences of lines list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HunkRange {
    /// The lines of the revision.
    pub old: Range<u32>,
    /// The lines of the working copy.
    pub new: Range<u32>,
}

/// Changes chosen of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileHunks {
    /// The file.
    pub path: RepoPath,
    /// Which of its changes.
    pub hunks: Vec<HunkRange>,
}

/// A change was chosen that there is not, or no longer: the line of the newer text where it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stale(pub u32);

/// `old` with the chosen changes that lead to `new`.
pub fn apply(old: &[u8], new: &[u8], chosen: &[HunkRange]) -> Result<Vec<u8>, Stale> {
    let hunks = diff_hunks(old, new, Whitespace::default());
    let chosen = choose(&hunks, chosen)?;
    Ok(patched(old, hunks.iter().zip(chosen).filter(|(_, chosen)| *chosen).map(|(hunk, _)| hunk)))
}

/// `new` with the chosen changes taken back.
pub fn undo(old: &[u8], new: &[u8], chosen: &[HunkRange]) -> Result<Vec<u8>, Stale> {
    let hunks = diff_hunks(old, new, Whitespace::default());
    let chosen = choose(&hunks, chosen)?;
    Ok(patched(old, hunks.iter().zip(chosen).filter(|(_, chosen)| !*chosen).map(|(hunk, _)| hunk)))
}

/// What is staged, when of `base` only `committed` was committed: the changes of both, where they do not touch each
/// other or are the same; `None` where they do.
pub fn join(base: &[u8], staged: &[u8], committed: &[u8]) -> Option<Vec<u8>> {
    let mut hunks = diff_hunks(base, staged, Whitespace::default());
    hunks.extend(diff_hunks(base, committed, Whitespace::default()));
    hunks.sort_by_key(|hunk| (hunk.old.start, hunk.old.end));
    hunks.dedup_by(|one, two| one.old == two.old && one.new_text == two.new_text);
    let apart = hunks.windows(2).all(|pair| pair[0].old.end < pair[1].old.start);
    apart.then(|| patched(base, hunks.iter()))
}

/// For each hunk whether it is among those that were chosen, all of which must be there.
fn choose(hunks: &[LineHunk<'_>], chosen: &[HunkRange]) -> Result<Vec<bool>, Stale> {
    let is = |hunk: &LineHunk<'_>, range: &HunkRange| hunk.old == range.old && hunk.new == range.new;
    match chosen.iter().find(|range| !hunks.iter().any(|hunk| is(hunk, range))) {
        Some(stale) => Err(Stale(stale.new.start)),
        None => Ok(hunks.iter().map(|hunk| chosen.iter().any(|range| is(hunk, range))).collect()),
    }
}

/// `old` with these hunks, which are in order.
fn patched<'a>(old: &[u8], hunks: impl Iterator<Item = &'a LineHunk<'a>>) -> Vec<u8> {
    let mut text = Vec::with_capacity(old.len());
    let mut lines = old.split_inclusive(|byte| *byte == b'\n');
    let mut line = 0;
    for hunk in hunks {
        text.extend(lines.by_ref().take((hunk.old.start - line) as usize).flatten());
        lines.by_ref().take(hunk.old.len()).for_each(drop);
        text.extend_from_slice(hunk.new_text);
        line = hunk.old.end;
    }
    text.extend(lines.flatten());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    const OLD: &[u8] = b"a\nb\nc\nd\ne\nf";
    const NEW: &[u8] = b"0\na\nc\nD\ne\nf\n";

    fn ranges(old: &[u8], new: &[u8]) -> Vec<HunkRange> {
        let hunks = diff_hunks(old, new, Whitespace::default());
        hunks.into_iter().map(|hunk| HunkRange { old: hunk.old, new: hunk.new }).collect()
    }

    #[test]
    fn chosen_hunks_are_applied_and_the_others_not() {
        let all = ranges(OLD, NEW);
        assert_eq!(all.len(), 4);
        assert_eq!(apply(OLD, NEW, &all[..1]).expect("applies"), b"0\na\nb\nc\nd\ne\nf");
        assert_eq!(apply(OLD, NEW, &all[1..3]).expect("applies"), b"a\nc\nD\ne\nf");
        assert_eq!(apply(OLD, NEW, &all[3..]).expect("applies"), b"a\nb\nc\nd\ne\nf\n");
        assert_eq!(undo(OLD, NEW, &all[..1]).expect("applies"), b"a\nc\nD\ne\nf\n");
    }

    #[test]
    fn a_hunk_that_is_not_there_is_refused() {
        let stale = HunkRange { old: 1..2, new: 2..3 };
        assert_eq!(apply(OLD, NEW, std::slice::from_ref(&stale)), Err(Stale(2)));
        assert_eq!(undo(OLD, NEW, &[stale]), Err(Stale(2)));
    }

    #[test]
    fn all_is_the_new_text_and_none_the_old_one_and_the_rest_of_any_choice_is_left() {
        for seed in 0..200 {
            let mut random = Random::new(seed);
            let mut text = || -> Vec<u8> {
                let mut text: Vec<u8> =
                    (0..random.below(12)).flat_map(|_| [b'a' + random.below(4) as u8, b'\n']).collect();
                text.truncate(text.len() - random.below(2).min(text.len()));
                text
            };
            let (old, new) = (text(), text());
            let all = ranges(&old, &new);
            assert_eq!(apply(&old, &new, &all).as_deref(), Ok(new.as_slice()), "seed {seed}");
            assert_eq!(apply(&old, &new, &[]).as_deref(), Ok(old.as_slice()), "seed {seed}");
            let (some, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|_| random.below(2) == 0);
            assert_eq!(apply(&old, &new, &some), undo(&old, &new, &others), "seed {seed}");
        }
    }

    #[test]
    fn what_was_staged_and_what_was_committed_are_joined_where_they_are_apart() {
        let base = b"1\n2\n3\n4\n5\n";
        assert_eq!(
            join(base, b"1\n2\n3\n4\nfive\n", b"one\n2\n3\n4\n5\n").as_deref(),
            Some(&b"one\n2\n3\n4\nfive\n"[..])
        );
        assert_eq!(
            join(base, b"one\n2\n3\n4\nfive\n", b"one\n2\n3\n4\n5\n").as_deref(),
            Some(&b"one\n2\n3\n4\nfive\n"[..])
        );
        assert_eq!(join(base, base, b"one\n2\n3\n4\n5\n").as_deref(), Some(&b"one\n2\n3\n4\n5\n"[..]));
        assert_eq!(join(base, b"ONE\n2\n3\n4\n5\n", b"one\n2\n3\n4\n5\n"), None);
        assert_eq!(join(base, b"1\nTWO\n3\n4\n5\n", b"one\n2\n3\n4\n5\n"), None, "neighbours");
    }
}
