//! `hg/restore`.

use hgls_core::edit::{self, RestoreOptions};

use super::change;
use crate::handlers::Context;
use crate::protocol::{EditResult, Failure, RestoreParams};

/// Answers `hg/restore`.
pub fn restore(context: &Context, params: RestoreParams) -> Result<EditResult, Failure> {
    change(context, params.root.as_ref(), &[&params.uri], |change| {
        let options = RestoreOptions { path: change.path(&params.uri)?, id: params.id, unsaved: change.unsaved() };
        Ok(change.result(edit::restore(change.repository(), &options, change.cancel())?))
    })
}
