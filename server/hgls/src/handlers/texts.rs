//! The texts that requests about lines compare: a file at a revision, in the editor, in the working copy. Each is in
//! the form in which it is or would be committed, so that line ends and filters make no difference.

use std::borrow::Borrow;
use std::sync::Arc;

use hgls_core::git::WorkingCopy;
use hgls_core::model::diff::Copied;
use hgls_core::model::dirstate::{self, Between, Code, Request};
use hgls_core::model::{manifest, text};
use hgls_core::objects::Entry;
use hgls_core::{Moment, Node, RepoPath};

use super::{Context, FileTarget, Target};
use crate::protocol::{ErrorKind, Failure};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What `path` is in a changeset.
pub(super) fn entry<S: Borrow<Moment>>(
    target: &Target<S>,
    path: &RepoPath,
    node: Node,
) -> Result<Option<Entry>, Failure> {
    let moment = target.moment();
    Ok(match manifest::root(moment, node)? {
        Some(root) => moment.objects.entry(root, path)?,
        None => None,
    })
}

/// The text of a committed version; an error when it has no lines.
pub(super) fn committed<S: Borrow<Moment>>(
    context: &Context,
    target: &Target<S>,
    path: &RepoPath,
    entry: Entry,
) -> Result<Arc<Vec<u8>>, Failure> {
    let moment = target.moment();
    let read = || Ok(text::read(&moment.objects, path, entry)?);
    // What stands in for an object may change, and its name does not.
    if !moment.refs.replacements.is_empty() {
        return read().map(Arc::new);
    }
    context.memory.text(&moment.location.common_dir, entry.node, &context.cancel, read)
}

/// The text of now: of the open buffer, or else of the working copy. `None` when there is no such file.
pub(super) fn current<S: Borrow<Moment>>(file: &FileTarget<S>) -> Result<Option<Vec<u8>>, Failure> {
    let FileTarget { target, path, document } = file;
    let working = WorkingCopy::new(&target.moment().git, &target.moment().location)?;
    let is_link = working.is_link(path)?;
    let content = match document {
        // What an editor shows of a link is the file behind it.
        Some(document) if !is_link => Some(working.as_committed(path, document.text().as_bytes())?),
        _ => {
            if let Some(size) = working.size(path)?.filter(|size| *size >= text::TOO_LARGE) {
                return Err(text::Error::TooLarge { path: path.clone(), size }.into());
            }
            working.read(path)?.map(|file| file.content)
        }
    };
    if let Some(content) = &content {
        text::check(path, content)?;
    }
    Ok(content)
}

/// `current`, for editors that keep a byte order mark to themselves: with the mark when `committed` has one.
pub(super) fn with_mark<S>(file: &FileTarget<S>, current: Vec<u8>, committed: &[u8]) -> Vec<u8> {
    let hidden = file.document.is_some() && committed.starts_with(BYTE_ORDER_MARK);
    if hidden && !current.starts_with(BYTE_ORDER_MARK) { [BYTE_ORDER_MARK, &current].concat() } else { current }
}

/// What a file that `parent` does not have was renamed or copied from; an error when it is not tracked at all.
pub(super) fn source(file: &FileTarget, parent: Node, copies: bool) -> Result<Option<Copied>, Failure> {
    let codes = [Code::Added, Code::Missing].into_iter().collect();
    let request = Request { paths: std::slice::from_ref(&file.path), codes, copies, limit: 1 };
    let status = dirstate::status(&file.target.snapshot, Between::Working(parent), &request)?;
    match status.rows.into_iter().next() {
        Some(added) => Ok(added.source),
        None => Err(not_tracked(&file.path)),
    }
}

/// The file is in neither of the places where it was looked for.
pub(super) fn not_tracked(path: &RepoPath) -> Failure {
    Failure::new(ErrorKind::NotTracked, format!("{path}: file not tracked!"))
        .with_hint("it has no history yet; 'git add' begins one")
}

/// The file is gone from the working copy.
pub(super) fn missing(path: &RepoPath) -> Failure {
    Failure::new(ErrorKind::FileMissing, format!("{path}: No such file or directory"))
        .with_hint("name a revision that has it, such as '.'")
}
