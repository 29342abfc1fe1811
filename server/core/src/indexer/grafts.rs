//! What bends history: the boundary of a shallow clone, whose changesets seem to have no parents, and objects that
//! others stand in for. Numbers were given with both in mind; when they change so that a numbered changeset has other
//! parents, parents could not stay lower than children, and all numbers are given again.

use std::collections::HashSet;

use crate::git::Refs;
use crate::graph::Graph;
use crate::ids::{ID_LENGTH, Node};
use crate::objects::Objects;

/// Whether `graph`, numbered with `kept` (as [`keep`] made it), still has the parents that `refs` say there are.
pub(super) fn fit(kept: &[u8], graph: &Graph, refs: &Refs, objects: &Objects) -> bool {
    let Some((replacements, cut)) = read(kept) else { return graph.is_empty() };
    let shallow: HashSet<&Node> = refs.shallow.iter().collect();
    // A boundary changeset that is none any more has been given its parents, unless it was removed altogether.
    let deepened = cut.iter().any(|node| !shallow.contains(node) && objects.contains(node.0));
    replacements == refs.replacements && !deepened && !has_moved_up(graph, refs)
}

/// As [`fit`], of a graph that nothing was kept of: asks the roots themselves.
pub(super) fn fit_roots(graph: &Graph, refs: &Refs, objects: &Objects) -> bool {
    let shallow: HashSet<&Node> = refs.shallow.iter().collect();
    let deepened = graph.roots().any(|root| {
        let node = graph.node(root);
        !shallow.contains(&node) && objects.commit(node).is_ok_and(|commit| !commit.parents.is_empty())
    });
    refs.replacements.is_empty() && !deepened && !has_moved_up(graph, refs)
}

/// Whether a changeset that has parents is to have none.
fn has_moved_up(graph: &Graph, refs: &Refs) -> bool {
    let mut boundary = refs.shallow.iter().filter_map(|node| graph.rev(node));
    boundary.any(|rev| graph.parents(rev).next().is_some())
}

/// What to keep beside numbers: how many replacements there are, these, and then the boundary as far as it has numbers.
pub(super) fn keep(refs: &Refs, has_number: impl Fn(&Node) -> bool) -> Vec<u8> {
    let mut bytes = (refs.replacements.len() as u32).to_le_bytes().to_vec();
    bytes.extend(refs.replacements.iter().flat_map(|(from, to)| [from.0, to.0].concat()));
    bytes.extend(refs.shallow.iter().filter(|node| has_number(node)).flat_map(|node| node.0));
    bytes
}

type Pairs = Vec<(Node, Node)>;

fn read(kept: &[u8]) -> Option<(Pairs, Vec<Node>)> {
    let (count, rest) = kept.split_first_chunk::<4>()?;
    let nodes = |bytes: &[u8]| bytes.as_chunks::<ID_LENGTH>().0.iter().map(|id| Node(*id)).collect::<Vec<_>>();
    let length = usize::try_from(u32::from_le_bytes(*count)).ok()?.checked_mul(2 * ID_LENGTH)?;
    let (pairs, cut) = rest.split_at_checked(length)?;
    Some((nodes(pairs).as_chunks::<2>().0.iter().map(|[from, to]| (*from, *to)).collect(), nodes(cut)))
}
