//! Writing a snapshot: the index, which is kept by path, turned into parts, which go by changesets.
//!
//! Memory is bounded: as many parts are made at a time as a fixed number of changes fills, and all paths are gone
//! through once for each such window.

use super::Error;
use super::layout::{Name, Sink, Sizes, Source};
use super::parts::{self, Head, MOST_CHANGES, PART_BYTES, PathRows, RowChange};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::{Node, RepoPath, Rev};
use crate::progress::Progress;
use crate::repository::Snapshot;
use crate::store::{Change, Reader};

const STAGE: &str = "writing the snapshot";

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Changesets.
    pub changesets: usize,
    /// Changes of files.
    pub changes: u64,
}

/// Writes what the store of `repository` has of visible changesets. Hidden ones stay at home, and so do those whose
/// parents a shallow clone does not have.
///
/// Rows that `previous` has keep their place, and new ones come after them: what did not change is the same bytes.
pub fn export(
    repository: &Snapshot,
    previous: Option<&mut dyn Source>,
    sink: &mut dyn Sink,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Exported> {
    export_in(Sizes::USUAL, repository, previous, sink, cancel, progress)
}

/// As [`export`], with the work cut otherwise.
pub(super) fn export_in(
    sizes: Sizes,
    repository: &Snapshot,
    previous: Option<&mut dyn Source>,
    sink: &mut dyn Sink,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Exported> {
    if !repository.refs.replacements.is_empty() {
        return Err(Error::Replaced.into());
    }
    let store = repository.store.as_ref().ok_or(Error::NoIndex)?;
    let order = order(repository, store, previous, cancel)?;
    let paths = store.paths_within(None)?;
    let counts = count(repository, store, &paths, cancel)?;
    let parts = divide(sizes, order, &counts, repository)?;
    let head = Head { rows: parts.iter().map(|part| part.rows.len()).sum(), parts: parts.len() };
    sink.put(Name::Head, &head.encode())?;
    for (at, part) in parts.iter().enumerate() {
        let nodes = part.rows.iter().map(|rev| repository.changelog.node(*rev));
        sink.put(Name::Nodes(at), &parts::encode_nodes(nodes))?;
    }
    let mut done = 0;
    while done < parts.len() {
        let window = &parts[done..done + fitting(sizes.window, &parts[done..])];
        for (at, data) in (done..).zip(turn(window, repository.changelog.len(), store, &paths, cancel)?) {
            progress.report(STAGE, at as u64, Some(parts.len() as u64));
            let data = parts::encode_changes(&data);
            if data.len() > PART_BYTES {
                let node = parts[at].rows.first().map(|rev| repository.changelog.node(*rev)).unwrap_or_default();
                return Err(Error::TooLarge { node: node.to_hex() }.into());
            }
            sink.put(Name::Changes(at), &data)?;
        }
        done += window.len();
    }
    progress.report(STAGE, done as u64, Some(parts.len() as u64));
    let changes = parts.iter().map(|part| part.changes as u64).sum();
    Ok(Exported { changesets: head.rows, changes })
}

/// Changesets that go into one part.
#[derive(Default)]
struct Part {
    rows: Vec<Rev>,
    changes: usize,
}

/// What goes into a snapshot: as the parts of the previous one have it, and at the end what they have not.
fn order(
    repository: &Snapshot,
    store: &Reader,
    previous: Option<&mut dyn Source>,
    cancel: &Cancel,
) -> Result<Vec<Vec<Rev>>> {
    let changelog = &repository.changelog;
    let mut left = changelog.visible().clone();
    let unknown = (store.indexed().0 + 1..changelog.len() as i32).map(Rev).chain(store.gaps()?);
    let cut = repository.refs.shallow.iter().filter_map(|node| changelog.rev(node));
    unknown.chain(cut).for_each(|rev| {
        left.remove(rev);
    });
    let mut parts = Vec::new();
    if let Some(previous) = previous {
        match rows_of(previous, cancel) {
            Ok(rows) => parts.extend(rows.into_iter().map(|rows| {
                let kept = rows.iter().filter_map(|node| changelog.rev(node)).filter(|rev| left.remove(*rev));
                kept.collect::<Vec<_>>()
            })),
            Err(error) => tracing::warn!(%error, "the snapshot before this one is not gone on with"),
        }
    }
    parts.push(left.iter().collect());
    Ok(parts)
}

/// The changesets of a snapshot, by parts.
fn rows_of(source: &mut dyn Source, cancel: &Cancel) -> Result<Vec<Vec<Node>>> {
    let head = Head::decode(&source.part(Name::Head)?)?;
    let mut rows = Vec::new();
    for at in 0..head.parts {
        cancel.check()?;
        let data = source.part(Name::Nodes(at))?;
        let nodes = parts::decode_nodes(&data).ok_or_else(|| parts::damaged("its nodes"))?;
        rows.push(nodes.iter().copied().map(Node).collect());
    }
    Ok(rows)
}

/// How many changes each revision has.
fn count(repository: &Snapshot, store: &Reader, paths: &[RepoPath], cancel: &Cancel) -> Result<Vec<u32>> {
    let mut counts = vec![0u32; repository.changelog.len()];
    for path in paths {
        cancel.check()?;
        for change in store.changes(path)? {
            if let Some(count) = change.rev.index().and_then(|row| counts.get_mut(row)) {
                *count += 1;
            }
        }
    }
    Ok(counts)
}

/// Fills parts up to their bounds. Those of the previous snapshot keep theirs; the last is gone on with.
fn divide(sizes: Sizes, order: Vec<Vec<Rev>>, counts: &[u32], repository: &Snapshot) -> Result<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::new();
    let last = order.len() - 1;
    for (at, rows) in order.into_iter().enumerate() {
        if at < last || parts.is_empty() {
            parts.push(Part::default());
        }
        for rev in rows {
            let count = rev.index().and_then(|row| counts.get(row)).map_or(0, |count| *count as usize);
            if count > MOST_CHANGES {
                return Err(Error::TooLarge { node: repository.changelog.node(rev).to_hex() }.into());
            }
            let is_full = |part: &Part| {
                part.rows.len() >= sizes.part_rows || part.changes > 0 && part.changes + count > sizes.part_changes
            };
            if parts.last().is_none_or(is_full) {
                parts.push(Part::default());
            }
            if let Some(part) = parts.last_mut() {
                part.rows.push(rev);
                part.changes += count;
            }
        }
    }
    parts.retain(|part| !part.rows.is_empty());
    Ok(parts)
}

/// How many of the first parts are turned round at once: at least one.
fn fitting(most: usize, parts: &[Part]) -> usize {
    let mut sum = 0;
    let fit = parts.iter().take_while(|part| {
        sum += part.changes;
        sum <= most
    });
    fit.count().max(1)
}

/// The changes of some parts.
fn turn(
    window: &[Part],
    revisions: usize,
    store: &Reader,
    paths: &[RepoPath],
    cancel: &Cancel,
) -> Result<Vec<Vec<PathRows>>> {
    const ELSEWHERE: (u32, u16) = (u32::MAX, 0);
    let mut places = vec![ELSEWHERE; revisions];
    for (part, at) in window.iter().zip(0..) {
        for (rev, row) in part.rows.iter().zip(0..) {
            if let Some(place) = rev.index().and_then(|row| places.get_mut(row)) {
                *place = (at, row);
            }
        }
    }
    let place = |change: &Change| change.rev.index().and_then(|row| places.get(row)).copied().unwrap_or(ELSEWHERE);
    let mut turned: Vec<Vec<PathRows>> = window.iter().map(|_| Vec::new()).collect();
    for path in paths {
        cancel.check()?;
        let mut placed: Vec<(u32, RowChange)> = Vec::new();
        for change in store.changes(path)? {
            let (part, row) = place(&change);
            placed.push((part, RowChange { row, entry: change.entry, touches: change.touches }));
        }
        placed.retain(|(part, _)| *part != ELSEWHERE.0);
        placed.sort_by_key(|(part, change)| (*part, change.row));
        for of_part in placed.chunk_by(|one, other| one.0 == other.0) {
            let changes = of_part.iter().map(|(_, change)| *change).collect();
            if let Some(part) = of_part.first().and_then(|(part, _)| turned.get_mut(*part as usize)) {
                part.push(PathRows { path: path.clone(), changes });
            }
        }
    }
    Ok(turned)
}
