//! The server as a process beside others: killed, doubled, hung up on, and its repository pulled away.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::time::{Duration, Instant};

use hgls_tests::binary::hgls;
use hgls_tests::client::{Client, PATIENCE, file_uri};
use hgls_tests::generator::make_history;
use hgls_tests::random::seeds;
use hgls_tests::sandbox::Sandbox;
use serde_json::{Value, json};

fn repository(commits: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    make_history(&sandbox, 1, commits);
    sandbox
}

/// How many changesets git says there are.
fn count(sandbox: &Sandbox) -> usize {
    sandbox.git_line(["rev-list", "--all", "--count"]).parse().unwrap()
}

/// Node by revision number.
fn numbers(client: &mut Client) -> BTreeMap<i64, String> {
    let result = client.ask("hg/log", json!({"limit": 10_000}));
    let sets = result["changesets"].as_array().unwrap().iter();
    sets.map(|set| (set["rev"].as_i64().unwrap(), set["node"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn a_server_killed_while_indexing_leaves_a_store_that_the_next_one_completes() {
    let sandbox = repository(300);
    let mut reference = Client::initialized(&sandbox);
    reference.wait_for_index(None);
    let (wanted, complete) = (numbers(&mut reference), reference.ask("hg/index", json!({})));
    assert_eq!(reference.stop(), Some(0));
    for delay in [0, 1, 2, 4, 8, 15, 30, 60] {
        fs::remove_dir_all(sandbox.repo().join(".git/hgls")).unwrap();
        for _ in 0..2 {
            let mut client = Client::initialized(&sandbox);
            client.send_request("hg/index", json!({}));
            std::thread::sleep(Duration::from_millis(delay));
            client.kill();
        }
        let mut client = Client::initialized(&sandbox);
        assert_eq!(numbers(&mut client), wanted, "killed after {delay} ms");
        client.wait_for_index(None);
        assert_eq!(numbers(&mut client), wanted, "killed after {delay} ms, index complete");
        let index = client.ask("hg/index", json!({}));
        for field in ["revisions", "changes", "paths"] {
            assert_eq!(index[field], complete[field], "{field}, killed after {delay} ms");
        }
        assert_eq!(client.stop(), Some(0));
    }
}

#[test]
fn several_servers_share_one_repository() {
    let sandbox = repository(200);
    let mut clients: Vec<Client> = (0..4).map(|_| Client::initialized(&sandbox)).collect();
    for round in 0..5 {
        let message = format!("round {round}");
        sandbox.git(["commit", "-q", "--allow-empty", "-m", &message]);
        let all: Vec<_> = clients.iter_mut().map(numbers).collect();
        for other in &all[1..] {
            assert_eq!(other, &all[0], "every server gives the same numbers");
        }
        let head = sandbox.git_line(["rev-parse", "HEAD"]);
        assert_eq!(all[0].last_key_value().map(|(_, node)| node.as_str()), Some(head.as_str()));
    }
    for client in &mut clients {
        client.wait_for_index(None);
    }
    for client in clients {
        let errors = client.stderr();
        assert!(!errors.contains("locked"), "{errors}");
        assert_eq!(client.stop(), Some(0));
    }
}

#[test]
fn numbers_are_the_same_after_a_rebuild_whatever_the_order_of_references() {
    for seed in seeds(4) {
        let sandbox = Sandbox::new();
        make_history(&sandbox, seed, 80);
        let fresh = || {
            let mut client = Client::initialized(&sandbox);
            let numbers = numbers(&mut client);
            client.wait_for_index(None);
            assert_eq!(client.stop(), Some(0));
            fs::remove_dir_all(sandbox.repo().join(".git/hgls")).unwrap();
            numbers
        };
        let first = fresh();
        sandbox.git(["pack-refs", "--all"]);
        let packed = sandbox.repo().join(".git/packed-refs");
        let text = fs::read_to_string(&packed).unwrap();
        // Unsorted, with each annotated tag's peeled line kept behind it.
        let mut lines: Vec<String> = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            match line.starts_with('^') {
                true => lines.last_mut().unwrap().push_str(&format!("\n{line}")),
                false => lines.push(line.to_owned()),
            }
        }
        lines.reverse();
        fs::write(&packed, format!("# pack-refs with: peeled fully-peeled \n{}\n", lines.join("\n"))).unwrap();
        assert_eq!(fresh(), first, "HGLS_SEED={seed}");
    }
}

#[test]
fn the_end_of_input_ends_the_process_soon() {
    let sandbox = repository(30);
    let mut client = Client::initialized(&sandbox);
    client.ask("hg/identify", json!({}));
    let start = Instant::now();
    assert_eq!(client.hang_up(), Some(1), "no shutdown was asked for");
    assert!(start.elapsed() < PATIENCE);
    // Also in the middle of work, and before anything was said.
    let mut client = Client::initialized(&sandbox);
    client.send_request("hg/index", json!({"rebuild": true}));
    client.send_request("hg/log", json!({}));
    assert_eq!(client.hang_up(), Some(1));
    assert_eq!(Client::start(&sandbox).hang_up(), Some(1));
}

#[test]
fn shutdown_waits_for_no_work() {
    let sandbox = repository(300);
    let mut client = Client::initialized(&sandbox);
    client.send_request("hg/index", json!({"rebuild": true}));
    assert_eq!(client.stop(), Some(0));
    let mut client = Client::initialized(&sandbox);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(1), "exit without shutdown");
}

#[test]
fn a_repository_deleted_while_the_server_runs_is_an_error_and_one_made_again_is_found() {
    let sandbox = repository(10);
    let mut client = Client::initialized(&sandbox);
    client.wait_for_index(None);
    assert_eq!(numbers(&mut client).len(), count(&sandbox));
    fs::remove_dir_all(sandbox.repo().join(".git")).unwrap();
    for method in ["hg/identify", "hg/log", "hg/status", "hg/heads", "hg/bookmarks", "hg/index"] {
        let error = client.request(method, json!({})).expect_err(method);
        assert_eq!(error["data"]["kind"], "notInRepository", "{method}: {error}");
    }
    sandbox.git(["init", "-q"]);
    sandbox.git(["commit", "-q", "--allow-empty", "-m", "anew"]);
    let root = hgls_tests::client::file_uri(sandbox.repo().as_os_str().as_encoded_bytes());
    let result = client.ask("hg/log", json!({"root": root}));
    assert_eq!(result["changesets"][0]["desc"], "anew");
    assert_eq!(result["changesets"][0]["rev"], 0);
    assert_eq!(client.stop(), Some(0));
}

#[test]
fn a_repository_of_another_user_is_not_read_unless_the_user_says_that_it_is_safe() {
    let sandbox = repository(10);
    let mut client = Client::initialized(&sandbox);
    let count = count(&sandbox);
    assert_eq!(numbers(&mut client).len(), count, "our own is read");
    assert_eq!(client.stop(), Some(0));
    // Only the superuser can give a file away. Anybody else meets another user's repository in a folder that is not
    // his own, which a test cannot make: that half is tested where tests run as root, as in most containers.
    if !sandbox.give_repository_to(12_345) {
        eprintln!("not the superuser: the other half of this test cannot be made here");
        return;
    }
    let mut client = Client::initialized(&sandbox);
    for method in ["hg/identify", "hg/log", "hg/status"] {
        let error = client.request(method, json!({})).expect_err(method);
        assert_eq!(error["data"]["kind"], "untrustedRepository", "{method}: {error}");
        let hint = error["data"]["hint"].as_str().unwrap();
        assert!(hint.contains("safe.directory"), "{hint}");
    }
    let folder = sandbox.repo().display().to_string();
    sandbox.git(["config", "--global", "--add", "safe.directory", &folder]);
    assert_eq!(client.ask("hg/log", json!({}))["changesets"].as_array().unwrap().len(), count);
    assert_eq!(client.stop(), Some(0));
}

#[test]
fn a_request_cancelled_is_answered_at_once() {
    let sandbox = repository(300);
    let mut client = Client::initialized(&sandbox);
    for _ in 0..20 {
        let id = client.send_request("hg/log", json!({"revset": "file('dir') and keyword('change')", "limit": 10_000}));
        client.notify("$/cancelRequest", json!({"id": id}));
        // Which of the two is first is the server's affair: an answer, or `RequestCancelled`.
        if let Err(error) = client.answer(id, "hg/log") {
            assert_eq!((&error["code"], &error["data"]["kind"]), (&json!(-32800), &json!("cancelled")));
        }
    }
    assert_eq!(client.stop(), Some(0));
}

#[test]
fn the_first_index_shows_progress_and_goes_on_after_it_was_cancelled() {
    let sandbox = repository(40);
    fs::create_dir(sandbox.repo().join(".git/hgls")).unwrap();
    // As if another server were at it: the index cannot end before this one lets go.
    let held = fs::File::create(sandbox.repo().join(".git/hgls/index.lock")).unwrap();
    held.lock().unwrap();
    let mut client = Client::start(&sandbox);
    client.initialize(&sandbox.repo(), &json!({"capabilities": {"window": {"workDoneProgress": true}}}));

    let token = client.asked("window/workDoneProgress/create")["token"].clone();
    let begin = client.notification("$/progress");
    assert_eq!((&begin["token"], &begin["value"]["kind"]), (&token, &json!("begin")));
    assert_eq!(begin["value"]["cancellable"], true);
    // Requests are answered meanwhile.
    assert_eq!(client.ask("hg/index", json!({}))["state"], "building");
    let wanted = numbers(&mut client);
    assert!(!wanted.is_empty());

    client.notify("window/workDoneProgress/cancel", json!({"token": token}));
    let end = loop {
        let told = client.notification("$/progress");
        if told["value"]["kind"] == "end" {
            break told;
        }
    };
    assert_eq!((&end["token"], &end["value"]["message"]), (&token, &json!("cancelled")));

    drop(held);
    client.wait_for_index(None);
    assert_eq!(numbers(&mut client), wanted);
    assert_eq!(client.stop(), Some(0));
}

#[test]
fn more_repositories_than_files_may_be_open_unasked() {
    let sandbox = repository(3);
    let copies: Vec<_> = (0..30).map(|at| sandbox.top().join(format!("copy{at}"))).collect();
    for copy in &copies {
        sandbox.git([OsStr::new("clone"), OsStr::new("-q"), sandbox.repo().as_os_str(), copy.as_os_str()]);
    }
    let mut command = sandbox.command("sh");
    command.args(["-c", "ulimit -Sn 60 && exec \"$0\" serve --stdio"]).arg(hgls());
    let mut client = Client::spawn(command);
    client.initialize(&sandbox.repo(), &json!({}));
    for copy in &copies {
        let root = file_uri(copy.as_os_str().as_bytes());
        for method in ["hg/log", "hg/status"] {
            let answer = client.request(method, json!({"root": root}));
            assert!(answer.is_ok(), "{method} of {root}: {answer:?}");
        }
    }
    assert_eq!(client.stop(), Some(0));
}
