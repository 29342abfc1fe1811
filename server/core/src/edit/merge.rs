//! One file of three versions: its content, its mode, and whether it is there at all. Knows what the versions are, and not
//! which operation brought them together; writes nothing.

use super::work::Work;
use crate::error::Result;
use crate::git::{Favor, Labels, Texts, WorkingFile};
use crate::ids::{Mode, RepoPath};
use crate::linediff::is_binary;
use crate::model::dirstate::Sides;
use crate::objects::Entry;

/// Larger files are not taken apart into lines, as elsewhere.
const MOST_BYTES: usize = 50_000_000;

/// How conflicts are dealt with: Mercurial's internal tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// `:merge`: what both sides changed stays, between markers.
    #[default]
    Merge,
    /// `:merge-local`: where both sides changed the same lines, the local ones count.
    MergeLocal,
    /// `:merge-other`: where both sides changed the same lines, the others count.
    MergeOther,
    /// `:union`: where both sides changed the same lines, both count.
    Union,
    /// `:local`: the local file counts as it is.
    Local,
    /// `:other`: the other file counts as it is.
    Other,
}

/// What became of the three.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Merged {
    /// The file as it would be committed; `None` when it goes.
    pub file: Option<WorkingFile>,
    /// Why it is for the user to decide; `None` when it is decided.
    pub conflict: Option<Conflict>,
}

/// Why a merge has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Conflict {
    /// Both sides changed the same lines.
    Lines,
    /// It has no lines that could be merged.
    Whole,
    /// The local side removed it.
    LocalRemoved,
    /// The other side removed it.
    OtherRemoved,
}

impl Conflict {
    /// Mercurial's words.
    pub(super) fn words(self, labels: Labels) -> String {
        let (local, other) = labels;
        match self {
            Self::Lines => "warning: conflicts while merging {}! (edit, then use 'hg resolve --mark')".to_owned(),
            Self::Whole => "file '{}' needs to be resolved.".to_owned(),
            Self::LocalRemoved => {
                format!("file '{{}}' was deleted in local [{local}] but was modified in other [{other}].")
            }
            Self::OtherRemoved => {
                format!("file '{{}}' was deleted in other [{other}] but was modified in local [{local}].")
            }
        }
    }
}

/// Merges the versions of `path`, all of which are among git's objects.
pub(super) fn merge(work: &Work<'_>, path: &RepoPath, sides: Sides, tool: Tool, labels: Labels) -> Result<Merged> {
    let Sides { base, local, other } = sides;
    let file = |entry: Option<Entry>| -> Result<Option<WorkingFile>> {
        let Some(Entry { node, mode }) = entry else { return Ok(None) };
        Ok(Some(WorkingFile { mode, content: work.moment.objects.blob(node)? }))
    };
    let decided = |entry| Ok(Merged { file: file(entry)?, conflict: None });
    let undecided = |entry, conflict| Ok(Merged { file: file(entry)?, conflict: Some(conflict) });
    match tool {
        Tool::Local => return decided(local),
        Tool::Other => return decided(other),
        Tool::Merge | Tool::MergeLocal | Tool::MergeOther | Tool::Union => {}
    }
    if base == other || local == other {
        return decided(local);
    }
    if base == local {
        return decided(other);
    }
    let (ours, theirs) = match (local, other) {
        (Some(local), Some(other)) => (local, other),
        // The version that was changed is there for the user to look at.
        (None, _) => return undecided(other, Conflict::LocalRemoved),
        (_, None) => return undecided(local, Conflict::OtherRemoved),
    };
    let is_regular = |entry: &Entry| matches!(entry.mode, Mode::File | Mode::Executable);
    let base = base.filter(is_regular);
    if !is_regular(&ours) || !is_regular(&theirs) {
        return undecided(local, Conflict::Whole);
    }
    let mode = if base.is_some_and(|base| base.mode == ours.mode) { theirs.mode } else { ours.mode };
    let node = match base.map(|base| base.node) {
        base if base == Some(theirs.node) || ours.node == theirs.node => Some(ours.node),
        base if base == Some(ours.node) => Some(theirs.node),
        _ => None,
    };
    if let Some(node) = node {
        return decided(Some(Entry { node, mode }));
    }
    let [base, local, other] = [base, Some(ours), Some(theirs)].map(|entry| match entry {
        Some(entry) => work.moment.objects.blob(entry.node),
        None => Ok(Vec::new()),
    });
    let (base, local, other) = (base?, local?, other?);
    let have_lines = [&base, &local, &other].iter().all(|text| text.len() <= MOST_BYTES && !is_binary(text));
    let favor = match tool {
        Tool::MergeLocal => Favor::Local,
        Tool::MergeOther => Favor::Other,
        Tool::Union => Favor::Union,
        Tool::Merge | Tool::Local | Tool::Other => Favor::None,
    };
    let texts = Texts { base: &base, local: &local, other: &other, have_lines };
    let moment = work.moment;
    let merged = moment.git.merge_text(&moment.location, path, texts, favor, labels, &moment.cancel)?;
    let Some(merged) = merged else {
        return undecided(Some(ours), Conflict::Whole);
    };
    let conflict = (!merged.is_clean).then_some(Conflict::Lines);
    Ok(Merged { file: Some(WorkingFile { mode, content: merged.content }), conflict })
}
