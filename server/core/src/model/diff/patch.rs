//! Patches in git's format as Mercurial writes it: counts always there, names not quoted, a tab behind a name with a
//! space, no `index` line except for binary files, no similarity. Knows two contents and how they differ; reads nothing.
//!
//! Two things are written as git does, since `git apply` refuses Mercurial's form: a file that becomes a link or a
//! submodule, or the other way round, is removed and added; and a name with a control character or a quotation mark is
//! quoted.

use std::borrow::Cow;
use std::io::Write as _;
use std::ops::Range;

use super::Change;
use crate::error::Result;
use crate::git::{binary_patch, file_node};
use crate::ids::{FileNode, Mode};
use crate::linediff::{Hunk, Lines};

/// One side of a file in a patch.
pub struct Text<'a> {
    /// The content, cut into lines.
    pub lines: &'a Lines,
    /// Empty where the file does not exist.
    pub exists: bool,
}

/// The header of one file, up to where the content begins. Gives whether it says something by itself: if not, and
/// nothing follows, the file does not belong into the patch.
pub fn header(change: &Change, patch: &mut Vec<u8>) -> bool {
    let new_path = change.path.as_bytes();
    let old_path = change.source.as_ref().map_or(new_path, |source| source.path.as_bytes());
    line(patch, &[b"diff --git ", &spelled(b"a/", old_path), b" ", &spelled(b"b/", new_path)]);
    let first_line = patch.len();
    let mode = |text: &[u8], mode: Mode, patch: &mut Vec<u8>| {
        line(patch, &[text, format!(" mode {:06o}", mode.to_git()).as_bytes()]);
    };
    match (change.old.or(change.source.as_ref().map(|source| source.entry)), change.new) {
        (None, Some(new)) => mode(b"new file", new.mode, patch),
        (Some(old), None) => mode(b"deleted file", old.mode, patch),
        (Some(old), Some(new)) if old.mode != new.mode => {
            mode(b"old", old.mode, patch);
            mode(b"new", new.mode, patch);
        }
        _ => {}
    }
    if let Some(source) = &change.source {
        let verb: &[u8] = if source.renamed { b"rename" } else { b"copy" };
        line(patch, &[verb, b" from ", &spelled(b"", old_path)]);
        line(patch, &[verb, b" to ", &spelled(b"", new_path)]);
    }
    patch.len() > first_line
}

/// What a binary file becomes. A side without a file is `None`.
pub fn binary(old: Option<&[u8]>, new: Option<&[u8]>, patch: &mut Vec<u8>) -> Result<()> {
    let node = |content: Option<&[u8]>| content.map_or(Ok(FileNode::NULL), file_node);
    if old != new {
        line(patch, &[format!("index {}..{}", node(old)?, node(new)?).as_bytes()]);
        patch.extend(binary_patch(new.unwrap_or_default())?);
    }
    Ok(())
}

/// A file too large to be written into a patch.
pub fn large(change: &Change, patch: &mut Vec<u8>) {
    line(patch, &[b"Binary file ", change.path.as_bytes(), b" has changed"]);
}

