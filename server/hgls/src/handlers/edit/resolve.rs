//! `hg/resolve`.

use hgls_core::edit::{self, ResolveOptions};

use super::change;
use crate::handlers::Context;
use crate::protocol::{EditResult, Failure, ResolveAction, ResolveParams};

/// Answers `hg/resolve`.
pub fn resolve(context: &Context, params: ResolveParams) -> Result<EditResult, Failure> {
    if params.uris.is_empty() {
        return Err(Failure::invalid("no files or directories specified"));
    }
    change(context, params.root.as_ref(), &params.uris.iter().collect::<Vec<_>>(), |change| {
        let unmark = params.action == ResolveAction::Unmark;
        let options = ResolveOptions { paths: change.paths_or_all(&params.uris)?, unmark };
        Ok(change.result(edit::resolve(change.repository(), &options, change.cancel())?))
    })
}
