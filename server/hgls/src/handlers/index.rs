//! `hg/index`: how far the index is, and the word to build it.

use hgls_core::{Rev, Snapshot};

use super::{Context, Target};
use crate::protocol::{Failure, IndexParams, IndexResult, IndexState};

/// Answers `hg/index`.
pub fn index(context: &Context, params: IndexParams) -> Result<IndexResult, Failure> {
    let mut target = context.open(params.root.as_ref())?;
    if params.rebuild || !is_complete(&target.snapshot) {
        context.repositories.build_index(&target.repository, params.rebuild);
        target = context.open(params.root.as_ref())?;
    }
    let counts = target.snapshot.store.as_ref().map(|store| store.counts()).transpose()?;
    Ok(IndexResult {
        state: state(context, &target),
        revisions: counts.map_or(0, |counts| counts.revisions),
        changes: counts.map_or(0, |counts| counts.changes),
        paths: counts.map_or(0, |counts| counts.paths),
        bytes: counts.map_or(0, |counts| counts.bytes),
        schema_version: counts.map_or(0, |counts| counts.schema_version),
    })
}

/// How far the index is.
pub(super) fn state(context: &Context, target: &Target) -> IndexState {
    match context.repositories.is_indexing(&target.repository) {
        true => IndexState::Building,
        false if is_complete(&target.snapshot) => IndexState::Ready,
        false => IndexState::Absent,
    }
}

fn is_complete(snapshot: &Snapshot) -> bool {
    let last = snapshot.changelog.len().checked_sub(1).map_or(Rev::NULL, Rev::from_index);
    snapshot.store.as_ref().is_some_and(|store| store.indexed() >= last)
}
