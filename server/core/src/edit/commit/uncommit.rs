//! The last commit undone: what it changed is changed in the working copy, as before it was made. No file is touched, and
//! neither is what is staged. Knows nothing of how commits are made.

use super::basis::rewritable;
use super::land::land;
use super::pick::outcome;
use super::who::Person;
use crate::cancel::Cancel;
use crate::edit::{Error, Outcome, pending};
use crate::error::Result;
use crate::git::{Head, Move, Value};
use crate::ids::Node;
use crate::model::changeset::Text;
use crate::model::dirstate::{Between, Codes, Request, status};
use crate::model::revset::Clock;
use crate::progress::Progress;
use crate::repository::Repository;

/// A commit that was undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncommitted {
    /// Which.
    pub node: Node,
    /// What is checked out now; `None` when it was the first one.
    pub parent: Option<Node>,
    /// Its message, to commit again with.
    pub message: String,
    /// What it had of each file.
    pub outcome: Outcome,
}

/// Undoes the commit that is checked out.
///
/// # Errors
/// When a remote has it, it is a merge, or something is in progress; when the repository is locked or changes meanwhile.
/// Then nothing has happened.
pub fn uncommit(
    repository: &Repository,
    clock: Clock,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Uncommitted> {
    const ACTION: &str = "uncommit";
    let location = repository.location();
    let index = pending::begin(repository, cancel)?;
    let moment = rewritable(repository, repository.moment(cancel)?, ACTION, progress)?;
    let head = &moment.refs.head;
    let node = head.node().ok_or(Error::Null { action: ACTION })?;
    let commit = moment.objects.commit(node)?;
    let parent = match commit.parents.as_slice() {
        [] if matches!(head, Head::Detached { .. }) => return Err(Error::OfRoot { action: ACTION }.into()),
        [] => None,
        [parent] => Some(*parent),
        _ => return Err(Error::OfMerge { action: ACTION }.into()),
    };
    let request = Request { codes: Codes::TRACKED, copies: false, ..Request::CHANGED };
    let changed = status(&moment, Between::Revs(parent.unwrap_or(Node::NULL), node), &request)?;
    let Text { user, desc, .. } = Text::of(&commit);
    let who = Person::configured(&moment.git.identity()?).or_else(|_| Person::parse(&user))?;
    let words = format!("uncommit: {}", desc.lines().next().unwrap_or_default());
    let to = parent.map_or(Move::Remove, |parent| Move::To(Value::Node(parent)));
    land(location, &moment.git, head, &to, index, &who.log(clock, &words), cancel)?;
    let mut outcome = Outcome { files: changed.rows.iter().map(outcome).collect(), ..Outcome::default() };
    outcome.files.sort_by(|one, two| one.path.cmp(&two.path));
    Ok(Uncommitted { node, parent, message: desc, outcome })
}
