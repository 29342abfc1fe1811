//! What there is to begin with when somebody is to write the message of a commit. Knows nothing of where it is written.

use super::who::{Person, Script};
use crate::error::Result;
use crate::git::merge_state;
use crate::git::message::{Cleanup, clean};
use crate::ids::Node;
use crate::model::changeset::Text;
use crate::repository::Moment;

/// Where a proposed message is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The changeset that is amended.
    Amended,
    /// What is in progress: git has a message ready for the commit that ends it.
    Operation,
    /// `commit.template`.
    Template,
}

/// What a message may begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The text, without git's comments, and where it is from.
    pub message: Option<(String, Source)>,
    /// Who would commit, as `Name <mail>`; `None` when the configuration names nobody.
    pub user: Option<String>,
}

/// What the message of the next commit, or with `amend` of the one that is checked out, may begin with.
///
/// # Errors
/// When a file that should have the message cannot be read.
pub fn proposal(moment: &Moment, amend: bool) -> Result<Proposal> {
    let identity = moment.git.identity()?;
    let user = Person::configured(&identity).ok().map(|person| person.line());
    let script = Script { label: identity.encoding };
    let comment = moment.git.comment_prefix()?;
    let text = |bytes: &[u8]| script.decode(&clean(bytes, Cleanup::Strip, &comment));
    let of_head = || -> Result<Option<String>> {
        let node = moment.refs.head.node().filter(|node| *node != Node::NULL);
        Ok(node.map(|node| moment.objects.commit(node)).transpose()?.map(|commit| Text::of(&commit).desc))
    };
    let message = if amend {
        of_head()?.map(|message| (message, Source::Amended))
    } else if let Some(message) = merge_state::message(&moment.location)? {
        Some((text(&message), Source::Operation))
    } else {
        moment.git.message_template(&moment.location)?.map(|message| (text(&message), Source::Template))
    };
    Ok(Proposal { message: message.filter(|(text, _)| !text.trim().is_empty()), user })
}
