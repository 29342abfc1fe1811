//! What a commit stands on: the parents it gets, whose author it keeps, and whether it may be made now. An ordinary
//! commit stands on what is checked out, an amended one in its place. Knows nothing of files.

use crate::edit::Error;
use crate::error::Result;
use crate::git::small;
use crate::ids::{Node, TreeNode};
use crate::objects::CommitObject;
use crate::progress::Progress;
use crate::repository::{Moment, Repository};

/// What a commit stands on.
pub struct Basis {
    /// The parents that it gets.
    pub parents: Vec<Node>,
    /// What is checked out: the manifest that is changed; `None` before the first commit.
    pub tree: Option<TreeNode>,
    /// The commit whose place it takes.
    pub amended: Option<(Node, CommitObject)>,
    /// The commit whose author it keeps: of a cherry-pick in progress.
    pub picked: Option<CommitObject>,
    /// What is in progress and is a whole: a part of it cannot be committed.
    pub whole: Option<Whole>,
}

/// What can only be committed as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// A merge.
    Merge,
    /// A cherry-pick.
    CherryPick,
}

impl Basis {
    /// Of a commit on what is checked out.
    pub fn of_commit(moment: &Moment) -> Result<Self> {
        let head = moment.refs.head.node();
        let tree = head.map(|head| Ok::<_, crate::Error>(moment.objects.commit(head)?.tree)).transpose()?;
        let merged = &moment.refs.merge_parents;
        let pick = cherry_pick(moment)?;
        let mut parents: Vec<Node> = head.into_iter().collect();
        for parent in merged {
            if !parents.contains(parent) {
                parents.push(*parent);
            }
        }
        Ok(Self {
            parents,
            tree,
            amended: None,
            whole: whole(moment, pick.is_some()),
            picked: pick.map(|node| moment.objects.commit(node)).transpose()?,
        })
    }

    /// Of a commit that takes the place of the one that is checked out.
    pub fn of_amend(moment: &Moment) -> Result<Self> {
        let head = moment.refs.head.node().ok_or(Error::Null { action: "amend" })?;
        let old = moment.objects.commit(head)?;
        let (parents, tree) = (old.parents.clone(), Some(old.tree));
        Ok(Self { parents, tree, amended: Some((head, old)), picked: None, whole: None })
    }
}

/// Gives the moment back when what is checked out may be rewritten.
///
/// # Errors
/// When nothing is checked out, an operation is in progress, or a remote has the changeset.
pub fn rewritable(
    repository: &Repository,
    moment: Moment,
    action: &'static str,
    progress: &dyn Progress,
) -> Result<Moment> {
    let Some(node) = moment.refs.head.node() else { return Err(Error::Null { action }.into()) };
    let operation = match whole(&moment, cherry_pick(&moment)?.is_some()) {
        Some(Whole::Merge) => Some("merging"),
        Some(Whole::CherryPick) => Some("cherry-picking"),
        None => None,
    };
    if let Some(operation) = operation {
        return Err(Error::InTheMiddle { action, operation }.into());
    }
    // Without a remote nothing is public, and nothing has to be numbered to know it.
    if moment.refs.remote_bookmarks.is_empty() {
        return Ok(moment);
    }
    let snapshot = repository.number(moment, progress)?;
    let is_public = snapshot.changelog.rev(&node).is_some_and(|rev| snapshot.changelog.is_public(rev));
    if is_public { Err(Error::Public { action, node }.into()) } else { Ok(snapshot.into()) }
}

fn whole(moment: &Moment, picking: bool) -> Option<Whole> {
    if !moment.refs.merge_parents.is_empty() { Some(Whole::Merge) } else { picking.then_some(Whole::CherryPick) }
}

/// The commit that a cherry-pick, or a step of a rebase, stopped at.
fn cherry_pick(moment: &Moment) -> Result<Option<Node>> {
    let path = moment.location.git_dir.join("CHERRY_PICK_HEAD");
    Ok(small::read_if_there(&path)?.and_then(|text| Node::from_hex(text.trim_ascii())))
}
