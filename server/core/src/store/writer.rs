//! Typed writes: one transaction, that nothing is seen of before it is committed.

use rusqlite::{OptionalExtension as _, params};

use super::bytes::{seal, unseal};
use super::changes::Segment;
use super::columns::{self, Author, Authors, User};
use super::graph::{Chunked, first_rev, stored_key};
use super::reader::State;
use super::{Change, Error, Session};
use crate::graph::{CHUNK, Columns, Epoch, Graph, key};
use crate::ids::{Node, RepoPath, Rev};

/// The right to change the store, and one transaction. Undone when dropped without [`Writer::commit`].
pub struct Writer {
    pub(super) session: Session,
    pub(super) state: State,
}

/// A change of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathChange {
    /// The path.
    pub path: RepoPath,
    /// What happened to it.
    pub change: Change,
}

/// The answer to where a file came from: see [`Reader::rename`](super::Reader::rename).
#[derive(Clone, Debug)]
pub(super) struct Rename {
    pub(super) path: RepoPath,
    pub(super) rev: Rev,
    pub(super) parent: Rev,
    pub(super) copies: bool,
    pub(super) source: Option<RepoPath>,
}

impl Writer {
    pub(super) fn begin(session: Session) -> Result<Self, Error> {
        session.run(|connection| connection.execute_batch("BEGIN IMMEDIATE"))?;
        let state = session.state()?;
        Ok(Self { session, state })
    }

    /// What the store says of itself, this transaction's writes included.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The graph as it was before this transaction. What `known` has read of it is taken over.
    pub fn graph(&self, known: Option<&Graph>) -> Graph {
        self.session.graph(&self.state, known)
    }

    /// Forgets everything, and begins a new epoch.
    pub fn reset(&mut self) -> Result<(), Error> {
        let epoch = self.session.run(|connection| {
            connection.execute_batch(
                "DELETE FROM node_chunk; DELETE FROM manifest_chunk; DELETE FROM node; DELETE FROM parent_chunk; DELETE FROM time_chunk;
                 DELETE FROM author_chunk; DELETE FROM user; DELETE FROM tips; DELETE FROM description;",
            )?;
            connection.query_row("SELECT random()", [], |row| row.get(0))
        })?;
        self.forget_changes()?;
        self.state =
            State { epoch: Epoch(epoch), revisions: 0, described: 0, grafts: Vec::new(), ..self.state.clone() };
        Ok(())
    }

    /// Forgets all changes and what was derived from them; revision numbers stay.
    pub fn forget_changes(&mut self) -> Result<(), Error> {
        self.session.run(|connection| {
            connection.execute_batch(
                "DELETE FROM path; DELETE FROM change_segment; DELETE FROM gap; DELETE FROM rename;
                 DELETE FROM annotation;",
            )
        })?;
        self.state = State { indexed: Rev::NULL, changes: 0, paths: 0, annotated: 0, ..self.state.clone() };
        Ok(())
    }

    /// Sets what the numbers were given with.
    pub fn set_grafts(&mut self, grafts: Vec<u8>) {
        self.state.grafts = grafts;
    }

