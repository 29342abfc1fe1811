//! `hg/log` beside `git rev-list` and `git log`.

use std::collections::{BTreeSet, HashMap};

use hgls_tests::client::Client;
use hgls_tests::random::Random;
use serde_json::{Value, json};

use super::for_each_repository;
use super::ground::{Commit, Ground};

const ALL: i64 = 10_000;

#[test]
fn every_reachable_commit_has_one_number_in_git_date_order() {
    for_each_repository(|ground, client| {
        let changesets = log(client, json!({}));
        let revs: Vec<i64> = changesets.iter().map(|changeset| changeset["rev"].as_i64().unwrap()).collect();
        let wanted: Vec<i64> = (0..ground.commits.len() as i64).rev().collect();
        assert_eq!(revs, wanted, "numbers without gaps, newest first");
        assert_date_order(ground, &nodes(&changesets));
    });
}

/// That `order`, newest first, is what `git rev-list --date-order` prints for some choice among equal dates: each is
/// the newest of those whose children were all shown.
fn assert_date_order(ground: &Ground, order: &[&str]) {
    let commits: HashMap<&str, &Commit> = ground.commits.iter().map(|commit| (commit.node.as_str(), commit)).collect();
    let mut children: HashMap<&str, usize> = HashMap::new();
    for parent in ground.commits.iter().flat_map(|commit| unique(&commit.parents)) {
        *children.entry(parent).or_default() += 1;
    }
    let mut ready: BTreeSet<(i64, &str)> = ground
        .commits
        .iter()
        .filter(|commit| !children.contains_key(commit.node.as_str()))
        .map(|commit| (commit.committed, commit.node.as_str()))
        .collect();
    for node in order {
        let commit = commits[node];
        assert!(ready.remove(&(commit.committed, node)), "{node} stands before one of its children");
        assert!(ready.iter().all(|(date, _)| *date <= commit.committed), "{node} stands before a newer one");
        for parent in unique(&commit.parents) {
            let left = children.get_mut(parent).unwrap();
            *left -= 1;
            if *left == 0 {
                ready.insert((commits[parent].committed, parent));
            }
        }
    }
    assert!(ready.is_empty());
}

fn unique(parents: &[String]) -> BTreeSet<&str> {
    parents.iter().map(String::as_str).collect()
}

#[test]
fn changesets_say_what_git_log_says() {
    for_each_repository(|ground, client| {
        let changesets = log(client, json!({}));
        let by_node: HashMap<&str, &Value> =
            changesets.iter().map(|changeset| (changeset["node"].as_str().unwrap(), changeset)).collect();
        let public: BTreeSet<String> = rev_list(ground, &["--remotes"]);
        let names = |prefix: &str| {
            let format = "--format=%(objectname) %(*objectname) %(refname:lstrip=2)";
            let listed = ground.sandbox().git_line(["for-each-ref", format, prefix]);
            let mut names: HashMap<String, BTreeSet<String>> = HashMap::new();
            for line in listed.lines() {
                let words: Vec<&str> = line.split(' ').collect();
                let node = if words[1].is_empty() { words[0] } else { words[1] };
                names.entry(node.to_owned()).or_default().insert(words[2].to_owned());
            }
            names
        };
        let (bookmarks, remotes, tags) = (names("refs/heads"), names("refs/remotes"), names("refs/tags"));
        for commit in &ground.commits {
            let changeset = by_node[commit.node.as_str()];
            let null = vec!["0".repeat(40)];
            let parents = if commit.parents.is_empty() { &null } else { &commit.parents };
            assert_eq!(changeset["parents"], json!(parents));
            assert_eq!(changeset["user"], commit.user.as_str(), "{changeset}");
            assert_eq!(changeset["date"], json!([commit.date.0, seconds_west(&commit.date.1)]), "{changeset}");
            assert_eq!(changeset["desc"], description(&commit.message).as_str(), "{changeset}");
            assert_eq!(changeset["branch"], "default");
            let phase = if public.contains(&commit.node) { "public" } else { "draft" };
            assert_eq!(changeset["phase"], phase, "{changeset}");
            let mut tags: BTreeSet<String> = tags.get(&commit.node).cloned().unwrap_or_default();
            if changeset["rev"].as_u64() == Some(ground.commits.len() as u64 - 1) {
                tags.insert("tip".to_owned());
            }
            for (field, wanted) in [
                ("bookmarks", bookmarks.get(&commit.node).cloned().unwrap_or_default()),
                ("remoteBookmarks", remotes.get(&commit.node).cloned().unwrap_or_default()),
                ("tags", tags),
            ] {
                assert_eq!(strings(&changeset[field]), wanted, "{field} of {changeset}");
            }
        }
    });
}

/// Mercurial's offset, seconds west of UTC, of git's `+0530`.
fn seconds_west(zone: &str) -> i64 {
    let (hours, minutes): (i64, i64) = (zone[1..3].parse().unwrap(), zone[3..5].parse().unwrap());
    let east = hours * 3600 + minutes * 60;
    if zone.starts_with('-') { east } else { -east }
}

/// A message as Mercurial keeps it: no space at the end of lines, none around the whole.
fn description(message: &str) -> String {
    let lines: Vec<&str> = message.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned()
}

