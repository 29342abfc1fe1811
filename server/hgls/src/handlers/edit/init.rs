//! `hg/init`.

use hgls_core::edit;

use crate::handlers::Context;
use crate::protocol::{Failure, InitParams, InitResult, Uri};

/// Answers `hg/init`.
pub fn init(context: &Context, params: InitParams) -> Result<InitResult, Failure> {
    let folder = params.root.to_path()?;
    context.cancel.check()?;
    let made = edit::init(&folder)?.made;
    // Opened here, it is watched and indexed from now on.
    let opened = context.repositories.find(Some(&folder))?;
    Ok(InitResult { root: Uri::from_path(&opened.root), created: made })
}
