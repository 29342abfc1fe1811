//! The hunks, against those of git.

#![allow(clippy::unwrap_used, clippy::single_range_in_vec_init)]

use super::*;
use crate::testing::Random;

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

/// Texts that share much, with few distinct lines, all kinds of space, and now and then no end of line at the end.
fn random_texts(random: &mut Random) -> [String; 2] {
    let any_line = |random: &mut Random| {
        let indent = ["", "    ", "\t", "        ", "\t\t"][random.below(5)];
        let end = ["", "", "", " ", "\t", "\r", "\x0c"][random.below(7)];
        match random.below(8) {
            0 => String::new(),
            1 => format!("{indent}}}{end}"),
            2 => format!("{indent}{end}"),
            _ => format!("{indent}line  {}{end}", random.below(60)),
        }
    };
    let before: Vec<_> = (0..random.below(200)).map(|_| any_line(random)).collect();
    let mut after = before.clone();
    for _ in 0..random.below(12) {
        let at = random.below(after.len() + 1);
        let removed = random.below(8).min(after.len() - at);
        let added: Vec<_> = match random.below(3) {
            0 => before.iter().skip(random.below(200)).take(random.below(20)).cloned().collect(),
            _ => (0..random.below(8)).map(|_| any_line(random)).collect(),
        };
        after.splice(at..at + removed, added);
    }
    [before, after].map(|lines| {
        let end = if lines.is_empty() || random.below(5) == 0 { "" } else { "\n" };
        lines.join("\n") + end
    })
}

/// The hunk headers of a patch: start and count on both sides, counted from 0.
fn headers(patch: &str) -> Vec<[u32; 4]> {
    let side = |text: &str| {
        let (start, count) = text[1..].split_once(',').unwrap_or((&text[1..], "1"));
        let (start, count): (u32, u32) = (start.parse().unwrap(), count.parse().unwrap());
        (start - u32::from(count > 0), count)
    };
    let header = |line: &str| {
        let mut words = line.split(' ').skip(1);
        let (before, after) = (side(words.next().unwrap()), side(words.next().unwrap()));
        [before.0, before.1, after.0, after.1]
    };
    // A line of text may hold a form feed or a carriage return, but every one begins with a sign.
    patch.split('\n').filter(|line| line.starts_with("@@ ")).map(header).collect()
}

#[test]
fn random_texts_differ_as_git_says() {
    let scratch = crate::git::testing::Scratch::new();
    let modes = [
        (Spaces::Compare, ""),
        (Spaces::IgnoreAtEol, "--ignore-space-at-eol"),
        (Spaces::IgnoreChange, "-b"),
        (Spaces::IgnoreAll, "-w"),
    ];
    for seed in 0..80 {
        let mut random = Random::new(seed);
        let [before, after] = random_texts(&mut random);
        std::fs::write(scratch.path().join("a"), &before).unwrap();
        std::fs::write(scratch.path().join("b"), &after).unwrap();
        let (spaces, argument) = modes[random.below(4)];
        let mut arguments = argument.to_owned();
        let ignore_blank_lines = random.below(4) == 0;
        if ignore_blank_lines {
            arguments += " --ignore-blank-lines";
        }
        for (context, tail) in [(0, Tail::Cut), (3, Tail::Keep)] {
            println!("seed {seed}, git diff -U{context} {arguments}");
            let git_diff = format!("git diff --no-index --text -U{context} {arguments} a b || test $? = 1");
            let hunks = hunks(before.as_bytes(), after.as_bytes(), Whitespace { spaces, ignore_blank_lines }, tail);
            let count = |text: &str| text.split_inclusive('\n').count() as u32;
            let shown = groups(&hunks, context).into_iter().map(|group| {
                let (first, last) = (&hunks[group.start], &hunks[group.end - 1]);
                let lines_after = (count(&before) - last.before.end).min(count(&after) - last.after.end).min(context);
                let start = |line: u32| line.saturating_sub(context);
                let (before_start, after_start) = (start(first.before.start), start(first.after.start));
                let (before_end, after_end) = (last.before.end + lines_after, last.after.end + lines_after);
                [before_start, before_end - before_start, after_start, after_end - after_start]
            });
            assert_eq!(shown.collect::<Vec<_>>(), headers(&scratch.sh(&git_diff)));
        }
    }
}
