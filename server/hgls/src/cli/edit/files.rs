//! `hgls add`, `forget`, `remove`, `addremove` and `revert`.

use std::path::PathBuf;

use super::arguments::{Add, Addremove, Forget, Remove, Revert};
use super::{Names, report, say};
use crate::cli::local::Local;
use crate::cli::output::Output;
use crate::cli::{Abort, abort_with};
use crate::handlers;
use crate::protocol::{AddremoveParams, Backup, FileAction, FilesParams, RemoveParams, RevertParams, Uri};

fn uris(local: &Local, files: &[PathBuf]) -> Vec<Uri> {
    files.iter().map(|file| local.uri(file)).collect()
}

/// The repository around the folder that the user is in: files of another one are errors.
fn root(local: &Local) -> Result<Option<Uri>, Abort> {
    Ok(Some(Uri::from_path(&local.opened()?.root)))
}

pub fn add(local: &Local, options: &Add, output: &mut Output) -> Result<u8, Abort> {
    let named = uris(local, &options.files);
    let params = FilesParams { root: root(local)?, uris: named.clone(), dry_run: options.dry_run };
    let result = handlers::add(&local.context, params)?;
    report(local, &result, (Names::Here, &named, options.words.verbose || options.dry_run), output)
}

pub fn forget(local: &Local, options: &Forget, output: &mut Output) -> Result<u8, Abort> {
    let named = uris(local, &options.files);
    let params = FilesParams { root: root(local)?, uris: named.clone(), dry_run: options.dry_run };
    let result = handlers::forget(&local.context, params)?;
    report(local, &result, (Names::Here, &named, options.words.verbose || options.dry_run), output)
}

pub fn remove(local: &Local, options: &Remove, output: &mut Output) -> Result<u8, Abort> {
    let named = uris(local, &options.files);
    let (after, force, dry_run) = (options.after, options.force, options.dry_run);
    let params = RemoveParams { root: root(local)?, uris: named.clone(), after, force, dry_run };
    let result = handlers::remove(&local.context, params)?;
    report(local, &result, (Names::Here, &named, options.words.verbose || options.dry_run), output)
}

pub fn addremove(local: &Local, options: &Addremove, output: &mut Output) -> Result<u8, Abort> {
    let named = uris(local, &options.files);
    let (similarity, dry_run) = (options.similarity, options.dry_run);
    let params = AddremoveParams { root: root(local)?, uris: named.clone(), similarity, dry_run };
    let result = handlers::addremove(&local.context, params)?;
    let names = if named.is_empty() { Names::Root } else { Names::Here };
    report(local, &result, (names, &named, options.words.verbose || options.dry_run), output)
}

pub fn revert(local: &Local, options: &Revert, output: &mut Output) -> Result<u8, Abort> {
    let mut named = uris(local, &options.files);
    if named.is_empty() && !options.all {
        let hint = "use --all to revert all files";
        return Err(abort_with("no files or directories specified", hint));
    }
    if options.all {
        if !named.is_empty() {
            return Err(abort_with("cannot specify --all and a file", "leave one of them out"));
        }
        named.extend(root(local)?);
    }
    let params = RevertParams {
        root: root(local)?,
        uris: named.clone(),
        rev: options.rev.clone(),
        backup: match options {
            Revert { no_backup: true, .. } => Backup::None,
            Revert { orig: true, .. } => Backup::Orig,
            _ => Backup::Store,
        },
        dry_run: options.dry_run,
        ..RevertParams::default()
    };
    let result = handlers::revert(&local.context, params)?;
    if options.words.verbose {
        for file in &result.files {
            if let Some(backup) = &file.backup {
                let [name, place] = [&file.uri, backup].map(|uri| Names::Here.of(local, uri));
                output.text(&format!("saving current version of {name} as {place}\n"))?;
            }
        }
    }
    // As hg: by what is done, and in words of its own.
    let mut files: Vec<_> = result.files.iter().filter_map(|file| Some((order(file.action)?, file))).collect();
    files.sort_by_key(|((order, _), _)| *order);
    let (of_files, general): (Vec<_>, Vec<_>) = result.warnings.iter().partition(|warning| warning.uri.is_some());
    say(local, &of_files, Names::Here, output)?;
    for ((_, verb), file) in files {
        if options.words.verbose || options.dry_run || !named.contains(&file.uri) {
            output.text(&format!("{verb} {}\n", Names::Here.of(local, &file.uri)))?;
        }
    }
    say(local, &general, Names::Here, output)?;
    Ok(u8::from(result.incomplete))
}

/// In which order, and with which word, Mercurial says what a revert does.
fn order(action: FileAction) -> Option<(usize, &'static str)> {
    let order = [
        (FileAction::Forgotten, "forgetting"),
        (FileAction::Removed, "removing"),
        (FileAction::Reverted, "reverting"),
        (FileAction::Added, "adding"),
        (FileAction::Undeleted, "undeleting"),
    ];
    let found = order.iter().position(|(of, _)| *of == action)?;
    Some((found, order[found].1))
}
