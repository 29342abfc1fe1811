//! `hg/update`.

use hgls_core::Rev;
use hgls_core::edit::{self, Target, UpdateOptions};
use hgls_core::model::changeset::changeset;

use super::{Change, change};
use crate::handlers::Context;
use crate::protocol::{Failure, UpdateParams, UpdateResult};

/// Answers `hg/update`.
pub fn update(context: &Context, params: UpdateParams) -> Result<UpdateResult, Failure> {
    change(context, params.root.as_ref(), &[], |change| {
        let options = UpdateOptions {
            target: params.rev.as_deref().map(|rev| target(change, rev)).transpose()?.flatten(),
            clean: params.clean,
            check: params.check,
            unsaved: change.unsaved(),
        };
        let updated = edit::update(change.repository(), &options, change.cancel(), change.progress())?;
        let after = change.after()?;
        let rev = after.changelog.rev(&updated.node).unwrap_or(Rev::NULL);
        let result = change.result(updated.outcome);
        Ok(UpdateResult {
            changeset: changeset(&after, rev)?.into(),
            updated: u32::try_from(updated.updated).unwrap_or(u32::MAX),
            removed: u32::try_from(updated.removed).unwrap_or(u32::MAX),
            activated: updated.activated.map(|name| name.to_string()),
            deactivated: updated.left.map(|name| name.to_string()),
            files: result.files,
            warnings: result.warnings,
        })
    })
}

/// The changeset, and the bookmark when it is that by which it was named.
fn target(change: &Change<'_>, rev: &str) -> Result<Option<Target>, Failure> {
    let Some(node) = change.resolve(Some(rev))? else { return Ok(None) };
    let bookmarks = &change.moment()?.refs.bookmarks;
    let named = bookmarks.iter().find(|bookmark| bookmark.name == rev && bookmark.node == node);
    Ok(Some(Target { node, bookmark: named.map(|bookmark| bookmark.name.clone()) }))
}
