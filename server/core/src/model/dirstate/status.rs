//! Status: the working copy compared with a revision, in Mercurial's seven letters, with git's index saying no more
//! than what is tracked. Knows the outcome of a scan and a manifest; reads files only to find what was copied.
//!
//! So it does not matter what is staged: a change that was staged and taken back is clean, a file removed from the index
//! and left on disk is removed, one that a merge brings is modified and not added.

use std::collections::BTreeMap;

use super::Working;
use super::working::Compared;
use crate::error::Result;
use crate::git::{Scope, Wanted, WorkingCopy};
use crate::ids::{Node, RepoPath, TreeNode};
use crate::model::diff::copies::{self, Side};
use crate::model::diff::{Change, Copied, Detect, tree_changes};
use crate::model::manifest::{files, root};
use crate::objects::Entry;
use crate::repository::Moment;

/// hg's status of a file, in hg's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// `M`: another content or mode than in the revision.
    Modified,
    /// `A`: tracked, and not in the revision.
    Added,
    /// `R`: in the revision, and not tracked any more.
    Removed,
    /// `!`: tracked, and not on disk.
    Missing,
    /// `?`: not tracked.
    Unknown,
    /// `I`: not tracked, and an ignore rule says so.
    Ignored,
    /// `C`: as in the revision.
    Clean,
}

impl Code {
    /// All, in hg's order.
    pub const ALL: [Self; 7] =
        [Self::Modified, Self::Added, Self::Removed, Self::Missing, Self::Unknown, Self::Ignored, Self::Clean];

    /// hg's letter.
    pub fn letter(self) -> char {
        match self {
            Self::Modified => 'M',
            Self::Added => 'A',
            Self::Removed => 'R',
            Self::Missing => '!',
            Self::Unknown => '?',
            Self::Ignored => 'I',
            Self::Clean => 'C',
        }
    }
}

/// A set of [`Code`]s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Codes(u8);

impl Codes {
    /// What `hg status` lists when nothing is said: `M A R ! ?`.
    pub const CHANGED: Self = Self(0b001_1111);
    /// What is tracked and differs: `M A R !`.
    pub const TRACKED: Self = Self(0b000_1111);
    /// All seven.
    pub const ALL: Self = Self(0b111_1111);

    /// Whether `code` is in it.
    pub fn has(self, code: Code) -> bool {
        self.0 & 1 << code as u8 != 0
    }
}

impl FromIterator<Code> for Codes {
    fn from_iter<T: IntoIterator<Item = Code>>(codes: T) -> Self {
        Self(codes.into_iter().fold(0, |set, code| set | 1 << code as u8))
    }
}

/// What to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    /// A revision and the working copy.
    Working(Node),
    /// Two revisions, the older side first.
    Revs(Node, Node),
}

/// What to list.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Only these files, and those below these folders; all when empty. Nothing else is looked at.
    pub paths: &'a [RepoPath],
    /// Which statuses.
    pub codes: Codes,
    /// Whether to find what added files were copied from.
    pub copies: bool,
    /// At most so many rows.
    pub limit: usize,
}

impl Request<'_> {
    /// What `hg status -C` lists.
    pub const CHANGED: Request<'static> =
        Request { paths: &[], codes: Codes::CHANGED, copies: true, limit: usize::MAX };
}

/// The status of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where. For a repository inside the working copy that is not tracked: its folder.
    pub path: RepoPath,
    /// hg's letter.
    pub code: Code,
    /// Of an added file: what it was made from.
    pub source: Option<Copied>,
    /// Whether a merge left conflicts in it that are not resolved.
    pub unresolved: bool,
    /// In the revision compared with.
    pub old: Option<Entry>,
    /// In the working copy or the other revision, as a commit would record it. Not known for `?` and `I`.
    pub new: Option<Entry>,
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// In hg's order: by code, then by path.
    pub rows: Vec<Row>,
    /// Whether rows beyond the limit were left out.
    pub truncated: bool,
    /// How many rows there would be of each code, if rows were left out.
    pub counts: BTreeMap<Code, usize>,
    /// Those of the paths asked for that are nowhere: not on disk, not tracked, not in the revision.
    pub nowhere: Vec<RepoPath>,
}

