//! Typed reads, all as of one moment.

use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::Ordering;

use rusqlite::{OptionalExtension as _, params};

use super::annotations::seal_key;
use super::bytes::unseal;
use super::changes::decode;
use super::columns::{self, Author, Authors, User};
use super::file;
use super::graph::Chunked;
use super::notes::{Notebook, Notes};
use super::writer::Rename;
use super::{Change, Error, Session};
use crate::graph::{CHUNK, Epoch, Graph};
use crate::ids::{Node, RepoPath, Rev};

/// What the store says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// What the revision numbers belong to.
    pub epoch: Epoch,
    /// How many revisions have a number.
    pub revisions: usize,
    /// Changes are complete up to this one, hidden revisions without objects excepted; [`Rev::NULL`] at first.
    pub indexed: Rev,
    /// How many changes there are.
    pub changes: u64,
    /// How many paths there are.
    pub paths: u64,
    /// How many bytes annotations take.
    pub annotated: u64,
    /// How many bytes descriptions take.
    pub described: u64,
    /// How many all take that were ever kept: what their use is counted in.
    pub described_ever: u64,
    /// What the numbers were given with, in the indexer's own format.
    pub grafts: Vec<u8>,
}

/// How much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Revisions that have a number.
    pub revisions: u64,
    /// Changes against first parents.
    pub changes: u64,
    /// Paths that ever had one.
    pub paths: u64,
    /// Size of the file.
    pub bytes: u64,
    /// Of the tables.
    pub schema_version: i32,
}

/// A read transaction: nothing changes under it. For one thread at a time.
///
/// What it is told to remember is written after it is dropped, in the background.
pub struct Reader {
    pub(super) session: Session,
    state: State,
    pub(super) notes: RefCell<Notes>,
}

impl Reader {
    pub(super) fn begin(session: Session) -> Result<Self, Error> {
        session.run(|connection| connection.execute_batch("BEGIN"))?;
        let state = session.state()?;
        Ok(Self { session, state, notes: RefCell::default() })
    }

    /// What the store says of itself.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Where the store lies.
    pub fn path(&self) -> &Path {
        &self.session.pool.path
    }

    /// Changes are complete for revisions up to this one.
    pub fn indexed(&self) -> Rev {
        self.state.indexed
    }

    /// How much there is.
    pub fn counts(&self) -> Result<Counts, Error> {
        let bytes: i64 = self.session.run(|connection| {
            let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
            connection.query_row(sql, [], |row| row.get(0))
        })?;
        Ok(Counts {
            revisions: self.state.revisions as u64,
            changes: self.state.changes,
            paths: self.state.paths,
            bytes: bytes.unsigned_abs(),
            schema_version: file::VERSION,
        })
    }

    /// The graph, whose rows are read when they are asked for. What `known` has read of it is taken over.
    pub fn graph(&self, known: Option<&Graph>) -> Graph {
        self.session.graph(&self.state, known)
    }

    /// The changesets that references stood on when numbers were given last, in order of nodes.
    pub fn tips(&self) -> Result<Vec<(Node, Rev)>, Error> {
        self.session.tips()
    }

    /// Who wrote the changesets.
    pub fn authors(&self) -> Result<Authors, Error> {
        let users = self.session.run(|connection| {
            let mut statement = connection.prepare_cached("SELECT name, encoding FROM user ORDER BY id")?;
            let rows = statement.query_map([], |row| Ok(User { name: row.get(0)?, encoding: row.get(1)? }))?;
            rows.collect::<Result<Vec<_>, _>>()
        })?;
        let mut rows: Vec<Author> = Vec::with_capacity(self.state.revisions);
        let all = 0..self.state.revisions.div_ceil(CHUNK);
        self.session.chunks(Chunked::Authors, all, |_, data| columns::decode_authors(data, &mut rows))?;
        if rows.len() != self.state.revisions || rows.iter().any(|row| row.user as usize >= users.len()) {
            return Err(self.session.broken("authors"));
        }
        Ok(Authors { users, rows })
    }

