//! What is wrong is refused, and then the store is as before.

use std::io::Cursor;

use super::*;
use crate::ids::{FileNode, Node, RepoPath};
use crate::transfer::parts::{PathRows, decode_changes};

fn to_file(parts: &mut Parts) -> Vec<u8> {
    let mut out = Vec::new();
    let mut sink = FileSink::new(&mut out).unwrap();
    let count = parts.head().parts;
    let names = std::iter::once(Name::Head).chain((0..count).map(Name::Nodes)).chain((0..count).map(Name::Changes));
    for name in names {
        let data = parts.part(name).unwrap();
        sink.put(name, &data).unwrap();
    }
    let length = sink.finish().unwrap();
    assert_eq!(length, out.len() as u64);
    out
}

#[test]
fn no_byte_of_a_file_can_be_changed_or_lost() {
    let scratch = Scratch::new();
    scratch
        .sh("git init -q -b main . && echo 1 > a && git add . && git commit -qm 1 && git mv a b && git commit -qm 2");
    let file = to_file(&mut Parts::of(&scratch, None));
    clear(&scratch);
    let mut random = Random::new(1);
    let repository = open(&scratch);
    let import = |file: &[u8]| repository.import_index(Cursor::new(file.to_vec()), &token(), &NoProgress);
    let refused = |file: &[u8], what: String| {
        let error = import(file).expect_err(&what);
        assert!(matches!(error, crate::Error::Transfer(_)), "{what}: {error}");
    };
    for at in 0..file.len() {
        for bit in [1 << random.below(8), 0xff] {
            let mut damaged = file.clone();
            damaged[at] ^= bit;
            refused(&damaged, format!("byte {at} ^ {bit}"));
        }
        refused(&file[..at], format!("the first {at} bytes"));
    }
    refused(&[&file[..], b"x"].concat(), "a byte more".to_owned());
    assert!(!scratch.path().join(".git/hgls/store.sqlite").exists() || state(&scratch).changes == 0);
    assert_eq!(import(&file).unwrap().unwrap().known, 2);
    agrees_with_git(&scratch, "the file itself");
}

#[test]
fn lies_with_the_right_sums_are_found() {
    let scratch = history(8, 40);
    let honest = Parts::of(&scratch, None);
    clear(&scratch);
    let whole = Sizes { sample: usize::MAX, ..SMALL };
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let mut parts = honest.clone();
        let at = random.below(honest.head().parts);
        parts.tamper(at, |paths| {
            if paths.is_empty() {
                return;
            }
            let path = random.below(paths.len());
            let change = random.below(paths[path].changes.len());
            let lie = &mut paths[path].changes[change];
            match (random.below(3), &mut lie.entry) {
                (0, _) => lie.touches = !lie.touches,
                (1, Some(entry)) => entry.node = FileNode([7; 20]),
                _ => drop(paths.remove(path)),
            }
        });
        if parts == honest {
            continue;
        }
        let error = take_over(whole, &mut parts, &scratch).unwrap_err();
        assert!(matches!(error, crate::Error::Transfer(Error::Wrong { .. })), "seed {seed}: {error}");
        assert_eq!(state(&scratch).indexed, Rev::NULL, "seed {seed}");
    }
}

#[test]
fn without_a_sample_the_files_of_the_head_still_have_to_come_out() {
    let scratch = Scratch::new();
    scratch.sh(
        "git init -q -b main . && for i in $(seq 30); do echo $i > f$((i % 5)); git add .; git commit -qm $i; done",
    );
    let honest = Parts::of(&scratch, None);
    clear(&scratch);
    let none = Sizes { sample: 0, ..SMALL };
    let last = honest.head().parts - 1;
    type Tamper = fn(&mut Vec<PathRows>);
    let lies: [Tamper; 3] = [
        |paths| paths[0].changes.last_mut().unwrap().entry = None,
        |paths| paths[0].changes.last_mut().unwrap().entry.as_mut().unwrap().node = FileNode([1; 20]),
        |paths| {
            let changes = paths[0].changes.clone();
            paths.push(PathRows { path: RepoPath::new("nowhere").unwrap(), changes });
        },
    ];
    for lie in lies {
        let mut parts = honest.clone();
        parts.tamper(last, lie);
        let error = take_over(none, &mut parts, &scratch).unwrap_err().to_string();
        assert!(error.starts_with("the snapshot is wrong: ") && error.contains(" is not what it says at"), "{error}");
    }
    assert_eq!(take_over(none, &mut honest.clone(), &scratch).unwrap().compared, 0);
}

