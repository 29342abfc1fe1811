//! `hg/status`: which files are not clean, and what changesets changed.

use std::path::Path;

use hgls_core::Node;
use hgls_core::model::dirstate::{self, Between, Code, Codes, Request, Row};

use super::Context;
use crate::protocol::{Failure, StatusEntry, StatusParams, StatusResult, Uri};

const MOST: u32 = 1_000_000;

/// Answers `hg/status`.
pub fn status(context: &Context, params: StatusParams) -> Result<StatusResult, Failure> {
    let target = context.look(params.root.as_ref())?;
    let generation = context.repositories.generation(&target.repository);
    let _asking = context.repositories.asking(&target.repository);
    let (from, to, change) = (params.rev.as_deref(), params.to.as_deref(), params.change.as_deref());
    let (target, from, to) = target.sides(context, from, to, change)?;
    let request = Request {
        paths: &target.paths(&params.paths)?,
        codes: params.include.iter().map(|code| Code::from(*code)).collect::<Codes>(),
        copies: true,
        limit: super::limit(params.limit, MOST)?,
    };
    let between = match (from, to) {
        (Node::WDIR, Node::WDIR) => Between::Revs(Node::NULL, Node::NULL),
        (Node::WDIR, _) => return Err(Failure::invalid("rev: the working copy can only be the newer side")),
        (from, Node::WDIR) => Between::Working(from),
        (from, to) => Between::Revs(from, to),
    };
    let status = dirstate::status(&target.snapshot, between, &request)?;
    if between == Between::Working(dirstate::first_parent(&target.snapshot)) {
        let paths = &mut status.rows.iter().map(|row| row.path.clone());
        context.repositories.answered(&target.repository, paths);
    }
    let entries = status.rows.iter().map(|row| entry(&target.root, row)).collect();
    let nowhere = status.nowhere.iter().map(|path| target.file_name(path)).collect();
    let counts = status.counts.into_iter().map(|(code, count)| (code.into(), count as u64)).collect();
    Ok(StatusResult { entries, truncated: status.truncated, counts, generation, nowhere })
}

/// One row, as the protocol has it, of the repository with this root.
pub fn entry(root: &Path, row: &Row) -> StatusEntry {
    StatusEntry {
        path: row.path.to_string(),
        uri: Uri::in_repository(root, &row.path),
        status: row.code.into(),
        source: row.source.as_ref().map(|source| source.path.to_string()),
        unresolved: row.unresolved,
    }
}