/// The status of the working copy, or what changed between revisions.
///
/// # Errors
/// When the index or an object cannot be read.
pub fn status(moment: &Moment, between: Between, request: &Request<'_>) -> Result<Status> {
    let mut rows = match between {
        Between::Working(base) => working_rows(moment, base, request.paths, request.codes)?,
        Between::Revs(old, new) => rows_between(moment, old, new, request.paths, request.codes)?,
    };
    if request.copies && request.codes.has(Code::Added) {
        find_copies(moment, between, request.paths, &mut rows)?;
    }
    let mut nowhere = Vec::new();
    for path in request.paths {
        if !rows.iter().any(|row| row.path.is_within(path)) && is_nowhere(moment, between, path)? {
            nowhere.push(path.clone());
        }
    }
    rows.retain(|row| request.codes.has(row.code));
    rows.sort_by(|one, two| (one.code, &one.path).cmp(&(two.code, &two.path)));
    let truncated = rows.len() > request.limit;
    let mut counts = BTreeMap::new();
    if truncated {
        rows.iter().for_each(|row| *counts.entry(row.code).or_default() += 1);
    }
    rows.truncate(request.limit);
    Ok(Status { rows, truncated, counts, nowhere })
}

/// Rows in the order of paths; clean ones only when they are wanted.
fn working_rows(moment: &Moment, base: Node, paths: &[RepoPath], codes: Codes) -> Result<Vec<Row>> {
    let wanted = Wanted { unknown: codes.has(Code::Unknown), ignored: codes.has(Code::Ignored) };
    let working = Working::look(moment, paths, wanted)?;
    let merged = if base == first_parent(moment) { merge_roots(moment)? } else { Vec::new() };
    let mut rows = Vec::new();
    for Compared { path, old, tracked } in working.compared(moment, root(moment, base)?, codes.has(Code::Clean))? {
        let row = |code, new| Row { path: path.clone(), code, source: None, unresolved: false, old, new };
        let Some(at) = tracked else {
            rows.push(row(Code::Removed, None));
            continue;
        };
        let mut row = match (at.now, old) {
            (None, _) => row(Code::Missing, None),
            (Some(now), Some(old)) if now == old && !at.dirty => row(Code::Clean, Some(now)),
            (Some(now), Some(_)) => row(Code::Modified, Some(now)),
            (Some(now), None) => {
                let mut arrived = at.conflict;
                for root in &merged {
                    arrived = arrived || moment.objects.entry(*root, &path)?.is_some();
                }
                row(if arrived { Code::Modified } else { Code::Added }, Some(now))
            }
        };
        if at.conflict {
            row.unresolved = true;
            row.code = if row.code == Code::Clean { Code::Modified } else { row.code };
        }
        if row.code != Code::Clean || codes.has(Code::Clean) {
            rows.push(row);
        }
    }
    let known: Vec<&RepoPath> = rows.iter().filter(|row| row.code == Code::Removed).map(|row| &row.path).collect();
    let unknown = working.unknown().filter(|unknown| known.binary_search(&&unknown.path).is_err());
    let unknown: Vec<Row> = unknown
        .map(|unknown| Row {
            path: unknown.path.clone(),
            code: if unknown.ignored { Code::Ignored } else { Code::Unknown },
            source: None,
            unresolved: false,
            old: None,
            new: None,
        })
        .collect();
    rows.extend(unknown);
    Ok(rows)
}

fn rows_between(moment: &Moment, old: Node, new: Node, paths: &[RepoPath], codes: Codes) -> Result<Vec<Row>> {
    let scope = Scope::of_or_whole(paths);
    let (old, new) = (root(moment, old)?, root(moment, new)?);
    let changes = tree_changes(&moment.objects, old, new, &scope, &moment.cancel)?;
    let row = |path, code, old, new| Row { path, code, source: None, unresolved: false, old, new };
    let mut rows: Vec<Row> = changes
        .into_iter()
        .map(|change| {
            let code = match (change.old, change.new) {
                (None, _) => Code::Added,
                (_, None) => Code::Removed,
                _ => Code::Modified,
            };
            row(change.path, code, change.old, change.new)
        })
        .collect();
    if codes.has(Code::Clean) {
        let changed = rows.len();
        for (path, entry) in files(&moment.objects, new, &scope, &moment.cancel)? {
            if rows[..changed].binary_search_by(|row| row.path.cmp(&path)).is_err() {
                rows.push(row(path, Code::Clean, Some(entry), Some(entry)));
            }
        }
    }
    Ok(rows)
}

