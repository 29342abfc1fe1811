//! The store by itself: what is written is read, what is broken heals.

#![allow(clippy::unwrap_used)]

mod annotations;
mod descriptions;

use std::fs;

use super::*;
use crate::graph::{Columns, Graph, Lost, PrefixMatch};
use crate::ids::{FileNode, Mode, Node, RepoPath, Rev, TreeNode};
use crate::objects::Entry;
use crate::testing::Random;

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn store(&self) -> Store {
        Store::new(&self.folder.path().join("git"), Some(&self.folder.path().join("cache")))
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("git/hgls/store.sqlite")
    }

    /// SQL by somebody who is not this server.
    fn sql(&self, sql: &str) {
        Connection::open(self.file()).unwrap().execute_batch(sql).unwrap();
    }
}

fn cancel() -> Cancel {
    Cancel::new()
}

fn path(name: &str) -> RepoPath {
    RepoPath::new(name).unwrap()
}

fn change(name: &str, rev: i32, byte: Option<u8>) -> PathChange {
    let entry = byte.map(|byte| Entry { node: FileNode([byte; 20]), mode: Mode::File });
    PathChange { path: path(name), change: Change { rev: Rev(rev), entry, touches: true } }
}

fn chain(rows: std::ops::Range<usize>) -> Columns {
    let mut columns = Columns::default();
    for row in rows.clone() {
        let mut node = Node([7; 20]);
        node.0[..8].copy_from_slice(&(row as u64).to_be_bytes());
        columns.push(
            node,
            TreeNode([row as u8; 20]),
            &[Rev::from_index(row), Rev::NULL].map(|rev| Rev(rev.0 - 1))[..usize::from(row > 0)],
            1000 + row as i64,
        );
    }
    columns
}

fn authors(count: usize) -> Authors {
    let users = (0..3).map(|at| User { name: format!("User {at} <mail>").into_bytes(), encoding: Vec::new() });
    let row = |at: usize| Author { user: at as u32 % 3, time: at as i64, offset: -3600 };
    Authors { users: users.collect(), rows: (0..count).map(row).collect() }
}

/// Appends revisions `start..end` in one transaction.
fn append(store: &Store, start: usize, end: usize) {
    let mut writer = store.writer(&cancel()).unwrap().unwrap();
    assert_eq!(writer.state().revisions, start);
    let mut rows = chain(0..end);
    rows.nodes.drain(..start);
    rows.manifests.drain(..start);
    rows.p1.drain(..start);
    rows.p2.drain(..start);
    rows.times.drain(..start);
    writer.append_revisions(&rows, &authors(end - start)).unwrap();
    writer
        .put_tips(&rows.nodes.last().map(|tip| (*tip, Rev::from_index(end - 1))).into_iter().collect::<Vec<_>>())
        .unwrap();
    writer.commit().unwrap();
}

/// All of the graph.
fn columns(store: &Store) -> Result<Columns, Lost> {
    Lost::caught(|| store.reader(&cancel()).unwrap().unwrap().graph(None).columns())
}

fn revisions(store: &Store) -> usize {
    store.reader(&cancel()).unwrap().unwrap().state().revisions
}

#[test]
fn revisions_survive_in_chunks() {
    let place = Place::new();
    let store = place.store();
    for (start, end) in [(0, 1), (1, 5), (5, 1023), (1023, 1024), (1024, 1025), (1025, 9000)] {
        append(&store, start, end);
    }
    // Another process.
    let reader = place.store().reader(&cancel()).unwrap().unwrap();
    reader.verify().unwrap();
    assert_eq!(reader.graph(None).columns(), chain(0..9000));
    let authors = reader.authors().unwrap();
    assert_eq!((authors.users.len(), authors.rows.len()), (3, 9000));
    assert_eq!(authors.rows[4], Author { user: authors.rows[1].user, time: 3, offset: -3600 });
}

