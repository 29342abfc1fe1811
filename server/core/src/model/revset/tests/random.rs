//! Random expressions on random graphs, beside an evaluation that follows the definitions word for word, and random
//! sequences of tokens, which may be wrong and must not be more than that.

use std::collections::BTreeSet;

use super::*;
use crate::model::testing::random_repository;
use crate::testing::Random;

/// Parents by revision.
type Graph = Vec<Vec<i32>>;

/// An expression, and the revisions that it stands for in order.
struct Sample {
    text: String,
    revs: Vec<i32>,
}

fn sample(text: String, revs: impl IntoIterator<Item = i32>) -> Sample {
    Sample { text, revs: revs.into_iter().collect() }
}

fn set(revs: &[i32]) -> BTreeSet<i32> {
    revs.iter().copied().collect()
}

fn ancestors(graph: &Graph, of: &BTreeSet<i32>, depth: usize) -> BTreeSet<i32> {
    let mut all = of.clone();
    for _ in 0..depth.min(graph.len()) {
        let parents: Vec<i32> = all.iter().flat_map(|rev| graph[*rev as usize].clone()).collect();
        all.extend(parents);
    }
    all
}

fn descendants(graph: &Graph, of: &BTreeSet<i32>, depth: usize) -> BTreeSet<i32> {
    let mut all = of.clone();
    for _ in 0..depth.min(graph.len()) {
        let children = children(graph, &all);
        all.extend(children);
    }
    all
}

fn children(graph: &Graph, of: &BTreeSet<i32>) -> BTreeSet<i32> {
    (0..graph.len() as i32).filter(|rev| graph[*rev as usize].iter().any(|parent| of.contains(parent))).collect()
}

fn heads(graph: &Graph, of: &BTreeSet<i32>) -> Vec<i32> {
    of.iter().copied().filter(|rev| children(graph, &BTreeSet::from([*rev])).is_disjoint(of)).collect()
}

fn expression(random: &mut Random, graph: &Graph, depth: usize) -> Sample {
    const ANY: usize = usize::MAX;
    let count = graph.len() as i32;
    if depth == 0 {
        let (a, b) = (random.below(graph.len()) as i32, random.below(graph.len()) as i32);
        return match random.below(6) {
            0 => sample("all()".into(), 0..count),
            1 => sample("merge()".into(), (0..count).filter(|rev| graph[*rev as usize].len() > 1)),
            2 if a <= b => sample(format!("{a}:{b}"), a..=b),
            2 => sample(format!("{a}:{b}"), (b..=a).rev()),
            3 => sample(format!(":{a}"), 0..=a),
            _ => sample(a.to_string(), [a]),
        };
    }
    let x = expression(random, graph, depth - 1);
    let (text, revs) = (&x.text, &x.revs);
    let members = set(revs);
    let near = random.below(4);
    match random.below(26) {
        0 => sample(format!("ancestors({text})"), ancestors(graph, &members, ANY)),
        1 => sample(format!("::({text})"), ancestors(graph, &members, ANY)),
        2 => sample(format!("ancestors({text}, {near})"), ancestors(graph, &members, near)),
        3 => sample(format!("descendants({text})"), descendants(graph, &members, ANY)),
        4 => sample(format!("({text})::"), descendants(graph, &members, ANY)),
        5 => sample(format!("descendants({text}, depth={near})"), descendants(graph, &members, near)),
        6 => sample(format!("children({text})"), children(graph, &members)),
        7 => sample(
            format!("parents({text})"),
            members.iter().flat_map(|rev| graph[*rev as usize].clone()).collect::<BTreeSet<_>>(),
        ),
        8 => {
            let nth = 1 + random.below(3);
            let nth_parent = |rev: &i32| graph[*rev as usize].get(nth - 1).copied();
            sample(format!("({text})^{nth}"), members.iter().filter_map(nth_parent).collect::<BTreeSet<_>>())
        }
        9 => sample(format!("heads({text})"), heads(graph, &members)),
        10 => {
            let is_root = |rev: &i32| !graph[*rev as usize].iter().any(|parent| members.contains(parent));
            sample(format!("roots({text})"), members.iter().copied().filter(is_root))
        }
        11 => sample(format!("not ({text})"), (0..count).filter(|rev| !members.contains(rev))),
        12 => sample(format!("reverse({text})"), revs.iter().rev().copied()),
        13 => sample(format!("first({text}, {near})"), revs.iter().take(near).copied()),
        14 => sample(format!("last({text}, {near})"), revs[revs.len().saturating_sub(near)..].iter().copied()),
        15 => sample(format!("limit({text}, 2, {near})"), revs.iter().skip(near).take(2).copied()),
        16 => sample(format!("sort({text}, -rev)"), members.into_iter().rev()),
        17 => sample(format!("max({text})"), members.into_iter().next_back()),
        18 => sample(format!("user('re:^test') and ({text})"), members),
        _ => {
            let y = expression(random, graph, depth - 1);
            let others = set(&y.revs);
            let other = &y.text;
            match random.below(6) {
                0 => sample(format!("({text}) and ({other})"), revs.iter().copied().filter(|rev| others.contains(rev))),
                1 => sample(format!("({text}) - ({other})"), revs.iter().copied().filter(|rev| !others.contains(rev))),
                2 => {
                    let more = y.revs.iter().copied().filter(|rev| !members.contains(rev));
                    sample(format!("({text}) + ({other})"), revs.iter().copied().chain(more))
                }
                3 => {
                    let (down, up) = (descendants(graph, &members, ANY), ancestors(graph, &others, ANY));
                    sample(format!("({text})::({other})"), down.intersection(&up).copied())
                }
                4 => {
                    let excluded = ancestors(graph, &others, ANY);
                    let included = ancestors(graph, &members, ANY);
                    sample(format!("only({text}, {other})"), included.difference(&excluded).copied())
                }
                _ => match (revs.first(), y.revs.last()) {
                    (Some(a), Some(b)) if a <= b => sample(format!("({text}):({other})"), *a..=*b),
                    (Some(a), Some(b)) => sample(format!("({text}):({other})"), (*b..=*a).rev()),
                    _ => sample(format!("({text}):({other})"), []),
                },
            }
        }
    }
}

