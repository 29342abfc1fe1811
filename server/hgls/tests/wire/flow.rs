//! Nobody waits for anybody: not the server for a client that does not read or answer, nor a request for others.

use std::sync::atomic::Ordering;
use std::time::Instant;

use hgls::wire::{Budget, Lane, Options};
use serde_json::{Value, json};

use super::harness::Harness;

#[test]
fn a_client_may_write_ten_megabytes_before_it_reads() {
    let mut harness = Harness::uninitialized(Options::default(), Lane::new(2, 100));
    harness.request(0, "initialize", json!({"capabilities": {}}));
    let text = "x".repeat(10_000);
    for id in 1..=1000 {
        harness.request(id, "toy/echo", json!({"text": text}));
    }
    harness.read();
    for id in 0..=1000 {
        assert!(harness.answer(id).is_ok());
    }
}

#[test]
fn a_client_that_leaves_much_unread_is_answered_by_errors_and_may_come_back() {
    let budget = Budget { soft: 4 << 20, hard: 4 << 20 };
    let mut harness = Harness::uninitialized(Options { budget, ..Options::default() }, Lane::new(2, 1000));
    harness.request(0, "initialize", json!({"capabilities": {}}));
    for id in 1..=100 {
        harness.request(id, "toy/large", json!({"length": 1 << 20}));
    }
    // What arrives now is still handled: nothing is stalled.
    harness.request(101, "toy/job", json!({}));
    harness.wait_until("the last request", |seen| seen.running.load(Ordering::SeqCst) == 1);
    harness.seen.released.store(true, Ordering::SeqCst);
    // The rest is worked through before anything is read.
    harness.wait_until("all answers", |seen| seen.made.load(Ordering::SeqCst) == 100);
    harness.read();
    let (mut large, mut refused) = (0, 0);
    for _ in 0..=101 {
        let message = harness.receive();
        match &message["error"]["code"] {
            Value::Null => large += usize::from(message["result"].is_string()),
            code => {
                assert_eq!(code, -32803, "{message}");
                refused += 1;
            }
        }
    }
    assert!(refused > 0 && large > 0, "{large} answered, {refused} refused");
    harness.request(102, "toy/large", json!({"length": 1 << 20}));
    assert!(harness.answer(102).is_ok(), "it reads again");
}

#[test]
fn a_client_that_never_reads_ends_the_server_before_memory_does() {
    let budget = Budget { soft: 1 << 20, hard: 1 << 20 };
    let mut harness = Harness::uninitialized(Options { budget, ..Options::default() }, Lane::new(2, 1000));
    harness.request(0, "initialize", json!({"capabilities": {}}));
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "toy/large", "params": {"length": 1 << 20}}).to_string();
    let call = format!("Content-Length: {}\r\n\r\n{call}", call.len());
    let mut input = harness.take_input();
    // In a process of its own the writer would end with the server.
    std::thread::spawn(move || while std::io::Write::write_all(&mut input, call.as_bytes()).is_ok() {});
    assert_eq!(harness.exit_code(), 1);
}

#[test]
fn handlers_that_wait_for_the_client_hold_up_nothing() {
    let mut harness = Harness::new();
    for id in 0..20 {
        harness.request(id, "toy/ask", json!({"limit": 60_000}));
    }
    let questions: Vec<Value> = (0..20).map(|_| harness.receive()["id"].clone()).collect();
    harness.request("other", "toy/echo", json!({}));
    assert_eq!(harness.answer("other"), Ok(json!({})));
    for question in questions {
        harness.send(&json!({"jsonrpc": "2.0", "id": question, "result": "yes"}));
        assert_eq!(harness.receive()["result"], "yes");
    }
}