#[test]
fn nodes_are_found_as_in_a_graph_in_memory() {
    let mut columns = Columns::default();
    let mut random = Random::new(4);
    for row in 0..2000 {
        let mut node = Node::NULL;
        // Some share their first eight bytes and more.
        let same = [0, 0, 0, 1, 8, 12][random.below(6)];
        node.0.iter_mut().skip(same).for_each(|byte| *byte = random.below(256) as u8);
        let parent = (row > 0).then(|| Rev(random.below(row) as i32));
        columns.push(node, TreeNode::EMPTY, parent.as_slice(), row as i64);
    }
    let place = Place::new();
    let store = place.store();
    for (start, end) in [(0, 700), (700, 2000)] {
        let mut rows = Columns::default();
        for row in start..end {
            let parents = [columns.p1[row]];
            rows.push(columns.nodes[row], TreeNode::EMPTY, if row == 0 { &[] } else { &parents }, columns.times[row]);
        }
        let mut writer = store.writer(&cancel()).unwrap().unwrap();
        writer.append_revisions(&rows, &authors(end - start)).unwrap();
        writer.commit().unwrap();
    }
    let memory = Graph::try_from(columns).unwrap();
    for at in 0..400 {
        // A new one each time, which has not been asked often enough to make a table.
        let kept = store.reader(&cancel()).unwrap().unwrap().graph(None);
        let rev = Rev(random.below(2000) as i32);
        let node = memory.node(rev);
        assert_eq!(kept.rev(&node), Some(rev), "{at}");
        assert_eq!(kept.unique_prefix_length(rev), memory.unique_prefix_length(rev), "{at}");
        let prefix = &node.to_hex()[..1 + random.below(40)];
        assert_eq!(kept.prefix(prefix), memory.prefix(prefix), "{at}: {prefix}");
        assert_eq!(kept.rev(&Node([1 + random.below(200) as u8; 20])), None);
        assert!(kept.parents(rev).eq(memory.parents(rev)) && kept.time(rev) == memory.time(rev), "{at}");
    }
    assert_eq!(memory.prefix("0000000000000000"), PrefixMatch::Ambiguous, "there are some that begin alike");
}

#[test]
fn numbers_given_again_are_not_mixed_with_those_before() {
    let place = Place::new();
    let store = place.store();
    append(&store, 0, 3000);
    let graph = store.reader(&cancel()).unwrap().unwrap().graph(None);
    assert_eq!(graph.node(Rev(2999)), chain(0..3000).nodes[2999]);
    let mut writer = store.writer(&cancel()).unwrap().unwrap();
    writer.reset().unwrap();
    writer.append_revisions(&chain(0..3000), &authors(3000)).unwrap();
    writer.commit().unwrap();
    assert_eq!(graph.node(Rev(2998)), chain(0..3000).nodes[2998], "what was read stays");
    assert!(Lost::caught(|| graph.node(Rev(5))).is_err());
    assert!(graph.is_lost());
    assert_eq!(columns(&store).unwrap(), chain(0..3000), "and the store is sound");
}

#[test]
fn octopus_parents_survive() {
    let store = Place::new();
    let store = store.store();
    append(&store, 0, 4);
    let mut writer = store.writer(&cancel()).unwrap().unwrap();
    let mut rows = Columns::default();
    rows.push(Node([9; 20]), TreeNode::EMPTY, &[Rev(3), Rev(2)], 5);
    rows.octopus.insert(Rev(4), vec![Rev(1), Rev(0)]);
    writer.append_revisions(&rows, &authors(1)).unwrap();
    writer.commit().unwrap();
    let columns = columns(&store).unwrap();
    assert_eq!(columns.octopus.get(&Rev(4)), Some(&vec![Rev(1), Rev(0)]));
}

