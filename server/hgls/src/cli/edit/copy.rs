//! `hgls copy`, `rename` and `init`.

use std::path::PathBuf;

use super::arguments::{Copy, Init};
use super::{Names, say};
use crate::cli::local::Local;
use crate::cli::output::Output;
use crate::cli::{Abort, abort};
use crate::handlers;
use crate::protocol::{CopyParams, EditResult, EditedFile, Failure, FileAction, InitParams, Sources, Uri};

pub fn copy(local: &Local, options: &Copy, output: &mut Output) -> Result<u8, Abort> {
    let (params, named) = params(local, options)?;
    let result = said(local, handlers::copy(&local.context, params), output)?;
    report(local, &result, (&named, options.words.verbose || options.dry_run), output)
}

pub fn rename(local: &Local, options: &Copy, output: &mut Output) -> Result<u8, Abort> {
    let (params, named) = params(local, options)?;
    let result = said(local, handlers::rename(&local.context, params), output)?;
    report(local, &result, (&named, options.words.verbose || options.dry_run), output)
}

/// Says what there is to say of single files before the whole fails.
fn said(local: &Local, result: Result<EditResult, Failure>, output: &mut Output) -> Result<EditResult, Abort> {
    if let Err(failure) = &result {
        say(local, &failure.warnings.iter().collect::<Vec<_>>(), Names::Here, output)?;
    }
    Ok(result?)
}

fn params(local: &Local, options: &Copy) -> Result<(CopyParams, Vec<Uri>), Abort> {
    let (target, sources) = match options.files.as_slice() {
        [] => return Err(abort("no source or destination specified")),
        [_] => return Err(abort("no destination specified")),
        [sources @ .., target] => (target, sources),
    };
    let named: Vec<Uri> = sources.iter().map(|file| local.uri(file)).collect();
    let params = CopyParams {
        root: Some(Uri::from_path(&local.opened()?.root)),
        source: Sources::Many(named.clone()),
        target: local.uri(target),
        after: options.after,
        force: options.force,
        dry_run: options.dry_run,
    };
    Ok((params, named))
}

fn report(
    local: &Local,
    result: &EditResult,
    (named, verbose): (&[Uri], bool),
    output: &mut Output,
) -> Result<u8, Abort> {
    let root = local.opened()?.root;
    say(local, &result.warnings.iter().collect::<Vec<_>>(), Names::Here, output)?;
    for EditedFile { uri, action, source, .. } in &result.files {
        let verb = match action {
            FileAction::Copied => "copying",
            FileAction::Renamed => "moving",
            _ => continue,
        };
        let Some(source) = source.as_ref().map(|source| Uri::from_path(&root.join(source))) else { continue };
        if verbose || !named.contains(&source) {
            let [source, target] = [&source, uri].map(|uri| Names::Here.of(local, uri));
            output.text(&format!("{verb} {source} to {target}\n"))?;
        }
    }
    Ok(u8::from(result.incomplete))
}

pub fn init(local: &Local, options: &Init) -> Result<u8, Abort> {
    let folder = options.folder.clone().unwrap_or_else(|| PathBuf::from("."));
    handlers::init(&local.context, InitParams { root: local.uri(&folder) })?;
    Ok(0)
}
