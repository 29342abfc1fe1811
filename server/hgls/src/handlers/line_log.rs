//! `hg/lineLog`: the changesets that made lines of a file what they are.

use hgls_core::Rev;
use hgls_core::model::changeset::{Changeset, Changesets};
use hgls_core::model::linelog::{self, Cursor, Entry, Query, Start};
use hgls_core::model::{annotate::Draft, names};

use super::{Context, FileTarget, limit, texts};
use crate::protocol::{Failure, LineLogEntry, LineLogParams, LineLogResult, LineRange};

const MOST: u32 = 10_000;

/// Answers `hg/lineLog`.
pub fn line_log(context: &Context, params: LineLogParams) -> Result<LineLogResult, Failure> {
    let file = context.open_file(&params.text_document)?;
    let LineRange { start, end } = params.range;
    if start > end {
        return Err(Failure::invalid(format!("range: {start} is after {end}")));
    }
    let rev = params.rev.as_deref().map(|rev| file.target.rev(rev)).transpose()?.filter(|rev| *rev != Rev::WDIR);
    let cursor = params.cursor.as_deref().map(str::parse::<Cursor>).transpose()?;
    let list = |from: Start<'_>| {
        let query =
            Query { start: from, range: start..end, limit: limit(params.limit, MOST)?, cursor: cursor.as_ref() };
        Ok::<_, Failure>(linelog::linelog(&file.target.snapshot, &query)?)
    };
    let page = match rev {
        Some(rev) => list(Start::Committed(&file.path, rev))?,
        None => {
            let parents: Vec<Rev> = names::working_parents(&file.target.snapshot).collect();
            let origin = origin(&file, &parents)?;
            let Some(current) = texts::current(&file)? else { return Err(texts::missing(&file.path)) };
            let source = origin.as_ref().map(|source| &source.path);
            list(Start::Draft(Draft { path: &file.path, text: &current, parents: &parents, source }))?
        }
    };
    let revs: Vec<Rev> = page.entries.iter().map(|entry| entry.rev).collect();
    let changesets = Changesets::new(&file.target.snapshot).all(&revs)?;
    let convert = |(entry, changeset): (&Entry, Changeset)| {
        let (path, uri) = file.target.name(&entry.path);
        let range = LineRange { start: entry.range.start, end: entry.range.end };
        LineLogEntry { changeset: changeset.into(), path, uri, range }
    };
    let entries = page.entries.iter().zip(changesets).map(convert).collect();
    Ok(LineLogResult { entries, next_cursor: page.next.map(|cursor| cursor.to_string()) })
}

/// Where a file came from that no parent has under its name.
fn origin(file: &FileTarget, parents: &[Rev]) -> Result<Option<hgls_core::model::diff::Copied>, Failure> {
    let changelog = &file.target.snapshot.changelog;
    for parent in parents {
        if texts::entry(&file.target, &file.path, changelog.node(*parent))?.is_some() {
            return Ok(None);
        }
    }
    texts::source(file, changelog.node(parents.first().copied().unwrap_or(Rev::NULL)), true)
}