#[test]
fn a_client_that_never_answers_is_not_waited_for_beyond_the_limit() {
    let mut harness = Harness::new();
    harness.request(1, "toy/ask", json!({"limit": 50}));
    let question = harness.receive()["id"].clone();
    assert_eq!(harness.answer(1), Ok(json!("none")));
    harness.send(&json!({"jsonrpc": "2.0", "id": question, "result": "too late"}));
    harness.send(&json!({"jsonrpc": "2.0", "id": "never asked", "result": null}));
    harness.send(&json!({"jsonrpc": "2.0", "id": null, "error": {"code": -32700, "message": "what?"}}));
    harness.request(2, "toy/ask", json!({"limit": 60_000}));
    let question = harness.receive()["id"].clone();
    harness.send(&json!({"jsonrpc": "2.0", "id": question, "error": {"code": 1, "message": "no"}}));
    assert_eq!(harness.answer(2), Ok(json!("none")), "a refusal is an answer");
}

#[test]
fn a_lane_that_is_full_refuses_and_another_request_goes_on() {
    let mut harness = Harness::with(Options::default(), Lane::new(1, 2));
    harness.request(1, "toy/job", json!({}));
    harness.wait_until("the job", |seen| seen.running.load(Ordering::SeqCst) == 1);
    for id in 2..=4 {
        harness.request(id, "toy/job", json!({}));
    }
    assert_eq!(harness.error(4), -32803, "two wait already");
    harness.request(5, "toy/echo", json!({}));
    assert_eq!(harness.answer(5), Ok(json!({})));
    harness.seen.released.store(true, Ordering::SeqCst);
    // A job's place is free before its answer is written: the next one may overtake it.
    let mut answers: Vec<_> = (1..=3).map(|_| harness.receive()).collect();
    answers.sort_by_key(|answer| answer["id"].as_i64());
    for (answer, id) in answers.iter().zip(1..) {
        assert_eq!((&answer["id"], &answer["result"]), (&json!(id), &json!("done")));
    }
}

#[test]
fn a_panic_costs_one_request() {
    let mut harness = Harness::with(Options::default(), Lane::new(1, 10));
    for method in ["toy/panic", "toy/panicAtWork", "toy/panicAtWork"] {
        harness.request(1, method, json!({}));
        assert_eq!(harness.error(1), -32603, "{method}");
    }
    harness.request(2, "toy/version", json!({}));
    assert!(harness.answer(2).is_ok(), "the lane is free");
}

#[test]
fn progress_that_nobody_has_read_yet_is_made_one() {
    let mut harness = Harness::uninitialized(Options::default(), Lane::new(2, 100));
    harness.request(0, "initialize", json!({"capabilities": {}}));
    // Fills the pipe, so that what follows waits.
    harness.request(1, "toy/large", json!({"length": 1 << 20}));
    harness.wait_until("the answer", |seen| seen.made.load(Ordering::SeqCst) == 1);
    harness.request(2, "toy/progress", json!({"workDoneToken": "t", "reports": 100_000}));
    harness.wait_until("the last report", |seen| seen.reported.load(Ordering::SeqCst));
    harness.read();
    let kinds: Vec<Value> = std::iter::from_fn(|| Some(harness.receive()))
        .take_while(|message| message["id"] != 2)
        .filter(|message| message["method"] == "$/progress")
        .map(|message| message["params"]["value"].clone())
        .collect();
    assert_eq!((&kinds.first().unwrap()["kind"], &kinds.last().unwrap()["kind"]), (&json!("begin"), &json!("end")));
    assert!(kinds.len() < 1000, "{} of 100002", kinds.len());
    assert_eq!(kinds.iter().rev().nth(1).unwrap()["message"], "99999", "the last report is kept");
}

#[test]
fn a_large_answer_is_whole() {
    let mut harness = Harness::new();
    let begun = Instant::now();
    harness.request(1, "toy/large", json!({"length": 50 << 20}));
    assert_eq!(harness.answer(1).unwrap().as_str().map(str::len), Some(50 << 20), "{:?}", begun.elapsed());
}
