//! The life of the server: what it answers when, and how it ends.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use hgls::wire::{Lane, Options};
use serde_json::{Value, json};

use super::harness::Harness;

/// Half a second is promised. Longer than any machine takes whatever else it does, and far shorter than for ever.
const SOON: Duration = Duration::from_secs(30);

#[test]
fn nothing_is_answered_before_initialize_and_after_shutdown() {
    let mut harness = Harness::uninitialized(Options::default(), Lane::new(2, 100));
    harness.read();
    for method in ["toy/echo", "toy/none", "textDocument/hover", "shutdown"] {
        harness.request(1, method, json!({}));
        assert_eq!(harness.error(1), -32002, "{method}");
    }
    harness.initialize();
    harness.request(2, "initialize", json!({"capabilities": {}}));
    assert_eq!(harness.error(2), -32600, "once is enough");
    harness.request(3, "shutdown", Value::Null);
    assert_eq!(harness.answer(3), Ok(Value::Null));
    for method in ["toy/echo", "toy/none", "shutdown", "initialize"] {
        harness.request(4, method, json!({}));
        assert_eq!(harness.error(4), -32600, "{method}");
    }
    harness.notify("exit", Value::Null);
    assert_eq!(harness.exit_code(), 0);
}

#[test]
fn initialize_may_fail_and_be_tried_again() {
    let mut harness = Harness::uninitialized(Options::default(), Lane::new(2, 100));
    harness.read();
    harness.request(1, "initialize", json!({"capabilities": "none"}));
    assert_eq!(harness.error(1), -32602);
    harness.initialize();
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    let mut harness = Harness::new();
    harness.notify("exit", Value::Null);
    assert_eq!(harness.exit_code(), 1);
    let mut harness = Harness::uninitialized(Options::default(), Lane::new(2, 100));
    harness.send_body(r#"{"jsonrpc":"2.0","method":"exit"}"#);
    assert_eq!(harness.exit_code(), 1);
}

#[test]
fn shutdown_waits_for_no_job() {
    let mut harness = Harness::new();
    harness.request(1, "toy/job", json!({}));
    harness.wait_until("the job", |seen| seen.running.load(Ordering::SeqCst) == 1);
    let begun = Instant::now();
    harness.request(2, "shutdown", Value::Null);
    assert_eq!(harness.answer(2), Ok(Value::Null));
    harness.notify("exit", Value::Null);
    let seen = std::sync::Arc::clone(&harness.seen);
    assert_eq!(harness.exit_code(), 0);
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    seen.released.store(true, Ordering::SeqCst);
}

#[test]
fn the_end_of_the_input_is_the_end_whatever_goes_on() {
    let mut harness = Harness::new();
    for id in 0..10 {
        harness.request(id, "toy/job", json!({}));
        harness.request(100 + id, "toy/ask", json!({"limit": 600_000}));
    }
    harness.wait_until("the jobs", |seen| seen.running.load(Ordering::SeqCst) == 2);
    let begun = Instant::now();
    harness.hang_up();
    let seen = std::sync::Arc::clone(&harness.seen);
    assert_eq!(harness.exit_code(), 1);
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    seen.released.store(true, Ordering::SeqCst);
}

#[test]
fn what_was_asked_before_the_input_ended_is_still_answered() {
    let mut harness = Harness::new();
    for id in 0..20 {
        harness.request(id, "toy/version", json!({}));
    }
    harness.request(20, "shutdown", Value::Null);
    harness.hang_up();
    let answered: Vec<Value> = (0..21).map(|_| harness.receive()["result"].clone()).collect();
    assert_eq!(answered.len(), 21);
    assert_eq!(harness.exit_code(), 0);
}

#[test]
fn a_client_that_closes_its_ear_is_gone() {
    let mut harness = Harness::uninitialized(Options::default(), Lane::new(2, 100));
    harness.close_output();
    harness.request(0, "initialize", json!({"capabilities": {}}));
    assert_eq!(harness.exit_code(), 1);
}

#[test]
fn the_end_of_a_parent_is_the_end() {
    let mut parent = std::process::Command::new("sleep").arg("600").spawn().unwrap();
    let mut harness = Harness::uninitialized(Options::default(), Lane::new(2, 100));
    harness.read();
    harness.request(0, "initialize", json!({"capabilities": {}, "processId": parent.id()}));
    assert!(harness.answer(0).is_ok());
    std::thread::sleep(Duration::from_millis(300));
    harness.request(1, "toy/echo", json!({}));
    assert!(harness.answer(1).is_ok(), "while it lives, so does the server");
    parent.kill().unwrap();
    parent.wait().unwrap();
    let begun = Instant::now();
    assert_eq!(harness.exit_code(), 1);
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}
