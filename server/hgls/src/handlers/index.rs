//! `hg/index`: how far the index is, and the word to build it.

use hgls_core::{Repository, TakenOver};

use super::Context;
use crate::protocol::{Failure, IndexParams, IndexResult, IndexSnapshot, IndexState, Uri};

/// Answers `hg/index`.
pub fn index(context: &Context, params: IndexParams) -> Result<IndexResult, Failure> {
    let inside = params.root.as_ref().map(Uri::to_path).transpose()?;
    let repository = context.repositories.find(inside.as_deref())?.repository;
    if params.rebuild || !repository.is_indexed(&context.cancel)? {
        context.repositories.build_index(&repository, params.rebuild);
    }
    let counts = repository.stored(&context.cancel)?.map(|stored| stored.counts);
    Ok(IndexResult {
        state: state(context, &repository)?,
        revisions: counts.map_or(0, |counts| counts.revisions),
        changes: counts.map_or(0, |counts| counts.changes),
        paths: counts.map_or(0, |counts| counts.paths),
        bytes: counts.map_or(0, |counts| counts.bytes),
        schema_version: counts.map_or(0, |counts| counts.schema_version),
        snapshot: repository.taken_over().map(snapshot),
    })
}

fn snapshot(taken_over: TakenOver) -> IndexSnapshot {
    match taken_over {
        TakenOver::Taken(taken) => {
            IndexSnapshot { known: taken.known as u64, compared: taken.compared as u64, refused: None }
        }
        TakenOver::Refused(why) => IndexSnapshot { known: 0, compared: 0, refused: Some(why) },
    }
}

/// How far the index is. That of a repository without changesets is ready.
pub(super) fn state(context: &Context, repository: &Repository) -> Result<IndexState, Failure> {
    if context.repositories.is_indexing(repository) {
        return Ok(IndexState::Building);
    }
    let complete = repository.stored(&context.cancel)?.is_some_and(|stored| stored.complete);
    Ok(if complete { IndexState::Ready } else { IndexState::Absent })
}
