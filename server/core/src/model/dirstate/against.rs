//! git's index compared with the tree of a changeset. Knows neither the files on disk nor statuses.
//!
//! The index remembers which trees its folders make, so that only folders in which something is staged are read.

use std::ops::Range;

use crate::error::Result;
use crate::git::{Index, Scope, children};
use crate::ids::{RepoPath, TreeNode};
use crate::objects::{Entry, TreeEntry, check_count};
use crate::repository::Moment;

/// A path at which they differ; one in conflict, or without content yet, always does.
pub(super) struct Difference {
    pub path: RepoPath,
    /// Position of its first entry in the index; `None` when it is not tracked.
    pub at: Option<usize>,
    /// In the tree.
    pub old: Option<Entry>,
}

/// Where `index` and `tree`, of which `None` is empty, differ in `scope`, in no order.
pub(super) fn differences(
    moment: &Moment,
    index: &Index,
    tree: Option<TreeNode>,
    scope: &Scope,
) -> Result<Vec<Difference>> {
    let root = Folder { prefix: Vec::new(), range: 0..index.tracked.len(), tree, scope };
    let mut walk = Walk { moment, index, found: Vec::new(), waiting: vec![root] };
    while let Some(folder) = walk.waiting.pop() {
        walk.folder(folder)?;
        check_count(tree.unwrap_or(TreeNode::EMPTY), walk.found.len() + walk.waiting.len())?;
    }
    Ok(walk.found)
}

/// A folder on both sides.
struct Folder<'a> {
    /// Its path with a slash at its end; empty for the root.
    prefix: Vec<u8>,
    /// Where the index has its entries.
    range: Range<usize>,
    tree: Option<TreeNode>,
    scope: &'a Scope,
}

struct Walk<'a> {
    moment: &'a Moment,
    index: &'a Index,
    found: Vec<Difference>,
    /// A list rather than recursion: a tree may be nested deeper than a stack allows.
    waiting: Vec<Folder<'a>>,
}

impl<'a> Walk<'a> {
    fn folder(&mut self, Folder { prefix, range, tree, scope }: Folder<'a>) -> Result<()> {
        self.moment.cancel.check()?;
        if tree.is_some() && self.index.tree_of(&prefix, &range) == tree {
            return Ok(());
        }
        let tree = tree.map(|tree| self.moment.objects.tree(tree)).transpose()?;
        let mut old: Vec<TreeEntry<'_>> = tree.iter().flat_map(|tree| tree.entries()).collect();
        // A tree has folders where their names with a slash stand.
        old.sort_by_key(|entry| entry.name);
        let mut old = old.into_iter().peekable();
        for child in children(&self.index.tracked, range, prefix.len()) {
            while let Some(gone) = old.next_if(|entry| entry.name < child.name) {
                self.name(&prefix, gone.name, (0..0, 0..0), Some(gone), scope);
            }
            let same = old.next_if(|entry| entry.name == child.name);
            self.name(&prefix, child.name, (child.here, child.below), same, scope);
        }
        old.for_each(|gone| self.name(&prefix, gone.name, (0..0, 0..0), Some(gone), scope));
        Ok(())
    }

    /// One name of a folder: the entries of exactly this path and those below it, and what the tree has.
    fn name(
        &mut self,
        prefix: &[u8],
        name: &[u8],
        (here, below): (Range<usize>, Range<usize>),
        old: Option<TreeEntry<'_>>,
        scope: &'a Scope,
    ) {
        let Some(scope) = scope.below(name) else { return };
        let full = [prefix, name].concat();
        let file = old.and_then(|old| old.as_file());
        let tracked = self.index.tracked.get(here.clone()).unwrap_or_default();
        let is_same = match (tracked, file) {
            ([], None) => true,
            ([only], Some(file)) => only.stage == 0 && !only.intent_to_add && only.entry == file,
            _ => false,
        };
        if !is_same && *scope == Scope::Whole {
            let at = (!here.is_empty()).then_some(here.start);
            self.found.extend(RepoPath::new(full.as_slice()).map(|path| Difference { path, at, old: file }));
        }
        let folder = old.and_then(|old| old.as_folder());
        if folder.is_none() && below.is_empty() {
            return;
        }
        let prefix = [&full, b"/".as_slice()].concat();
        self.waiting.push(Folder { prefix, range: below, tree: folder, scope });
    }
}