#[test]
fn the_sample_is_another_one_each_time() {
    let scratch = history(9, 60);
    let mut parts = Parts::of(&scratch, None);
    // A lie about a changeset that is not on the way to the head is found by the sample alone, sooner or later.
    let chain = scratch.sh("git rev-list --first-parent HEAD");
    let nodes = |at: usize| parts.0[&Name::Nodes(at).to_string()].as_chunks::<20>().0.to_vec();
    let lie = (0..parts.head().parts).find_map(|at| {
        let rows = nodes(at);
        let paths = decode_changes(&parts.0[&Name::Changes(at).to_string()], rows.len()).unwrap();
        let aside = |row: u16| !chain.contains(&Node(rows[usize::from(row)]).to_hex());
        let found = paths.iter().enumerate().find_map(|(path, rows)| {
            rows.changes.iter().position(|change| aside(change.row)).map(|change| (path, change))
        });
        found.map(|(path, change)| (at, path, change))
    });
    let (at, path, change) = lie.unwrap();
    parts.tamper(at, |paths| paths[path].changes[change].touches ^= true);
    let half = Sizes { sample: parts.head().rows / 2, ..SMALL };
    let mut found = [0, 0];
    for _ in 0..200 {
        clear(&scratch);
        found[usize::from(take_over(half, &mut parts, &scratch).is_err())] += 1;
        if !found.contains(&0) {
            return;
        }
    }
    panic!("200 choices of one half: {found:?}");
}

#[test]
fn what_is_not_of_this_repository_is_refused() {
    let (scratch, other) = (history(10, 20), history(11, 20));
    let mut parts = Parts::of(&other, None);
    let error = take_over(SMALL, &mut parts, &scratch).unwrap_err().to_string();
    assert!(error.starts_with("the snapshot is of another repository: none of its "), "{error}");
    assert_eq!(state(&scratch).indexed, Rev::NULL);
    // Nor what names a changeset twice, or counts otherwise, or lacks a part.
    let honest = Parts::of(&scratch, None);
    clear(&scratch);
    let mut twice = honest.clone();
    let nodes = twice.0.get_mut("000000.nodes").unwrap();
    nodes.copy_within(0..20, 20);
    let mut fewer = honest.clone();
    let head = Head { rows: honest.head().rows - 1, ..honest.head() };
    fewer.0.insert("head".to_owned(), head.encode());
    let mut lacking = honest.clone();
    lacking.0.remove("000001.changes");
    for (mut parts, what) in
        [(twice, "twice"), (fewer, "its head counts otherwise"), (lacking, "000001.changes is missing")]
    {
        let error = take_over(SMALL, &mut parts, &scratch).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    }
}

#[test]
fn an_order_that_does_not_fit_is_refused_before_anything_is_written() {
    let scratch = history(13, 60);
    let mut parts = Parts::of(&scratch, None);
    clear(&scratch);
    let count = parts.head().parts;
    // The last part first: everything else has to wait for what comes at the end.
    for column in ["nodes", "changes"] {
        let names: Vec<String> = (0..count).map(|at| format!("{at:06}.{column}")).collect();
        let data: Vec<_> = names.iter().map(|name| parts.0[name].clone()).collect();
        names.into_iter().zip(data.into_iter().rev()).for_each(|(name, data)| drop(parts.0.insert(name, data)));
    }
    let error = take_over(Sizes { waiting: 40, ..SMALL }, &mut parts, &scratch).unwrap_err();
    assert!(matches!(error, crate::Error::Transfer(Error::Scattered)), "{error}");
    assert_eq!(state(&scratch).indexed, Rev::NULL);
    take_over(SMALL, &mut parts, &scratch).unwrap();
    agrees_with_git(&scratch, "from the last to the first");
}
