//! `hg/fileLog`: the revisions of a file.

use hgls_core::model::changeset::Changesets;
use hgls_core::model::filelog::{self, Cursor, Query, Revision};
use hgls_core::{FileNode, Rev};

use super::{Context, Target, limit};
use crate::protocol::{Changeset, CopySource, Failure, FileLogParams, FileLogResult, FileRevision};

const MOST: u32 = 10_000;

/// Answers `hg/fileLog`.
pub fn file_log(context: &Context, params: FileLogParams) -> Result<FileLogResult, Failure> {
    let file = context.open_file(&params.text_document)?;
    let target = &file.target;
    let cursor = params.cursor.as_deref().map(str::parse::<Cursor>).transpose()?;
    let rev = match target.rev(params.rev.as_deref().unwrap_or("."))? {
        Rev::WDIR => target.rev(".")?,
        rev => rev,
    };
    let query = Query {
        path: &file.path,
        rev,
        follow: params.follow,
        all_heads: params.all_heads,
        limit: limit(params.limit, MOST)?,
        cursor: cursor.as_ref(),
    };
    let page = filelog::filelog(&target.snapshot, &query)?;
    let linkrevs: Vec<Rev> = page.revisions.iter().map(|revision| revision.linkrev).collect();
    let changesets = Changesets::new(&target.snapshot).all(&linkrevs)?;
    let revisions = page.revisions.iter().zip(changesets);
    let revisions = revisions.map(|(revision, changeset)| describe(target, revision, changeset.into())).collect();
    Ok(FileLogResult { revisions, next_cursor: page.next.map(|cursor| cursor.to_string()) })
}

fn describe(target: &Target, revision: &Revision, changeset: Changeset) -> FileRevision {
    let (path, uri) = target.name(&revision.path);
    let copy = revision.copy.as_ref().map(|copy| {
        let (path, uri) = target.name(&copy.path);
        CopySource { path, uri, filenode: copy.filenode.to_hex() }
    });
    FileRevision {
        filerev: revision.filerev as i32,
        filenode: revision.entry.map_or(FileNode::NULL, |entry| entry.node).to_hex(),
        linkrev: revision.linkrev.0,
        node: changeset.node.clone(),
        path,
        uri,
        flags: revision.entry.map_or("", |entry| entry.mode.flags()).to_owned(),
        parents: revision.parents.iter().map(|parent| *parent as i32).collect(),
        copy,
        deleted: revision.entry.is_none(),
        changeset,
    }
}
