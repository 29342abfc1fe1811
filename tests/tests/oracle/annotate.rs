//! `hg/annotate` beside `git blame`, line for line.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use hgls_tests::client::Client;
use hgls_tests::random::Random;
use serde_json::{Value, json};

use super::for_each_repository;
use super::ground::{Ground, shown};

/// Whose a line is: changeset, the path it had there (as shown), the place it had there.
type Origin = (String, String, u64);

const WDIR: &str = "ffffffffffffffffffffffffffffffffffffffff";

#[test]
fn annotations_of_revisions_are_those_of_git_blame() {
    for_each_repository(|ground, client| {
        let mut random = Random::new(ground.seed);
        let mut revs = vec![ground.head()];
        revs.extend((0..3).map(|_| random.pick(&ground.commits).node.clone()));
        for rev in &revs {
            for (path, entry) in ground.tree(rev) {
                if entry.0.starts_with("100") {
                    compare(ground, client, path, &json!({"rev": rev}), &["blame", "--porcelain", rev]);
                }
            }
        }
    });
}

#[test]
fn white_space_ignored_and_changesets_skipped_as_git_blame_does() {
    for_each_repository(|ground, client| {
        let mut random = Random::new(ground.seed);
        // Of the user, as it often is, and read by git without being asked.
        let list = ground.sandbox().repo().join(".git/ignored");
        ground.sandbox().git(["config", "blame.ignoreRevsFile", list.to_str().unwrap()]);
        let head = ground.head();
        let old = random.pick(&ground.commits).node.clone();
        for rev in [&head, &old] {
            let ignored: Vec<&str> = (0..4).map(|_| random.pick(&ground.commits).node.as_str()).collect();
            for (path, entry) in ground.tree(rev) {
                if !entry.0.starts_with("100") {
                    continue;
                }
                let spaces = json!({"ignoreAllSpace": true});
                std::fs::write(&list, "").unwrap();
                let options = json!({"rev": rev, "whitespace": spaces});
                compare(ground, client, path, &options, &["blame", "-w", "--porcelain", rev]);
                check_skip(ground, client, path, rev, ignored[0]);
                std::fs::write(&list, ignored.join("\n")).unwrap();
                compare(ground, client, path, &json!({"rev": rev}), &["blame", "--porcelain", rev]);
                compare(ground, client, path, &options, &["blame", "-w", "--porcelain", rev]);
            }
        }
        std::fs::write(&list, "").unwrap();
    });
}

#[test]
fn annotations_of_some_lines_are_those_of_git_blame() {
    for_each_repository(|ground, client| {
        let mut random = Random::new(ground.seed);
        let head = ground.head();
        for (path, entry) in ground.tree(&head) {
            if !entry.0.starts_with("100") {
                continue;
            }
            let text = ground.sandbox().git(["cat-file", "blob", &entry.1]);
            let lines = text.split_inclusive(|byte| *byte == b'\n').count();
            if lines == 0 {
                continue;
            }
            let start = random.below(lines);
            let end = start + 1 + random.below(lines - start);
            let wanted = blamed(
                &ground.git_about(&["blame", "--porcelain", "-L", &format!("{},{end}", start + 1), &head], path),
            );
            let options = json!({"rev": head, "ranges": [{"start": start, "end": end}]});
            let got = annotate_from(ground, client, path, &options, start);
            assert_eq!(got, wanted, "lines {start} to {end} of {}", path.escape_ascii());
        }
    });
}

/// With a changeset skipped, only its own lines may go elsewhere, and to other changesets of the file's history.
fn check_skip(ground: &Ground, client: &mut Client, path: &[u8], head: &str, skip: &str) {
    let plain = annotate(ground, client, path, &json!({"rev": head}));
    let skipped = annotate(ground, client, path, &json!({"rev": head, "skip": [skip]}));
    for (before, after) in plain.iter().zip(&skipped) {
        assert!(before == after || before.0 == skip, "{before:?} became {after:?} when {skip} was skipped");
    }
    assert_eq!(plain.len(), skipped.len());
}

#[test]
fn annotations_of_the_working_copy_are_those_of_git_blame() {
    for_each_repository(|ground, client| {
        let mut random = Random::new(ground.seed);
        for (path, entry) in ground.tree(&ground.head()) {
            if !entry.0.starts_with("100") || random.once_in(3) {
                continue;
            }
            let file = ground.sandbox().repo().join(OsStr::from_bytes(path));
            let committed = std::fs::read(&file).unwrap();
            let mut lines: Vec<&[u8]> = committed.split_inclusive(|byte| *byte == b'\n').collect();
            lines.insert(random.below(lines.len() + 1), b"not committed\n");
            if random.once_in(2) {
                lines.remove(random.below(lines.len()));
            }
            let edited = lines.concat();
            // The same in an open buffer first, which only text can be.
            let text = String::from_utf8(edited.clone()).ok();
            let document = json!({"uri": ground.uri(path), "languageId": "text", "version": 1, "text": text});
            let in_buffer = text.map(|_| {
                client.notify("textDocument/didOpen", json!({"textDocument": document}));
                let origins = annotate(ground, client, path, &json!({}));
                client.notify("textDocument/didClose", json!({"textDocument": {"uri": document["uri"]}}));
                origins
            });
            std::fs::write(&file, edited).unwrap();
            compare(ground, client, path, &json!({}), &["blame", "--porcelain"]);
            let spaces = json!({"whitespace": {"ignoreAllSpace": true}});
            compare(ground, client, path, &spaces, &["blame", "-w", "--porcelain"]);
            if let Some(in_buffer) = in_buffer {
                assert_eq!(in_buffer, annotate(ground, client, path, &json!({})), "{}", path.escape_ascii());
            }
            std::fs::write(&file, committed).unwrap();
        }
    });
}

