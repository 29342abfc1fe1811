//! What a single changeset changed, and all its files: what the index is made of, for those who hold something against
//! it.

use std::collections::HashMap;

use super::tree_diff::differences;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::graph::Graph;
use crate::ids::{Node, RepoPath, Rev, TreeNode};
use crate::objects::{Entry, Objects};
use crate::store::{Change, PathChange};

/// The changes of `rev`, by path. `trees` remembers the manifests of changesets that were asked for before.
pub fn changes_of(
    objects: &Objects,
    graph: &Graph,
    rev: Rev,
    trees: &mut HashMap<Rev, TreeNode>,
    cancel: &Cancel,
) -> Result<Vec<PathChange>> {
    let mut tree = |rev: Rev| -> Result<TreeNode> {
        if let Some(tree) = trees.get(&rev) {
            return Ok(*tree);
        }
        let tree = objects.commit(graph.node(rev))?.tree;
        trees.insert(rev, tree);
        Ok(tree)
    };
    let here = tree(rev)?;
    let parents = graph.parents(rev).map(tree).collect::<Result<Vec<_>>>()?;
    let found = differences(objects, here, &parents, cancel)?.into_iter();
    Ok(found
        .map(|difference| PathChange {
            path: difference.path,
            change: Change { rev, entry: difference.entry, touches: difference.touches },
        })
        .collect())
}

/// All files of a changeset.
pub fn files_of(objects: &Objects, node: Node, cancel: &Cancel) -> Result<Vec<(RepoPath, Entry)>> {
    let files = differences(objects, objects.commit(node)?.tree, &[], cancel)?.into_iter();
    Ok(files.filter_map(|file| Some((file.path, file.entry?))).collect())
}
