//! `hg/bookmark`.

use hgls_core::edit::{self, BookmarkChange};
use hgls_core::model::bookmarks;

use super::{Change, change};
use crate::handlers::Context;
use crate::protocol::{BookmarkParams, BookmarkResult, Failure};

/// Answers `hg/bookmark`.
pub fn bookmark(context: &Context, params: BookmarkParams) -> Result<BookmarkResult, Failure> {
    change(context, params.root.as_ref(), &[], |change| {
        let what = what(change, &params)?;
        let outcome = edit::bookmark(change.repository(), &what, change.cancel())?;
        let after = change.after()?;
        let all = bookmarks::bookmarks(&after);
        let name = params.name.as_deref().filter(|_| !params.delete);
        let found = all.into_iter().find(|bookmark| bookmark.remote.is_none() && Some(&*bookmark.bookmark) == name);
        Ok(BookmarkResult {
            bookmark: found.map(Into::into),
            active_bookmark: after.refs.head.branch().map(ToString::to_string),
            warnings: change.result(outcome).warnings,
        })
    })
}

fn what(change: &Change<'_>, params: &BookmarkParams) -> Result<BookmarkChange, Failure> {
    let BookmarkParams { rev, delete, rename, inactive, force, .. } = params;
    if *delete && (rename.is_some() || rev.is_some() || *inactive) || rename.is_some() && rev.is_some() {
        return Err(Failure::invalid("only one of delete, rename and rev"));
    }
    let Some(name) = params.name.clone() else {
        return match *inactive && rev.is_none() && rename.is_none() {
            true => Ok(BookmarkChange::Deactivate),
            false => Err(Failure::invalid("bookmark name required")),
        };
    };
    Ok(match rename {
        Some(from) => BookmarkChange::Rename { from: from.clone(), to: name, force: *force },
        None if *delete => BookmarkChange::Delete { names: vec![name] },
        None => {
            let rev = change.resolve(rev.as_deref())?;
            BookmarkChange::Set { names: vec![name], rev, inactive: *inactive, force: *force }
        }
    })
}
