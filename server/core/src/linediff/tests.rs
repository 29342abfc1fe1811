//! The hunks, against those of git.

#![allow(clippy::unwrap_used, clippy::single_range_in_vec_init)]

use super::*;

fn plain(before: &str, after: &str) -> Vec<(Range<u32>, Range<u32>)> {
    let hunks = hunks(before.as_bytes(), after.as_bytes(), Whitespace::default(), Tail::Cut);
    hunks.into_iter().map(|hunk| (hunk.before, hunk.after)).collect()
}

#[test]
fn additions_removals_and_changes() {
    assert_eq!(plain("a\nb\nc\n", "a\nb\nc\n"), []);
    assert_eq!(plain("", "a\n"), [(0..0, 0..1)]);
    assert_eq!(plain("a\n", ""), [(0..1, 0..0)]);
    assert_eq!(plain("a\nb\nc\nd\n", "a\nB\nc\nd\ne\n"), [(1..2, 1..2), (4..4, 4..5)]);
    assert_eq!(plain("a\nb", "a\nb\n"), [(1..2, 1..2)], "the missing end of the last line is a difference");
}

#[test]
fn an_added_function_starts_where_a_reader_expects() {
    let before = "fn a() {\n    1\n}\n\nfn c() {\n    1\n}\n";
    let after = "fn a() {\n    1\n}\n\nfn b() {\n    1\n}\n\nfn c() {\n    1\n}\n";
    assert_eq!(plain(before, after), [(4..4, 4..8)]);
}

#[test]
fn the_common_tail_is_cut_in_blocks_and_a_line_given_back() {
    let tail = format!("{}\n", "x".repeat(7)).repeat(300);
    let lines = |text: &str| Interner::default().lines(text.as_bytes().to_vec());
    let (one, two) = (lines(&format!("a\n{tail}")), lines(&format!("b\nc\n{tail}")));
    // 2,400 bytes of tail are two blocks, the cut falls between two lines, and one more line is given back.
    assert_eq!(without_common_tail(&one, &two), (301 - 255, 302 - 255));
    let endless = lines(&"y".repeat(5000));
    assert_eq!(without_common_tail(&endless, &endless), (1, 1));
}

#[test]
fn hunks_of_blank_lines_are_marked_when_asked() {
    let whitespace = Whitespace { ignore_blank_lines: true, ..Whitespace::default() };
    let hunks = hunks(b"a\nb\n", b"a\n\nB\n\n\n", whitespace, Tail::Keep);
    let marks: Vec<_> = hunks.iter().map(|hunk| (hunk.after.clone(), hunk.blank)).collect();
    assert_eq!(marks, [(1..5, false)]);
    let hunks = super::hunks(b"a\nb\nc\n", b"a\n\nb\nC\n", whitespace, Tail::Keep);
    let marks: Vec<_> = hunks.iter().map(|hunk| (hunk.after.clone(), hunk.blank)).collect();
    assert_eq!(marks, [(1..2, true), (3..4, false)]);
    assert_eq!(groups(&hunks, 0), [1..2]);
    assert_eq!(groups(&hunks, 3), [0..2]);
}

#[test]
fn hunks_are_grouped_by_their_context() {
    let hunk = |at: u32| Hunk { before: at..at + 1, after: at..at + 1, blank: false };
    let hunks = [hunk(0), hunk(7), hunk(15)];
    assert_eq!(groups(&hunks, 3), [0..2, 2..3]);
    assert_eq!(groups(&hunks, 0), [0..1, 1..2, 2..3]);
    assert_eq!(groups(&hunks, u32::MAX), [0..3]);
    assert!(groups(&[], 3).is_empty());
}
