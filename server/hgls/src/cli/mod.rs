//! The command line: `hgls serve`, and Mercurial's reading commands over the same handlers, in this process. The only
//! place that prints. Output, messages and exit codes are hg's.

mod annotate;
mod arguments;
mod call;
mod date;
mod diff;
mod edit;
mod entry;
mod export;
mod files;
mod graph;
mod heads;
mod identify;
mod index;
mod interrupt;
mod json;
mod local;
mod log;
mod output;
mod progress;
mod show;
mod status;
mod template;

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use hgls_core::Lost;

use crate::protocol::{ErrorKind, Failure};
use arguments::{Arguments, Command};
use local::Local;
use output::Output;

/// How a command ends early.
enum Abort {
    /// A request failed.
    Failed(Failure),
    /// What is asked for cannot be done as things are (hg's exit code 20).
    State(Failure),
    /// Standard output is gone or full.
    Output(io::Error),
}

impl<E> From<E> for Abort
where
    Failure: From<E>,
{
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// An error of hg's for a command that cannot be understood.
fn abort(message: impl Into<String>) -> Abort {
    Abort::Failed(Failure::invalid(message))
}

/// The same, with what the user can do.
fn abort_with(message: impl Into<String>, hint: impl Into<String>) -> Abort {
    Abort::Failed(Failure { hint: Some(hint.into()), ..Failure::invalid(message) })
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help goes to standard output and is no error.
            let code = if error.use_stderr() { exit_code(ErrorKind::InvalidArgument) } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let mut output = Output::new(arguments.color);
    let command = match arguments.command {
        Some(Command::Serve(_)) => return crate::lsp::serve(),
        Some(command) => command,
        None if arguments.connection.stdio || !io::stdin().is_terminal() => return crate::lsp::serve(),
        None => {
            let help = Arguments::command().render_help();
            let done = output.text(&help.to_string()).map(|()| 0);
            return output.finish(done);
        }
    };
    let local = match Local::new(arguments.repository) {
        Ok(local) => local,
        Err(failure) => return output.finish(Err(failure.into())),
    };
    if command.is_quiet() {
        output.hush();
    }
    let run = || match command {
        Command::Serve(_) => Ok(0),
        Command::Index(options) => index::run(&local, &options, &mut output),
        Command::Call(options) => call::run(&local, &options, &mut output),
        Command::Annotate(options) => annotate::run(&local, &options, &mut output),
        Command::Log(options) => log::run(&local, &options, &mut output),
        Command::Status(options) => status::run(&local, &options, &mut output),
        Command::Diff(options) => diff::run(&local, &options, &mut output),
        Command::Identify(options) => identify::run(&local, &options, &mut output),
        Command::Heads(options) => heads::heads(&local, &options, &mut output),
        Command::Tip(options) => heads::tip(&local, &options, &mut output),
        Command::Files(options) => files::files(&local, &options, &mut output),
        Command::Cat(options) => files::cat(&local, &options, &mut output),
        Command::Export(options) => export::run(&local, &options, &mut output),
        Command::Add(options) => edit::add(&local, &options, &mut output),
        Command::Forget(options) => edit::forget(&local, &options, &mut output),
        Command::Remove(options) => edit::remove(&local, &options, &mut output),
        Command::Addremove(options) => edit::addremove(&local, &options, &mut output),
        Command::Revert(options) => edit::revert(&local, &options, &mut output),
        Command::Bookmarks(options) => edit::bookmarks(&local, &options, &mut output),
        Command::Update(options) => edit::update(&local, &options, &mut output),
        Command::Commit(options) => edit::commit(&local, &options, &mut output),
        Command::Uncommit(options) => edit::uncommit(&local, &options, &mut output),
        Command::Copy(options) => edit::copy(&local, &options, &mut output),
        Command::Rename(options) => edit::rename(&local, &options, &mut output),
        Command::Resolve(options) => edit::resolve(&local, &options, &mut output),
        Command::Backups(options) => edit::backups(&local, &options, &mut output),
        Command::Restore(options) => edit::restore(&local, &options, &mut output),
        Command::Init(options) => edit::init(&local, &options),
    };
    let done = Lost::caught(run).unwrap_or_else(|lost| Err(lost.into()));
    let code = output.finish(done);
    local.settle();
    code
}

/// hg's exit code for an error (`ui.detailed-exit-code`).
fn exit_code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::UnknownRevision
        | ErrorKind::AmbiguousRevision
        | ErrorKind::HiddenRevision
        | ErrorKind::InvalidRevset
        | ErrorKind::InvalidArgument
        | ErrorKind::NotTracked
        | ErrorKind::FileMissing
        | ErrorKind::PublicChangeset
        | ErrorKind::NotInRepository => 10,
        ErrorKind::UnresolvedConflicts
        | ErrorKind::RepositoryLocked
        | ErrorKind::UncommittedChanges
        | ErrorKind::OperationInProgress => 20,
        ErrorKind::HookFailed => 40,
        _ => 255,
    }
}
