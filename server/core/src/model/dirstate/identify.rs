//! Where the working copy stands: its parents, what is active, what was begun, whether it is changed.

use bstr::BString;

use super::status::{Between, Codes, Request, first_parent, status};
use crate::error::Result;
use crate::git::Operation;
use crate::ids::Node;
use crate::repository::Moment;

/// What the working copy is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The first parent; [`Node::NULL`] before the first commit.
    pub node: Node,
    /// The parents: more than one while a merge is in flight, none before the first commit.
    pub parents: Vec<Node>,
    /// The branch that `HEAD` is on, also before its first commit; `None` when it is on none.
    pub active_bookmark: Option<BString>,
    /// What was begun and not finished.
    pub operation: Option<Operation>,
    /// Whether tracked files differ from the first parent or are missing, or a merge is in flight.
    pub dirty: bool,
}

/// Where the working copy stands. Looks at all tracked files.
pub fn identify(moment: &Moment) -> Result<Identity> {
    let refs = &moment.refs;
    let node = first_parent(moment);
    let request = Request { codes: Codes::TRACKED, copies: false, limit: 1, ..Request::CHANGED };
    let merging = !refs.merge_parents.is_empty();
    let bare = moment.location.workdir.is_none();
    let dirty = merging || !bare && !status(moment, Between::Working(node), &request)?.rows.is_empty();
    Ok(Identity {
        node,
        parents: refs.head.node().into_iter().chain(refs.merge_parents.iter().copied()).collect(),
        active_bookmark: refs.head.branch().cloned(),
        operation: moment.git.operation(&moment.location),
        dirty,
    })
}
