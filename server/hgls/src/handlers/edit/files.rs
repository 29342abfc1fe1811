//! `hg/add`, `hg/forget`, `hg/remove`, `hg/addremove`, `hg/revert`.

use hgls_core::edit::{self, AddOptions, AddremoveOptions, ForgetOptions, Keep, RemoveOptions, RevertOptions};

use super::{Named, change};
use crate::handlers::Context;
use crate::protocol::{AddremoveParams, Backup, EditResult, Failure, FilesParams, RemoveParams, RevertParams, Uri};

fn all(uris: &[Uri]) -> Vec<&Uri> {
    uris.iter().collect()
}

/// Answers `hg/add`.
pub fn add(context: &Context, params: FilesParams) -> Result<EditResult, Failure> {
    change(context, params.root.as_ref(), &all(&params.uris), |change| {
        let options = AddOptions { paths: change.paths_or_all(&params.uris)?, dry_run: params.dry_run };
        Ok(change.result(edit::add(change.repository(), &options, change.cancel(), change.progress())?))
    })
}

/// Answers `hg/forget`.
pub fn forget(context: &Context, params: FilesParams) -> Result<EditResult, Failure> {
    change(context, params.root.as_ref(), &all(&params.uris), |change| {
        let options = ForgetOptions { paths: change.paths_of_tracked(&params.uris)?, dry_run: params.dry_run };
        Ok(change.result(edit::forget(change.repository(), &options, change.cancel(), change.progress())?))
    })
}

/// Answers `hg/remove`.
pub fn remove(context: &Context, params: RemoveParams) -> Result<EditResult, Failure> {
    change(context, params.root.as_ref(), &all(&params.uris), |change| {
        let options = RemoveOptions {
            paths: change.paths_of_tracked(&params.uris)?,
            after: params.after,
            force: params.force,
            dry_run: params.dry_run,
            unsaved: change.unsaved(),
        };
        Ok(change.result(edit::remove(change.repository(), &options, change.cancel(), change.progress())?))
    })
}

/// Answers `hg/addremove`.
pub fn addremove(context: &Context, params: AddremoveParams) -> Result<EditResult, Failure> {
    change(context, params.root.as_ref(), &all(&params.uris), |change| {
        let options = AddremoveOptions {
            paths: change.paths_or_all(&params.uris)?,
            similarity: params.similarity.into(),
            dry_run: params.dry_run,
        };
        Ok(change.result(edit::addremove(change.repository(), &options, change.cancel(), change.progress())?))
    })
}

/// Answers `hg/revert`.
pub fn revert(context: &Context, params: RevertParams) -> Result<EditResult, Failure> {
    let chosen = !params.hunks.is_empty();
    if chosen && (params.rev.is_some() || !params.uris.is_empty()) {
        return Err(Failure::invalid("hunks: not together with uris or rev"));
    }
    let files: Vec<&Uri> = params.uris.iter().chain(params.hunks.iter().map(|file| &file.uri)).collect();
    change(context, params.root.as_ref(), &files, |change| {
        let (paths, all) = match change.named(&params.uris)? {
            Named::Paths(paths) => (paths, false),
            Named::Everything => (Vec::new(), true),
        };
        let options = RevertOptions {
            paths,
            all,
            hunks: change.hunks(&params.hunks)?,
            // The parent, unless another one is named: a merge has two, so that there it must be.
            rev: change.resolve(params.rev.as_deref())?,
            keep: params.backup.into(),
            dry_run: params.dry_run,
            unsaved: change.unsaved(),
        };
        Ok(change.result(edit::revert(change.repository(), &options, change.cancel(), change.progress())?))
    })
}

impl From<Backup> for Keep {
    fn from(backup: Backup) -> Self {
        match backup {
            Backup::Store => Self::Store,
            Backup::Orig => Self::Orig,
            Backup::None => Self::Nothing,
        }
    }
}
