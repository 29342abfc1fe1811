//! `hg/fileLog` beside a search of every tree.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use hgls_tests::client::Client;
use hgls_tests::random::Random;
use serde_json::{Value, json};

use super::for_each_repository;
use super::ground::{Commit, Ground, flags};

/// What a file log has of one commit.
#[derive(Debug)]
struct Revision {
    filerev: i64,
    filenode: String,
    flags: String,
    deleted: bool,
    parents: Vec<i64>,
    copy: Option<Vec<u8>>,
}

/// Copies are found, not stored: what is worked out from trees has none, and is the same without.
impl PartialEq for Revision {
    fn eq(&self, other: &Self) -> bool {
        let key = |it: &Self| (it.filerev, it.filenode.clone(), it.flags.clone(), it.deleted, it.parents.clone());
        key(self) == key(other)
    }
}

#[test]
fn file_logs_have_the_commits_that_touch_the_file_and_their_nearest_ancestors() {
    for_each_repository(|ground, client| {
        let revs = revisions(client);
        for path in ground.paths() {
            let wanted = brute_force(ground, &revs, path);
            let got = file_log(ground, client, path, &json!({"allHeads": true, "follow": false}));
            let got: BTreeMap<i64, Revision> = got.into_iter().map(|((_, rev), revision)| (rev, revision)).collect();
            assert_eq!(got, wanted, "{}", path.escape_ascii());
        }
    });
}

#[test]
fn without_follow_a_file_log_has_all_ancestors_that_touch_the_path() {
    for_each_repository(|ground, client| {
        let revs = revisions(client);
        for (commit, path) in places(ground) {
            let ancestors = ground.sandbox().git_line(["rev-list", &commit.node]);
            let ancestors: BTreeSet<i64> = ancestors.lines().map(|node| revs[node]).collect();
            let mut wanted = brute_force(ground, &revs, path);
            wanted.retain(|rev, _| ancestors.contains(rev));
            let got = file_log(ground, client, path, &json!({"rev": commit.node, "follow": false}));
            let got: BTreeMap<i64, Revision> = got.into_iter().map(|((_, rev), revision)| (rev, revision)).collect();
            assert_eq!(got, wanted, "{} from {}", path.escape_ascii(), commit.node);
        }
    });
}

#[test]
fn a_followed_file_log_has_what_parents_and_copies_lead_to() {
    for_each_repository(|ground, client| {
        let (revs, graph) = (revisions(client), ground.parents());
        let nodes: HashMap<i64, &str> = revs.iter().map(|(node, rev)| (*rev, node.as_str())).collect();
        for (commit, path) in places(ground) {
            let got = file_log(ground, client, path, &json!({"rev": commit.node}));
            let mut logs: HashMap<Vec<u8>, BTreeMap<i64, Revision>> = HashMap::new();
            let mut wanted = BTreeSet::new();
            let start = version(ground, &graph, &commit.node, path).unwrap();
            let mut next = vec![(path.to_vec(), revs[start])];
            while let Some((path, rev)) = next.pop() {
                if !wanted.insert((path.clone(), rev)) {
                    continue;
                }
                let log = logs.entry(path.clone()).or_insert_with(|| brute_force(ground, &revs, &path));
                let by_filerev: HashMap<i64, i64> = log.iter().map(|(rev, it)| (it.filerev, *rev)).collect();
                next.extend(log[&rev].parents.iter().map(|parent| (path.clone(), by_filerev[parent])));
                // Whether a copy is one is another test's matter; here, that it is followed from where it came.
                if let Some(source) = got.get(&(path, rev)).and_then(|revision| revision.copy.clone()) {
                    let parents = graph[nodes[&rev]].iter();
                    let before = parents.filter_map(|parent| version(ground, &graph, parent, &source)).next().unwrap();
                    next.push((source, revs[before]));
                }
            }
            let got: BTreeSet<(Vec<u8>, i64)> = got.into_keys().collect();
            assert_eq!(got, wanted, "{} from {}", path.escape_ascii(), commit.node);
        }
    });
}

/// Some commits, each with a path that it has.
fn places(ground: &Ground) -> Vec<(&Commit, &[u8])> {
    let mut random = Random::new(ground.seed);
    let mut places = Vec::new();
    for _ in 0..30 {
        let commit = random.pick(&ground.commits);
        let paths: Vec<&Vec<u8>> = ground.tree(&commit.node).keys().collect();
        if !paths.is_empty() {
            places.push((commit, random.pick(&paths).as_slice()));
        }
    }
    places
}

/// A file log, by path and linkrev; newest first on the wire.
fn file_log(ground: &Ground, client: &mut Client, path: &[u8], options: &Value) -> BTreeMap<(Vec<u8>, i64), Revision> {
    let mut params = options.clone();
    params["textDocument"] = json!({"uri": ground.uri(path)});
    params["limit"] = json!(10_000);
    let result = client.ask("hg/fileLog", params);
    let mut log = BTreeMap::new();
    let mut last = i64::MAX;
    for revision in result["revisions"].as_array().unwrap() {
        assert_eq!(revision["node"], revision["changeset"]["node"]);
        assert_eq!(revision["linkrev"], revision["changeset"]["rev"]);
        let rev = revision["linkrev"].as_i64().unwrap();
        assert!(rev <= last, "not newest first: {result}");
        last = rev;
        let place = (ground.path(&revision["uri"]), rev);
        assert!(log.insert(place, read(ground, revision)).is_none(), "listed twice: {revision}");
    }
    log
}

