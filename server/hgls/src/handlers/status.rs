//! `hg/status`: which files are not clean, and what changesets changed.

use hgls_core::model::dirstate::{self, Code, Codes, Request, Row};

use super::{Context, Target};
use crate::protocol::{Failure, StatusEntry, StatusParams, StatusResult};

const MOST: u32 = 1_000_000;

/// Answers `hg/status`.
pub fn status(context: &Context, params: StatusParams) -> Result<StatusResult, Failure> {
    let target = context.open(params.root.as_ref())?;
    let generation = context.repositories.generation(&target.repository);
    let (from, to) = (params.rev.as_deref(), params.to.as_deref());
    let request = Request {
        paths: &target.paths(&params.paths)?,
        codes: params.include.iter().map(|code| Code::from(*code)).collect::<Codes>(),
        copies: true,
        limit: super::limit(params.limit, MOST)?,
    };
    let status = dirstate::status(&target.snapshot, target.between(from, to, params.change.as_deref())?, &request)?;
    let entries = status.rows.into_iter().map(|row| entry(&target, row)).collect();
    let nowhere = status.nowhere.iter().map(|path| target.file_name(path)).collect();
    Ok(StatusResult { entries, truncated: status.truncated, generation, nowhere })
}

/// One row, as the protocol has it.
pub fn entry(target: &Target, row: Row) -> StatusEntry {
    let (path, uri) = target.name(&row.path);
    StatusEntry {
        path,
        uri,
        status: row.code.into(),
        source: row.source.map(|source| source.path.to_string()),
        unresolved: row.unresolved,
    }
}