#[test]
fn random_expressions_mean_what_the_definitions_say() {
    for seed in 0..4 {
        println!("seed {seed}");
        let mut random = Random::new(seed);
        let scratch = random_repository(&mut random, 40);
        let snapshot = snapshot(&scratch);
        let parents = |rev| snapshot.changelog.parents(Rev(rev)).map(|parent| parent.0).collect();
        let graph: Graph = (0..40).map(parents).collect();
        for round in 0..400 {
            let Sample { text, revs } = expression(&mut random, &graph, round % 5);
            let expected = revs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            assert_eq!(answer(&snapshot, &text), expected, "{text}");
        }
    }
}

#[test]
fn no_sequence_of_tokens_makes_the_evaluator_panic() {
    let seed = 5;
    println!("seed {seed}");
    let mut random = Random::new(seed);
    let scratch = fixture();
    let snapshot = snapshot(&scratch);
    let pieces = [
        "0",
        "3",
        "19",
        "-1",
        ".",
        "null",
        "wdir()",
        "tip",
        "stable",
        "nope",
        "(",
        ")",
        "all()",
        "ancestors(",
        "p2(",
        "first(",
        "sort(",
        "user(",
        "date(",
        "file(",
        "reverse(",
        "heads(",
        "only(",
        "children(",
        ":",
        "::",
        "^",
        "~",
        "-",
        "+",
        "&",
        "not ",
        " and ",
        "%",
        ",",
        "=",
        "'x'",
        "\"re:(\"",
        "'>2020'",
        "'-3'",
        "99999999999999999999",
        "depth=",
        "merge()",
        "follow(",
        "limit(",
        "'glob:[a'",
        "'path:../x'",
        "\u{e9}",
    ];
    for _ in 0..3_000 {
        let source: String = (0..random.below(9)).map(|_| pieces[random.below(pieces.len())]).collect();
        let _ = answer(&snapshot, &source);
        let _ = single(&snapshot, &source, CLOCK);
    }
}
