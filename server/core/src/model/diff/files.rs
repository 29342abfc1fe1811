//! A whole diff: its files, their lines counted, and the patch. Joins status, contents and the writing of patches.

use super::copies::Side;
use super::patch::{self, Text};
use super::{Change, Detect};
use crate::error::Result;
use crate::git::{Scope, WorkingCopy};
use crate::ids::{Mode, Node, RepoPath};
use crate::linediff::{Differ, Hunk, Interner, Tail, Whitespace, is_binary, mark_blank};
use crate::model::dirstate::{Between, detect_copies, differences_between};
use crate::model::text::TOO_LARGE;
use crate::objects::Entry;
use crate::repository::Moment;

/// What to compare, and how.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The old side; [`Node::WDIR`] is the working copy, [`Node::NULL`] has no files.
    pub from: Node,
    /// The new side.
    pub to: Node,
    /// Only these files, and those below these folders; all when empty.
    pub paths: &'a [RepoPath],
    /// Which added files are looked at as copies.
    pub detect: Detect,
    /// White space that is no change.
    pub whitespace: Whitespace,
    /// Lines of context around each change.
    pub context: u32,
    /// Whether to write the patch.
    pub patch: bool,
}

impl<'a> Request<'a> {
    /// What `hg diff --git` shows between two revisions.
    pub fn new(from: Node, to: Node, paths: &'a [RepoPath]) -> Self {
        Self { from, to, paths, detect: Detect::Copies, whitespace: Whitespace::default(), context: 3, patch: true }
    }
}

/// A diff.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The files that differ, by path. One that was renamed stands at its new name only.
    pub files: Vec<FileDiff>,
    /// All of it in git's format, when asked for.
    pub patch: Vec<u8>,
}

/// One file of a diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDiff {
    /// What became of it.
    pub change: Change,
    /// Whether it has no lines to compare: a side is binary, or too large.
    pub binary: bool,
    /// Lines that only the new side has.
    pub added: u32,
    /// Lines that only the old side has.
    pub removed: u32,
    /// Where, lines counted from zero. Those marked as blank do not count.
    pub hunks: Vec<Hunk>,
}

/// The differences between two revisions, of which one may be the working copy.
///
/// As in Mercurial, a file that is only missing from the working copy is no difference, unless it was renamed.
///
/// # Errors
/// When the index or an object cannot be read.
pub fn diff(moment: &Moment, request: &Request<'_>) -> Result<Diff> {
    let changes = changes(moment, request)?;
    let mut work = Work {
        moment,
        request,
        copy: WorkingCopy::new(&moment.git, &moment.location)?,
        differ: Differ::default(),
        diff: Diff::default(),
    };
    for change in changes {
        moment.cancel.check()?;
        work.file(change)?;
    }
    Ok(work.diff)
}

fn changes(moment: &Moment, request: &Request<'_>) -> Result<Vec<Change>> {
    let (from, to) = (request.from, request.to);
    let (between, reversed) = match (from, to) {
        _ if from == to => return Ok(Vec::new()),
        (Node::WDIR, _) => (Between::Working(to), true),
        (_, Node::WDIR) => (Between::Working(from), false),
        _ => (Between::Revs(from, to), false),
    };
    let mut found = differences_between(moment, between, request.paths, reversed)?;
    let has_targets = found.iter().any(|change| change.change.old.is_none());
    // A source may lie outside of the paths asked for.
    let elsewhere = !request.paths.is_empty() && has_targets && request.detect != Detect::Nothing;
    if elsewhere {
        found = differences_between(moment, between, &[], reversed)?;
    }
    let missing: Vec<RepoPath> = found.iter().filter(|one| one.missing).map(|one| one.change.path.clone()).collect();
    let mut changes: Vec<Change> = found.into_iter().map(|one| one.change).collect();
    if has_targets {
        detect_copies(moment, between, reversed, &mut changes, request.detect)?;
    }
    let sources = changes.iter().filter_map(|change| change.source.as_ref());
    let mut renamed: Vec<RepoPath> = sources.filter(|from| from.renamed).map(|from| from.path.clone()).collect();
    renamed.sort();
    let scope = Scope::of_or_whole(request.paths);
    changes.retain(|change| {
        let gone = renamed.binary_search(&change.path).is_ok() || missing.binary_search(&change.path).is_ok();
        !gone && scope.contains(&change.path)
    });
    Ok(changes)
}

/// What is needed for one file after the other.
struct Work<'a> {
    moment: &'a Moment,
    request: &'a Request<'a>,
    copy: WorkingCopy<'a>,
    differ: Differ,
    diff: Diff,
}

