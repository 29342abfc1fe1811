//! `hg/diff`: patches, and how much changed in which files; `hg/diffHunks`: the lines of one file that changed, for the
//! gutter of an editor.

use std::sync::Arc;

use hgls_core::linediff::Whitespace;
use hgls_core::model::diff::{self as model, Detect, FileDiff, LineHunk, Request};
use hgls_core::objects::Entry;
use hgls_core::{Moment, Node};

use super::annotate::spaces;
use super::contents::split;
use super::{Context, FileTarget, Target, texts};
use crate::protocol::{
    DiffFile, DiffHunk, DiffHunksParams, DiffHunksResult, DiffParams, DiffResult, Failure, HunkKind, StatusCode,
};

/// Answers `hg/diff`.
pub fn diff(context: &Context, params: DiffParams) -> Result<DiffResult, Failure> {
    let target = context.look(params.root.as_ref())?;
    let (from, to, change) = (params.from.as_deref(), params.to.as_deref(), params.change.as_deref());
    let (target, from, to) = target.sides(context, from, to, change)?;
    let whitespace = params.whitespace.unwrap_or_default();
    let request = Request {
        from,
        to,
        paths: &target.paths(&params.paths)?,
        detect: Detect::Copies,
        whitespace: Whitespace { spaces: spaces(whitespace), ignore_blank_lines: whitespace.ignore_blank_lines },
        context: params.context,
        patch: params.patch,
    };
    let diff = model::diff(&target.snapshot, &request)?;
    let lossless = if params.patch { split(diff.patch.clone()).1 } else { None };
    Ok(DiffResult {
        patch: params.patch.then(|| String::from_utf8_lossy(&diff.patch).into_owned()),
        patch_base64: lossless,
        files: diff.files.into_iter().map(|file| describe(&target, file)).collect(),
    })
}

fn describe(target: &Target<Moment>, file: FileDiff) -> DiffFile {
    let FileDiff { change, binary, added, removed, .. } = file;
    let (path, uri) = target.name(&change.path);
    let mode = |entry: Entry| format!("{:06o}", entry.mode.to_git());
    DiffFile {
        path,
        uri,
        status: match (change.old, change.new) {
            (None, _) => StatusCode::A,
            (_, None) => StatusCode::R,
            _ => StatusCode::M,
        },
        similarity: change.source.as_ref().map(|source| source.similarity.min(100) as u8),
        renamed: change.source.as_ref().is_some_and(|source| source.renamed),
        old_mode: change.old.or(change.source.as_ref().map(|source| source.entry)).map(mode),
        new_mode: change.new.map(mode),
        source: change.source.map(|source| source.path.to_string()),
        binary,
        added,
        removed,
    }
}

/// Answers `hg/diffHunks`.
pub fn diff_hunks(context: &Context, params: DiffHunksParams) -> Result<DiffHunksResult, Failure> {
    let file = context.look_at(&params.text_document)?;
    let (file, [from, to]) = file.resolve(context, [Some(&params.from), params.to.as_deref()])?;
    let (from, to) = (from.unwrap_or(Node::NULL), to.unwrap_or(Node::WDIR));
    let old = side(context, &file, from, None)?;
    let new = side(context, &file, to, old.as_deref())?;
    if old.is_none() && new.is_none() {
        return Err(if to == Node::WDIR { texts::missing(&file.path) } else { texts::not_tracked(&file.path) });
    }
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    Ok(DiffHunksResult { hunks: compare(&old, &new, params.text) })
}

/// The text of one side; `None` when the file is not there. `older` is the other side.
fn side(
    context: &Context,
    file: &FileTarget<Moment>,
    node: Node,
    older: Option<&Vec<u8>>,
) -> Result<Option<Arc<Vec<u8>>>, Failure> {
    let FileTarget { target, path, .. } = file;
    if node == Node::WDIR {
        let current = texts::current(file)?;
        return Ok(current.map(|text| Arc::new(texts::with_mark(file, text, older.map_or(&[], Vec::as_slice)))));
    }
    let read = |entry| texts::committed(context, target, path, entry);
    texts::entry(target, path, node)?.map(read).transpose()
}

fn compare(old: &[u8], new: &[u8], with_text: bool) -> Vec<DiffHunk> {
    if old == new {
        return Vec::new();
    }
    let text = |text: &[u8]| with_text.then(|| String::from_utf8_lossy(text).into_owned());
    let convert = |hunk: LineHunk<'_>| DiffHunk {
        kind: match (hunk.old.is_empty(), hunk.new.is_empty()) {
            (true, _) => HunkKind::Added,
            (_, true) => HunkKind::Removed,
            _ => HunkKind::Changed,
        },
        old_start: hunk.old.start,
        old_count: hunk.old.end - hunk.old.start,
        new_start: hunk.new.start,
        new_count: hunk.new.end - hunk.new.start,
        old_text: text(hunk.old_text),
        new_text: text(hunk.new_text),
    };
    model::diff_hunks(old, new, Whitespace::default()).into_iter().map(convert).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_hunk_says_where_it_stands_on_both_sides() {
        let hunks = compare(b"a\nb\nc\nd\n", b"new\na\nB\nc\n", true);
        let kinds: Vec<_> =
            hunks.iter().map(|h| (h.kind, h.old_start, h.old_count, h.new_start, h.new_count)).collect();
        let expected =
            [(HunkKind::Added, 0, 0, 0, 1), (HunkKind::Changed, 1, 1, 2, 1), (HunkKind::Removed, 3, 1, 4, 0)];
        assert_eq!(kinds, expected);
        assert_eq!((hunks[1].old_text.as_deref(), hunks[1].new_text.as_deref()), (Some("b\n"), Some("B\n")));
        assert_eq!(compare(b"same", b"same", true), []);
    }
}
