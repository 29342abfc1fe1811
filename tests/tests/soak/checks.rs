//! What must hold whenever nobody is at work: told by git's plumbing and by the files themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use crate::server::Server;
use crate::world::{FILES, World, contents_in, files_below};

/// The locks that are there; none, unless git itself was killed, of a kind that an operation of hgls does not take.
pub fn locks(world: &World) -> Vec<PathBuf> {
    let files = files_below(&world.sandbox.repo().join(".git"), "hgls");
    let locks: Vec<_> = files.into_iter().filter(|file| file.extension().is_some_and(|end| end == "lock")).collect();
    for lock in locks.iter().filter(|_| !world.git_died.load(Ordering::SeqCst)) {
        let of = lock.strip_prefix(world.sandbox.repo().join(".git")).unwrap().with_extension("");
        let known = ["index", "HEAD", "packed-refs", "config"].iter().any(|name| of == Path::new(name));
        assert!(known || of.starts_with("refs"), "a lock of something that git does not lock: {lock:?}");
    }
    locks
}

/// All that must hold.
pub fn all(world: &World, servers: &mut [Server], round: u64) {
    let printed = world.sandbox.command("git").args(["fsck", "--strict", "--no-dangling", "--no-progress"]).output();
    let printed = printed.expect("git can be started");
    let said = String::from_utf8([printed.stdout, printed.stderr].concat()).unwrap();
    // The first changeset of all can be uncommitted.
    let complaint = said.lines().find(|line| !line.starts_with("notice: HEAD points to an unborn branch"));
    assert!(printed.status.success() && complaint.is_none(), "round {round}: {said}");
    commits(world, round);
    contents(world, round);
    let wanted = table(world);
    for server in servers {
        let identified = server.client.ask("hg/identify", json!({}));
        let parents = Vec::from_iter(head(world).into_iter().chain(merged(world)));
        assert_eq!(identified["parents"], json!(parents), "round {round}, {}", server.name);
        let rows = server.client.ask("hg/status", json!({"include": ["M", "A", "R", "!", "?", "C"]}));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let rows = rows["entries"].as_array().unwrap().iter();
        let got: BTreeMap<_, _> = rows.map(|row| (text(&row["path"]), text(&row["status"]))).collect();
        assert_eq!(got, wanted, "round {round}, {}", server.name);
    }
}

/// Whatever was committed is still reachable from a reference or a reflog.
fn commits(world: &World, round: u64) {
    let reachable = String::from_utf8(world.sandbox.git(["rev-list", "--all", "--reflog"])).unwrap();
    let reachable: Vec<&str> = reachable.lines().collect();
    for commit in world.commits.lock().unwrap().iter() {
        let is_there = reachable.iter().any(|node| node.starts_with(commit.as_str()));
        assert!(is_there, "round {round}: the changeset {commit} is lost");
    }
}

/// Whatever was saved is in the working copy, in a changeset, or among the backups, unless the user himself took it away.
fn contents(world: &World, round: u64) {
    let repo = world.sandbox.repo();
    let mut found = BTreeSet::new();
    for file in files_below(&repo, ".git") {
        let name = file.strip_prefix(&repo).unwrap().to_str().unwrap().to_owned();
        let plain = name.trim_end_matches(".orig");
        assert!(FILES.contains(&plain), "round {round}: nobody makes a file of the name {name}");
        found.extend(contents_in(&fs::read(&file).unwrap()));
    }
    let objects = world.sandbox.git(["rev-list", "--objects", "--no-object-names", "--all", "--reflog"]);
    found.extend(contents_in(&world.sandbox.git_with_input(["cat-file", "--batch"], &objects)));
    let read = |file: PathBuf| contents_in(&fs::read(file).unwrap());
    found.extend(files_below(&world.taken(), "").into_iter().flat_map(read));
    // Backups are bounded: what is nowhere else was kept, and is no longer looked for.
    let backups = files_below(&repo.join(".git/hgls/backups"), "");
    let kept: BTreeSet<String> = backups.into_iter().flat_map(read).collect();
    let mut contents = world.contents.lock().unwrap();
    let lost: Vec<&String> = contents.iter().filter(|one| !found.contains(*one) && !kept.contains(*one)).collect();
    assert!(lost.is_empty(), "round {round}: lost: {lost:?}");
    contents.retain(|content| found.contains(content));
}

