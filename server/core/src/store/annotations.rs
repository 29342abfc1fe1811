//! Whose the lines of a version of a file are, kept for the versions that somebody asked for: in runs, with what is
//! the same in many of them said once.
//!
//! First the origins (changeset, path, whether it is a guess), in order of their first run. Then the runs: how many
//! lines, which origin, and the first line there, as the distance from where the last run of that origin ended. In
//! most files that is a byte each. All of them together are bounded; what was not asked for longest goes first.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{OptionalExtension as _, params};

use super::bytes::{Bytes, checksum, put_signed, put_varint, seal, unseal};
use super::{Error, Reader, Writer};
use crate::ids::{RepoPath, Rev};

/// How many bytes of annotations are kept.
pub(super) const MOST_BYTES: u64 = 16 << 20;
/// What a row takes beside its data.
const ROW_BYTES: u64 = 40;
/// One that was used before so many others is marked as used again.
const RECENT: i64 = 256;

/// Lines of a file that stand together, here and where they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// How many lines.
    pub count: u32,
    /// The changeset that they come from.
    pub rev: Rev,
    /// The path that the file had there.
    pub path: Arc<RepoPath>,
    /// The first line there, counted from 0.
    pub origin_start: u32,
    /// Whether the origin is a guess.
    pub guessed: bool,
}

/// Says that there is an annotation, and how to get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnotationKey {
    /// The revision that put the version there.
    pub rev: Rev,
    /// How lines were followed: bytes that mean something to whoever follows them.
    pub way: Vec<u8>,
    used: i64,
}

/// An annotation that is to be kept.
#[derive(Clone, Debug)]
pub(super) struct Annotated {
    pub(super) path: RepoPath,
    pub(super) rev: Rev,
    pub(super) way: Vec<u8>,
    pub(super) runs: Vec<Run>,
}

impl Reader {
    /// The versions of `path` that have an annotation.
    pub fn annotations(&self, path: &RepoPath) -> Result<Vec<AnnotationKey>, Error> {
        let Some(id) = self.session.path_id(path)? else { return Ok(Vec::new()) };
        self.session.run(|connection| {
            let mut statement = connection.prepare_cached("SELECT rev, way, used FROM annotation WHERE path = ?1")?;
            let rows = statement.query_map([id], |row| {
                Ok(AnnotationKey { rev: Rev(row.get(0)?), way: row.get(1)?, used: row.get(2)? })
            })?;
            rows.collect()
        })
    }

    /// One of [`Reader::annotations`]: its runs, in order.
    pub fn annotation(&self, path: &RepoPath, key: &AnnotationKey) -> Result<Vec<Run>, Error> {
        let AnnotationKey { rev, way, used } = key;
        let found: Option<(i64, Vec<u8>, i64)> = self.session.run(|connection| {
            let sql = "SELECT path, data, (SELECT max(used) FROM annotation) FROM annotation WHERE used = ?1";
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_row([used], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()
        })?;
        let id = self.session.path_id(path)?;
        let sound = found.and_then(|(found, data, newest)| {
            let runs = decode(unseal(&data, seal_key(found, *rev, way)).filter(|_| Some(found) == id)?, *rev)?;
            Some((runs, newest))
        });
        let (runs, newest) = sound.ok_or_else(|| self.session.broken("annotations"))?;
        if used.saturating_add(RECENT) < newest {
            self.notes.borrow_mut().used.push(*used);
        }
        Ok(runs)
    }

    /// Keeps an annotation for others, in the background. Lost without a word where nothing can be written just then.
    pub fn remember_annotation(&self, path: &RepoPath, rev: Rev, way: Vec<u8>, runs: Vec<Run>) {
        self.notes.borrow_mut().annotations.push(Annotated { path: path.clone(), rev, way, runs });
    }
}

impl Writer {
    pub(super) fn put_annotation(&mut self, annotated: &Annotated) -> Result<(), Error> {
        let Annotated { path, rev, way, runs } = annotated;
        let id = match self.session.path_id(path)? {
            Some(id) => id,
            None => self.add_path(path)?,
        };
        let data = seal(encode(runs), seal_key(id, *rev, way));
        let added = row_bytes(data.len(), way.len());
        let replaced: Option<u64> = self.session.run(|connection| {
            let sql = "DELETE FROM annotation WHERE path = ?1 AND rev = ?2 AND way = ?3 RETURNING length(data)";
            let length: Option<u32> =
                connection.prepare_cached(sql)?.query_row(params![id, rev.0, way], |row| row.get(0)).optional()?;
            let sql = "INSERT INTO annotation SELECT 1 + ifnull(max(used), 0), ?1, ?2, ?3, ?4 FROM annotation";
            connection.prepare_cached(sql)?.execute(params![id, rev.0, way, data])?;
            Ok(length.map(|length| row_bytes(length as usize, way.len())))
        })?;
        self.state.annotated = (self.state.annotated + added).saturating_sub(replaced.unwrap_or(0));
        self.forget_annotations(MOST_BYTES)
    }

