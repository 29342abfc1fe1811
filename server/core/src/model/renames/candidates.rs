//! The files of a parent that may be a source, in the order in which git looks at them: that of its trees.

use std::cmp::Ordering;

use super::Among;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::TreeNode;
use crate::objects::{Entry, Objects, TreeEntry};

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
    let mut walk = Walk { objects, among, cancel, prefix: Vec::new(), found: Vec::new() };
    walk.folder(parent, Some(root))?;
    Ok(walk.found)
}

struct Walk<'a> {
    objects: &'a Objects,
    among: Among,
    cancel: &'a Cancel,
    prefix: Vec<u8>,
    found: Vec<Candidate>,
}

impl Walk<'_> {
    /// `counterpart` is the folder of the same path in the changeset.
    fn folder(&mut self, folder: TreeNode, counterpart: Option<TreeNode>) -> Result<()> {
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
        for entry in listing.entries() {
            while others.next_if(|other| compare(other, &entry).is_lt()).is_some() {}
            let same_place = others.next_if(|other| compare(other, &entry).is_eq());
            let length = self.prefix.len();
            self.prefix.extend_from_slice(entry.name);
            if let Some(folder) = entry.as_folder() {
                self.prefix.push(b'/');
                self.folder(folder, same_place.and_then(|other| other.as_folder()))?;
            } else if let Some(file) = entry.as_file() {
                let removed = same_place.is_none();
                if removed || self.among == Among::All {
                    self.found.push(Candidate { path: self.prefix.as_slice().into(), entry: file, removed });
                }
            }
            self.prefix.truncate(length);
        }
        Ok(())
    }
}

/// git's order of a tree: a folder counts as if its name ended in a slash, so it never stands where a file does.
fn compare(one: &TreeEntry, two: &TreeEntry) -> Ordering {
    let end = |entry: &TreeEntry| if entry.as_folder().is_some() { b"/".as_slice() } else { b"" };
    one.name.iter().chain(end(one)).cmp(two.name.iter().chain(end(two)))
}
