//! The graph, against brute force on random histories.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::*;
use crate::testing::Random;

fn node(row: usize) -> Node {
    let mut random = Random::new(row as u64);
    let mut node = Node::NULL;
    // Few distinct first bytes, so that prefixes collide.
    node.0.iter_mut().enumerate().for_each(|(at, byte)| {
        *byte = if at == 0 { random.below(4) as u8 } else { random.below(256) as u8 };
    });
    node
}

fn random_columns(random: &mut Random, count: usize) -> Columns {
    let mut columns = Columns::default();
    for row in 0..count {
        let wanted = [0, 1, 1, 1, 1, 2, 2, 3, 5][random.below(9)];
        let parents: Vec<_> =
            (0..wanted.min(row)).map(|_| Rev::from_index(row - 1 - random.below(row.min(8)))).collect();
        columns.push(node(row), TreeNode([row as u8; 20]), &parents, row as i64);
    }
    columns
}

/// A -> B, A -> C, octopus of B C D, where D is a second root.
fn octopus() -> Graph {
    let mut columns = Columns::default();
    for parents in [&[][..], &[0], &[0], &[], &[1, 2, 3]] {
        let parents: Vec<_> = parents.iter().map(|rev| Rev(*rev)).collect();
        columns.push(node(columns.nodes.len()), TreeNode::EMPTY, &parents, 7);
    }
    columns.try_into().unwrap()
}

#[test]
fn an_octopus_has_all_its_parents_in_order() {
    let graph = octopus();
    assert_eq!(graph.parents(Rev(4)).collect::<Vec<_>>(), [Rev(1), Rev(2), Rev(3)]);
    assert_eq!((graph.p1(Rev(4)), graph.p2(Rev(4)), graph.is_merge(Rev(4))), (Rev(1), Rev(2), true));
    assert_eq!(graph.parents(Rev(3)).count(), 0);
    assert_eq!(graph.ancestors(&[Rev(4)], &Cancel::new()).unwrap().len(), 5);
}

#[test]
fn numbers_out_of_range_are_like_null() {
    let graph = octopus();
    for rev in [Rev::NULL, Rev(-7), Rev(5), Rev(i32::MAX - 1)] {
        assert_eq!((graph.node(rev), graph.p1(rev), graph.parents(rev).count()), (Node::NULL, Rev::NULL, 0));
        assert!(graph.ancestors(&[rev], &Cancel::new()).unwrap().is_empty());
        assert!(graph.descendants(&[rev], &Cancel::new()).unwrap().is_empty());
    }
    assert_eq!((graph.node(Rev::WDIR), graph.rev(&Node::WDIR)), (Node::WDIR, Some(Rev::WDIR)));
    assert_eq!(graph.rev(&Node::NULL), Some(Rev::NULL));
}

#[test]
fn damaged_columns_are_refused() {
    let columns = random_columns(&mut Random::new(3), 20);
    let refused = |spoil: &dyn Fn(&mut Columns)| {
        let mut columns = columns.clone();
        spoil(&mut columns);
        Graph::try_from(columns).err()
    };
    assert_eq!(refused(&|_| ()), None);
    assert_eq!(refused(&|columns| columns.p1[5] = Rev(5)), Some(Damaged(Rev(5))));
    assert_eq!(refused(&|columns| columns.p2[6] = Rev(-2)), Some(Damaged(Rev(6))));
    assert_eq!(refused(&|columns| columns.times.truncate(9)), Some(Damaged(Rev(9))));
    assert!(refused(&|columns| drop(columns.octopus.insert(Rev(20), vec![Rev(1)]))).is_some());
    assert!(refused(&|columns| drop(columns.octopus.insert(Rev(9), vec![Rev(9)]))).is_some());
}

