//! `hg/copy` and `hg/rename`.

use hgls_core::Result as Outcomes;
use hgls_core::edit::{self, CopyOptions, Outcome};
use hgls_core::{Cancel, Progress, Repository};

use super::{Named, change};
use crate::handlers::Context;
use crate::protocol::{CopyParams, EditResult, Failure, Sources, Uri};

/// What the core does of the two.
type Operation = fn(&Repository, &CopyOptions, &Cancel, &dyn Progress) -> Outcomes<Outcome>;

/// Answers `hg/copy`.
pub fn copy(context: &Context, params: CopyParams) -> Result<EditResult, Failure> {
    run(context, params, edit::copy)
}

/// Answers `hg/rename`.
pub fn rename(context: &Context, params: CopyParams) -> Result<EditResult, Failure> {
    run(context, params, edit::rename)
}

fn run(context: &Context, params: CopyParams, operation: Operation) -> Result<EditResult, Failure> {
    let sources: &[Uri] = match &params.source {
        Sources::One(source) => std::slice::from_ref(source),
        Sources::Many(sources) => sources,
    };
    change(context, params.root.as_ref(), &sources.iter().collect::<Vec<_>>(), |change| {
        let target = match change.named(std::slice::from_ref(&params.target))? {
            Named::Paths(paths) => paths.into_iter().next(),
            Named::Everything => None,
        };
        let options = CopyOptions {
            sources: change.paths_of_tracked(sources)?,
            target,
            after: params.after,
            force: params.force,
            dry_run: params.dry_run,
            unsaved: change.unsaved(),
        };
        let outcome = operation(change.repository(), &options, change.cancel(), change.progress());
        Ok(change.result(outcome.map_err(|error| change.failure(error))?))
    })
}
