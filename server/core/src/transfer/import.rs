//! Taking a snapshot over: looked through from end to end and held against what is here, and only then written into
//! the store, in the numbers that this clone has given, so that the indexer has only the rest to read.

use std::collections::BTreeMap;

use super::Error;
use super::check::Checker;
use super::layout::{Name, Sizes, Source};
use super::parts::{self, Head, PathRows, damaged};
use crate::cancel::Cancel;
use crate::error::{Explain as _, Kind, Result};
use crate::ids::{Node, Rev};
use crate::indexer;
use crate::model::changelog::Changelog;
use crate::objects::{CacheSizes, ObjectStore};
use crate::progress::Progress;
use crate::store::{Change, PathChange, Store};

const CHECKING: &str = "checking the snapshot";
const WRITING: &str = "taking the snapshot over";

/// What was taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Changesets whose changes the snapshot knew, and that are here.
    pub known: usize,
    /// Changesets of the snapshot that are not here.
    pub absent: usize,
    /// Changesets that were read from git all the same, and compared.
    pub compared: usize,
}

/// Where a snapshot is taken over to.
pub struct Target<'a> {
    /// The store.
    pub store: &'a Store,
    /// git's objects.
    pub objects: &'a ObjectStore,
    /// The numbers that the store has.
    pub changelog: &'a Changelog,
    /// What is checked out; [`Rev::NULL`] where nothing is.
    pub head: Rev,
    /// Changesets that seem to have no parents here: what the snapshot says of them is of no use.
    pub cut: &'a [Node],
}

/// Takes over what `source` knows of changesets that are here and that the store does not know yet. `None` when the
/// store has begun another epoch.
///
/// Before anything is written all of it is read and checked: its sums, its form, that it is of this repository; that
/// the files of a whole manifest come out of it as git has them; and that changesets drawn at random, another choice
/// each time, changed what it says. What is wrong refuses all of it. Stopped later, it leaves what the indexer goes on
/// from.
pub fn import(
    source: &mut dyn Source,
    target: &Target<'_>,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Option<Imported>> {
    import_in(Sizes::USUAL, source, target, cancel, progress)
}

/// As [`import`], with the work cut otherwise.
pub(super) fn import_in(
    sizes: Sizes,
    source: &mut dyn Source,
    target: &Target<'_>,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Option<Imported>> {
    let Some(claim) = indexer::Claim::take(target.store, target.changelog, cancel, progress)? else { return Ok(None) };
    let rows = Rows::read(source, target, cancel)?;
    let mut checker = Checker::new(target, &rows, sizes.sample)?;
    let mut schedule = Schedule::new(sizes, &rows, (claim.state.indexed.0 + 1) as usize);
    for at in 0..rows.parts.len() {
        cancel.check()?;
        progress.report(CHECKING, at as u64, Some(rows.parts.len() as u64));
        let paths = rows.changes(source, at)?;
        checker.look_at(&rows.parts[at], &paths, cancel)?;
        schedule.count(at, &rows.parts[at], &paths);
    }
    let compared = checker.finish(cancel)?;
    progress.report(CHECKING, rows.parts.len() as u64, Some(rows.parts.len() as u64));
    if !schedule.fits() {
        return Err(Error::Scattered.into());
    }
    let writing = Writing { target, rows: &rows, schedule: &schedule, cancel, progress };
    if !writing.run(source)? {
        return Ok(None);
    }
    target.store.compact(cancel)?;
    Ok(Some(Imported { known: rows.known, absent: rows.absent, compared }))
}

/// The changesets of a snapshot, in the numbers of this clone.
pub(super) struct Rows {
    /// By part and row. [`Rev::NULL`] for what is not here, or not the same here.
    pub parts: Vec<Vec<Rev>>,
    /// By revision: whether the snapshot has it.
    pub has: Vec<bool>,
    /// How many of these there are.
    pub known: usize,
    absent: usize,
}

