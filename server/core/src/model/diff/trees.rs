//! Two trees stepped through together: which files differ. Knows nothing of renames or contents.

use std::cmp::Ordering;
use std::sync::Arc;

use super::Change;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::Scope;
use crate::ids::{RepoPath, TreeNode};
use crate::objects::{Objects, Tree, TreeEntry, check_count};

/// Folders of one path that differ and wait to be compared. `None` where there is none on that side.
struct Pair<'a> {
    /// Empty for the root, otherwise ending in a slash.
    prefix: Vec<u8>,
    old: Option<TreeNode>,
    new: Option<TreeNode>,
    scope: &'a Scope,
}

/// The files that differ between two trees, as far as they are in `scope`, ordered by path.
pub fn changes(
    objects: &Objects,
    old: Option<TreeNode>,
    new: Option<TreeNode>,
    scope: &Scope,
    cancel: &Cancel,
) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    let (old_root, new_root) = (old, new);
    let mut waiting = vec![Pair { prefix: Vec::new(), old, new, scope }];
    while let Some(pair) = waiting.pop() {
        cancel.check()?;
        if pair.old == pair.new {
            continue;
        }
        let read = |tree: Option<TreeNode>| tree.map(|tree| objects.tree(tree)).transpose();
        let (old, new) = (read(pair.old)?, read(pair.new)?);
        step(old.as_ref(), new.as_ref(), |old, new| {
            let Some(name) = old.or(new).map(|entry| entry.name) else { return };
            let Some(scope) = pair.scope.below(name) else { return };
            if old.map(|old| (old.mode_bits, old.id)) == new.map(|new| (new.mode_bits, new.id)) {
                return;
            }
            let full = [&pair.prefix, name].concat();
            let folders = (old.and_then(|old| old.as_folder()), new.and_then(|new| new.as_folder()));
            if folders != (None, None) {
                let prefix = [full.as_slice(), b"/"].concat();
                waiting.push(Pair { prefix, old: folders.0, new: folders.1, scope });
            } else if *scope == Scope::Whole {
                let (old, new) = (old.and_then(|old| old.as_file()), new.and_then(|new| new.as_file()));
                // Modes that git wrote long ago may differ in bits that mean nothing.
                if old != new {
                    changes.extend(RepoPath::new(full).map(|path| Change { path, old, new, source: None }));
                }
            }
        });
        check_count(new_root.or(old_root).unwrap_or(TreeNode::EMPTY), changes.len() + waiting.len())?;
    }
    changes.sort_by(|one, two| one.path.cmp(&two.path));
    Ok(changes)
}

/// Gives `each` the entries of one name and kind, folder or not, side by side.
fn step<'a>(
    old: Option<&'a Arc<Tree>>,
    new: Option<&'a Arc<Tree>>,
    mut each: impl FnMut(Option<TreeEntry<'a>>, Option<TreeEntry<'a>>),
) {
    let mut old = old.into_iter().flat_map(|tree| tree.entries()).peekable();
    let mut new = new.into_iter().flat_map(|tree| tree.entries()).peekable();
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => key(old).cmp(key(new)),
        };
        let old = if order.is_le() { old.next() } else { None };
        let new = if order.is_ge() { new.next() } else { None };
        each(old, new);
    }
}

/// What git orders a tree's entries by: a folder's name counts with a slash.
fn key<'a>(entry: &TreeEntry<'a>) -> impl Iterator<Item = u8> + use<'a> {
    entry.name.iter().copied().chain(entry.as_folder().map(|_| b'/'))
}
