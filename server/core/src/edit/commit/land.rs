//! The last steps of a commit, in the order in which a process may be killed between any two of them: the index is put in
//! place, the reference moves, and what was in progress is over. Knows nothing of what is committed.
//!
//! Before the reference moves, everything is as before: the new index shows as staged what was changed anyway, and
//! Mercurial's view does not know what is staged. When it has moved, everything is as after, but for the marks of a
//! merge, which whoever comes next removes as the journal says.

use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{Handle, Head, IndexEdit, Location, LogEntry, Move, Value, journal::Journal, merge_state};
use crate::steps;

/// Moves what is checked out from `head`, which was read under the lock of `index`, and puts the edited index in place.
///
/// # Errors
/// When a lock is held by another, or the reference was moved: then nothing has happened.
pub fn land(
    location: &Location,
    handle: &Handle,
    head: &Head,
    to: &Move,
    index: IndexEdit,
    log: &LogEntry<'_>,
    cancel: &Cancel,
) -> Result<()> {
    // Where nothing is edited only its lock is held, to the end.
    let (_held, prepared) = match index.is_changed() {
        true => (None, Some(index.prepare(location, handle, cancel)?)),
        false => (Some(index), None),
    };
    steps::reached("the index is prepared");
    let (refs, name) = handle.lock_head(location, head, cancel)?;
    steps::reached("the reference is locked");
    let journal = match to {
        Move::To(Value::Node(node)) if merge_state::is_any(location) => Some(Journal::begin(location, *node)?),
        _ => None,
    };
    steps::reached("the journal is written");
    let published = prepared.map(|prepared| prepared.publish()).transpose()?;
    steps::reached("the index is in place");
    if let Err(error) = refs.apply(&[(&name, to)], log) {
        if let Some(published) = published {
            // Nobody may stop this now.
            published.undo(&Cancel::new())?;
        }
        journal.map_or(Ok(()), Journal::finish)?;
        return Err(error.into());
    }
    steps::reached("the reference has moved");
    if let Some(published) = published {
        published.keep();
    }
    if let Some(journal) = journal {
        // It is committed, whatever happens here; what could not be done the next one does.
        if let Err(error) = merge_state::clear(location).and_then(|()| journal.finish()) {
            tracing::warn!(%error, "the marks of the merge that was committed are still there");
        }
    }
    steps::reached("it is done");
    Ok(())
}