    /// Gives the next numbers to `rows`, written by `authors`, whose users are numbered by themselves; octopus parents'
    /// keys are the numbers given.
    pub fn append_revisions(&mut self, rows: &Columns, authors: &Authors) -> Result<(), Error> {
        let start = self.state.revisions;
        let (first, last) = (start - start % CHUNK, start.div_ceil(CHUNK));
        let chunks = start / CHUNK..last;
        let read = self.session.chunks(Chunked::Nodes, chunks.clone(), |_, data| columns::decode_nodes(data))?;
        let nodes = [read.concat().as_slice(), &rows.nodes].concat();
        self.put_chunks(Chunked::Nodes, nodes.chunks(CHUNK), |_, nodes| columns::encode_nodes(nodes))?;
        // Where all is new, each of these is as large as the history is long.
        drop(nodes);
        let read =
            self.session.chunks(Chunked::Manifests, chunks.clone(), |_, data| columns::decode_manifests(data))?;
        let manifests = [read.concat().as_slice(), &rows.manifests].concat();
        self.put_chunks(Chunked::Manifests, manifests.chunks(CHUNK), |_, rows| columns::encode_manifests(rows))?;
        drop(manifests);
        let read = self.session.chunks(Chunked::Times, chunks.clone(), |_, data| columns::decode_times(data))?;
        let times = [read.concat().as_slice(), &rows.times].concat();
        self.put_chunks(Chunked::Times, times.chunks(CHUNK), |_, times| columns::encode_times(times))?;
        drop(times);
        let mut tail = self.session.chunks(Chunked::Parents, chunks.clone(), columns::decode_parents)?;
        let mut parents = tail.pop().unwrap_or_default();
        let fresh = rows.parents();
        parents.pairs.extend(fresh.pairs);
        parents.more.extend(fresh.more);
        let parts = (0..parents.pairs.len())
            .step_by(CHUNK)
            .map(|at| parents.part(Rev::from_index(first), at..parents.pairs.len().min(at + CHUNK)));
        self.put_chunks(Chunked::Parents, parts, |first, parents| columns::encode_parents(first, &parents))?;
        let mut written: Vec<Author> = Vec::new();
        if !start.is_multiple_of(CHUNK) {
            self.session.chunks(Chunked::Authors, chunks, |_, data| columns::decode_authors(data, &mut written))?;
        }
        let users = self.intern(&authors.users)?;
        let user = |author: &Author| users.get(author.user as usize).copied().unwrap_or(0);
        written.extend(authors.rows.iter().map(|author| Author { user: user(author), ..*author }));
        self.put_chunks(Chunked::Authors, written.chunks(CHUNK), |_, authors| columns::encode_authors(authors))?;
        self.put_keys(&rows.nodes)?;
        self.state.revisions += rows.nodes.len();
        Ok(())
    }

    /// Writes a column's chunks, beginning with the one that the next revision falls into.
    fn put_chunks<T>(
        &self,
        column: Chunked,
        chunks: impl Iterator<Item = T>,
        encode: impl Fn(Rev, T) -> Vec<u8>,
    ) -> Result<(), Error> {
        self.session.run(|connection| {
            let sql = format!("INSERT OR REPLACE INTO {} VALUES (?1, ?2)", column.table());
            let mut put = connection.prepare_cached(&sql)?;
            for (at, chunk) in (self.state.revisions / CHUNK..).zip(chunks) {
                put.execute(params![at as i64, seal(encode(first_rev(at), chunk), at as i64)])?;
            }
            Ok(())
        })
    }

    /// Makes the next revisions, with these nodes, to be found by them.
    fn put_keys(&self, nodes: &[Node]) -> Result<(), Error> {
        let revs = (self.state.revisions..).map(Rev::from_index);
        let mut keys: Vec<(i64, Rev)> = nodes.iter().map(|node| stored_key(key(node))).zip(revs).collect();
        // In the order of the table, whose pages are then written one after the other.
        keys.sort_unstable();
        self.session.run(|connection| {
            let mut put = connection.prepare_cached("INSERT INTO node VALUES (?1, ?2)")?;
            keys.iter().try_for_each(|(key, rev)| put.execute(params![key, rev.0]).map(drop))
        })
    }

    /// Remembers the changesets that references stand on, in order of nodes.
    pub fn put_tips(&self, tips: &[(Node, Rev)]) -> Result<(), Error> {
        self.session.run(|connection| {
            let mut put = connection.prepare_cached("INSERT OR REPLACE INTO tips VALUES (0, ?1)")?;
            put.execute([seal(columns::encode_tips(tips), 0)]).map(drop)
        })
    }

    /// The store's numbers of users, new ones for those never seen.
    fn intern(&self, users: &[User]) -> Result<Vec<u32>, Error> {
        self.session.run(|connection| {
            let mut find = connection.prepare_cached("SELECT id FROM user WHERE name = ?1 AND encoding = ?2")?;
            let mut add =
                connection.prepare_cached("INSERT INTO user SELECT count(*), ?1, ?2 FROM user RETURNING id")?;
            let number = |user: &User| {
                let values = params![user.name, user.encoding];
                match find.query_row(values, |row| row.get(0)).optional()? {
                    Some(id) => Ok(id),
                    None => add.query_row(values, |row| row.get(0)),
                }
            };
            users.iter().map(number).collect()
        })
    }

