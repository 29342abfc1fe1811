//! `hg/identify`, `hg/statusDecorations`, `hg/resolveList`: how the working copy is.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hgls_core::git::Operation as Begun;
use hgls_core::model::changeset::changeset;
use hgls_core::model::dirstate::{self, Between, Code, Codes, Request, first_parent};
use hgls_core::{Moment, Node, RepoPath, Rev};

use super::{Context, Target, index};
use crate::protocol::{
    Decoration, Failure, IdentifyResult, MergeStatus, Operation, ResolveFile, ResolveListResult, RootParams,
    StatusDecorationsParams, StatusDecorationsResult, Uri,
};

/// More than any editor paints.
const MOST_DECORATIONS: usize = 50_000;

/// Answers `hg/identify`.
pub fn identify(context: &Context, params: RootParams) -> Result<IdentifyResult, Failure> {
    let target = context.open(params.root.as_ref())?;
    let identity = dirstate::identify(&target.snapshot)?;
    // Without its object there is no number; what is checked out has one.
    let rev = target.snapshot.changelog.rev(&identity.node).unwrap_or(Rev::NULL);
    let first = changeset(&target.snapshot, rev)?;
    Ok(IdentifyResult {
        root: Uri::from_path(&target.root),
        rev: rev.0,
        node: first.node.to_hex(),
        parents: identity.parents.iter().map(Node::to_hex).collect(),
        active_bookmark: identity.active_bookmark.map(|name| name.to_string()),
        bookmarks: first.bookmarks,
        branch: first.branch.to_owned(),
        phase: first.phase.into(),
        tags: first.tags,
        dirty: identity.dirty,
        operation: identity.operation.map(|operation| match operation {
            Begun::Merge => Operation::Merge,
            Begun::Rebase => Operation::Rebase,
            Begun::CherryPick => Operation::CherryPick,
            Begun::Revert => Operation::Revert,
            Begun::Bisect => Operation::Bisect,
        }),
        index_state: index::state(context, &target.repository)?,
    })
}

/// Answers `hg/statusDecorations`.
pub fn status_decorations(
    context: &Context,
    params: StatusDecorationsParams,
) -> Result<StatusDecorationsResult, Failure> {
    let mut result = StatusDecorationsResult { decorations: Vec::new(), truncated: false };
    match (&params.uris, &params.root) {
        (Some(uris), _) => {
            for (target, paths) in by_repository(context, uris)? {
                decorate(&target, &paths, &mut result)?;
            }
        }
        (None, root) => decorate(&context.look(root.as_ref())?, &[], &mut result)?,
    }
    Ok(result)
}

/// Repositories, each with what of it is asked for.
type Asked = Vec<(Target<Moment>, Vec<RepoPath>)>;

/// The repositories of `uris`, each with the paths asked for; none for a whole repository. What lies in no repository
/// has no decoration, and is no reason to refuse those of the others.
fn by_repository(context: &Context, uris: &[Uri]) -> Result<Asked, Failure> {
    let mut found: BTreeMap<PathBuf, (Target<Moment>, Option<Vec<RepoPath>>)> = BTreeMap::new();
    for uri in uris {
        let Ok(opened) = uri.to_path().map_err(Failure::from).and_then(|path| context.repositories.find(Some(&path)))
        else {
            continue;
        };
        let (target, paths) = match found.entry(opened.root.clone()) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert((context.target(opened)?, Some(Vec::new())))
            }
        };
        match target.paths(std::slice::from_ref(&uri.0)) {
            Ok(path) if path.is_empty() => *paths = None,
            Ok(path) => paths.iter_mut().for_each(|paths| paths.extend_from_slice(&path)),
            // A file inside `.git`.
            Err(_) => {}
        }
    }
    let asked = |(target, paths): (Target<Moment>, Option<Vec<RepoPath>>)| match paths {
        None => Some((target, Vec::new())),
        Some(paths) => (!paths.is_empty()).then_some((target, paths)),
    };
    Ok(found.into_values().filter_map(asked).collect())
}

fn decorate(target: &Target<Moment>, paths: &[RepoPath], result: &mut StatusDecorationsResult) -> Result<(), Failure> {
    let codes: Codes = Code::ALL.into_iter().filter(|code| *code != Code::Clean).collect();
    let request = Request { paths, codes, copies: true, limit: MOST_DECORATIONS };
    let status = dirstate::status(&target.snapshot, Between::Working(first_parent(&target.snapshot)), &request)?;
    let convert = |decoration: dirstate::Decoration| Decoration {
        uri: target.name(&decoration.path).1,
        badge: decoration.badge.to_owned(),
        letter: decoration.code.into(),
        tooltip: decoration.tooltip,
        color: decoration.color.to_owned(),
        propagate: decoration.propagate,
        strike_through: decoration.strike_through,
    };
    result.decorations.extend(dirstate::decorations(&status.rows, paths).into_iter().map(convert));
    result.truncated |= status.truncated;
    Ok(())
}

/// Answers `hg/resolveList`.
pub fn resolve_list(context: &Context, params: RootParams) -> Result<ResolveListResult, Failure> {
    let target = context.look(params.root.as_ref())?;
    let convert = |(path, status): (RepoPath, dirstate::MergeStatus)| {
        let (path, uri) = target.name(&path);
        let mergestatus = match status {
            dirstate::MergeStatus::Unresolved => MergeStatus::U,
            dirstate::MergeStatus::Resolved => MergeStatus::R,
        };
        ResolveFile { path, uri, mergestatus }
    };
    Ok(ResolveListResult { files: dirstate::resolve_list(&target.snapshot)?.into_iter().map(convert).collect() })
}
