//! `hgls copy`, `rename`, `resolve` and `init`.

use std::path::PathBuf;

use super::arguments::{Copy, Init, Resolve};
use super::{Names, say};
use crate::cli::local::Local;
use crate::cli::output::Output;
use crate::cli::{Abort, abort, abort_with};
use crate::handlers;
use crate::protocol::{
    CopyParams, EditResult, EditedFile, FileAction, InitParams, MergeStatus, ResolveAction, ResolveParams, RootParams,
    Sources, Uri,
};

pub fn copy(local: &Local, options: &Copy, output: &mut Output) -> Result<u8, Abort> {
    let (params, named) = params(local, options)?;
    let result = handlers::copy(&local.context, params)?;
    report(local, &result, (&named, options.verbose || options.dry_run), output)
}

pub fn rename(local: &Local, options: &Copy, output: &mut Output) -> Result<u8, Abort> {
    let (params, named) = params(local, options)?;
    let result = handlers::rename(&local.context, params)?;
    report(local, &result, (&named, options.verbose || options.dry_run), output)
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

pub fn resolve(local: &Local, options: &Resolve, output: &mut Output) -> Result<u8, Abort> {
    let named: Vec<Uri> = options.files.iter().map(|file| local.uri(file)).collect();
    if options.list {
        for file in handlers::resolve_list(&local.context, RootParams::default())?.files {
            let is_asked = |file: &Uri| named.is_empty() || named.iter().any(|asked| is_within(file, asked));
            if is_asked(&file.uri) {
                let letter = if file.mergestatus == MergeStatus::U { 'U' } else { 'R' };
                output.text(&format!("{letter} {}\n", Names::Here.of(local, &file.uri)))?;
            }
        }
        return Ok(0);
    }
    let action = match (options.mark, options.unmark) {
        (true, false) => ResolveAction::Mark,
        (false, true) => ResolveAction::Unmark,
        (true, true) => return Err(abort("cannot specify both --mark and --unmark")),
        (false, false) => {
            let hint = "merge the files by other means, then use --mark";
            return Err(abort_with("files cannot be merged again", hint));
        }
    };
    let root = Uri::from_path(&local.opened()?.root);
    let uris = if named.is_empty() { vec![root.clone()] } else { named };
    let result = handlers::resolve(&local.context, ResolveParams { root: Some(root), uris, action })?;
    say(local, &result.warnings.iter().collect::<Vec<_>>(), Names::Here, output)?;
    Ok(u8::from(result.incomplete))
}

fn is_within(file: &Uri, folder: &Uri) -> bool {
    let path = |uri: &Uri| uri.to_path().unwrap_or_default();
    path(file).starts_with(path(folder))
}

pub fn init(local: &Local, options: &Init) -> Result<u8, Abort> {
    let folder = options.folder.clone().unwrap_or_else(|| PathBuf::from("."));
    handlers::init(&local.context, InitParams { root: local.uri(&folder) })?;
    Ok(0)
}