    /// Adds changes, in ascending order of revisions for each path, none below what the path has already, and says that
    /// changes are complete up to `indexed`, but for `gaps`.
    pub fn append_changes(&mut self, mut batch: Vec<PathChange>, indexed: Rev, gaps: &[Rev]) -> Result<(), Error> {
        // Stable: what belongs to one path keeps its order.
        batch.sort_by(|one, other| one.path.cmp(&other.path));
        for of_path in batch.chunk_by(|one, other| one.path == other.path) {
            self.session.cancel.check()?;
            self.append_to_path(of_path)?;
        }
        self.session.run(|connection| {
            let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO gap VALUES (?1)")?;
            gaps.iter().try_for_each(|gap| insert.execute([gap.0]).map(drop))
        })?;
        self.state.changes += batch.len() as u64;
        self.state.indexed = indexed;
        Ok(())
    }

    fn append_to_path(&mut self, changes: &[PathChange]) -> Result<(), Error> {
        let [first, ..] = changes else { return Ok(()) };
        let (id, tail) = match self.session.path_id(&first.path)? {
            Some(id) => (id, self.last_segment(id)?),
            None => (self.add_path(&first.path)?, None),
        };
        let mut segment = match tail {
            Some(segment) if !segment.is_full() && segment.last() < first.change.rev => segment,
            _ => Segment::new(first.change.rev),
        };
        for PathChange { change, .. } in changes {
            if segment.is_full() {
                self.put_segment(id, std::mem::replace(&mut segment, Segment::new(change.rev)))?;
            }
            segment.push(change);
        }
        self.put_segment(id, segment)
    }

    pub(super) fn add_path(&mut self, path: &RepoPath) -> Result<i64, Error> {
        let id = self.state.paths as i64;
        self.session.run(|connection| {
            connection.prepare_cached("INSERT INTO path VALUES (?1, ?2)")?.execute(params![path.as_bytes(), id])
        })?;
        self.state.paths += 1;
        Ok(id)
    }

    fn last_segment(&self, path: i64) -> Result<Option<Segment>, Error> {
        let row: Option<(i64, Vec<u8>)> = self.session.run(|connection| {
            let sql = "SELECT key, data FROM change_segment WHERE key BETWEEN ?1 AND ?2 ORDER BY key DESC LIMIT 1";
            let mut statement = connection.prepare_cached(sql)?;
            let bounds = params![path << 32, path << 32 | i64::from(u32::MAX)];
            statement.query_row(bounds, |row| Ok((row.get(0)?, row.get(1)?))).optional()
        })?;
        let Some((key, data)) = row else { return Ok(None) };
        let segment = unseal(&data, key).and_then(|data| Segment::parse(Rev(key as i32), data));
        segment.map(Some).ok_or_else(|| self.session.broken("changes"))
    }

    fn put_segment(&self, path: i64, segment: Segment) -> Result<(), Error> {
        let key = path << 32 | i64::from(segment.first().0);
        self.session.run(|connection| {
            let mut put = connection.prepare_cached("INSERT OR REPLACE INTO change_segment VALUES (?1, ?2)")?;
            put.execute(params![key, seal(segment.into_data(), key)]).map(drop)
        })
    }

    /// Keeps where a file came from. Does nothing for a path that has no change yet.
    pub(super) fn put_rename(&self, rename: &Rename) -> Result<(), Error> {
        let Some(path) = self.session.path_id(&rename.path)? else { return Ok(()) };
        let source = rename.source.as_ref().map(|source| source.as_bytes());
        self.session.run(|connection| {
            let mut put = connection.prepare_cached("INSERT OR REPLACE INTO rename VALUES (?1, ?2, ?3, ?4, ?5)")?;
            put.execute(params![path, rename.rev.0, rename.parent.0, rename.copies, source]).map(drop)
        })
    }

    /// Makes everything written so far visible to all, and gives what the store now says of itself.
    pub fn commit(self) -> Result<State, Error> {
        let State { epoch, revisions, indexed, changes, paths, annotated, described, described_ever, grafts } =
            &self.state;
        self.session.run(|connection| {
            let sql = "UPDATE state SET epoch = ?1, revisions = ?2, indexed = ?3, changes = ?4, paths = ?5,
                       annotated = ?6, described = ?7, described_ever = ?8, grafts = ?9";
            let counts = [changes, paths, annotated, described, described_ever].map(|count| *count as i64);
            let [changes, paths, annotated, described, ever] = counts;
            let values =
                params![epoch.0, *revisions as i64, indexed.0, changes, paths, annotated, described, ever, grafts];
            connection.prepare_cached(sql)?.execute(values)?;
            connection.execute_batch("COMMIT")
        })?;
        Ok(self.state)
    }
}
