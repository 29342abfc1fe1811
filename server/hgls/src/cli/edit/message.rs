//! The message of a commit at the prompt: as it was given, or written in an editor under Mercurial's notes of what is
//! committed. Knows not how a commit is made.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use hgls_core::git::small;

use super::arguments::Commit;
use super::editor;
use crate::cli::local::Local;
use crate::cli::output::Output;
use crate::cli::{Abort, abort};
use crate::handlers;
use crate::protocol::{
    Changeset, CommitMessageParams, IdentifyResult, LogParams, MergeStatus, MessageSource, Phase, RootParams,
    StatusCode, StatusEntry, StatusParams, Uri,
};

/// What stands before each line that is not part of the message.
const NOTE: &str = "HG:";

/// The message of a commit.
pub enum Message {
    /// As it was given; `None` for what hgls finds by itself.
    Given(Option<String>),
    /// The user has written it: it must not be lost.
    Written(String),
}

/// Finds the message, by asking the user where it was not given.
pub fn find(local: &Local, options: &Commit) -> Result<Message, Abort> {
    let given = given(options)?;
    if given.is_some() && !options.edit {
        return Ok(Message::Given(given));
    }
    let configured = local.opened()?.repository.moment(&local.context.cancel)?.git.editor()?;
    let Some(editor) = editor::find(configured) else { return Ok(Message::Given(given)) };
    write(local, options, given, &editor)
}

fn given(options: &Commit) -> Result<Option<String>, Abort> {
    match (&options.message, &options.logfile) {
        (Some(_), Some(_)) => Err(abort("cannot specify both --message and --logfile")),
        (None, Some(file)) => match fs::read_to_string(file) {
            Ok(text) => Ok(Some(text)),
            Err(error) => Err(abort(format!("can't read commit message '{}': {error}", file.display()))),
        },
        (message, None) => Ok(message.clone()),
    }
}

fn write(local: &Local, options: &Commit, given: Option<String>, editor: &OsString) -> Result<Message, Abort> {
    let here = handlers::identify(&local.context, RootParams::default())?;
    let amended = if options.amend { checked_out(local)? } else { None };
    // What cannot be committed needs no message: the commit says why.
    let Some(files) = files(local, options, &here, amended.as_ref())? else { return Ok(Message::Given(given)) };
    let params = CommitMessageParams { amend: options.amend, ..CommitMessageParams::default() };
    let proposed = handlers::commit_message(&local.context, params)?;
    let is_template = given.is_none() && proposed.source == Some(MessageSource::Template);
    let begun = given.unwrap_or(proposed.message);
    let author = amended.map(|amended| amended.user);
    let user = options.user.clone().or(author).or(proposed.user).unwrap_or_default();
    let above = if begun.is_empty() { String::new() } else { format!("{}\n", begun.trim_end()) };
    let text = format!("{above}\n\n{}", notes(&user, &here, &files));
    let written = without_notes(&editor::edit(editor, &text)?);
    if is_template && written.trim() == begun.trim() {
        return Err(abort("commit message unchanged"));
    }
    Ok(Message::Written(written))
}

fn checked_out(local: &Local) -> Result<Option<Changeset>, Abort> {
    let params = LogParams { revset: Some(".".to_owned()), ..LogParams::default() };
    Ok(handlers::log(&local.context, params)?.changesets.pop())
}

/// The files to be committed, as Mercurial names them to the user. `None`: there is nothing to commit, or it is not allowed.
fn files(
    local: &Local,
    options: &Commit,
    here: &IdentifyResult,
    amended: Option<&Changeset>,
) -> Result<Option<Vec<StatusEntry>>, Abort> {
    let tracked = || StatusParams {
        include: vec![StatusCode::M, StatusCode::A, StatusCode::R],
        limit: u32::MAX,
        ..StatusParams::default()
    };
    let changed = handlers::status(&local.context, StatusParams { paths: local.paths(&options.files), ..tracked() })?;
    let conflicts = handlers::resolve_list(&local.context, RootParams::default())?;
    let is_unresolved = conflicts.files.iter().any(|file| file.mergestatus == MergeStatus::U);
    let is_merge = here.parents.len() > 1;
    if !changed.nowhere.is_empty() || is_unresolved {
        return Ok(None);
    }
    if !options.amend {
        return Ok((!changed.entries.is_empty() || is_merge).then_some(changed.entries));
    }
    let amended = amended.filter(|amended| !here.parents.is_empty() && !is_merge && amended.phase != Phase::Public);
    let Some(amended) = amended else { return Ok(None) };
    let old = handlers::status(&local.context, StatusParams { change: Some(amended.node.clone()), ..tracked() })?;
    let before = amended.parents.first().cloned();
    let all = handlers::status(&local.context, StatusParams { rev: before, ..tracked() })?;
    let parts: BTreeSet<&Uri> = old.entries.iter().chain(&changed.entries).map(|part| &part.uri).collect();
    Ok(Some(all.entries.into_iter().filter(|entry| parts.contains(&entry.uri)).collect()))
}

/// What Mercurial writes below the message.
fn notes(user: &str, here: &IdentifyResult, files: &[StatusEntry]) -> String {
    let mut notes = vec![
        "Enter commit message.  Lines beginning with 'HG:' are removed.".to_owned(),
        "Leave message empty to abort commit.".to_owned(),
        "--".to_owned(),
        format!("user: {user}"),
    ];
    if here.parents.len() > 1 {
        notes.push("branch merge".to_owned());
    }
    notes.push(format!("branch '{}'", here.branch));
    notes.extend(here.active_bookmark.iter().map(|bookmark| format!("bookmark '{bookmark}'")));
    let kinds = [(StatusCode::A, "added"), (StatusCode::M, "changed"), (StatusCode::R, "removed")];
    for (code, word) in kinds {
        notes.extend(files.iter().filter(|file| file.status == code).map(|file| format!("{word} {}", file.path)));
    }
    if files.is_empty() {
        notes.push("no files changed".to_owned());
    }
    // A name with a line break would go on as a line of the message.
    notes.iter().map(|note| format!("{NOTE} {}\n", on_one_line(note))).collect()
}

fn on_one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { char.escape_default().to_string() } else { char.into() }).collect()
}

fn without_notes(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with(NOTE)).collect()
}

/// Keeps a message that was written for a commit that failed, and says where.
pub fn keep(local: &Local, message: &str, output: &mut Output) -> Result<(), Abort> {
    const NAME: &str = "hgls/last-message.txt";
    let path: PathBuf = local.opened()?.repository.location().git_dir.join(NAME);
    match small::write_anew(&path, format!("{}\n", message.trim_end()).as_bytes()) {
        Ok(_) => {
            let name = path.display();
            output.warn(&format!("note: commit message saved in {name}"))?;
            output.warn(&format!("note: use 'hgls commit --logfile {name} --edit' to reuse it"))
        }
        Err(error) => output.warn(&format!("note: commit message could not be saved: {error}")),
    }
}