/// hg's code of every file: what is tracked is what the index has, what is compared is the disk with HEAD. A file in
/// conflict is modified, whatever it holds.
fn table(world: &World) -> BTreeMap<String, String> {
    let listed = |args: &[&str]| -> Vec<String> {
        let printed = String::from_utf8(world.sandbox.git(args)).unwrap();
        printed.split_terminator('\0').map(str::to_owned).collect()
    };
    let committed: BTreeMap<String, String> = match head(world) {
        None => BTreeMap::new(),
        // `100644 blob NODE\tPATH`
        Some(head) => listed(&["ls-tree", "-rz", &head])
            .iter()
            .map(|line| line.split_once('\t').unwrap())
            .map(|(entry, path)| (path.to_owned(), entry.split(' ').next_back().unwrap().to_owned()))
            .collect(),
    };
    // What a merge in progress brings is modified, not added.
    let brought: BTreeSet<String> =
        merged(world).iter().flat_map(|node| listed(&["ls-tree", "-rz", "--name-only", node])).collect();
    let tracked: BTreeSet<String> = listed(&["ls-files", "-z"]).into_iter().collect();
    // `100644 NODE STAGE\tPATH`
    let unmerged = listed(&["ls-files", "-uz"]);
    let unmerged: BTreeSet<&str> = unmerged.iter().map(|line| line.split_once('\t').unwrap().1).collect();
    let others = listed(&["ls-files", "-z", "--others", "--exclude-standard"]);
    let paths: BTreeSet<String> = committed.keys().chain(&tracked).chain(&others).cloned().collect();
    let on_disk: Vec<&String> = paths.iter().filter(|path| world.sandbox.repo().join(path).is_file()).collect();
    let input: String = on_disk.iter().map(|path| format!("{path}\n")).collect();
    let printed = world.sandbox.git_with_input(["hash-object", "--stdin-paths"], input.as_bytes());
    let printed = String::from_utf8(printed).unwrap();
    let nodes: BTreeMap<&String, &str> = on_disk.into_iter().zip(printed.lines()).collect();
    let code = |path: &String| match (committed.get(path), tracked.contains(path), nodes.get(path)) {
        (_, true, Some(_)) if unmerged.contains(path.as_str()) => "M",
        (Some(old), true, Some(new)) if old == new => "C",
        (Some(_), true, Some(_)) => "M",
        (Some(_), false, _) => "R",
        (None, true, Some(_)) if brought.contains(path) => "M",
        (None, true, Some(_)) => "A",
        (_, true, None) => "!",
        (None, false, _) => "?",
    };
    paths.iter().map(|path| (path.clone(), code(path).to_owned())).collect()
}

/// The other parents of a merge in progress.
fn merged(world: &World) -> Vec<String> {
    let listed = fs::read_to_string(world.sandbox.repo().join(".git/MERGE_HEAD")).unwrap_or_default();
    listed.lines().map(str::to_owned).collect()
}

/// Where HEAD is, if it is anywhere.
fn head(world: &World) -> Option<String> {
    let output = world.sandbox.command("git").args(["rev-parse", "-q", "--verify", "HEAD"]).output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim_end().to_owned())
}

/// An index that was brought up to date all the time answers as one that is built anew.
pub fn index(servers: &mut [Server]) {
    let [updated, rebuilt] = servers else { panic!("two servers") };
    let expected = answers(updated);
    rebuilt.client.ask("hg/index", json!({"rebuild": true}));
    rebuilt.client.wait_for_index(None);
    assert_eq!(answers(rebuilt), expected, "{}", rebuilt.name);
    assert_eq!(answers(updated), expected, "{}", updated.name);
}

/// What a server answers from its index, without what depends on numbers: each changeset, and of each file the revisions
/// and who made its lines.
fn answers(server: &mut Server) -> BTreeMap<String, BTreeSet<String>> {
    let mut answers = BTreeMap::new();
    let log = server.client.ask("hg/log", json!({"revset": "all()", "limit": 10_000}));
    let mut changesets = log["changesets"].as_array().unwrap().clone();
    for changeset in &mut changesets {
        let members = changeset.as_object_mut().unwrap();
        // The newest one is that of the highest number.
        members.retain(|name, _| name != "rev" && name != "tags");
    }
    answers.insert("log".to_owned(), changesets.iter().map(Value::to_string).collect());
    for file in FILES {
        let document = json!({"uri": server.uri(file)});
        let log = json!({"textDocument": document, "rev": ".", "limit": 10_000});
        let revisions = match server.client.request("hg/fileLog", log) {
            Ok(log) => log["revisions"].as_array().unwrap().clone(),
            Err(error) => vec![error["data"]["kind"].clone()],
        };
        let shown = |row: &Value| format!("{} {} {} {}", row["node"], row["filenode"], row["path"], row["copy"]);
        answers.insert(format!("log of {file}"), revisions.iter().map(shown).collect());
        let lines = match server.client.request("hg/annotate", json!({"textDocument": document, "rev": "."})) {
            Ok(annotated) => annotated["hunks"]
                .as_array()
                .unwrap()
                .iter()
                .map(|hunk| {
                    let changeset = &annotated["changesets"][hunk["changeset"].as_u64().unwrap() as usize]["node"];
                    format!("{} {} {} {} {changeset}", hunk["start"], hunk["count"], hunk["originStart"], hunk["path"])
                })
                .collect(),
            Err(error) => BTreeSet::from([error["data"]["kind"].to_string()]),
        };
        answers.insert(format!("lines of {file}"), lines);
    }
    answers
}
