//! `hgls diff`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::Abort;
use super::annotate::whitespace;
use super::arguments::Diff;
use super::entry::{self, FileStat};
use super::local::Local;
use super::output::Output;
use crate::handlers;
use crate::protocol::{DiffFile, DiffParams, DiffResult};

pub fn run(local: &Local, options: &Diff, output: &mut Output) -> Result<u8, Abort> {
    let mut revs = options.rev.iter().cloned();
    let params = DiffParams {
        from: revs.next().or_else(|| options.from.clone()),
        to: revs.next().or_else(|| options.to.clone()),
        change: options.change.clone(),
        paths: local.paths(&options.files),
        context: options.unified,
        whitespace: Some(whitespace(options.spaces)),
        patch: !options.stat,
        ..DiffParams::default()
    };
    let diff = handlers::diff(&local.context, params)?;
    let text =
        if options.stat { entry::stat(&stat(local, &diff), output.width()) } else { output.patch(&patch(&diff)) };
    output.bytes(&text)?;
    Ok(0)
}

/// The bytes of the patch.
pub fn patch(diff: &DiffResult) -> Vec<u8> {
    let lossless = diff.patch_base64.as_ref().and_then(|base64| BASE64.decode(base64).ok());
    lossless.unwrap_or_else(|| diff.patch.clone().unwrap_or_default().into_bytes())
}

/// How much changed in which files.
pub fn stat(local: &Local, diff: &DiffResult) -> Vec<FileStat> {
    let describe = |file: &DiffFile| {
        let path = local.path(&file.uri);
        let name = match file.source.as_ref().filter(|_| file.renamed) {
            Some(source) => [source.as_bytes(), b" => ", &path].concat(),
            None => path,
        };
        FileStat { name, added: file.added, removed: file.removed, binary: file.binary }
    };
    diff.files.iter().map(describe).collect()
}
