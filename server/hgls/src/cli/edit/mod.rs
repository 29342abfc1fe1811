//! The commands that change something, over the same handlers as an editor's requests, and how they say what they did.

pub mod arguments;
mod commit;
mod copy;
mod editor;
mod files;
mod kept;
mod message;
mod names;
mod resolve;

use super::Abort;
use super::local::Local;
use super::output::Output;
use crate::protocol::{Conflict, EditResult, EditedFile, FileAction, Uri, Warning};

pub use commit::{commit, uncommit};
pub use copy::{copy, init, rename};
pub use files::{add, addremove, forget, remove, revert};
pub use kept::{backups, restore};
pub use names::{bookmarks, update};
pub use resolve::resolve;

/// How files are called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    /// As seen from the folder that the user is in.
    Here,
    /// As seen from the root.
    Root,
}

impl Names {
    fn of(self, local: &Local, uri: &Uri) -> String {
        let name = match self {
            Self::Here => local.relative(uri),
            Self::Root => local.path(uri),
        };
        String::from_utf8_lossy(&name).into_owned()
    }
}

/// Says what was done to files that the user did not name one by one; of those the user knows. With `verbose` of all.
fn report(
    local: &Local,
    result: &EditResult,
    (names, named, verbose): (Names, &[Uri], bool),
    output: &mut Output,
) -> Result<u8, Abort> {
    let (general, of_files): (Vec<_>, Vec<_>) =
        result.warnings.iter().partition(|warning| warning.uri.is_none() && !warning.refused);
    say(local, &of_files, names, output)?;
    for file in result.files.iter().filter(|file| verbose || !named.contains(&file.uri)) {
        if let Some(verb) = verb(file) {
            output.text(&format!("{verb} {}\n", names.of(local, &file.uri)))?;
        }
    }
    say(local, &general, names, output)?;
    Ok(u8::from(result.incomplete))
}

/// Says which files were merged, and what is left for the user to decide.
fn merging(local: &Local, files: &[EditedFile], warnings: &[Warning], output: &mut Output) -> Result<(), Abort> {
    // Those that one side removed come first, as with Mercurial.
    let is_gone = |file: &&EditedFile| matches!(file.conflict, Some(Conflict::LocalRemoved | Conflict::OtherRemoved));
    let (gone, others): (Vec<_>, Vec<_>) = files.iter().partition(is_gone);
    for file in gone.into_iter().chain(others) {
        let about = warnings.iter().filter(|warning| warning.uri.as_ref() == Some(&file.uri)).collect::<Vec<_>>();
        // What has no lines, or is gone on one side, was not merged.
        if file.action == FileAction::Merged || file.conflict == Some(Conflict::Lines) {
            output.text(&format!("merging {}\n", versions(local, file)?))?;
        }
        say(local, &about, Names::Here, output)?;
    }
    let general = warnings.iter().filter(|warning| warning.uri.is_none()).collect::<Vec<_>>();
    say(local, &general, Names::Here, output)
}

/// The names of a merged file as Mercurial has them: those of the user's version, of the other one, and of what they become,
/// where these are not one name.
fn versions(local: &Local, file: &EditedFile) -> Result<String, Abort> {
    let result = Names::Here.of(local, &file.uri);
    let Some(source) = &file.source else { return Ok(result) };
    let source = Names::Here.of(local, &Uri::from_path(&local.opened()?.root.join(source)));
    Ok(match file.other {
        // The new name is the user's.
        Some(_) => format!("{result} and {source} to {result}"),
        None => format!("{source} and {result} to {result}"),
    })
}

/// Warnings go to standard error, and what is only good to know to standard output.
fn say(local: &Local, warnings: &[&Warning], names: Names, output: &mut Output) -> Result<(), Abort> {
    for warning in warnings {
        match &warning.uri {
            Some(uri) => {
                let path = String::from_utf8_lossy(&local.path(uri)).into_owned();
                output.warn(&warning.message.replace(&path, &names.of(local, uri)))?;
            }
            None if warning.refused => output.warn(&warning.message)?,
            None => output.text(&format!("{}\n", warning.message))?,
        }
    }
    Ok(())
}

fn verb(file: &EditedFile) -> Option<&'static str> {
    Some(match file.action {
        FileAction::Added => "adding",
        FileAction::Removed | FileAction::Forgotten => "removing",
        FileAction::Reverted => "reverting",
        FileAction::Undeleted => "undeleting",
        _ => return None,
    })
}
