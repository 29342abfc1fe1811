//! `hg/commit`, `hg/commitMessage` and `hg/uncommit`.

use hgls_core::edit::{self, AddremoveOptions, CommitOptions, Proposal, Source};
use hgls_core::git::NotesChoice;
use hgls_core::model::changeset::changeset;
use hgls_core::{Node, Rev};

use super::{Change, change};
use crate::handlers::Context;
use crate::handlers::context::clock;
use crate::protocol::{
    CommitMessageParams, CommitMessageResult, CommitParams, CommitResult, Date, EditedFile, ErrorKind, Failure,
    FileAction, MessageSource, RootParams, UncommitResult, Uri, Warning, When,
};

/// Answers `hg/commit`.
pub fn commit(context: &Context, params: CommitParams) -> Result<CommitResult, Failure> {
    let files: Vec<&Uri> = params.uris.iter().chain(params.hunks.iter().map(|file| &file.uri)).collect();
    change(context, params.root.as_ref(), &files, |change| {
        let mut warnings = if params.addremove { addremove(change, &params.uris)? } else { Vec::new() };
        let paths = change.paths_or_all(&params.uris)?;
        let hunks = change.hunks(&params.hunks)?;
        let date = params.date.as_ref().map(|date| match date {
            When::At(Date(seconds, west)) => format!("{seconds} {west}"),
            When::Said(words) => words.clone(),
        });
        let [refs, mode] = ["GIT_NOTES_REWRITE_REF", "GIT_NOTES_REWRITE_MODE"].map(|name| std::env::var(name).ok());
        let options = CommitOptions {
            message: params.message.as_deref(),
            exact_message: params.exact_message,
            paths: &paths,
            hunks: &hunks,
            amend: params.amend,
            user: params.user.as_deref(),
            date: date.as_deref(),
            clock: clock(),
            notes: NotesChoice { refs: refs.as_deref(), mode: mode.as_deref() },
        };
        let committed = edit::commit(change.repository(), &options, change.cancel(), change.progress())?;
        let after = change.after()?;
        let rev = after.changelog.rev(&committed.node).ok_or_else(|| taken_back(committed.node))?;
        let result = change.result(committed.outcome);
        warnings.extend(result.warnings);
        warnings.extend(unsaved(change, &result.files));
        Ok(CommitResult {
            changeset: changeset(&after, rev)?.into(),
            files: result.files,
            warnings,
            output: committed.hook_output,
        })
    })
}

/// Whoever undoes a changeset before it was given a number leaves nothing to show of it but its node.
fn taken_back(node: Node) -> Failure {
    Failure::new(
        ErrorKind::RepositoryChanged,
        format!("changeset {node} was committed, and undone at once by another program"),
    )
    .with_hint(format!("git branch NAME {node} brings it back"))
}

/// Tracks what came and went, before it is committed.
fn addremove(change: &Change<'_>, uris: &[Uri]) -> Result<Vec<Warning>, Failure> {
    let options = AddremoveOptions { paths: change.paths_or_all(uris)?, similarity: 100, dry_run: false };
    let outcome = edit::addremove(change.repository(), &options, change.cancel(), change.progress())?;
    Ok(change.result(outcome).warnings)
}

/// What is committed is what the disk holds. Where an editor shows something else, its user should know.
fn unsaved(change: &Change<'_>, files: &[EditedFile]) -> Vec<Warning> {
    let unsaved = change.unsaved();
    let is_unsaved = |file: &&EditedFile| {
        file.action != FileAction::Removed && change.path(&file.uri).is_ok_and(|path| unsaved.contains(&path))
    };
    let warning = |file: &EditedFile| Warning {
        message: format!("{}: committed as it is on disk, without the changes that are not saved", file.path),
        uri: Some(file.uri.clone()),
        refused: false,
    };
    files.iter().filter(is_unsaved).map(warning).collect()
}

/// Answers `hg/commitMessage`.
pub fn commit_message(context: &Context, params: CommitMessageParams) -> Result<CommitMessageResult, Failure> {
    let target = context.look(params.root.as_ref())?;
    let Proposal { message, user } = edit::proposal(&target.snapshot, params.amend)?;
    let (message, source) = message.unzip();
    let source = source.map(|source| match source {
        Source::Amended => MessageSource::Amended,
        Source::Operation => MessageSource::Operation,
        Source::Template => MessageSource::Template,
    });
    Ok(CommitMessageResult { message: message.unwrap_or_default(), source, user })
}

/// Answers `hg/uncommit`.
pub fn uncommit(context: &Context, params: RootParams) -> Result<UncommitResult, Failure> {
    change(context, params.root.as_ref(), &[], |change| {
        let undone = edit::uncommit(change.repository(), clock(), change.cancel(), change.progress())?;
        let after = change.after()?;
        let rev = undone.parent.and_then(|parent| after.changelog.rev(&parent)).unwrap_or(Rev::NULL);
        let result = change.result(undone.outcome);
        Ok(UncommitResult {
            node: undone.node.to_hex(),
            message: undone.message,
            changeset: changeset(&after, rev)?.into(),
            files: result.files,
            warnings: result.warnings,
        })
    })
}
