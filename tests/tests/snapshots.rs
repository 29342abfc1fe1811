//! An index that was taken over from another clone answers as one that was made here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::fs;

use hgls_tests::client::{Client, file_uri};
use hgls_tests::generator::make_history;
use hgls_tests::random::{Random, seeds};
use hgls_tests::sandbox::Sandbox;
use serde_json::{Value, json};

/// Everything that the index has a part in.
fn answers(sandbox: &Sandbox, client: &mut Client) -> Vec<(String, Value)> {
    let mut answers = Vec::new();
    let mut ask = |method: &str, params: Value| {
        // Errors are answers too: a file that is not in the revision, a binary one.
        let answer = client.request(method, params.clone()).unwrap_or_else(|error| error);
        answers.push((format!("{method} {params}"), answer));
    };
    ask("hg/log", json!({"limit": 10_000}));
    ask("hg/log", json!({"limit": 10_000, "revset": "merge()"}));
    let names = sandbox.git(["log", "--branches", "--tags", "HEAD", "-m", "--format=", "--name-only", "-z"]);
    let mut names: Vec<&[u8]> = names.split(|byte| *byte == 0).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    assert!(!names.is_empty());
    let root = sandbox.repo().canonicalize().unwrap();
    for name in names {
        let file = [root.as_os_str().as_encoded_bytes(), b"/", name].concat();
        let document = json!({"uri": file_uri(&file)});
        ask("hg/fileLog", json!({"textDocument": document, "allHeads": true, "follow": false, "limit": 1000}));
        ask("hg/fileLog", json!({"textDocument": document, "follow": true, "limit": 1000}));
        ask("hg/annotate", json!({"textDocument": document, "rev": "tip"}));
    }
    answers
}

fn index(client: &mut Client) -> Value {
    client.wait_for_index(None);
    let mut index = client.ask("hg/index", json!({}));
    // How its pages are filled depends on the order of writing.
    index.as_object_mut().unwrap().remove("bytes");
    index
}

fn publish(sandbox: &Sandbox) {
    let output = sandbox.command("hgls").args(["index", "--publish"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn every_answer_is_that_of_an_index_made_here() {
    for seed in seeds(3) {
        let sandbox = Sandbox::new();
        make_history(&sandbox, seed, 50);
        // The snapshot is of an older history than is here, and of another: it knows what is gone, and not what came.
        let mut random = Random::new(seed);
        let format = "--format=%(HEAD) %(refname) %(objectname)";
        let branches = String::from_utf8(sandbox.git(["for-each-ref", format, "refs/heads"])).unwrap();
        let set_aside: Vec<(&str, &str)> = branches
            .lines()
            .filter_map(|line| line.strip_prefix("  ")?.split_once(' '))
            .filter(|_| random.once_in(3))
            .collect();
        set_aside.iter().for_each(|(name, _)| drop(sandbox.git(["update-ref", "-d", name])));
        publish(&sandbox);
        set_aside.iter().for_each(|(name, node)| drop(sandbox.git(["update-ref", name, node])));
        let snapshot = sandbox.git_line(["rev-parse", "refs/hgls/snapshot"]);

        sandbox.git(["update-ref", "-d", "refs/hgls/snapshot"]);
        fs::remove_dir_all(sandbox.repo().join(".git/hgls")).unwrap();
        let mut client = Client::initialized(&sandbox);
        let made_here = (index(&mut client), answers(&sandbox, &mut client));
        assert_eq!(client.stop(), Some(0));

        sandbox.git(["update-ref", "refs/hgls/snapshot", &snapshot]);
        fs::remove_dir_all(sandbox.repo().join(".git/hgls")).unwrap();
        let mut client = Client::initialized(&sandbox);
        let mut taken_over = (index(&mut client), answers(&sandbox, &mut client));
        let outcome = taken_over.0.as_object_mut().unwrap().remove("snapshot").expect("what became of the snapshot");
        assert!(outcome["known"].as_u64().is_some_and(|known| known > 0), "seed {seed}: {outcome}");
        assert_eq!(taken_over.0, made_here.0, "seed {seed}");
        for (there, here) in taken_over.1.iter().zip(&made_here.1) {
            assert_eq!(there, here, "seed {seed}");
        }
        assert_eq!(client.stop(), Some(0));
    }
}
