//! `hgls commit` and `hgls uncommit`.

use super::arguments::{Commit, Uncommit};
use super::message::{self, Message};
use super::{Names, report, say};
use crate::cli::Abort;
use crate::cli::entry::short;
use crate::cli::local::Local;
use crate::cli::output::Output;
use crate::handlers;
use crate::protocol::{AddremoveParams, CommitParams, ErrorKind, RootParams, Uri, When};

pub fn commit(local: &Local, options: &Commit, output: &mut Output) -> Result<u8, Abort> {
    let root = Some(Uri::from_path(&local.opened()?.root));
    let named: Vec<Uri> = options.files.iter().map(|file| local.uri(file)).collect();
    if options.addremove {
        let params = AddremoveParams { root: root.clone(), uris: named.clone(), ..AddremoveParams::default() };
        let result = handlers::addremove(&local.context, params)?;
        let names = if named.is_empty() { Names::Root } else { Names::Here };
        report(local, &result, (names, &named, false), output)?;
    }
    let (message, written) = match message::find(local, options)? {
        Message::Given(message) => (message, false),
        Message::Written(message) => (Some(message), true),
    };
    let params = CommitParams {
        root,
        message: message.clone(),
        uris: named,
        amend: options.amend,
        user: options.user.clone(),
        date: options.date.clone().map(When::Said),
        exact_message: std::env::var_os("HGLS_MESSAGE_AS_GIVEN").is_some_and(|value| !value.is_empty()),
        ..CommitParams::default()
    };
    let result = match handlers::commit(&local.context, params) {
        Ok(result) => result,
        // As in hg, no error but no success.
        Err(failure) if failure.kind == ErrorKind::NothingToCommit => {
            output.text(&format!("{}\n", failure.message))?;
            return Ok(1);
        }
        Err(failure) => {
            if let Some(message) = message.filter(|message| written && !message.trim().is_empty()) {
                message::keep(local, &message, output)?;
            }
            return Err(failure.into());
        }
    };
    output.text(&result.output)?;
    say(local, &result.warnings.iter().collect::<Vec<_>>(), Names::Here, output)?;
    if options.words.verbose {
        let changeset = &result.changeset;
        output.text(&format!("committed changeset {}:{}\n", changeset.rev, short(&changeset.node)))?;
    }
    Ok(0)
}

pub fn uncommit(local: &Local, options: &Uncommit, output: &mut Output) -> Result<u8, Abort> {
    let result = handlers::uncommit(&local.context, RootParams::default())?;
    say(local, &result.warnings.iter().collect::<Vec<_>>(), Names::Here, output)?;
    if options.words.verbose {
        output.text(&format!("{}\n", result.message.trim_end()))?;
    }
    Ok(0)
}
