//! `hgls resolve`.

use super::arguments::Resolve;
use super::{Names, merging};
use crate::cli::local::Local;
use crate::cli::output::Output;
use crate::cli::{Abort, abort, abort_with};
use crate::handlers;
use crate::protocol::{MergeStatus, MergeTool, ResolveAction, ResolveParams, RootParams, Uri};

pub fn resolve(local: &Local, options: &Resolve, output: &mut Output) -> Result<u8, Abort> {
    let named: Vec<Uri> = options.files.iter().map(|file| local.uri(file)).collect();
    if options.list {
        return list(local, &named, output);
    }
    let action = match (options.mark, options.unmark) {
        (true, false) => ResolveAction::Mark,
        (false, true) => ResolveAction::Unmark,
        (true, true) => return Err(abort("cannot specify both --mark and --unmark")),
        (false, false) => ResolveAction::Merge,
    };
    if options.all && !named.is_empty() {
        return Err(abort("can't specify --all and patterns"));
    }
    if action == ResolveAction::Merge && named.is_empty() && !options.all {
        let hint = "use --all to re-merge all unresolved files";
        return Err(abort_with("no files or directories specified", hint));
    }
    let root = Uri::from_path(&local.opened()?.root);
    let params = ResolveParams {
        uris: if named.is_empty() { vec![root.clone()] } else { named },
        root: Some(root),
        action,
        tool: options.tool.as_deref().map(tool).transpose()?.unwrap_or_default(),
        backup: options.backup(),
    };
    let result = handlers::resolve(&local.context, params)?;
    merging(local, &result.files, &result.warnings, output)?;
    // To have named what needs no resolving is no failure, as with Mercurial.
    Ok(u8::from(result.files.iter().any(|file| file.conflict.is_some())))
}

/// Mercurial's names of its internal tools.
fn tool(name: &str) -> Result<MergeTool, Abort> {
    Ok(match name.trim_start_matches("internal").trim_start_matches(':') {
        "merge" => MergeTool::Merge,
        "merge-local" => MergeTool::MergeLocal,
        "merge-other" => MergeTool::MergeOther,
        "union" => MergeTool::Union,
        "local" => MergeTool::Local,
        "other" => MergeTool::Other,
        _ => {
            let hint = "there are :merge, :merge-local, :merge-other, :union, :local and :other";
            return Err(abort_with(format!("unknown merge tool '{name}'"), hint));
        }
    })
}

fn list(local: &Local, named: &[Uri], output: &mut Output) -> Result<u8, Abort> {
    for file in handlers::resolve_list(&local.context, RootParams::default())?.files {
        if named.is_empty() || named.iter().any(|asked| is_within(&file.uri, asked)) {
            let letter = if file.mergestatus == MergeStatus::U { 'U' } else { 'R' };
            output.text(&format!("{letter} {}\n", Names::Here.of(local, &file.uri)))?;
        }
    }
    Ok(0)
}

fn is_within(file: &Uri, folder: &Uri) -> bool {
    let path = |uri: &Uri| uri.to_path().unwrap_or_default();
    path(file).starts_with(path(folder))
}
