//! `hg/diff` and `hg/diffHunks` beside `git diff` and `git apply`.

use hgls_tests::client::Client;
use hgls_tests::random::Random;
use serde_json::{Value, json};

use super::for_each_repository;
use super::ground::Ground;

#[test]
fn patches_applied_give_the_other_side() {
    for_each_repository(|ground, client| {
        for (from, to) in pairs(ground, 6) {
            let (base, tree) = (format!("{from}^{{tree}}"), format!("{to}^{{tree}}"));
            let patch = patch(client, &json!({"from": from, "to": to}));
            assert_eq!(applied(ground, &base, &patch), ground.sandbox().git_line(["rev-parse", &tree]), "{from} {to}");
        }
    });
}

#[test]
fn the_patch_of_a_change_is_against_its_first_parent() {
    for_each_repository(|ground, client| {
        let mut random = Random::new(ground.seed);
        for _ in 0..6 {
            let commit = random.pick(&ground.commits);
            let empty = ground.sandbox().git_line(["hash-object", "-t", "tree", "-w", "/dev/null"]);
            let base = commit.parents.first().map_or(empty, |parent| format!("{parent}^{{tree}}"));
            let patch = patch(client, &json!({"change": commit.node}));
            let tree = ground.sandbox().git_line(["rev-parse", &format!("{}^{{tree}}", commit.node)]);
            assert_eq!(applied(ground, &base, &patch), tree, "{}", commit.node);
        }
    });
}

#[test]
fn the_lines_of_patches_are_those_of_git_diff() {
    for_each_repository(|ground, client| {
        for (from, to) in pairs(ground, 4) {
            for (path, entry) in ground.tree(&from) {
                let same_kind = |other: &(String, String)| other.0.starts_with("100") && entry.0.starts_with("100");
                if !ground.tree(&to).get(path).is_some_and(same_kind) {
                    continue;
                }
                let wanted = hunks(&ground.git_about(&["diff", "--no-renames", &from, &to], path));
                let got = patch(client, &json!({"from": from, "to": to, "paths": [ground.uri(path)]}));
                assert_eq!(hunks(&got), wanted, "{} from {from} to {to}", path.escape_ascii());

                let wanted = ranges(&ground.git_about(&["diff", "--no-renames", "-U0", &from, &to], path));
                let params = json!({"textDocument": {"uri": ground.uri(path)}, "from": from, "to": to});
                let result = client.ask("hg/diffHunks", params);
                let field = |hunk: &Value, name: &str| hunk[name].as_u64().unwrap();
                let got: Vec<_> = result["hunks"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|hunk| ["oldStart", "oldCount", "newStart", "newCount"].map(|name| field(hunk, name)))
                    .collect();
                assert_eq!(got, wanted, "{} from {from} to {to}", path.escape_ascii());
            }
        }
    });
}

#[test]
fn the_files_of_a_diff_are_those_of_git_diff() {
    for_each_repository(|ground, client| {
        for (from, to) in pairs(ground, 6) {
            let result = client.ask("hg/diff", json!({"from": from, "to": to, "patch": false}));
            let mut got: Vec<(Vec<u8>, char)> = Vec::new();
            for file in result["files"].as_array().unwrap() {
                let code = file["status"].as_str().unwrap().chars().next().unwrap();
                got.push((ground.path(&file["uri"]), code));
            }
            let (old, new) = (ground.tree(&from), ground.tree(&to));
            let mut wanted: Vec<(Vec<u8>, char)> = Vec::new();
            for path in ground.paths() {
                match (old.get(path), new.get(path)) {
                    (None, Some(_)) => wanted.push((path.to_vec(), 'A')),
                    (Some(_), None) => wanted.push((path.to_vec(), 'R')),
                    (one, other) if one != other => wanted.push((path.to_vec(), 'M')),
                    _ => {}
                }
            }
            // A rename stands at its new name alone.
            let sources = result["files"].as_array().unwrap().iter().filter(|file| file["renamed"] == true);
            let sources: Vec<&str> = sources.filter_map(|file| file["source"].as_str()).collect();
            wanted.retain(|(path, code)| *code != 'R' || !sources.contains(&super::ground::shown(path).as_str()));
            assert_eq!(got, wanted, "from {from} to {to}: {result}");
        }
    });
}

/// Two commits each, chosen at random.
fn pairs(ground: &Ground, count: usize) -> Vec<(String, String)> {
    let mut random = Random::new(ground.seed);
    let mut pick = || random.pick(&ground.commits).node.clone();
    (0..count).map(|_| (pick(), pick())).collect()
}

fn patch(client: &mut Client, params: &Value) -> Vec<u8> {
    let result = client.ask("hg/diff", params.clone());
    match result["patchBase64"].as_str() {
        Some(text) => unbase64(text),
        None => result["patch"].as_str().unwrap().as_bytes().to_vec(),
    }
}

/// The tree that `patch` makes of the tree `base`.
fn applied(ground: &Ground, base: &str, patch: &[u8]) -> String {
    let sandbox = ground.sandbox();
    let index = sandbox.top().join("patched-index");
    let git = |args: &[&str]| {
        let mut command = sandbox.command("git");
        command.args(args).env("GIT_INDEX_FILE", &index);
        command.output().unwrap()
    };
    assert!(git(&["read-tree", base]).status.success());
    let file = sandbox.top().join("patch");
    std::fs::write(&file, patch).unwrap();
    if !patch.is_empty() {
        let output = git(&["apply", "--cached", "--whitespace=nowarn", file.to_str().unwrap()]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}\n{}", String::from_utf8_lossy(patch));
    }
    let tree = git(&["write-tree"]);
    String::from_utf8(tree.stdout).unwrap().trim().to_owned()
}

/// The hunks of a patch, with git's shorter way to write a count of 1 made the same as hg's, and no function names.
fn hunks(patch: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(patch);
    let lines = text.split_inclusive('\n').skip_while(|line| !line.starts_with("@@"));
    lines
        .map(|line| match line.strip_prefix("@@ ").and_then(|rest| rest.split_once(" @@")) {
            Some((ranges, _)) => ranges
                .split(' ')
                .map(|range| if range.contains(',') { range.to_owned() } else { format!("{range},1") })
                .collect::<Vec<_>>()
                .join(" "),
            None => line.to_owned(),
        })
        .collect()
}

/// The ranges of `git diff -U0`, zero-based.
fn ranges(patch: &[u8]) -> Vec<[u64; 4]> {
    let headers = hunks(patch).into_iter().filter(|line| !line.ends_with('\n') && line.contains(" +"));
    headers
        .filter(|line| line.starts_with('-'))
        .map(|line| {
            let numbers: Vec<u64> = line
                .split([',', ' ', '+', '-'])
                .filter(|part| !part.is_empty())
                .map(|part| part.parse().unwrap())
                .collect();
            let start = |start: u64, count: u64| if count == 0 { start } else { start - 1 };
            [start(numbers[0], numbers[1]), numbers[1], start(numbers[2], numbers[3]), numbers[3]]
        })
        .collect()
}

fn unbase64(text: &str) -> Vec<u8> {
    let value = |digit: u8| match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.bytes().filter(|digit| *digit != b'=').map(value).collect();
    let bytes = digits.chunks(4).flat_map(|chunk| {
        let bits =
            chunk.iter().enumerate().fold(0u32, |bits, (place, digit)| bits | u32::from(*digit) << (18 - 6 * place));
        bits.to_be_bytes()[1..chunk.len()].to_vec()
    });
    bytes.collect()
}