impl Work<'_> {
    fn file(&mut self, change: Change) -> Result<()> {
        let old_entry = change.old.or(change.source.as_ref().map(|source| source.entry));
        // git takes no file for a link: one goes, the other comes.
        if let (Some(old), Some(new)) = (old_entry, change.new)
            && kind(old.mode) != kind(new.mode)
        {
            let gone = self.compare(&Change { new: None, source: None, ..change.clone() })?;
            let come = self.compare(&Change { old: None, source: None, ..change.clone() })?;
            let hunks = Vec::new();
            let binary = gone.binary || come.binary;
            self.diff.files.push(FileDiff { change, binary, added: come.added, removed: gone.removed, hunks });
            return Ok(());
        }
        let file = self.compare(&change)?;
        self.diff.files.push(file);
        Ok(())
    }

    /// Compares and writes one file.
    fn compare(&mut self, change: &Change) -> Result<FileDiff> {
        let start = self.diff.patch.len();
        let says_something = self.request.patch && patch::header(change, &mut self.diff.patch);
        let body = self.diff.patch.len();
        let file = self.contents(change)?;
        if !says_something && self.diff.patch.len() == body {
            self.diff.patch.truncate(start);
        }
        Ok(file)
    }

    fn contents(&mut self, change: &Change) -> Result<FileDiff> {
        let mut file = FileDiff { change: change.clone(), binary: false, added: 0, removed: 0, hunks: Vec::new() };
        let old_path = change.source.as_ref().map_or(&change.path, |source| &source.path);
        let old_entry = change.old.or(change.source.as_ref().map(|source| source.entry));
        if let (Some(old), Some(new)) = (old_entry, change.new)
            && old.node == new.node
        {
            return Ok(file);
        }
        let old = self.content(Side::Old, old_path, old_entry)?;
        let new = self.content(Side::New, &change.path, change.new)?;
        let (Some(old), Some(new)) = (old, new) else {
            file.binary = true;
            if self.request.patch {
                patch::large(change, &mut self.diff.patch);
            }
            return Ok(file);
        };
        file.binary = self.is_binary(old_path, &old)? || self.is_binary(&change.path, &new)?;
        if file.binary {
            if self.request.patch {
                let (old, new) = (old_entry.map(|_| old.as_slice()), change.new.map(|_| new.as_slice()));
                patch::binary(old, new, &mut self.diff.patch)?;
            }
            return Ok(file);
        }
        let whitespace = self.request.whitespace;
        let mut interner = Interner::new(whitespace.spaces);
        let (old, new) = (interner.lines(old), interner.lines(new));
        // git compares all of both where it shows context.
        let tail = if self.request.context == 0 { Tail::Cut } else { Tail::Keep };
        file.hunks = self.differ.hunks(&old, &new, tail);
        if whitespace.ignore_blank_lines {
            mark_blank(&mut file.hunks, &old, &new, whitespace.spaces);
        }
        for hunk in file.hunks.iter().filter(|hunk| !hunk.blank) {
            file.added += hunk.after.len() as u32;
            file.removed += hunk.before.len() as u32;
        }
        if self.request.patch {
            let side = |lines, entry: Option<Entry>| Text { lines, exists: entry.is_some() };
            let texts: (Text<'_>, Text<'_>) = (side(&old, old_entry), side(&new, change.new));
            patch::text(change, (&texts.0, &texts.1), &file.hunks, self.request.context, &mut self.diff.patch);
        }
        Ok(file)
    }

    /// Empty where there is no file; `None` when there is too much.
    fn content(&self, side: Side, path: &RepoPath, entry: Option<Entry>) -> Result<Option<Vec<u8>>> {
        let Some(entry) = entry else { return Ok(Some(Vec::new())) };
        if entry.mode == Mode::Submodule {
            return Ok(Some(format!("Subproject commit {}\n", entry.node).into_bytes()));
        }
        let node = if side == Side::Old { self.request.from } else { self.request.to };
        if node == Node::WDIR {
            if self.copy.size(path)?.is_some_and(|size| size >= TOO_LARGE) {
                return Ok(None);
            }
            // A file that went since it was looked at is empty now.
            return Ok(Some(self.copy.read(path)?.map(|file| file.content).unwrap_or_default()));
        }
        if self.moment.objects.size(entry.node)? >= TOO_LARGE {
            return Ok(None);
        }
        Ok(Some(self.moment.objects.blob(entry.node)?))
    }

    fn is_binary(&self, path: &RepoPath, content: &[u8]) -> Result<bool> {
        Ok(match self.moment.git.is_text(path)? {
            Some(text) => !text && !content.is_empty(),
            None => is_binary(content),
        })
    }
}

/// What a mode is but for the executable bit.
fn kind(mode: Mode) -> Mode {
    if mode == Mode::Executable { Mode::File } else { mode }
}