#[test]
fn sets_of_changesets_are_those_of_rev_list() {
    for_each_repository(|ground, client| {
        let mut random = Random::new(ground.seed);
        for _ in 0..6 {
            let (a, b) = (&random.pick(&ground.commits).node, &random.pick(&ground.commits).node);
            // Not `rev-list B ^A`: git takes a short cut there that is wrong where clocks were.
            let (ancestors, others) = (rev_list(ground, &[a]), rev_list(ground, &[b]));
            let children: BTreeSet<String> = ground
                .commits
                .iter()
                .filter(|commit| commit.parents.contains(a))
                .map(|commit| commit.node.clone())
                .collect();
            let listed = &ground.commits.iter().find(|commit| commit.node == *a).unwrap().parents;
            let parents: BTreeSet<String> = listed.iter().cloned().collect();
            let first_parent: BTreeSet<String> = listed.first().cloned().into_iter().collect();
            let between = others.iter().filter(|node| rev_list(ground, &[node]).contains(a)).cloned().collect();
            for (revset, wanted) in [
                (format!("ancestors({a})"), &ancestors),
                (format!("::{a}"), &ancestors),
                (format!("only({b}, {a})"), &(&others - &ancestors)),
                (format!("{a}::{b}"), &between),
                (format!("ancestors({a}) and ancestors({b})"), &(&ancestors & &others)),
                (format!("ancestors({a}) - ancestors({b})"), &(&ancestors - &others)),
                (format!("children({a})"), &children),
                (format!("parents({a})"), &parents),
                (format!("merge() and ::{a}"), &rev_list(ground, &["--merges", a])),
                (format!("roots(::{a})"), &rev_list(ground, &["--max-parents=0", a])),
                (format!("heads(::{a})"), &BTreeSet::from([a.clone()])),
                (format!("{a}^"), &first_parent),
            ] {
                assert_set(client, &revset, wanted);
            }
        }
        assert_set(client, "public()", &rev_list(ground, &["--remotes"]));
        let all: BTreeSet<String> = ground.commits.iter().map(|commit| commit.node.clone()).collect();
        assert_set(client, "draft()", &(&all - &rev_list(ground, &["--remotes"])));
    });
}

fn assert_set(client: &mut Client, revset: &str, wanted: &BTreeSet<String>) {
    let changesets = log(client, json!({"revset": revset}));
    let got: BTreeSet<String> = nodes(&changesets).into_iter().map(str::to_owned).collect();
    assert_eq!(&got, wanted, "{revset}");
    assert_eq!(changesets.len(), wanted.len(), "each once: {revset}");
}

#[test]
fn the_log_of_files_and_folders_has_what_touches_them() {
    for_each_repository(|ground, client| {
        let folders: Vec<&[u8]> = vec![b"dir", b"dir/sub", b"a"];
        let paths = ground.paths();
        for path in paths.iter().chain(&folders) {
            let within = |file: &[u8]| file.strip_prefix(*path).is_some_and(|rest| rest.is_empty() || rest[0] == b'/');
            let touching: Vec<&str> = ground
                .commits
                .iter()
                .filter(|commit| paths.iter().any(|file| within(file) && ground.touches(commit, file)))
                .map(|commit| commit.node.as_str())
                .collect();
            let changesets = log(client, json!({"paths": [ground.uri(path)]}));
            let got: BTreeSet<&str> = nodes(&changesets).into_iter().collect();
            assert_eq!(got, touching.into_iter().collect(), "log of {}", path.escape_ascii());
        }
    });
}

#[test]
fn pages_put_together_are_the_whole() {
    for_each_repository(|_, client| {
        let whole = log(client, json!({}));
        let mut pages = Vec::new();
        let mut cursor = Value::Null;
        loop {
            let mut params = json!({"limit": 7});
            if !cursor.is_null() {
                params["cursor"] = cursor;
            }
            let mut page = client.ask("hg/log", params);
            pages.extend(page["changesets"].as_array().unwrap().iter().cloned());
            cursor = page["nextCursor"].take();
            if cursor.is_null() {
                break;
            }
        }
        assert_eq!(pages, whole);
    });
}

#[test]
fn every_changeset_is_found_by_its_shortest_name() {
    for_each_repository(|ground, client| {
        for commit in &ground.commits {
            let found = client.ask("hg/lookup", json!({"rev": commit.node}));
            let shortest = found["shortest"].as_str().unwrap();
            assert!(commit.node.starts_with(shortest) && shortest.len() >= 4, "{found}");
            let again = client.ask("hg/lookup", json!({"rev": shortest}));
            assert_eq!(again["changeset"]["node"], commit.node.as_str(), "{shortest} is taken for another");
            assert_eq!(again, found);
        }
    });
}

fn log(client: &mut Client, mut params: Value) -> Vec<Value> {
    params["limit"] = json!(ALL);
    let mut result = client.ask("hg/log", params);
    assert!(result.get("nextCursor").is_none());
    serde_json::from_value(result["changesets"].take()).unwrap()
}

fn nodes(changesets: &[Value]) -> Vec<&str> {
    changesets.iter().map(|changeset| changeset["node"].as_str().unwrap()).collect()
}

fn strings(values: &Value) -> BTreeSet<String> {
    values.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect()
}

fn rev_list(ground: &Ground, args: &[&str]) -> BTreeSet<String> {
    ground.sandbox().git_line([&["rev-list"], args].concat()).lines().map(str::to_owned).collect()
}