#[test]
fn every_line_stands_in_the_changeset_it_is_given_to() {
    for_each_repository(|ground, client| {
        let head = ground.head();
        for (path, entry) in ground.tree(&head) {
            if !entry.0.starts_with("100") {
                continue;
            }
            for prefer in ["p1", "p2"] {
                let origins = annotate(ground, client, path, &json!({"rev": head, "prefer": prefer}));
                let text = ground.sandbox().git(["cat-file", "blob", &entry.1]);
                let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
                assert_eq!(origins.len(), lines.len());
                for (line, (node, path, number)) in lines.iter().zip(origins) {
                    let (_, (_, blob)) = ground.tree(&node).iter().find(|(known, _)| shown(known) == path).unwrap();
                    let origin = ground.sandbox().git(["cat-file", "blob", blob]);
                    let there = origin.split_inclusive(|byte| *byte == b'\n').nth(number as usize);
                    // The last line of a file may have gained or lost its end.
                    assert_eq!(there.map(<[u8]>::trim_ascii_end), Some(line.trim_ascii_end()), "{node} line {number}");
                }
            }
        }
    });
}

fn compare(ground: &Ground, client: &mut Client, path: &[u8], options: &Value, blame: &[&str]) {
    let wanted = blamed(&ground.git_about(blame, path));
    let got = annotate(ground, client, path, options);
    for (number, (got, wanted)) in got.iter().zip(&wanted).enumerate() {
        assert_eq!(got, wanted, "line {number} of {}, {options}", path.escape_ascii());
    }
    assert_eq!(got.len(), wanted.len(), "{}, {options}", path.escape_ascii());
}

/// The origin of every line, from the run-length encoded answer.
fn annotate(ground: &Ground, client: &mut Client, path: &[u8], options: &Value) -> Vec<Origin> {
    annotate_from(ground, client, path, options, 0)
}

/// The same of lines that were asked for, the first of which is `start`.
fn annotate_from(ground: &Ground, client: &mut Client, path: &[u8], options: &Value, start: usize) -> Vec<Origin> {
    let mut params = json!({"textDocument": {"uri": ground.uri(path)}});
    for (key, value) in options.as_object().unwrap() {
        params[key] = value.clone();
    }
    let result = client.ask("hg/annotate", params);
    let number = |value: &Value| value.as_u64().unwrap();
    let mut origins = Vec::new();
    for hunk in result["hunks"].as_array().unwrap() {
        assert_eq!(number(&hunk["start"]), (start + origins.len()) as u64, "hunks cover every line once: {result}");
        let changeset = &result["changesets"][number(&hunk["changeset"]) as usize];
        let path = hunk["path"].as_str().unwrap().to_owned();
        for line in 0..number(&hunk["count"]) {
            let node = changeset["node"].as_str().unwrap().to_owned();
            origins.push((node, path.clone(), number(&hunk["originStart"]) + line));
        }
    }
    origins
}

/// The origin of every line, from `git blame --porcelain`.
fn blamed(porcelain: &[u8]) -> Vec<Origin> {
    let mut names = HashMap::new();
    let mut origins: Vec<Origin> = Vec::new();
    let mut current = (String::new(), 0);
    for line in porcelain.split(|byte| *byte == b'\n') {
        if let Some(name) = line.strip_prefix(b"filename ") {
            names.insert(current.0.clone(), shown(&unquote(name)));
        } else if line.starts_with(b"\t") {
            origins.push((current.0.clone(), names[&current.0].clone(), current.1));
        } else if let [id, number, ..] = line.split(|byte| *byte == b' ').collect::<Vec<_>>().as_slice()
            && id.len() == 40
            && id.iter().all(u8::is_ascii_hexdigit)
        {
            let number: u64 = std::str::from_utf8(number).unwrap().parse().unwrap();
            current = (std::str::from_utf8(id).unwrap().to_owned(), number - 1);
        }
    }
    for origin in &mut origins {
        if origin.0.bytes().all(|byte| byte == b'0') {
            origin.0 = WDIR.to_owned();
        }
    }
    origins
}

/// A path as git's porcelain prints it: in quotes with C's escapes where it has unusual bytes.
fn unquote(name: &[u8]) -> Vec<u8> {
    let Some(quoted) = name.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else { return name.to_vec() };
    let mut path = Vec::new();
    let mut rest = quoted;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let byte = match (byte, after.first()) {
            (b'\\', Some(b'0'..=b'3')) => {
                rest = &after[3..];
                u8::from_str_radix(std::str::from_utf8(&after[..3]).unwrap(), 8).unwrap()
            }
            (b'\\', Some(escaped)) => {
                rest = &after[1..];
                match escaped {
                    b't' => b'\t',
                    b'n' => b'\n',
                    other => *other,
                }
            }
            _ => byte,
        };
        path.push(byte);
    }
    path
}
