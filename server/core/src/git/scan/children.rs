//! The tracked content of one folder, by name. Knows the index and no file.

use std::ops::Range;

use crate::git::index::Tracked;

/// What is tracked under one name of a folder: an entry (in a conflict several), entries below a folder of that name,
/// or, in a conflict between a file and a folder, both. Positions in the index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Child<'a> {
    /// A single component.
    pub name: &'a [u8],
    /// Entries of exactly this path.
    pub here: Range<usize>,
    /// Entries below it.
    pub below: Range<usize>,
}

/// The children of the folder whose prefix (with its slash) has length `depth` and whose entries are at `range`,
/// ordered by name.
pub fn children(tracked: &[Tracked], range: Range<usize>, depth: usize) -> Vec<Child<'_>> {
    let mut children: Vec<Child<'_>> = Vec::new();
    let mut at = range.start;
    while let Some(first) = tracked.get(at).filter(|_| at < range.end) {
        let rest = first.path.get(depth..).unwrap_or_default();
        let start = at;
        match rest.iter().position(|byte| *byte == b'/') {
            None => {
                at += tracked[at..range.end].iter().take_while(|next| next.path == first.path).count();
                children.push(Child { name: rest, here: start..at, below: 0..0 });
            }
            Some(slash) => {
                let folder = &first.path[..depth + slash + 1];
                at += tracked[at..range.end].partition_point(|next| next.path.starts_with(folder));
                children.push(Child { name: &rest[..slash], here: 0..0, below: start..at });
            }
        }
    }
    // Nearly in order already: a folder `a/` stands behind a file `a-b`.
    children.sort_by_key(|child| child.name);
    children.dedup_by(|second, first| {
        let same = second.name == first.name;
        if same {
            first.here = if first.here.is_empty() { second.here.clone() } else { first.here.clone() };
            first.below = if first.below.is_empty() { second.below.clone() } else { first.below.clone() };
        }
        same
    });
    children
}

/// The child of that name.
pub fn find(children: &[Child<'_>], name: &[u8]) -> Option<usize> {
    children.binary_search_by_key(&name, |child| child.name).ok()
}