impl Rows {
    fn read(source: &mut dyn Source, target: &Target<'_>, cancel: &Cancel) -> Result<Self> {
        let head = Head::decode(&source.part(Name::Head)?)?;
        let mut rows = Self { parts: Vec::new(), has: vec![false; target.changelog.len()], known: 0, absent: 0 };
        let mut count = 0;
        for at in 0..head.parts {
            cancel.check()?;
            let data = source.part(Name::Nodes(at))?;
            let nodes = parts::decode_nodes(&data).ok_or_else(|| damaged(Name::Nodes(at).to_string()))?;
            count += nodes.len();
            let mut revs = Vec::with_capacity(nodes.len());
            for node in nodes.iter().copied().map(Node) {
                revs.push(rows.place(target, node)?);
            }
            rows.parts.push(revs);
        }
        if count != head.rows {
            return Err(damaged("its head counts otherwise").into());
        }
        if count > 0 && rows.absent == count {
            return Err(Error::Foreign { count }.into());
        }
        Ok(rows)
    }

    fn place(&mut self, target: &Target<'_>, node: Node) -> Result<Rev> {
        let found = target.changelog.rev(&node).and_then(|rev| Some((rev, self.has.get_mut(rev.index()?)?)));
        let Some((rev, has)) = found else {
            self.absent += 1;
            return Ok(Rev::NULL);
        };
        if target.cut.contains(&node) {
            return Ok(Rev::NULL);
        }
        if std::mem::replace(has, true) {
            return Err(damaged(format!("it has changeset {node} twice")).into());
        }
        self.known += 1;
        Ok(rev)
    }

    /// What the changesets of a part changed.
    fn changes(&self, source: &mut dyn Source, at: usize) -> Result<Vec<PathRows>> {
        let data = source.part(Name::Changes(at))?;
        let paths = parts::decode_changes(&data, self.parts[at].len());
        paths.ok_or_else(|| damaged(Name::Changes(at).to_string()).into())
    }
}

/// When which slice of revisions is complete, and how many changes wait until then.
struct Schedule {
    sizes: Sizes,
    /// By slice: the last part that has something of it, if any has.
    complete: Vec<Option<usize>>,
    /// By slice and by part: how many changes there are.
    of_slice: Vec<usize>,
    of_part: Vec<usize>,
    /// The first revision that the store does not know, and the one after the last that is taken over.
    start: usize,
    end: usize,
}

impl Schedule {
    /// For revisions from `start` on.
    fn new(sizes: Sizes, rows: &Rows, start: usize) -> Self {
        let (mut end, mut known) = (start, 0);
        for (rev, has) in rows.has.iter().enumerate().skip(start).filter(|(_, has)| **has) {
            known += usize::from(*has);
            // The indexer reads on all cores what this reads on one: beyond too many gaps it goes on.
            if known * 4 >= (rev + 1 - start) * 3 {
                end = rev + 1;
            }
        }
        let mut complete = vec![None; end.div_ceil(sizes.slice)];
        for (at, part) in rows.parts.iter().enumerate() {
            for rev in part.iter().filter_map(|rev| rev.index()).filter(|rev| (start..end).contains(rev)) {
                complete[rev / sizes.slice] = Some(at);
            }
        }
        Self { sizes, of_slice: vec![0; complete.len()], of_part: vec![0; rows.parts.len()], complete, start, end }
    }

    /// The place of what is to be taken over.
    fn place(&self, rev: Rev) -> Option<usize> {
        rev.index().filter(|rev| (self.start..self.end).contains(rev))
    }

    /// Counts the changes of a part, whose changesets are `revs`.
    fn count(&mut self, at: usize, revs: &[Rev], paths: &[PathRows]) {
        for change in paths.iter().flat_map(|path| &path.changes) {
            if let Some(place) = revs.get(usize::from(change.row)).and_then(|rev| self.place(*rev)) {
                self.of_slice[place / self.sizes.slice] += 1;
                self.of_part[at] += 1;
            }
        }
    }