#[test]
fn walks_agree_with_their_definitions() {
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let count = 1 + random.below(120);
        let graph = Graph::try_from(random_columns(&mut random, count)).unwrap();
        let cancel = Cancel::new();
        // above[d] holds all a with a path from d down to a.
        let mut above: Vec<BTreeSet<usize>> = Vec::new();
        for row in 0..count {
            let mut set = BTreeSet::from([row]);
            for parent in graph.parents(Rev::from_index(row)) {
                set.extend(&above[parent.0 as usize]);
            }
            above.push(set);
        }
        let rows = |set: &RevSet| set.iter().map(|rev| rev.0 as usize).collect::<BTreeSet<_>>();
        let picked: Vec<_> = (0..1 + random.below(4)).map(|_| random.below(count)).collect();
        let revs: Vec<_> = picked.iter().map(|row| Rev::from_index(*row)).collect();
        let expected: BTreeSet<_> = picked.iter().flat_map(|row| &above[*row]).copied().collect();
        assert_eq!(rows(&graph.ancestors(&revs, &cancel).unwrap()), expected, "seed {seed}");
        let below = |row: &usize| picked.iter().any(|picked| above[*row].contains(picked));
        let expected: BTreeSet<_> = (0..count).filter(below).collect();
        assert_eq!(rows(&graph.descendants(&revs, &cancel).unwrap()), expected, "seed {seed}");
        let child = |row: &usize| graph.parents(Rev::from_index(*row)).any(|parent| revs.contains(&parent));
        let expected: BTreeSet<_> = (0..count).filter(child).collect();
        assert_eq!(rows(&graph.children(&revs.iter().copied().collect(), &cancel).unwrap()), expected, "seed {seed}");
        for _ in 0..50 {
            let (one, other) = (random.below(count), random.below(count));
            let answer = graph.is_ancestor(Rev::from_index(one), Rev::from_index(other), &cancel).unwrap();
            assert_eq!(answer, above[other].contains(&one), "seed {seed}: {one} {other}");
        }
    }
}

#[test]
fn nodes_and_prefixes_are_found() {
    let graph = Graph::try_from(random_columns(&mut Random::new(1), 300)).unwrap();
    let hexes: Vec<_> = (0..300).map(|row| graph.node(Rev(row)).to_hex()).collect();
    for (row, hex) in hexes.iter().enumerate() {
        let rev = Rev::from_index(row);
        assert_eq!(graph.rev(&graph.node(rev)), Some(rev));
        let unique = (1..=40)
            .find(|length| hexes.iter().filter(|other| other.starts_with(&hex[..*length])).count() == 1)
            .unwrap();
        assert_eq!(graph.unique_prefix_length(rev), unique);
        assert_eq!(graph.prefix(&hex[..unique].to_uppercase()), PrefixMatch::One(rev));
        assert_eq!(graph.prefix(hex), PrefixMatch::One(rev));
        if unique > 1 {
            assert_eq!(graph.prefix(&hex[..unique - 1]), PrefixMatch::Ambiguous);
        }
    }
    for unknown in ["", "g", "ff", "é", &"0".repeat(41), &"f".repeat(40)] {
        assert_eq!(graph.prefix(unknown), PrefixMatch::None, "{unknown:?}");
    }
    assert_eq!(Graph::default().prefix("0"), PrefixMatch::None);
    assert_eq!(Graph::default().rev(&node(1)), None);
}

#[test]
fn a_graph_grows_at_its_end() {
    let columns = random_columns(&mut Random::new(9), 40);
    let whole = Graph::try_from(columns.clone()).unwrap();
    let mut rows = columns.clone();
    let start = Columns {
        nodes: rows.nodes.drain(..25).collect(),
        manifests: rows.manifests.drain(..25).collect(),
        p1: rows.p1.drain(..25).collect(),
        p2: rows.p2.drain(..25).collect(),
        times: rows.times.drain(..25).collect(),
        octopus: columns.octopus.range(..Rev(25)).map(|(rev, more)| (*rev, more.clone())).collect(),
    };
    rows.octopus.retain(|rev, _| *rev >= Rev(25));
    let grown = Graph::try_from(start).unwrap().extended(rows).unwrap();
    for rev in (0..40).map(Rev) {
        assert_eq!(grown.rev(&whole.node(rev)), Some(rev));
        assert_eq!(grown.manifest(rev), TreeNode([rev.0 as u8; 20]));
        assert!(grown.parents(rev).eq(whole.parents(rev)));
    }
}

#[test]
fn a_cancelled_walk_is_no_answer() {
    let cancel = Cancel::new();
    cancel.trip();
    assert_eq!(octopus().ancestors(&[Rev(4)], &cancel), Err(Cancelled));
    assert_eq!(octopus().descendants(&[Rev(0)], &cancel), Err(Cancelled));
}
