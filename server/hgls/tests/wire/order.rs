//! A request sees exactly what came before it, and what is said is said in order.

use std::sync::atomic::Ordering;

use hgls::wire::{Lane, Options};
use serde_json::json;

use super::harness::Harness;

fn change(harness: &mut Harness, version: u64) {
    let document = json!({"uri": "file:///p/file", "version": version});
    harness.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": []}));
}

#[test]
fn a_read_sees_every_change_before_it_and_none_after_it() {
    let mut harness = Harness::new();
    for version in 0..100 {
        change(&mut harness, version);
        harness.request(version, "toy/version", json!({}));
    }
    let mut seen: Vec<(u64, u64)> = (0..100)
        .map(|_| {
            let message = harness.receive();
            (message["id"].as_u64().unwrap(), message["result"].as_u64().unwrap())
        })
        .collect();
    seen.sort_unstable();
    assert!(seen.iter().all(|(asked, version)| asked == version), "{seen:?}");
}

#[test]
fn a_read_that_has_to_wait_sees_what_it_would_have_seen_at_once() {
    let mut harness = Harness::with(Options::default(), Lane::new(1, 100));
    change(&mut harness, 1);
    harness.request(1, "toy/job", json!({}));
    harness.wait_until("the job", |seen| seen.running.load(Ordering::SeqCst) == 1);
    harness.request(2, "toy/version", json!({}));
    change(&mut harness, 2);
    harness.request(3, "toy/echo", json!({}));
    assert_eq!(harness.answer(3), Ok(json!({})), "the change is over");
    harness.seen.released.store(true, Ordering::SeqCst);
    let read = [harness.receive(), harness.receive()].into_iter().find(|message| message["id"] == 2);
    assert_eq!(read.unwrap()["result"], 1, "the lane was full, but the place in the order is what counts");
}

#[test]
fn an_answer_does_not_overtake_the_notification_before_it() {
    let mut harness = Harness::new();
    for round in 0..200 {
        harness.request(round, "toy/tell", json!({"round": round}));
    }
    let mut told = Vec::new();
    for _ in 0..400 {
        let message = harness.receive();
        match message.get("id") {
            None => told.push(message["params"]["round"].clone()),
            Some(id) => assert!(told.contains(id), "{id} was answered before it was told"),
        }
    }
}
