//! `hg/update`.

use hgls_core::edit::{self, Target, UpdateOptions};
use hgls_core::model::changeset::changeset;
use hgls_core::model::revset;
use hgls_core::{Rev, Snapshot};

use super::{Change, change};
use crate::handlers::Context;
use crate::handlers::context::clock;
use crate::protocol::{Failure, UpdateParams, UpdateResult};

/// Answers `hg/update`.
pub fn update(context: &Context, params: UpdateParams) -> Result<UpdateResult, Failure> {
    change(context, params.root.as_ref(), &[], |change| {
        let options = UpdateOptions {
            target: match params.rev.as_deref() {
                Some(rev) => named(change, rev)?,
                None => newest(change)?,
            },
            clean: params.clean,
            check: params.check,
            merge: params.merge,
            unsaved: change.unsaved(),
        };
        let updated = edit::update(change.repository(), &options, change.cancel(), change.progress())?;
        let after = change.after()?;
        let rev = after.changelog.rev(&updated.node).unwrap_or(Rev::NULL);
        let is_adrift = params.rev.is_none() && after.refs.head.branch().is_none();
        let result = change.result(updated.outcome);
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(UpdateResult {
            changeset: changeset(&after, rev)?.into(),
            updated: count(updated.updated),
            merged: count(updated.merged),
            removed: count(updated.removed),
            unresolved: count(updated.unresolved),
            activated: updated.activated.map(|name| name.to_string()),
            advanced: updated.advanced.map(|name| name.to_string()),
            other_heads: is_adrift.then(|| other_heads(&after, rev)),
            deactivated: updated.left.map(|name| name.to_string()),
            files: result.files,
            warnings: result.warnings,
        })
    })
}

/// The changeset, and the bookmark when it is that by which it was named.
fn named(change: &Change<'_>, rev: &str) -> Result<Option<Target>, Failure> {
    let Some(node) = change.resolve(Some(rev))? else { return Ok(None) };
    let bookmarks = &change.moment()?.refs.bookmarks;
    let named = bookmarks.iter().find(|bookmark| bookmark.name == rev && bookmark.node == node);
    Ok(Some(Target { node, bookmark: named.map(|bookmark| bookmark.name.clone()), advance: false }))
}

/// The newest changeset of the line that the working copy is on, to which the active bookmark comes along; `None` where
/// an update that was interrupted says where to, or nothing is checked out.
fn newest(change: &Change<'_>) -> Result<Option<Target>, Failure> {
    let moment = change.moment()?;
    let (Some(_), None) = (moment.refs.head.node(), edit::interrupted(&moment)?) else { return Ok(None) };
    let snapshot = change.repository().number(moment, change.progress())?;
    let found = revset::evaluate(&snapshot, "max(descendants(.))", clock())?;
    let Some(rev) = found.iter().next().transpose()? else { return Ok(None) };
    let bookmark = snapshot.refs.head.branch().cloned();
    Ok(Some(Target { node: snapshot.changelog.node(rev), advance: bookmark.is_some(), bookmark }))
}

/// How many heads there are beside `rev`; none where it is no head itself, as with Mercurial.
fn other_heads(snapshot: &Snapshot, rev: Rev) -> u32 {
    let heads = snapshot.changelog.heads();
    let others = if heads.contains(&rev) { heads.len().saturating_sub(1) } else { 0 };
    u32::try_from(others).unwrap_or(u32::MAX)
}