    /// Marks an annotation as used last.
    pub(super) fn touch_annotation(&self, used: i64) -> Result<(), Error> {
        self.session.run(|connection| {
            let sql = "UPDATE annotation SET used = (SELECT 1 + max(used) FROM annotation) WHERE used = ?1";
            connection.prepare_cached(sql)?.execute([used]).map(drop)
        })
    }

    /// Forgets what was not used longest, until no more than `most` bytes are left.
    pub(super) fn forget_annotations(&mut self, most: u64) -> Result<(), Error> {
        while self.state.annotated > most {
            let freed: Option<u64> = self.session.run(|connection| {
                let sql = "DELETE FROM annotation WHERE used = (SELECT min(used) FROM annotation)
                           RETURNING length(data), length(way)";
                let size = |row: &rusqlite::Row| {
                    let (data, way): (u32, u32) = (row.get(0)?, row.get(1)?);
                    Ok(row_bytes(data as usize, way as usize))
                };
                connection.prepare_cached(sql)?.query_row([], size).optional()
            })?;
            // Nothing is left: then nothing takes room.
            self.state.annotated = freed.map_or(0, |freed| self.state.annotated.saturating_sub(freed));
        }
        Ok(())
    }
}

fn row_bytes(data: usize, way: usize) -> u64 {
    (data + 2 * way) as u64 + ROW_BYTES
}

/// Beside the place of a row, so that no row is taken for another.
pub(super) fn seal_key(path: i64, rev: Rev, way: &[u8]) -> i64 {
    i64::from(checksum(way, path << 32 | i64::from(rev.0)))
}

fn encode(runs: &[Run]) -> Vec<u8> {
    let mut paths: Vec<&Arc<RepoPath>> = Vec::new();
    let mut origins: HashMap<(Rev, usize, bool), (u64, u32)> = HashMap::new();
    let (mut table, mut lines, mut last) = (Vec::new(), Vec::new(), Rev(0));
    for run in runs {
        let path = paths.iter().position(|path| *path == &run.path).unwrap_or_else(|| {
            paths.push(&run.path);
            paths.len() - 1
        });
        let next = origins.len() as u64;
        let (origin, end) = origins.entry((run.rev, path, run.guessed)).or_insert_with(|| {
            put_signed(&mut table, i64::from(run.rev.0) - i64::from(last.0));
            put_varint(&mut table, (path as u64) << 1 | u64::from(run.guessed));
            last = run.rev;
            (next, 0)
        });
        put_varint(&mut lines, u64::from(run.count));
        put_varint(&mut lines, *origin);
        put_signed(&mut lines, i64::from(run.origin_start) - i64::from(*end));
        *end = run.origin_start.wrapping_add(run.count);
    }
    let mut out = Vec::new();
    put_varint(&mut out, paths.len() as u64);
    for path in paths {
        put_varint(&mut out, path.len() as u64);
        out.extend_from_slice(path);
    }
    put_varint(&mut out, origins.len() as u64);
    out.extend(table);
    out.extend(lines);
    out
}

/// The runs; `None` when they make no sense. No origin is newer than `newest`.
fn decode(data: &[u8], newest: Rev) -> Option<Vec<Run>> {
    struct Origin {
        rev: Rev,
        path: Arc<RepoPath>,
        guessed: bool,
        end: u32,
    }
    let mut bytes = Bytes(data);
    let mut paths = Vec::new();
    for _ in 0..bytes.varint()? {
        let length = usize::try_from(bytes.varint()?).ok()?;
        paths.push(Arc::new(RepoPath::new(bytes.take(length)?)?));
    }
    let (mut origins, mut last) = (Vec::new(), 0i64);
    for _ in 0..bytes.varint()? {
        last = last.checked_add(bytes.signed()?)?;
        let rev = Rev(i32::try_from(last).ok()?);
        let path = bytes.varint()?;
        let path_at = usize::try_from(path >> 1).ok()?;
        let is_sound = rev >= Rev(0) && rev <= newest;
        let path_there = Arc::clone(paths.get(path_at).filter(|_| is_sound)?);
        origins.push(Origin { rev, path: path_there, guessed: path & 1 == 1, end: 0 });
    }
    let (mut runs, mut lines) = (Vec::new(), 0u32);
    while !bytes.is_empty() {
        let count = u32::try_from(bytes.varint()?).ok().filter(|count| *count > 0)?;
        let origin = origins.get_mut(usize::try_from(bytes.varint()?).ok()?)?;
        let origin_start = u32::try_from(i64::from(origin.end).checked_add(bytes.signed()?)?).ok()?;
        origin.end = origin_start.checked_add(count)?;
        lines = lines.checked_add(count)?;
        let Origin { rev, ref path, guessed, .. } = *origin;
        runs.push(Run { count, rev, path: Arc::clone(path), origin_start, guessed });
    }
    Some(runs)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::testing::Random;

    fn random_runs(random: &mut Random, count: usize) -> Vec<Run> {
        let paths = ["a", "d/b", "d/e/long name"].map(|path| Arc::new(RepoPath::new(path).unwrap()));
        let mut one = |_| Run {
            count: 1 + random.below(300) as u32,
            rev: Rev(random.below(40) as i32),
            path: Arc::clone(&paths[random.below(3)]),
            origin_start: random.below(5000) as u32,
            guessed: random.below(9) == 0,
        };
        (0..count).map(&mut one).collect()
    }

    #[test]
    fn runs_survive_and_damage_never_panics() {
        for seed in 0..100 {
            let mut random = Random::new(seed);
            let length = random.below(60);
            let runs = random_runs(&mut random, length);
            let data = encode(&runs);
            assert_eq!(decode(&data, Rev(40)), Some(runs), "seed {seed}");
            for _ in 0..100 {
                let mut damaged = data.clone();
                damaged.truncate(random.below(data.len() + 1));
                if !damaged.is_empty() {
                    let at = random.below(damaged.len());
                    damaged[at] = random.below(256) as u8;
                }
                // Whatever comes out is the checksum's matter to refuse.
                let _ = decode(&damaged, Rev(40));
            }
        }
    }

    #[test]
    fn most_runs_are_three_bytes() {
        let path = Arc::new(RepoPath::new("file").unwrap());
        let run =
            |at: u32, rev| Run { count: 3, rev: Rev(rev), path: Arc::clone(&path), origin_start: at, guessed: false };
        let runs: Vec<Run> = (0..100).map(|at| run(at * 6, 70_000 + at as i32 % 5)).collect();
        assert!(encode(&runs).len() < 3 * 100 + 40, "{}", encode(&runs).len());
    }

    #[test]
    fn nothing_comes_from_what_came_later() {
        let path = Arc::new(RepoPath::new("file").unwrap());
        let run = |rev| [Run { count: 1, rev: Rev(rev), path: Arc::clone(&path), origin_start: 0, guessed: false }];
        assert!(decode(&encode(&run(5)), Rev(5)).is_some());
        assert_eq!(decode(&encode(&run(6)), Rev(5)), None);
        assert_eq!(decode(&encode(&run(-1)), Rev(5)), None);
        assert_eq!(decode(&[0, 0, 1, 0, 0], Rev(5)), None, "no such origin");
        assert_eq!(decode(&[1, 1, b'f', 1, 0, 0, 0, 0, 0], Rev(5)), None, "no lines");
    }
}
