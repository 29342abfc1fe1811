//! Annotations by themselves: kept by version and way, bounded, and never trusted when damaged.

#![allow(clippy::unwrap_used)]

use super::*;

fn runs(rev: i32, count: u32) -> Vec<Run> {
    vec![Run { count, rev: Rev(rev), path: Arc::new(path("old")), origin_start: 7, guessed: false }]
}

/// The annotation that a new reader has.
fn kept(store: &Store, name: &str, rev: i32, way: &[u8]) -> Option<Vec<Run>> {
    let reader = store.reader(&cancel()).unwrap().unwrap();
    let keys = reader.annotations(&path(name)).unwrap();
    let key = keys.iter().find(|key| (key.rev, key.way.as_slice()) == (Rev(rev), way));
    key.map(|key| reader.annotation(&path(name), key).unwrap())
}

fn keep(store: &Store, name: &str, rev: i32, way: &[u8], runs: Vec<Run>) {
    let reader = store.reader(&cancel()).unwrap().unwrap();
    reader.remember_annotation(&path(name), Rev(rev), way.to_vec(), runs);
    drop(reader);
    store.settle(Duration::MAX);
}

#[test]
fn annotations_are_kept_by_path_version_and_way() {
    let place = Place::new();
    let store = place.store();
    append(&store, 0, 9);
    keep(&store, "a", 5, b"x", runs(3, 10));
    keep(&store, "a", 5, b"y", runs(4, 10));
    keep(&store, "a", 6, b"x", runs(5, 10));
    keep(&store, "b", 5, b"x", runs(2, 10));
    let all = |store: &Store| {
        let keys = [("a", 5, b"x"), ("a", 5, b"y"), ("a", 6, b"x"), ("b", 5, b"x"), ("b", 6, b"x")];
        keys.map(|(name, rev, way)| kept(store, name, rev, way))
    };
    let expected = [Some(runs(3, 10)), Some(runs(4, 10)), Some(runs(5, 10)), Some(runs(2, 10)), None];
    assert_eq!(all(&store), expected);
    assert_eq!(all(&place.store()), expected, "in another process");
    keep(&store, "a", 5, b"x", runs(1, 9));
    assert_eq!(kept(&store, "a", 5, b"x"), Some(runs(1, 9)));
    store.reader(&cancel()).unwrap().unwrap().verify().unwrap();
    let mut writer = store.writer(&cancel()).unwrap().unwrap();
    writer.reset().unwrap();
    assert_eq!(writer.commit().unwrap().annotated, 0);
    assert_eq!(kept(&store, "a", 5, b"x"), None);
}

#[test]
fn annotations_are_bounded_and_what_was_not_used_longest_goes_first() {
    let place = Place::new();
    let store = place.store();
    append(&store, 0, 2);
    let name = |at: usize| format!("f{at}");
    (0..300).for_each(|at| keep(&store, &name(at), 1, b"", runs(1, 10)));
    // Used again, after many others.
    assert!(kept(&store, "f0", 1, b"").is_some());
    store.settle(Duration::MAX);
    let mut writer = store.writer(&cancel()).unwrap().unwrap();
    let bytes = writer.state().annotated;
    writer.forget_annotations(bytes / 2).unwrap();
    assert!(writer.state().annotated <= bytes / 2);
    writer.commit().unwrap();
    let left: Vec<usize> = (0..300).filter(|at| kept(&store, &name(*at), 1, b"").is_some()).collect();
    assert_eq!((left[0], left[1..].len()), (0, left.len() - 1));
    assert!(left[1] >= 150 && left[1..].iter().copied().eq(left[1]..300), "{left:?}");
    let mut writer = store.writer(&cancel()).unwrap().unwrap();
    writer.forget_annotations(0).unwrap();
    assert_eq!(writer.commit().unwrap().annotated, 0);
}

#[test]
fn a_damaged_annotation_is_refused_and_the_store_made_anew() {
    let place = Place::new();
    let store = place.store();
    append(&store, 0, 9);
    for damage in [
        "UPDATE annotation SET data = x'00' || substr(data, 2)",
        "UPDATE annotation SET rev = rev - 1",
        "UPDATE annotation SET way = x'ff'",
        "UPDATE annotation SET path = (SELECT id FROM path WHERE name = CAST('b' AS BLOB))",
    ] {
        keep(&store, "b", 4, b"x", runs(4, 1));
        keep(&store, "a", 5, b"x", runs(3, 10));
        place.sql(&format!("{damage} WHERE used = (SELECT max(used) FROM annotation)"));
        let reader = store.reader(&cancel()).unwrap().unwrap();
        let found = ["a", "b"].map(|name| {
            let keys = reader.annotations(&path(name)).unwrap();
            keys.iter().any(|key| reader.annotation(&path(name), key).is_err())
        });
        assert!(found.contains(&true), "{damage}");
        drop(reader);
        assert_eq!(revisions(&store), 0, "{damage}");
        append(&store, 0, 9);
    }
}

#[test]
fn what_cannot_be_written_just_then_is_lost() {
    let place = Place::new();
    let store = place.store();
    append(&store, 0, 9);
    let writer = store.writer(&cancel()).unwrap().unwrap();
    keep(&store, "a", 5, b"x", runs(3, 10));
    drop(writer);
    assert_eq!(kept(&store, "a", 5, b"x"), None);
    // Nor is it kept in the numbers of another epoch.
    let reader = store.reader(&cancel()).unwrap().unwrap();
    reader.remember_annotation(&path("a"), Rev(5), b"x".to_vec(), runs(3, 10));
    let mut writer = store.writer(&cancel()).unwrap().unwrap();
    writer.reset().unwrap();
    writer.commit().unwrap();
    append(&store, 0, 9);
    drop(reader);
    store.settle(Duration::MAX);
    assert_eq!(kept(&store, "a", 5, b"x"), None);
}