#[test]
fn changes_of_a_path_come_back_in_order() {
    for seed in 0..5 {
        let mut random = Random::new(seed);
        let place = Place::new();
        let store = place.store();
        append(&store, 0, 5400);
        let mut expected: Vec<PathChange> = Vec::new();
        let mut rev = 0;
        while rev < 4900 {
            let mut batch = Vec::new();
            for _ in 0..random.below(400) {
                rev += 1;
                let name = ["a", "a/b", "a0", "b c/é"][random.below(4)];
                batch.push(change(name, rev, (random.below(9) > 0).then(|| random.below(200) as u8)));
            }
            expected.extend(batch.clone());
            let mut writer = store.writer(&cancel()).unwrap().unwrap();
            writer.append_changes(batch, Rev(rev), &[]).unwrap();
            writer.commit().unwrap();
        }
        let reader = store.reader(&cancel()).unwrap().unwrap();
        for name in ["a", "a/b", "a0", "b c/é", "never"] {
            let of_path: Vec<_> =
                expected.iter().filter(|change| change.path == path(name)).map(|change| change.change).collect();
            assert!(reader.changes(&path(name)).unwrap() == of_path, "seed {seed}: {name}");
        }
        assert_eq!((reader.indexed(), reader.state().changes), (Rev(rev), expected.len() as u64));
        let within = |folder: Option<&str>| {
            let folder = folder.map(path);
            let paths = reader.paths_within(folder.as_ref()).unwrap();
            paths.iter().map(|path| path.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(within(Some("a")), ["a", "a/b"]);
        assert_eq!(within(Some("a/b")), ["a/b"]);
        assert_eq!(within(None), ["a", "a/b", "a0", "b c/é"]);
        reader.verify().unwrap();
    }
}

#[test]
fn a_reader_sees_one_moment_and_an_abandoned_transaction_is_never_seen() {
    let place = Place::new();
    let store = place.store();
    append(&store, 0, 3);
    let reader = store.reader(&cancel()).unwrap().unwrap();
    append(&store, 3, 5);
    let graph = reader.graph(None);
    assert_eq!((reader.state().revisions, graph.columns(), graph.rev(&chain(0..4).nodes[3])), (3, chain(0..3), None));
    let mut writer = store.writer(&cancel()).unwrap().unwrap();
    writer.append_revisions(&chain(0..1), &authors(1)).unwrap();
    drop(writer);
    assert_eq!(revisions(&store), 5);
}

#[test]
fn renames_are_remembered_when_the_reader_goes() {
    let place = Place::new();
    let store = place.store();
    append(&store, 0, 3);
    let mut writer = store.writer(&cancel()).unwrap().unwrap();
    writer.append_changes(vec![change("new", 2, Some(1))], Rev(2), &[]).unwrap();
    writer.commit().unwrap();
    let reader = store.reader(&cancel()).unwrap().unwrap();
    let ask = |reader: &Reader, name, rev, copies| reader.rename(&path(name), Rev(rev), Rev(rev - 1), copies).unwrap();
    assert_eq!(ask(&reader, "new", 2, false), None);
    reader.remember_rename(&path("new"), Rev(2), Rev(1), false, None);
    reader.remember_rename(&path("new"), Rev(2), Rev(1), true, Some(&path("old")));
    reader.remember_rename(&path("unknown"), Rev(1), Rev(0), false, None);
    drop(reader);
    store.settle(Duration::MAX);
    let reader = store.reader(&cancel()).unwrap().unwrap();
    assert_eq!(ask(&reader, "new", 2, false), Some(None));
    assert_eq!(ask(&reader, "new", 2, true), Some(Some(path("old"))));
    assert_eq!(ask(&reader, "new", 1, true), None);
    assert_eq!(ask(&reader, "unknown", 1, false), None);
}

#[test]
fn what_is_broken_or_foreign_is_made_anew() {
    let garbage = |place: &Place| fs::write(place.file(), b"no database at all".repeat(500)).unwrap();
    let emptied = |place: &Place| fs::write(place.file(), b"").unwrap();
    let halved = |place: &Place| {
        let bytes = fs::read(place.file()).unwrap();
        fs::write(place.file(), &bytes[..bytes.len() / 2]).unwrap();
    };
    let overwritten = |place: &Place| {
        let mut bytes = fs::read(place.file()).unwrap();
        bytes[4096..].fill(0x55);
        fs::write(place.file(), bytes).unwrap();
    };
    let old = |place: &Place| place.sql("PRAGMA user_version = 0");
    let foreign = |place: &Place| place.sql("PRAGMA application_id = 5; CREATE TABLE \"x\"\"y\" (a)");
    let stateless = |place: &Place| place.sql("DELETE FROM state");
    let tableless = |place: &Place| place.sql("DROP TABLE node_chunk");
    let deleted = |place: &Place| fs::remove_dir_all(place.file().parent().unwrap()).unwrap();
    let spoilers: [&dyn Fn(&Place); 9] =
        [&garbage, &emptied, &halved, &overwritten, &old, &foreign, &stateless, &tableless, &deleted];
    for (at, spoil) in spoilers.into_iter().enumerate() {
        let place = Place::new();
        let store = place.store();
        append(&store, 0, 3000);
        let epoch = store.reader(&cancel()).unwrap().unwrap().state().epoch;
        store.compact(&cancel()).unwrap();
        drop(store);
        spoil(&place);
        let store = place.store();
        // Whoever meets the damage sees an error at most; whoever comes next, a store to fill again.
        let _ = columns(&store);
        let reader = store.reader(&cancel()).unwrap().unwrap();
        assert_eq!(reader.state().revisions, 0, "spoiler {at}");
        assert_ne!(reader.state().epoch, epoch, "spoiler {at}");
        drop(reader);
        append(&store, 0, 10);
        assert_eq!(revisions(&place.store()), 10, "spoiler {at}");
    }
}

#[test]
fn damage_inside_a_value_is_noticed() {
    let spoilers = [
        "UPDATE node_chunk SET data = zeroblob(length(data))",
        "UPDATE parent_chunk SET data = substr(data, 1, 40)",
        "UPDATE time_chunk SET data = NULL WHERE 0; DELETE FROM time_chunk WHERE chunk = 0",
        "UPDATE state SET revisions = revisions + 1",
        "UPDATE tips SET data = zeroblob(20)",
        "UPDATE node_chunk SET chunk = chunk + 10",
    ];
    for spoil in spoilers {
        let place = Place::new();
        let store = place.store();
        append(&store, 0, 5000);
        place.sql(spoil);
        let lost = columns(&store)
            .and_then(|_| Lost::caught(|| store.reader(&cancel()).unwrap().unwrap().graph(None).rev(&Node([1; 20]))));
        assert!(lost.is_err(), "{spoil}");
        assert_eq!(revisions(&store), 0, "{spoil}");
    }
}

#[test]
fn a_newer_servers_store_is_left_to_it() {
    let place = Place::new();
    append(&place.store(), 0, 3);
    place.sql("PRAGMA user_version = 99");
    let store = place.store();
    append(&store, 0, 2);
    assert_eq!(store.path(), Some(place.file().with_file_name(format!("store-{}.sqlite", file::VERSION))));
    assert_eq!(revisions(&place.store()), 2);
    let version: i32 =
        Connection::open(place.file()).unwrap().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 99);
}

#[test]
fn a_store_that_a_newer_server_takes_over_is_noticed() {
    let place = Place::new();
    let store = place.store();
    append(&store, 0, 3);
    place.sql("PRAGMA user_version = 99");
    assert_eq!(revisions(&store), 0);
    assert_eq!(store.path(), Some(place.file().with_file_name(format!("store-{}.sqlite", file::VERSION))));
    assert!(place.file().exists());
}

#[test]
fn where_nothing_can_be_written_the_cache_folder_serves() {
    let place = Place::new();
    fs::create_dir(place.folder.path().join("git")).unwrap();
    fs::write(place.folder.path().join("git/hgls"), b"a file stands in the way").unwrap();
    append(&place.store(), 0, 3);
    let store = place.store();
    assert_eq!(revisions(&store), 3);
    assert!(store.path().unwrap().starts_with(place.folder.path().join("cache")));
    let elsewhere = Store::new(&place.folder.path().join("git"), None);
    assert!(elsewhere.reader(&cancel()).unwrap().is_none() && elsewhere.writer(&cancel()).unwrap().is_none());
}

#[test]
fn many_servers_at_once_take_turns() {
    let place = Place::new();
    let place = &place;
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let store = place.store();
                    let mut writer = store.writer(&cancel()).unwrap().unwrap();
                    let start = writer.state().revisions;
                    let mut rows = chain(0..start + 1);
                    rows.nodes.drain(..start);
                    rows.manifests.drain(..start);
                    rows.p1.drain(..start);
                    rows.p2.drain(..start);
                    rows.times.drain(..start);
                    writer.append_revisions(&rows, &authors(1)).unwrap();
                    writer.commit().unwrap();
                    assert!(revisions(&store) > start);
                }
            });
        }
    });
    assert_eq!(columns(&place.store()).unwrap(), chain(0..60));
}

