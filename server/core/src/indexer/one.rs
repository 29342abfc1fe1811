//! What a single changeset changed, and all its files: what the index is made of, for those who hold something against
//! it.

use super::tree_diff::differences;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::graph::Graph;
use crate::ids::{Node, RepoPath, Rev};
use crate::objects::{Entry, Objects};
use crate::store::{Change, PathChange};

/// The changes of `rev`, by path.
pub fn changes_of(objects: &Objects, graph: &Graph, rev: Rev, cancel: &Cancel) -> Result<Vec<PathChange>> {
    let parents: Vec<_> = graph.parents(rev).map(|parent| graph.manifest(parent)).collect();
    let here = graph.manifest(rev);
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
