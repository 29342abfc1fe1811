//! `hg/diffHunks`: the lines of one file that changed, for the gutter of an editor.

use std::sync::Arc;

use hgls_core::Rev;
use hgls_core::linediff::{self, Differ, Interner, Lines, Spaces, Tail};

use super::{Context, FileTarget, texts};
use crate::protocol::{DiffHunk, DiffHunksParams, DiffHunksResult, Failure, HunkKind};

/// Answers `hg/diffHunks`.
pub fn diff_hunks(context: &Context, params: DiffHunksParams) -> Result<DiffHunksResult, Failure> {
    let file = context.open_file(&params.text_document)?;
    let from = file.target.rev(&params.from)?;
    let to = params.to.as_deref().map(|to| file.target.rev(to)).transpose()?.unwrap_or(Rev::WDIR);
    let old = side(context, &file, from)?;
    let new = match to {
        Rev::WDIR => {
            let entry = texts::entry(&file.target, &file.path, from)?;
            let current = texts::current(&file, entry)?;
            current.map(|text| Arc::new(texts::with_mark(&file, text, old.as_deref().map_or(&[], Vec::as_slice))))
        }
        rev => side(context, &file, rev)?,
    };
    if old.is_none() && new.is_none() {
        return Err(if to == Rev::WDIR { texts::missing(&file.path) } else { texts::not_tracked(&file.path) });
    }
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    Ok(DiffHunksResult { hunks: compare(&old, &new, params.text) })
}

fn side(context: &Context, file: &FileTarget, rev: Rev) -> Result<Option<Arc<Vec<u8>>>, Failure> {
    let FileTarget { target, path, .. } = file;
    let read = |entry| texts::committed(context, target, path, entry);
    texts::entry(target, path, rev)?.map(read).transpose()
}

fn compare(old: &[u8], new: &[u8], with_text: bool) -> Vec<DiffHunk> {
    if old == new {
        return Vec::new();
    }
    let mut interner = Interner::new(Spaces::Compare);
    let (old, new) = (interner.lines(old.to_vec()), interner.lines(new.to_vec()));
    let text = |lines: &Lines, range| with_text.then(|| String::from_utf8_lossy(lines.slice(range)).into_owned());
    let convert = |hunk: linediff::Hunk| DiffHunk {
        kind: match (hunk.before.is_empty(), hunk.after.is_empty()) {
            (true, _) => HunkKind::Added,
            (_, true) => HunkKind::Removed,
            _ => HunkKind::Changed,
        },
        old_start: hunk.before.start,
        old_count: hunk.before.end - hunk.before.start,
        new_start: hunk.after.start,
        new_count: hunk.after.end - hunk.after.start,
        old_text: text(&old, hunk.before),
        new_text: text(&new, hunk.after),
    };
    Differ::default().hunks(&old, &new, Tail::Cut).into_iter().map(convert).collect()
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
