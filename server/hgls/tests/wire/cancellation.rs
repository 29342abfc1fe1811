//! A cancelled request is answered at once, and its work ends.

use std::sync::atomic::Ordering;
use std::time::Duration;

use hgls::wire::{Lane, Options};
use serde_json::json;

use super::harness::Harness;

#[test]
fn a_cancelled_request_is_answered_before_its_work_ends() {
    let mut harness = Harness::new();
    harness.request(1, "toy/deafJob", json!({}));
    harness.wait_until("the job", |seen| seen.running.load(Ordering::SeqCst) == 1);
    harness.notify("$/cancelRequest", json!({"id": 1}));
    assert_eq!(harness.error(1), -32800);
    assert_eq!(harness.seen.running.load(Ordering::SeqCst), 1, "it does not listen");
    harness.seen.released.store(true, Ordering::SeqCst);
}

#[test]
fn the_work_of_a_cancelled_request_ends() {
    let mut harness = Harness::new();
    harness.request(1, "toy/job", json!({}));
    harness.wait_until("the job", |seen| seen.running.load(Ordering::SeqCst) == 1);
    harness.notify("$/cancelRequest", json!({"id": 1}));
    assert_eq!(harness.error(1), -32800);
    harness.wait_until("the end of the work", |seen| seen.stopped.load(Ordering::SeqCst) == 1);
}

#[test]
fn requests_are_cancelled_while_any_number_is_being_handled() {
    let mut harness = Harness::with(Options::default(), Lane::new(2, 1000));
    for id in 0..200 {
        harness.request(id, "toy/job", json!({}));
    }
    harness.wait_until("a full lane", |seen| seen.running.load(Ordering::SeqCst) == 2);
    for id in (0..200).rev() {
        harness.notify("$/cancelRequest", json!({"id": id}));
        assert_eq!(harness.error(id), -32800, "also those that wait for a place");
    }
    harness.wait_until("the end of the work", |seen| seen.running.load(Ordering::SeqCst) == 0);
    harness.request(1, "toy/version", json!({}));
    assert!(harness.answer(1).is_ok(), "the lane is free again");
}

#[test]
fn ids_of_any_kind_are_cancelled_and_unknown_ones_are_nothing() {
    let mut harness = Harness::new();
    for id in [json!("a string"), json!(-1), json!(5_000_000_000_i64)] {
        harness.request(id.clone(), "toy/job", json!({}));
        harness.notify("$/cancelRequest", json!({"id": id}));
        assert_eq!(harness.error(id), -32800);
    }
    for params in [json!({"id": 99}), json!({"id": null}), json!({"id": {}}), json!({}), json!([])] {
        harness.notify("$/cancelRequest", params);
    }
    harness.request(1, "toy/echo", json!({}));
    harness.notify("$/cancelRequest", json!({"id": 1}));
    assert!(harness.answer(1).is_ok(), "it was over already");
    assert_eq!(harness.receive_within(Duration::from_millis(100)), None, "one answer is enough");
}

#[test]
fn work_that_runs_on_after_a_cancellation_keeps_its_place() {
    // A job that does not look at its token for a while must not let others crowd in.
    let mut harness = Harness::with(Options::default(), Lane::new(1, 100));
    for round in 0..20 {
        harness.request(round, "toy/job", json!({}));
        harness.notify("$/cancelRequest", json!({"id": round}));
        assert_eq!(harness.error(round), -32800);
        assert!(harness.seen.running.load(Ordering::SeqCst) <= 1);
    }
}

#[test]
fn a_change_is_stopped_before_it_is_made_and_stands_once_it_is() {
    let mut harness = Harness::with(Options::default(), Lane::new(1, 100));
    harness.request(1, "toy/change", json!({}));
    harness.request(2, "toy/change", json!({}));
    harness.wait_until("the first", |seen| seen.running.load(Ordering::SeqCst) == 1);
    harness.notify("$/cancelRequest", json!({"id": 2}));
    assert_eq!(harness.error(2), -32800, "one that waits for its turn never begins");
    harness.notify("$/cancelRequest", json!({"id": 1}));
    assert_eq!(harness.error(1), -32800, "nothing was changed yet");
    harness.wait_until("the end of the work", |seen| seen.running.load(Ordering::SeqCst) == 0);

    harness.request(3, "toy/change", json!({}));
    harness.wait_until("the third", |seen| seen.running.load(Ordering::SeqCst) == 1);
    harness.seen.released.store(true, Ordering::SeqCst);
    std::thread::sleep(Duration::from_millis(50));
    harness.notify("$/cancelRequest", json!({"id": 3}));
    assert_eq!(harness.answer(3), Ok(json!("changed")), "it cannot be taken back, so it must not be denied");
}
