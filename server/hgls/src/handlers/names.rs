//! `hg/heads`, `hg/bookmarks`, `hg/tags`, `hg/lookup`, `hg/phase`: changesets and what they are called.

use hgls_core::model::changeset::changeset;
use hgls_core::model::{bookmarks, names, phases};

use super::Context;
use super::convert::changesets;
use crate::protocol::{
    Bookmark, BookmarksResult, Failure, HeadsResult, LookupResult, PhaseResult, RevParams, RootParams, Tag, TagsResult,
};

/// Answers `hg/heads`.
pub fn heads(context: &Context, params: RootParams) -> Result<HeadsResult, Failure> {
    let snapshot = context.open(params.root.as_ref())?.snapshot;
    let mut heads = snapshot.changelog.heads();
    heads.sort_unstable_by(|a, b| b.cmp(a));
    Ok(HeadsResult { changesets: changesets(&snapshot, heads)? })
}

/// Answers `hg/bookmarks`.
pub fn bookmarks(context: &Context, params: RootParams) -> Result<BookmarksResult, Failure> {
    let snapshot = context.open(params.root.as_ref())?.snapshot;
    Ok(BookmarksResult { bookmarks: bookmarks::bookmarks(&snapshot).into_iter().map(Bookmark::from).collect() })
}

/// Answers `hg/tags`.
pub fn tags(context: &Context, params: RootParams) -> Result<TagsResult, Failure> {
    let snapshot = context.open(params.root.as_ref())?.snapshot;
    let convert = |tag: bookmarks::Tag| Tag { tag: tag.tag, node: tag.node.to_hex(), rev: tag.rev.0 };
    Ok(TagsResult { tags: bookmarks::tags(&snapshot).into_iter().map(convert).collect() })
}

/// Answers `hg/lookup`.
pub fn lookup(context: &Context, params: RevParams) -> Result<LookupResult, Failure> {
    let target = context.open(params.root.as_ref())?;
    let rev = target.rev(&params.rev)?;
    let changeset = changeset(&target.snapshot, rev)?.into();
    Ok(LookupResult { changeset, shortest: names::shortest(&target.snapshot, rev) })
}

/// Answers `hg/phase`.
pub fn phase(context: &Context, params: RevParams) -> Result<PhaseResult, Failure> {
    let target = context.open(params.root.as_ref())?;
    let rev = target.rev(&params.rev)?;
    Ok(PhaseResult { phase: phases::Phase::of(&target.snapshot.changelog, rev).into() })
}
