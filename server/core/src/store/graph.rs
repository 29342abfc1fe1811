//! The graph as the store keeps it: columns in chunks, and a table from nodes to revisions.
//!
//! A graph is read piece by piece, as it is asked for, in transactions of their own. That they see the same graph is
//! certain within one epoch, where rows are only ever added.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::{OptionalExtension as _, params};

use super::bytes::unseal;
use super::reader::State;
use super::{Error, PATIENCE, Pool, Session, columns};
use crate::cancel::Cancel;
use crate::graph::{CHUNK, Epoch, Graph, Lost, Parents, Side, Source};
use crate::ids::{Node, Rev, TreeNode};

/// The columns that stand in chunks.
#[derive(Clone, Copy)]
pub(super) enum Chunked {
    Nodes,
    Manifests,
    Parents,
    Times,
    Authors,
}

impl Chunked {
    pub(super) fn table(self) -> &'static str {
        match self {
            Self::Nodes => "node_chunk",
            Self::Manifests => "manifest_chunk",
            Self::Parents => "parent_chunk",
            Self::Times => "time_chunk",
            Self::Authors => "author_chunk",
        }
    }
}

/// SQLite's numbers have a sign; the order stays.
pub(super) fn stored_key(key: u64) -> i64 {
    (key ^ (1 << 63)) as i64
}

pub(super) fn first_rev(chunk: usize) -> Rev {
    Rev::from_index(chunk * CHUNK)
}

impl Session {
    pub(super) fn graph(&self, state: &State, known: Option<&Graph>) -> Graph {
        let kept = Kept { pool: Arc::clone(&self.pool), epoch: state.epoch };
        Graph::kept(Box::new(kept), state.epoch, state.revisions, known)
    }

    /// Decodes some chunks of a column, each of which must be there and sound.
    pub(super) fn chunks<T>(
        &self,
        column: Chunked,
        chunks: Range<usize>,
        mut decode: impl FnMut(Rev, &[u8]) -> Option<T>,
    ) -> Result<Vec<T>, Error> {
        let mut decoded = Vec::with_capacity(chunks.len());
        self.run(|connection| {
            let sql =
                format!("SELECT chunk, data FROM {} WHERE chunk >= ?1 AND chunk < ?2 ORDER BY chunk", column.table());
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query([chunks.start as i64, chunks.end as i64])?;
            for (at, key) in chunks.clone().zip(chunks.start as i64..) {
                let Some(row) = rows.next()?.filter(|row| row.get(0) == Ok(key)) else { break };
                let data = unseal(row.get_ref(1)?.as_blob()?, key);
                let Some(chunk) = data.and_then(|data| decode(first_rev(at), data)) else { break };
                decoded.push(chunk);
            }
            Ok(())
        })?;
        if decoded.len() == chunks.len() { Ok(decoded) } else { Err(self.broken(column.table())) }
    }

    pub(super) fn tips(&self) -> Result<Vec<(Node, Rev)>, Error> {
        let data: Option<Vec<u8>> = self.run(|connection| {
            connection.prepare_cached("SELECT data FROM tips")?.query_row([], |row| row.get(0)).optional()
        })?;
        let Some(data) = data else { return Ok(Vec::new()) };
        unseal(&data, 0).and_then(columns::decode_tips).ok_or_else(|| self.broken("tips"))
    }

    fn within(&self, keys: &RangeInclusive<u64>, side: Side, most: usize, count: usize) -> Result<Vec<Rev>, Error> {
        let order = match side {
            Side::Lowest => "ASC",
            Side::Highest => "DESC",
        };
        self.run(|connection| {
            let sql = format!(
                "SELECT rev FROM node WHERE key BETWEEN ?1 AND ?2 AND rev < ?3 ORDER BY key {order}, rev {order} LIMIT ?4"
            );
            let most = i64::try_from(most).unwrap_or(-1);
            let values = params![stored_key(*keys.start()), stored_key(*keys.end()), count as i64, most];
            connection.prepare_cached(&sql)?.query_map(values, |row| row.get(0).map(Rev))?.collect()
        })
    }