    /// Whether what waits at a time fits into memory.
    fn fits(&self) -> bool {
        let (mut waiting, mut slice) = (0, self.start / self.sizes.slice);
        self.of_part.iter().enumerate().all(|(at, count)| {
            waiting += count;
            let fits = waiting <= self.sizes.waiting.max(*count);
            while self.is_complete(slice, at) {
                waiting -= self.of_slice[slice];
                slice += 1;
            }
            fits
        })
    }

    /// Whether all of `slice` has been seen after the part `at`.
    fn is_complete(&self, slice: usize, at: usize) -> bool {
        self.complete.get(slice).is_some_and(|last| last.is_none_or(|last| last <= at))
    }
}

/// Writing a snapshot that has been checked.
struct Writing<'a> {
    target: &'a Target<'a>,
    rows: &'a Rows,
    schedule: &'a Schedule,
    cancel: &'a Cancel,
    progress: &'a dyn Progress,
}

impl Writing<'_> {
    /// Whether the store is still the one that this is for.
    fn run(&self, source: &mut dyn Source) -> Result<bool> {
        let Schedule { sizes, start, end, .. } = *self.schedule;
        if start == end {
            return Ok(true);
        }
        let mut waiting: BTreeMap<usize, Vec<PathChange>> = BTreeMap::new();
        let mut batch = Batch::default();
        let mut slice = start / sizes.slice;
        for (at, revs) in self.rows.parts.iter().enumerate() {
            self.cancel.check()?;
            for PathRows { path, changes } in self.rows.changes(source, at)? {
                for change in changes {
                    let rev = revs.get(usize::from(change.row)).copied().unwrap_or(Rev::NULL);
                    let Some(place) = self.schedule.place(rev) else { continue };
                    let change = Change { rev, entry: change.entry, touches: change.touches };
                    let change = PathChange { path: path.clone(), change };
                    waiting.entry(place / sizes.slice).or_default().push(change);
                }
            }
            while self.schedule.is_complete(slice, at) {
                let changes = waiting.remove(&slice).unwrap_or_default();
                let reached = ((slice + 1) * sizes.slice).min(end);
                self.add_slice(changes, (slice * sizes.slice).max(start), reached, &mut batch)?;
                slice += 1;
                self.progress.report(WRITING, reached as u64, Some(end as u64));
                if batch.changes.len() >= sizes.batch && !self.flush(&mut batch)? {
                    return Ok(false);
                }
            }
        }
        self.flush(&mut batch)
    }

    /// Puts a slice into order, and reads from git what the snapshot has not of it.
    fn add_slice(&self, mut changes: Vec<PathChange>, start: usize, end: usize, batch: &mut Batch) -> Result<()> {
        let missing = (start..end).filter(|rev| !self.rows.has.get(*rev).copied().unwrap_or(false));
        let missing: Vec<Rev> = missing.map(Rev::from_index).collect();
        if !missing.is_empty() {
            let objects = self.target.objects.reader(CacheSizes::REQUEST);
            for rev in missing.into_iter().rev() {
                self.cancel.check()?;
                match indexer::changes_of(&objects, self.target.changelog, rev, self.cancel) {
                    Ok(found) => changes.extend(found),
                    Err(error) if error.kind() == Kind::MissingObject && !self.target.changelog.is_visible(rev) => {
                        batch.gaps.push(rev);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        changes.sort_by_key(|change| change.change.rev);
        batch.changes.extend(changes);
        batch.end = end;
        Ok(())
    }

    fn flush(&self, batch: &mut Batch) -> Result<bool> {
        if batch.end == 0 {
            return Ok(true);
        }
        let Some(mut writer) = self.target.store.writer(self.cancel)? else { return Ok(false) };
        if Some(writer.state().epoch) != self.target.changelog.epoch() {
            return Ok(false);
        }
        let batch = std::mem::take(batch);
        writer.append_changes(batch.changes, Rev::from_index(batch.end - 1), &batch.gaps)?;
        writer.commit()?;
        Ok(true)
    }
}

/// Slices that are complete and not written yet.
#[derive(Default)]
struct Batch {
    changes: Vec<PathChange>,
    gaps: Vec<Rev>,
    /// The revision after the last one.
    end: usize,
}
