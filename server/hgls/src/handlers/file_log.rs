//! `hg/fileLog`: the revisions of a file.

use std::sync::Arc;

use hgls_core::model::changeset::Changesets;
use hgls_core::model::filelog::{self, Cursor, Query, Revision};
use hgls_core::{FileNode, RepoPath, Rev};

use super::{Context, Target, limit};
use crate::protocol::{Changeset, CopySource, Failure, FileLogParams, FileLogResult, FileRevision, Uri};

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
    let mut names = Names { target, last: None };
    let revisions = page.revisions.iter().zip(changesets);
    let revisions = revisions.map(|(revision, changeset)| describe(&mut names, revision, changeset.into())).collect();
    Ok(FileLogResult { revisions, next_cursor: page.next.map(|cursor| cursor.to_string()) })
}

/// What paths are called, most of which are the same one.
struct Names<'a> {
    target: &'a Target,
    last: Option<(Arc<RepoPath>, (String, Uri))>,
}

impl Names<'_> {
    fn of(&mut self, path: &Arc<RepoPath>) -> (String, Uri) {
        if let Some((_, name)) = self.last.as_ref().filter(|(last, _)| last == path) {
            return name.clone();
        }
        let name = self.target.name(path);
        self.last = Some((Arc::clone(path), name.clone()));
        name
    }
}

fn describe(names: &mut Names, revision: &Revision, changeset: Changeset) -> FileRevision {
    let (path, uri) = names.of(&revision.path);
    let copy = revision.copy.as_ref().map(|copy| {
        let (path, uri) = names.target.name(&copy.path);
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
