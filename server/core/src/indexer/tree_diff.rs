//! What a changeset changed: its tree walked by hand beside those of all its parents at once.
//!
//! Only folders that differ from the first parent's are entered. Both listings are stepped together, and the other
//! parents' beside them, so that every change is known to be the changeset's own or another parent's version. The
//! outcome for `touches` is that of `git diff-tree -c`.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::{RepoPath, TreeNode};
use crate::objects::{Entries, Entry, Objects, Tree, TreeEntry, check_count};

/// A path whose entry is not that of the first parent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub path: RepoPath,
    /// `None` when it was removed.
    pub entry: Option<Entry>,
    /// Whether it differs from every parent.
    pub touches: bool,
}

/// A folder in all trees; `None` in those that have none there.
struct Folder {
    /// Its path with a slash at the end; empty for the root.
    prefix: Vec<u8>,
    here: Option<TreeNode>,
    first: Option<TreeNode>,
    others: Vec<Option<TreeNode>>,
    /// Whether another parent has this very folder: nothing below is the changeset's own.
    taken_over: bool,
}

/// The differences of the tree `here` from that of the first of `parents`, by path, each path once. A root has no
/// parents, and every file is a difference.
pub(super) fn differences(
    objects: &Objects,
    here: TreeNode,
    parents: &[TreeNode],
    cancel: &Cancel,
) -> Result<Vec<Difference>> {
    let mut found: Vec<Difference> = Vec::new();
    let (first, others) = match parents {
        [first, others @ ..] => (Some(*first), others.iter().copied().map(Some).collect()),
        [] => (None, Vec::new()),
    };
    // A list of folders rather than recursion: a tree may be nested deeper than a stack allows.
    let mut folders = vec![Folder { prefix: Vec::new(), here: Some(here), first, others, taken_over: false }];
    while let Some(mut folder) = folders.pop() {
        cancel.check()?;
        if folder.here == folder.first {
            continue;
        }
        if folder.here.is_some() && folder.others.contains(&folder.here) {
            folder.taken_over = true;
            folder.others.clear();
        }
        Step::new(objects, &folder)?.run(&mut found, &mut folders);
        check_count(here, found.len() + folders.len())?;
    }
    let key = |difference: &Difference| difference.entry.is_none();
    found.sort_unstable_by(|one, other| one.path.cmp(&other.path).then_with(|| key(one).cmp(&key(other))));
    // Only a damaged tree, out of order, has a path twice; what is there counts.
    found.dedup_by(|later, earlier| later.path == earlier.path);
    Ok(found)
}

/// The listings of one folder, stepped together.
struct Step<'a> {
    folder: &'a Folder,
    here: Listing,
    first: Listing,
    others: Vec<Listing>,
}

type Listing = Option<Arc<Tree>>;

fn entries(listing: &Listing) -> Entries<'_> {
    listing.as_ref().map_or_else(Entries::default, |tree| tree.entries())
}

impl<'a> Step<'a> {
    fn new(objects: &Objects, folder: &'a Folder) -> Result<Self> {
        let read = |tree: &Option<TreeNode>| tree.map(|tree| objects.tree(tree)).transpose();
        Ok(Self {
            folder,
            here: read(&folder.here)?,
            first: read(&folder.first)?,
            others: folder.others.iter().map(read).collect::<Result<_, _>>()?,
        })
    }

    fn run(&self, found: &mut Vec<Difference>, folders: &mut Vec<Folder>) {
        let (mut here, mut first) = (entries(&self.here), entries(&self.first));
        let mut others: Vec<Entries<'_>> = self.others.iter().map(entries).collect();
        loop {
            here.skip_common(&mut first);
            let (key, in_here, in_first) = match (here.peek(), first.peek()) {
                (None, None) => return,
                (Some(mine), None) => (mine, Some(mine), None),
                (None, Some(theirs)) => (theirs, None, Some(theirs)),
                (Some(mine), Some(theirs)) => match order(&mine, &theirs) {
                    Ordering::Less => (mine, Some(mine), None),
                    Ordering::Greater => (theirs, None, Some(theirs)),
                    Ordering::Equal => (mine, Some(mine), Some(theirs)),
                },
            };
            if in_here.is_some() {
                here.next();
            }
            if in_first.is_some() {
                first.next();
            }
            let in_others: Vec<Option<TreeEntry<'_>>> = others.iter_mut().map(|other| seek(other, &key)).collect();
            if key.as_folder().is_some() {
                let node = |entry: Option<TreeEntry<'_>>| entry.and_then(|entry| entry.as_folder());
                folders.push(Folder {
                    prefix: [&self.folder.prefix, key.name, b"/"].concat(),
                    here: node(in_here),
                    first: node(in_first),
                    others: in_others.into_iter().map(node).collect(),
                    taken_over: self.folder.taken_over,
                });
            } else {
                let file = |entry: Option<TreeEntry<'_>>| entry.and_then(|entry| entry.as_file());
                let entry = file(in_here);
                // Entries may differ in the historic modes that mean the same.
                if entry != file(in_first)
                    && let Some(path) = RepoPath::new([&self.folder.prefix, key.name].concat())
                {
                    let touches = !self.folder.taken_over && in_others.into_iter().all(|other| file(other) != entry);
                    found.push(Difference { path, entry, touches });
                }
            }
        }
    }
}

/// git's order of entries: a folder counts as if its name ended in a slash. Equal are only two of the same kind.
fn order(one: &TreeEntry<'_>, other: &TreeEntry<'_>) -> Ordering {
    let common = one.name.len().min(other.name.len());
    one.name[..common].cmp(&other.name[..common]).then_with(|| {
        let next = |entry: &TreeEntry<'_>| {
            let end = if entry.as_folder().is_some() { b'/' } else { 0 };
            entry.name.get(common).copied().unwrap_or(end)
        };
        next(one).cmp(&next(other)).then_with(|| one.name.len().cmp(&other.name.len()))
    })
}

/// The entry of the same name and kind as `key`, after passing over all that come before it.
fn seek<'a>(entries: &mut Entries<'a>, key: &TreeEntry<'_>) -> Option<TreeEntry<'a>> {
    while let Some(entry) = entries.peek() {
        match order(&entry, key) {
            Ordering::Less => entries.next(),
            Ordering::Equal => return Some(entry),
            Ordering::Greater => return None,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, is_folder: bool) -> TreeEntry<'_> {
        TreeEntry { name: name.as_bytes(), mode_bits: if is_folder { 0o040000 } else { 0o100644 }, id: [0; 20] }
    }

    #[test]
    fn folders_sort_as_if_they_ended_in_a_slash() {
        let sorted = [
            entry("a", false),
            entry("a-b", false),
            entry("a.c", false),
            entry("a", true),
            entry("a0", false),
            entry("ab", true),
        ];
        for (at, one) in sorted.iter().enumerate() {
            for (other_at, other) in sorted.iter().enumerate() {
                assert_eq!(order(one, other), at.cmp(&other_at), "{one:?} {other:?}");
            }
        }
    }
}