#[test]
fn copies_are_where_git_finds_them_and_are_alike() {
    for_each_repository(|ground, client| {
        for path in ground.paths() {
            let params = json!({"textDocument": {"uri": ground.uri(path)}, "allHeads": true, "limit": 10_000});
            let result = client.ask("hg/fileLog", params);
            for revision in result["revisions"].as_array().unwrap() {
                let commit = revision["node"].as_str().unwrap();
                let commit = ground.commits.iter().find(|known| known.node == commit).unwrap();
                check_copy(ground, commit, &ground.path(&revision["uri"]), revision);
            }
        }
    });
}

/// That the copy source of a revision is in git's list of renames and copies of its commit, and that there is one
/// wherever git sees a rename.
fn check_copy(ground: &Ground, commit: &Commit, path: &[u8], revision: &Value) {
    let added = commit.parents.iter().all(|parent| !ground.tree(parent).contains_key(path));
    let Some(copy) = revision.get("copy") else {
        if added && commit.parents.len() == 1 && revision["deleted"] == false && revision["flags"] != "m" {
            let renames = git_copies(ground, &["-M"], commit, path);
            assert!(renames.is_empty(), "git sees a rename of {}: {renames:?}\n{revision}", path.escape_ascii());
        }
        return;
    };
    assert!(added, "a copy over a file that was there: {revision}");
    assert_eq!(revision["parents"], json!([]), "a copied file has no parent under its own name");
    let source = ground.path(&copy["uri"]);
    let in_parents = commit.parents.iter().filter_map(|parent| ground.tree(parent).get(&source));
    let (_, node) = in_parents.clone().next().unwrap_or_else(|| panic!("no parent has the source: {revision}"));
    assert!(in_parents.clone().any(|(_, node)| copy["filenode"] == node.as_str()), "{revision}, not {node}");
    if copy["filenode"] != revision["filenode"] {
        // Alike enough for git: it finds a source too, though of equal ones it may take another.
        let copies = git_copies(ground, &["-C", "-C"], commit, path);
        assert!(!copies.is_empty(), "git sees no source of {}: {revision}", path.escape_ascii());
    }
}

/// The sources that git finds for `path` in `commit`, against any of its parents.
fn git_copies(ground: &Ground, options: &[&str], commit: &Commit, path: &[u8]) -> Vec<Vec<u8>> {
    let mut sources = Vec::new();
    for parent in &commit.parents {
        let args = [&["diff-tree", "-r", "-z", "--diff-filter=RC", "-l0"], options, &[parent, &commit.node]].concat();
        let listed = ground.sandbox().git(args);
        let fields: Vec<&[u8]> = listed.split(|byte| *byte == 0).collect();
        sources.extend(fields.chunks_exact(3).filter(|row| row[2] == path).map(|row| row[1].to_vec()));
    }
    sources
}

fn read(ground: &Ground, revision: &Value) -> Revision {
    let text = |field: &str| revision[field].as_str().unwrap().to_owned();
    Revision {
        filerev: revision["filerev"].as_i64().unwrap(),
        filenode: text("filenode"),
        flags: text("flags"),
        deleted: revision["deleted"].as_bool().unwrap(),
        parents: revision["parents"].as_array().unwrap().iter().map(|parent| parent.as_i64().unwrap()).collect(),
        copy: revision.get("copy").map(|copy| ground.path(&copy["uri"])),
    }
}

/// Revision numbers by node.
fn revisions(client: &mut Client) -> HashMap<String, i64> {
    let result = client.ask("hg/log", json!({"limit": 10_000}));
    let changesets = result["changesets"].as_array().unwrap().iter();
    changesets.map(|set| (set["node"].as_str().unwrap().to_owned(), set["rev"].as_i64().unwrap())).collect()
}

/// The file log of `path` by linkrev, from the trees alone.
fn brute_force(ground: &Ground, revs: &HashMap<String, i64>, path: &[u8]) -> BTreeMap<i64, Revision> {
    let graph = ground.parents();
    let touching: BTreeMap<i64, &Commit> = ground
        .commits
        .iter()
        .filter(|commit| ground.touches(commit, path))
        .map(|commit| (revs[&commit.node], commit))
        .collect();
    let filerevs: HashMap<i64, i64> = touching.keys().zip(0..).map(|(rev, filerev)| (*rev, filerev)).collect();
    let revision = |rev: i64, commit: &Commit| {
        let entry = ground.tree(&commit.node).get(path);
        let mut parents = Vec::new();
        for parent in &commit.parents {
            let parent = version(ground, &graph, parent, path).map(|node| filerevs[&revs[node]]);
            parents.extend(parent.filter(|parent| !parents.contains(parent)));
        }
        Revision {
            filerev: filerevs[&rev],
            filenode: entry.map_or_else(|| "0".repeat(40), |(_, id)| id.clone()),
            flags: entry.map_or("", |(mode, _)| flags(mode)).to_owned(),
            deleted: entry.is_none(),
            parents,
            copy: None,
        }
    };
    touching.iter().map(|(rev, commit)| (*rev, revision(*rev, commit))).collect()
}

/// The commit that made `path` what it is at `node`: the nearest that touches it, by way of the first parent that has
/// the same. `None` where there is no such file.
fn version<'a>(
    ground: &'a Ground,
    graph: &HashMap<&'a str, &'a [String]>,
    node: &'a str,
    path: &[u8],
) -> Option<&'a str> {
    let entry = ground.tree(node).get(path)?;
    match graph[node].iter().find(|parent| ground.tree(parent).get(path) == Some(entry)) {
        Some(parent) => version(ground, graph, parent, path),
        None => Some(graph.get_key_value(node)?.0),
    }
}
