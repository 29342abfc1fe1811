//! Descriptions by themselves: kept by revision, bounded, and never trusted when damaged.

#![allow(clippy::unwrap_used)]

use super::*;

fn description(rev: i32, length: usize) -> Description {
    let text = Text { user: format!("user {rev}"), date: (i64::from(rev), 0), desc: "x".repeat(length) };
    Description { node: Node([rev as u8; 20]), parents: vec![Node([100 + rev as u8; 20])], text }
}

fn keep(store: &Store, revs: std::ops::Range<i32>, length: usize) {
    let reader = store.reader(&cancel()).unwrap().unwrap();
    reader.remember_descriptions(revs.map(|rev| (Rev(rev), description(rev, length))).collect());
    drop(reader);
    store.settle(Duration::MAX);
}

/// Which of `revs` a new reader has.
fn kept(store: &Store, revs: std::ops::Range<i32>) -> Vec<i32> {
    let reader = store.reader(&cancel()).unwrap().unwrap();
    let revs: Vec<Rev> = revs.map(Rev).collect();
    let found = reader.descriptions(&revs).unwrap().into_iter();
    drop(reader);
    store.settle(Duration::MAX);
    revs.iter().zip(found).filter(|(_, found)| found.is_some()).map(|(rev, _)| rev.0).collect()
}

#[test]
fn descriptions_are_kept_by_revision_and_go_with_the_numbers() {
    let place = Place::new();
    let store = place.store();
    append(&store, 0, 9);
    keep(&store, 2..5, 9);
    keep(&store, 3..7, 9);
    let reader = place.store().reader(&cancel()).unwrap().unwrap();
    let found = reader.descriptions(&[Rev(6), Rev(1), Rev(2), Rev(2), Rev::NULL, Rev(7)]).unwrap();
    assert_eq!(
        found,
        [Some(description(6, 9)), None, Some(description(2, 9)), Some(description(2, 9)), None, None],
        "in another process"
    );
    reader.verify().unwrap();
    drop(reader);
    let mut writer = store.writer(&cancel()).unwrap().unwrap();
    writer.reset().unwrap();
    assert_eq!(writer.commit().unwrap().described, 0);
    append(&store, 0, 9);
    let reader = store.reader(&cancel()).unwrap().unwrap();
    assert_eq!(reader.descriptions(&[Rev(2), Rev(6)]).unwrap(), [None, None]);
}

#[test]
fn descriptions_are_bounded_and_what_was_not_asked_for_longest_goes_first() {
    const MIB: usize = 1 << 20;
    let place = Place::new();
    let store = place.store();
    append(&store, 0, 40);
    for rev in 0..20 {
        keep(&store, rev..rev + 1, MIB);
        let state = store.reader(&cancel()).unwrap().unwrap().state().clone();
        assert!(state.described <= 16 << 20 && state.described_ever as usize > rev as usize * MIB);
        // Asked for again, after many others.
        if rev == 12 {
            assert_eq!(kept(&store, 0..1), [0]);
        }
    }
    let left = kept(&store, 0..40);
    assert!(left.len() >= 12 && left[0] == 0 && left[1] > 1, "{left:?}");
    assert!(left[1..].iter().copied().eq(left[1]..20), "{left:?}");
    let mut writer = store.writer(&cancel()).unwrap().unwrap();
    writer.forget_descriptions(0).unwrap();
    assert_eq!(writer.commit().unwrap().described, 0);
    assert_eq!(kept(&store, 0..40), []);
}

#[test]
fn a_damaged_description_is_refused_and_the_store_made_anew() {
    let place = Place::new();
    let store = place.store();
    for damage in ["UPDATE description SET data = x'00' || substr(data, 2)", "UPDATE description SET rev = rev + 1"] {
        append(&store, 0, 9);
        keep(&store, 4..5, 9);
        place.sql(damage);
        let reader = store.reader(&cancel()).unwrap().unwrap();
        assert!(reader.descriptions(&[Rev(4), Rev(5)]).is_err(), "{damage}");
        drop(reader);
        assert_eq!(revisions(&store), 0, "{damage}");
    }
}
