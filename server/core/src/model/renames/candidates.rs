//! The files of a parent that may be a source, in the order in which git looks at them: that of its trees.

use std::cmp::Ordering;

use super::Among;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::TreeNode;
use crate::objects::{Entry, Objects, TreeEntry, check_count};

/// A file of the parent.
pub(super) struct Candidate {
    pub path: Box<[u8]>,
    pub entry: Entry,
    /// Whether the changeset has no file of that path.
    pub removed: bool,
}

/// The candidates in the manifest `parent` for a changeset with the manifest `root`.
pub(super) fn list(
    objects: &Objects,
    parent: TreeNode,
    root: TreeNode,
    among: Among,
    cancel: &Cancel,
) -> Result<Vec<Candidate>> {
    let mut walk = Walk { objects, among, cancel, waiting: Vec::new(), found: Vec::new() };
    walk.folder(Vec::new(), parent, Some(root))?;
    while let Some(next) = walk.waiting.pop() {
        check_count(root, walk.found.len() + walk.waiting.len())?;
        match next {
            Waiting::File(candidate) => walk.found.push(candidate),
            Waiting::Folder { prefix, folder, counterpart } => walk.folder(prefix, folder, counterpart)?,
        }
    }
    Ok(walk.found)
}

struct Walk<'a> {
    objects: &'a Objects,
    among: Among,
    cancel: &'a Cancel,
    /// What is still to come, the next one last. A list rather than recursion: a tree may be nested deeper than a stack
    /// allows.
    waiting: Vec<Waiting>,
    found: Vec<Candidate>,
}

enum Waiting {
    File(Candidate),
    Folder {
        /// With a slash at its end; empty for the root.
        prefix: Vec<u8>,
        folder: TreeNode,
        /// The folder of the same path in the changeset.
        counterpart: Option<TreeNode>,
    },
}

impl Walk<'_> {
    fn folder(&mut self, prefix: Vec<u8>, folder: TreeNode, counterpart: Option<TreeNode>) -> Result<()> {
        if self.among == Among::Removed && counterpart == Some(folder) {
            return Ok(());
        }
        self.cancel.check()?;
        let listing = self.objects.tree(folder)?;
        let others = match counterpart {
            Some(counterpart) => Some(self.objects.tree(counterpart)?),
            None => None,
        };
        let mut others = others.iter().flat_map(|tree| tree.entries()).peekable();
        let start = self.waiting.len();
        for entry in listing.entries() {
            while others.next_if(|other| compare(other, &entry).is_lt()).is_some() {}
            let same_place = others.next_if(|other| compare(other, &entry).is_eq());
            let removed = same_place.is_none();
            if let Some(folder) = entry.as_folder() {
                let prefix = [&prefix, entry.name, b"/"].concat();
                let counterpart = same_place.and_then(|other| other.as_folder());
                self.waiting.push(Waiting::Folder { prefix, folder, counterpart });
            } else if let Some(file) = entry.as_file().filter(|_| removed || self.among == Among::All) {
                let path = [&prefix, entry.name].concat().into();
                self.waiting.push(Waiting::File(Candidate { path, entry: file, removed }));
            }
        }
        self.waiting[start..].reverse();
        Ok(())
    }
}

/// git's order of a tree: a folder counts as if its name ended in a slash, so it never stands where a file does.
fn compare(one: &TreeEntry, two: &TreeEntry) -> Ordering {
    let end = |entry: &TreeEntry| if entry.as_folder().is_some() { b"/".as_slice() } else { b"" };
    one.name.iter().chain(end(one)).cmp(two.name.iter().chain(end(two)))
}