#[test]
fn one_process_indexes() {
    let place = Place::new();
    let lock = place.store().indexing_lock(&cancel()).unwrap();
    assert!(lock.is_some());
    assert!(place.store().indexing_lock(&cancel()).unwrap().is_none());
    drop(lock);
    assert!(place.store().indexing_lock(&cancel()).unwrap().is_some());
}

#[test]
fn waiting_for_another_process_can_be_cancelled() {
    let place = Place::new();
    let (store, token) = (place.store(), cancel());
    let _writer = store.writer(&cancel()).unwrap().unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| store.writer(&token).err());
        std::thread::sleep(Duration::from_millis(30));
        token.trip();
        assert!(matches!(waiting.join().unwrap(), Some(Error::Cancelled(_))));
    });
    assert!(matches!(store.reader(&token).err(), Some(Error::Cancelled(_))));
}

#[test]
fn forgetting_begins_a_new_epoch() {
    let place = Place::new();
    let store = place.store();
    append(&store, 0, 3);
    let mut writer = store.writer(&cancel()).unwrap().unwrap();
    writer.append_changes(vec![change("a", 2, Some(1))], Rev(2), &[Rev(1)]).unwrap();
    writer.set_grafts(vec![1]);
    let before = writer.commit().unwrap();
    let reader = store.reader(&cancel()).unwrap().unwrap();
    assert_eq!((reader.gaps().unwrap(), reader.state()), (vec![Rev(1)], &before));
    let mut writer = store.writer(&cancel()).unwrap().unwrap();
    writer.forget_changes().unwrap();
    assert_eq!((writer.state().revisions, writer.state().indexed), (3, Rev::NULL));
    writer.reset().unwrap();
    let after = writer.commit().unwrap();
    assert_ne!(after.epoch, before.epoch);
    assert_eq!((after.revisions, after.changes, after.grafts.len()), (0, 0, 0));
    append(&store, 0, 3);
    assert!(store.reader(&cancel()).unwrap().unwrap().changes(&path("a")).unwrap().is_empty());
}

#[cfg(unix)]
#[test]
fn somebody_elses_database_behind_a_link_is_left_alone() {
    let place = Place::new();
    let theirs = place.folder.path().join("theirs.sqlite");
    Connection::open(&theirs)
        .unwrap()
        .execute_batch("CREATE TABLE precious (row); INSERT INTO precious VALUES (1)")
        .unwrap();
    fs::create_dir_all(place.file().parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&theirs, place.file()).unwrap();
    let store = place.store();
    assert!(store.reader(&cancel()).unwrap().is_some(), "there is another place");
    assert!(store.path().unwrap().starts_with(place.folder.path().join("cache")));
    let count = |sql| Connection::open(&theirs).unwrap().query_row(sql, [], |row| row.get::<_, i64>(0));
    assert_eq!(count("SELECT count(*) FROM precious"), Ok(1));
}