/// Sets the sources of added rows. Sources may lie outside of the paths asked for; only then is the rest looked at.
fn find_copies(moment: &Moment, between: Between, paths: &[RepoPath], rows: &mut [Row]) -> Result<()> {
    if !rows.iter().any(|row| row.code == Code::Added) {
        return Ok(());
    }
    let elsewhere;
    let all: &[Row] = match between {
        _ if paths.is_empty() => rows,
        Between::Working(base) => {
            elsewhere = working_rows(moment, base, &[], Codes::TRACKED)?;
            &elsewhere
        }
        Between::Revs(old, new) => {
            elsewhere = rows_between(moment, old, new, &[], Codes::TRACKED)?;
            &elsewhere
        }
    };
    let mut changes: Vec<Change> = differences(all).into_iter().map(|difference| difference.change).collect();
    detect_copies(moment, between, false, &mut changes, Detect::Copies)?;
    for row in rows.iter_mut().filter(|row| row.code == Code::Added) {
        let change =
            changes.binary_search_by(|change| change.path.cmp(&row.path)).ok().and_then(|at| changes.get_mut(at));
        row.source = change.and_then(|change| change.source.take());
    }
    Ok(())
}

/// Sets the sources of added rows, of whom knows which files differ: they are all among `rows`.
///
/// # Errors
/// When a file or an object cannot be read.
pub fn find_sources_among(moment: &Moment, between: Between, rows: &mut [Row]) -> Result<()> {
    find_copies(moment, between, &[], rows)
}

/// A row that is a difference.
pub(crate) struct Difference {
    pub change: Change,
    /// Whether the file is only missing from the working copy.
    pub missing: bool,
}

/// What differs, ordered by path, missing files included. `reversed`: seen from the newer side.
pub(crate) fn differences_between(
    moment: &Moment,
    between: Between,
    paths: &[RepoPath],
    reversed: bool,
) -> Result<Vec<Difference>> {
    let rows = match between {
        Between::Working(base) => working_rows(moment, base, paths, Codes::TRACKED)?,
        Between::Revs(old, new) => rows_between(moment, old, new, paths, Codes::TRACKED)?,
    };
    let mut differences = differences(&rows);
    if reversed {
        for Difference { change, .. } in &mut differences {
            std::mem::swap(&mut change.old, &mut change.new);
        }
    }
    Ok(differences)
}

fn differences(rows: &[Row]) -> Vec<Difference> {
    let differs = |row: &&Row| Codes::TRACKED.has(row.code) && row.old != row.new;
    let difference = |row: &Row| Difference {
        change: Change { path: row.path.clone(), old: row.old, new: row.new, source: None },
        missing: row.code == Code::Missing,
    };
    let mut differences: Vec<Difference> = rows.iter().filter(differs).map(difference).collect();
    differences.sort_by(|one, two| one.change.path.cmp(&two.change.path));
    differences
}

/// Finds the sources of added files, reading each side from where it is.
pub(crate) fn detect_copies(
    moment: &Moment,
    between: Between,
    reversed: bool,
    changes: &mut [Change],
    detect: Detect,
) -> Result<()> {
    let copy = WorkingCopy::new(&moment.git, &moment.location)?;
    let working = if reversed { Side::Old } else { Side::New };
    let mut read = |side: Side, path: &RepoPath, entry: Entry| match between {
        // A file that is gone by now is like nothing.
        Between::Working(_) if side == working => Ok(copy.read(path)?.map(|file| file.content).unwrap_or_default()),
        _ => Ok(moment.objects.blob(entry.node)?),
    };
    copies::detect(changes, detect, &mut read, &moment.cancel)
}

/// The revision that the working copy is at; [`Node::NULL`] before the first commit.
pub fn first_parent(moment: &Moment) -> Node {
    moment.refs.head.node().unwrap_or(Node::NULL)
}

/// The manifests that a merge in progress brings in.
fn merge_roots(moment: &Moment) -> Result<Vec<TreeNode>> {
    moment.refs.merge_parents.iter().map(|node| Ok(moment.objects.commit(*node)?.tree)).collect()
}

fn is_nowhere(moment: &Moment, between: Between, path: &RepoPath) -> Result<bool> {
    let (revs, on_disk) = match between {
        Between::Working(base) => (vec![base], true),
        Between::Revs(old, new) => (vec![old, new], false),
    };
    if on_disk && (Working::exists(moment, path)?) {
        return Ok(false);
    }
    for rev in revs {
        let Some(root) = root(moment, rev)? else { continue };
        if moment.objects.entry(root, path)?.is_some() || moment.objects.folder(root, path)?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}