    /// Reads all of it once.
    pub(super) fn verify_graph(&self, state: &State) -> Result<(), Error> {
        let all = 0..state.revisions.div_ceil(CHUNK);
        let mut nodes = 0;
        for at in all.clone() {
            self.cancel.check()?;
            let one = at..at + 1;
            let parents = self.chunks(Chunked::Parents, one.clone(), columns::decode_parents)?;
            let sound = parents.iter().all(|parents| parents.check(first_rev(at)).is_ok());
            let read = self.chunks(Chunked::Nodes, one.clone(), |_, data| columns::decode_nodes(data))?;
            let manifests = self.chunks(Chunked::Manifests, one.clone(), |_, data| columns::decode_manifests(data))?;
            let times = self.chunks(Chunked::Times, one, |_, data| columns::decode_times(data))?;
            let rows = read.iter().map(Vec::len).sum::<usize>();
            let parents = parents.iter().map(|parents| parents.pairs.len()).sum::<usize>();
            let times = times.iter().map(Vec::len).sum::<usize>();
            let manifests = manifests.iter().map(Vec::len).sum::<usize>();
            if !sound || [parents, manifests, times] != [rows; 3] {
                return Err(self.broken("the graph"));
            }
            nodes += rows;
        }
        let keys: i64 =
            self.run(|connection| connection.query_row("SELECT count(*) FROM node", [], |row| row.get(0)))?;
        self.tips()?;
        if [nodes as i64, keys] == [state.revisions as i64; 2] { Ok(()) } else { Err(self.broken("the graph")) }
    }
}

/// A graph in the store.
struct Kept {
    pool: Arc<Pool>,
    epoch: Epoch,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("path", &self.pool.path).field("epoch", &self.epoch).finish()
    }
}

impl Kept {
    /// Reads in a transaction. Whatever prevents it, the store has to be opened again, and the graph made again.
    fn read<T>(&self, read: impl FnOnce(&Session) -> Result<T, Error>) -> Result<T, Lost> {
        // Nobody's in particular: what is read stays, for all.
        let session = Session::new(Arc::clone(&self.pool), &Cancel::new(), PATIENCE);
        let result = session.and_then(|session| {
            session.run(|connection| connection.execute_batch("BEGIN"))?;
            if session.state()?.epoch != self.epoch {
                return Err(Error::Other("numbers were given again".to_owned()));
            }
            read(&session)
        });
        result.map_err(|error| {
            self.pool.outdated.store(true, Ordering::Relaxed);
            Lost(error.to_string())
        })
    }
}

impl Source for Kept {
    fn nodes(&self, chunks: Range<usize>) -> Result<Vec<Vec<Node>>, Lost> {
        self.read(|session| session.chunks(Chunked::Nodes, chunks, |_, data| columns::decode_nodes(data)))
    }

    fn manifests(&self, chunks: Range<usize>) -> Result<Vec<Vec<TreeNode>>, Lost> {
        self.read(|session| session.chunks(Chunked::Manifests, chunks, |_, data| columns::decode_manifests(data)))
    }

    fn parents(&self, chunks: Range<usize>) -> Result<Vec<Parents>, Lost> {
        self.read(|session| session.chunks(Chunked::Parents, chunks, columns::decode_parents))
    }

    fn times(&self, chunks: Range<usize>) -> Result<Vec<Vec<i64>>, Lost> {
        self.read(|session| session.chunks(Chunked::Times, chunks, |_, data| columns::decode_times(data)))
    }

    fn within(&self, keys: RangeInclusive<u64>, side: Side, most: usize, count: usize) -> Result<Vec<Rev>, Lost> {
        self.read(|session| session.within(&keys, side, most, count))
    }

    fn tips(&self) -> Result<Vec<(Node, Rev)>, Lost> {
        self.read(Session::tips)
    }

    fn condemn(&self) {
        self.pool.broken.store(true, Ordering::Relaxed);
    }
}