/// The lines that differ, with `context` lines around them. Lines that are the same but for white space that does not
/// count are shown as they were before.
pub fn text(change: &Change, (old, new): (&Text<'_>, &Text<'_>), hunks: &[Hunk], context: u32, patch: &mut Vec<u8>) {
    let groups = groups(hunks, context);
    if groups.is_empty() {
        return;
    }
    let name = |marker: &[u8], prefix: &[u8], path: &[u8], exists: bool, patch: &mut Vec<u8>| match exists {
        false => line(patch, &[marker, b"/dev/null"]),
        true => {
            let spelled = spelled(prefix, path);
            let tab: &[u8] = if path.contains(&b' ') && !spelled.starts_with(b"\"") { b"\t" } else { b"" };
            line(patch, &[marker, &spelled, tab]);
        }
    };
    let new_path = change.path.as_bytes();
    let old_path = change.source.as_ref().map_or(new_path, |source| source.path.as_bytes());
    name(b"--- ", b"a/", old_path, old.exists, patch);
    name(b"+++ ", b"b/", new_path, new.exists, patch);
    let (old, new) = (old.lines, new.lines);
    // Blank lines that do not count are shown as they were: line numbers are counted as if they had not changed.
    let mut uncounted = 0;
    let mut at = 0;
    for group in groups {
        let skipped = |hunk: &Hunk| i64::from(hunk.after.len() as u32) - i64::from(hunk.before.len() as u32);
        uncounted += hunks[at..group.start].iter().filter(|hunk| hunk.blank).map(skipped).sum::<i64>();
        let inner: i64 = hunks[group.clone()].iter().filter(|hunk| hunk.blank).map(skipped).sum();
        one_group(&hunks[group.clone()], (old, new), context, uncounted, inner, patch);
        uncounted += inner;
        at = group.end;
    }
}

fn one_group(
    hunks: &[Hunk],
    (old, new): (&Lines, &Lines),
    context: u32,
    uncounted: i64,
    inner: i64,
    patch: &mut Vec<u8>,
) {
    let (Some(first), Some(last)) = (hunks.first(), hunks.last()) else { return };
    let before = first.before.start.min(context);
    let start = first.before.start - before;
    let end = last.before.end.saturating_add(context).min(old.len());
    let old_count = end - start;
    let new_start = i64::from(first.after.start) - i64::from(before) - uncounted;
    let new_count = i64::from(last.after.end - first.after.start) + i64::from(before + (end - last.before.end)) - inner;
    // Where nothing is shown of a side, the line before counts.
    let place = |start: i64, count: i64| if count == 0 { start } else { start + 1 };
    let _ = writeln!(
        patch,
        "@@ -{},{old_count} +{},{new_count} @@",
        place(start.into(), old_count.into()),
        place(new_start, new_count)
    );
    let mut shown = start;
    for hunk in hunks.iter().filter(|hunk| !hunk.blank) {
        lines(patch, b' ', old, shown..hunk.before.start);
        lines(patch, b'-', old, hunk.before.clone());
        lines(patch, b'+', new, hunk.after.clone());
        shown = hunk.before.end;
    }
    lines(patch, b' ', old, shown..end);
}

fn lines(patch: &mut Vec<u8>, sign: u8, text: &Lines, range: Range<u32>) {
    for at in range {
        let line = text.line(at);
        patch.push(sign);
        patch.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            patch.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

/// Which hunks stand together: those with no more than the context of both between them. Groups begin and end with a
/// hunk that counts.
fn groups(hunks: &[Hunk], context: u32) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, hunk) in hunks.iter().enumerate().filter(|(_, hunk)| !hunk.blank) {
        match groups.last_mut() {
            Some(group) if hunk.before.start - hunks[group.end - 1].before.end <= context.saturating_mul(2) => {
                group.end = at + 1;
            }
            _ => groups.push(at..at + 1),
        }
    }
    groups
}

/// A name as it stands in a header: as it is, or between quotes with C's escapes when `git apply` could not read it otherwise.
fn spelled<'a>(prefix: &[u8], path: &'a [u8]) -> Cow<'a, [u8]> {
    if !path.iter().any(|byte| byte.is_ascii_control() || *byte == b'"') {
        return if prefix.is_empty() { path.into() } else { [prefix, path].concat().into() };
    }
    let mut quoted = [b"\"", prefix].concat();
    for byte in path {
        match byte {
            b'"' | b'\\' => quoted.extend([b'\\', *byte]),
            byte if byte.is_ascii_control() => quoted.extend(format!("\\{byte:03o}").bytes()),
            byte => quoted.push(*byte),
        }
    }
    quoted.push(b'"');
    quoted.into()
}

fn line(patch: &mut Vec<u8>, parts: &[&[u8]]) {
    parts.iter().for_each(|part| patch.extend_from_slice(part));
    patch.push(b'\n');
}