    /// Everything that happened to a path, ascending; complete up to [`Reader::indexed`]. Empty for a path that nobody
    /// ever changed.
    pub fn changes(&self, path: &RepoPath) -> Result<Vec<Change>, Error> {
        let Some(id) = self.session.path_id(path)? else { return Ok(Vec::new()) };
        let mut changes = Vec::new();
        let mut sound = true;
        self.session.run(|connection| {
            let sql = "SELECT key, data FROM change_segment WHERE key BETWEEN ?1 AND ?2 ORDER BY key";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params![id << 32, id << 32 | i64::from(u32::MAX)])?;
            while let Some(row) = rows.next()? {
                let key: i64 = row.get(0)?;
                let data = unseal(row.get_ref(1)?.as_blob()?, key);
                sound &= data.and_then(|data| decode(Rev(key as i32), data, &mut changes)).is_some();
            }
            Ok(())
        })?;
        let ascending = changes.windows(2).all(|pair| pair[0].rev < pair[1].rev);
        if sound && ascending { Ok(changes) } else { Err(self.session.broken("changes")) }
    }

    /// Every path at or below `folder` (everywhere: `None`) that ever had a change, in order of bytes.
    pub fn paths_within(&self, folder: Option<&RepoPath>) -> Result<Vec<RepoPath>, Error> {
        let names: Vec<Vec<u8>> = self.session.run(|connection| {
            let (below, beyond) = match folder {
                Some(folder) => ([folder, b"/".as_slice()].concat(), Some([folder, b"0".as_slice()].concat())),
                None => (Vec::new(), None),
            };
            let itself = folder.map(|folder| folder.as_bytes());
            let sql = "SELECT name FROM path WHERE name >= ?1 AND (?2 IS NULL OR name < ?2)
                       UNION ALL SELECT name FROM path WHERE name = ?3 ORDER BY name";
            let mut statement = connection.prepare_cached(sql)?;
            let names = statement.query_map(params![below, beyond, itself], |row| row.get(0))?;
            names.collect()
        })?;
        let paths: Option<Vec<_>> = names.into_iter().map(RepoPath::new).collect();
        paths.ok_or_else(|| self.session.broken("paths"))
    }

    /// Where the file at `path` in `rev` came from that `parent` has not: `Some(None)` when it is known to come from
    /// nowhere, `None` when nobody has asked yet. With `copies`, any file of the parent may be the source; without, only
    /// one that `rev` removed.
    pub fn rename(
        &self,
        path: &RepoPath,
        rev: Rev,
        parent: Rev,
        copies: bool,
    ) -> Result<Option<Option<RepoPath>>, Error> {
        let Some(id) = self.session.path_id(path)? else { return Ok(None) };
        let found: Option<Option<Vec<u8>>> = self.session.run(|connection| {
            let sql = "SELECT source FROM rename WHERE path = ?1 AND rev = ?2 AND parent = ?3 AND copies = ?4";
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_row(params![id, rev.0, parent.0, copies], |row| row.get(0)).optional()
        })?;
        let Some(Some(source)) = found else { return Ok(found.map(|_| None)) };
        let source = RepoPath::new(source).ok_or_else(|| self.session.broken("renames"))?;
        Ok(Some(Some(source)))
    }

    /// Keeps the answer to [`Reader::rename`] for others. Lost without a word where nothing can be written just then.
    pub fn remember_rename(&self, path: &RepoPath, rev: Rev, parent: Rev, copies: bool, source: Option<&RepoPath>) {
        let rename = Rename { path: path.clone(), rev, parent, copies, source: source.cloned() };
        self.notes.borrow_mut().renames.push(rename);
    }

    /// Revisions up to [`Reader::indexed`] whose changes are not known, because their objects were gone.
    pub fn gaps(&self) -> Result<Vec<Rev>, Error> {
        self.session.run(|connection| {
            let mut statement = connection.prepare_cached("SELECT rev FROM gap ORDER BY rev")?;
            statement.query_map([], |row| row.get(0).map(Rev))?.collect()
        })
    }

    /// Looks through the whole file.
    pub(super) fn verify(&self) -> Result<(), Error> {
        let verdict: String =
            self.session.run(|connection| connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)))?;
        if verdict != "ok" {
            return Err(self.session.broken(verdict));
        }
        self.session.verify_graph(&self.state)?;
        self.authors()?;
        let mut sound = true;
        self.session.run(|connection| {
            let mut statement = connection.prepare("SELECT key, data FROM change_segment")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                sound &= unseal(row.get_ref(1)?.as_blob()?, row.get(0)?).is_some();
            }
            let mut statement = connection.prepare("SELECT path, rev, way, data FROM annotation")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let key = seal_key(row.get(0)?, Rev(row.get(1)?), row.get_ref(2)?.as_blob()?);
                sound &= unseal(row.get_ref(3)?.as_blob()?, key).is_some();
            }
            let mut statement = connection.prepare("SELECT rev, data FROM description")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                sound &= unseal(row.get_ref(1)?.as_blob()?, row.get(0)?).is_some();
            }
            Ok(())
        })?;
        if sound { Ok(()) } else { Err(self.session.broken("changes, annotations or descriptions")) }
    }
}

#[cfg(test)]
impl Reader {
    /// What an accident may do to the file.
    pub fn spoil(&self, sql: &str) {
        let done = rusqlite::Connection::open(self.path()).and_then(|connection| connection.execute_batch(sql));
        assert_eq!(done, Ok(()));
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let notes = self.notes.take();
        if !notes.is_empty() {
            Notebook::add(&self.session.pool, self.state.epoch, notes);
        }
    }
}

/// Reads that readers and writers have in common.
impl Session {
    pub(super) fn state(&self) -> Result<State, Error> {
        let current = self.run(file::is_current)?;
        if !current {
            // A newer server took the file over. Whoever opens it next finds its own beside it.
            self.pool.outdated.store(true, Ordering::Relaxed);
            return Err(Error::Other("it has another version".to_owned()));
        }
        let state = self.run(|connection| {
            let sql = "SELECT epoch, revisions, indexed, changes, paths, annotated, described, described_ever, grafts
                       FROM state";
            connection.prepare_cached(sql)?.query_row([], |row| {
                let count = |column| row.get::<_, u32>(column);
                Ok(State {
                    epoch: Epoch(row.get(0)?),
                    revisions: count(1)? as usize,
                    indexed: Rev(row.get(2)?),
                    changes: u64::from(count(3)?),
                    paths: u64::from(count(4)?),
                    annotated: u64::from(count(5)?),
                    described: u64::from(count(6)?),
                    described_ever: row.get::<_, i64>(7)?.unsigned_abs(),
                    grafts: row.get(8)?,
                })
            })
        })?;
        let last = Rev::from_index(state.revisions);
        if state.indexed < Rev::NULL || state.indexed >= last {
            return Err(self.broken("state"));
        }
        Ok(state)
    }

    pub(super) fn path_id(&self, path: &RepoPath) -> Result<Option<i64>, Error> {
        self.run(|connection| {
            let mut statement = connection.prepare_cached("SELECT id FROM path WHERE name = ?1")?;
            statement.query_row([path.as_bytes()], |row| row.get(0)).optional()
        })
    }
}
