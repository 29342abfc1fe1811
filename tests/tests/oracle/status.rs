//! `hg/status` of edited working copies, beside hg's table of what HEAD, index and disk make together.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use hgls_tests::client::Client;
use hgls_tests::generator::edit_working_copy;
use hgls_tests::random::{Random, seeds};
use serde_json::{Value, json};

use super::ground::{Entry, Ground, Tree, shown};
use super::{for_each_repository, with_seed};

const ROUNDS: u64 = 12;

#[test]
fn the_status_of_every_file_is_what_head_index_and_disk_make_together() {
    for seed in seeds(ROUNDS) {
        with_seed(seed, || {
            let ground = Ground::make(seed, 30);
            let mut client = Client::initialized(ground.sandbox());
            // The server answers for a clean copy first, and must notice each round of edits by itself.
            for round in 0..4 {
                let wanted = table(&ground);
                let params = json!({"include": ["M", "A", "R", "!", "?", "I", "C"]});
                let got = entries(&ground, &mut client, &params);
                assert_same(&got, &wanted, round);
                edit_working_copy(ground.sandbox(), seed * 10 + round, 12);
            }
            assert_eq!(client.stop(), Some(0));
        });
    }
}

#[test]
fn the_status_of_changes_and_between_revisions_is_that_of_the_trees() {
    for_each_repository(|ground, client| {
        let mut random = Random::new(ground.seed);
        for _ in 0..10 {
            let (one, other) = (random.pick(&ground.commits), random.pick(&ground.commits));
            let params = json!({"rev": one.node, "to": other.node, "include": ["M", "A", "R", "C"]});
            let wanted = between(ground.tree(&one.node), ground.tree(&other.node));
            assert_same(&entries(ground, client, &params), &wanted, 0);
            let empty = Tree::new();
            let parent = one.parents.first().map_or(&empty, |parent| ground.tree(parent));
            let params = json!({"change": one.node, "include": ["M", "A", "R", "C"]});
            assert_same(&entries(ground, client, &params), &between(parent, ground.tree(&one.node)), 0);
        }
    });
}

/// hg's code of every file of two trees.
fn between(old: &Tree, new: &Tree) -> BTreeMap<Vec<u8>, String> {
    let paths: BTreeSet<&Vec<u8>> = old.keys().chain(new.keys()).collect();
    let code = |path: &Vec<u8>| match (old.get(path), new.get(path)) {
        (None, _) => "A",
        (_, None) => "R",
        (old, new) if old == new => "C",
        _ => "M",
    };
    paths.into_iter().map(|path| (path.clone(), code(path).to_owned())).collect()
}

/// The server's code of every file.
fn entries(ground: &Ground, client: &mut Client, params: &Value) -> BTreeMap<Vec<u8>, String> {
    let result = client.ask("hg/status", params.clone());
    let mut entries = BTreeMap::new();
    for entry in result["entries"].as_array().unwrap() {
        let path = ground.path(&entry["uri"]);
        assert_eq!(entry["path"], shown(&path).as_str());
        assert!(entry["source"].is_null() || entry["status"] == "A", "a source, but not added: {entry}");
        let code = entry["status"].as_str().unwrap().to_owned();
        assert_eq!(entries.insert(path, code), None, "listed twice: {entry}");
    }
    entries
}

fn assert_same(got: &BTreeMap<Vec<u8>, String>, wanted: &BTreeMap<Vec<u8>, String>, round: u64) {
    let paths: BTreeSet<&Vec<u8>> = got.keys().chain(wanted.keys()).collect();
    let differing: Vec<String> = paths
        .into_iter()
        .filter(|path| got.get(*path) != wanted.get(*path))
        .map(|path| format!("{}: {:?}, not {:?}", path.escape_ascii(), got.get(path), wanted.get(path)))
        .collect();
    assert!(differing.is_empty(), "round {round}:\n{}", differing.join("\n"));
}

/// hg's code of every file: what is tracked is what the index has, what is compared is the disk with HEAD.
fn table(ground: &Ground) -> BTreeMap<Vec<u8>, String> {
    let head = ground.tree(&ground.head()).clone();
    let index: BTreeSet<Vec<u8>> = listed(ground, &["ls-files", "-z", "--cached"]);
    let others = listed(ground, &["ls-files", "-z", "--others", "--exclude-standard"]);
    let ignored = listed(ground, &["ls-files", "-z", "--others", "--ignored", "--exclude-standard"]);
    let mut paths: BTreeSet<&Vec<u8>> = head.keys().chain(&index).collect();
    paths.extend(others.iter().chain(&ignored));
    let code = |path: &Vec<u8>| {
        let file = ground.sandbox().repo().join(OsStr::from_bytes(path));
        match (head.get(path), index.contains(path), is_there(&file, head.get(path))) {
            (Some(entry), true, true) if is_same(ground, &file, entry) => "C",
            (Some(_), true, true) => "M",
            (Some(_), false, _) => "R",
            (None, true, true) => "A",
            (_, true, false) => "!",
            (None, false, _) if ignored.contains(path) => "I",
            (None, false, _) => "?",
        }
    };
    paths.into_iter().map(|path| (path.clone(), code(path).to_owned())).collect()
}

fn listed(ground: &Ground, args: &[&str]) -> BTreeSet<Vec<u8>> {
    let listed = ground.sandbox().git(args);
    listed.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(<[u8]>::to_vec).collect()
}

/// Whether there is a file, or a link, or (where HEAD has a submodule) a folder.
fn is_there(file: &Path, head: Option<&Entry>) -> bool {
    let submodule = head.is_some_and(|(mode, _)| mode == "160000");
    fs::symlink_metadata(file).is_ok_and(|metadata| !metadata.is_dir() || submodule)
}

fn is_same(ground: &Ground, file: &Path, (mode, id): &Entry) -> bool {
    let metadata = fs::symlink_metadata(file).unwrap();
    let (disk_mode, content) = if metadata.is_symlink() {
        ("120000", fs::read_link(file).unwrap().into_os_string().into_vec())
    } else if metadata.is_dir() {
        // A submodule that was never checked out is clean.
        return mode == "160000";
    } else {
        let executable = metadata.permissions().mode() & 0o100 != 0;
        (if executable { "100755" } else { "100644" }, fs::read(file).unwrap())
    };
    mode == disk_mode && ground.sandbox().git(["cat-file", "blob", id]) == content
}
