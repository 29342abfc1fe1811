//! `hgls files` and `hgls cat`: what is tracked, and what is in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::arguments::{Cat, Files};
use super::entry::short;
use super::local::Local;
use super::output::Output;
use super::{Abort, abort};
use crate::handlers;
use crate::protocol::{CatParams, ErrorKind, ManifestParams, RevParams, StatusCode, StatusParams, TextDocument, Uri};

/// The tracked files; as in hg, none is exit code 1.
pub fn files(local: &Local, options: &Files, output: &mut Output) -> Result<u8, Abort> {
    let paths = local.paths(&options.files);
    let found: Vec<Uri> = match &options.rev {
        Some(rev) => of_revision(local, rev, paths)?,
        None => of_working_copy(local, paths)?,
    };
    let end: &[u8] = if options.print0 { b"\0" } else { b"\n" };
    for uri in &found {
        output.bytes(&local.relative(uri))?;
        output.bytes(end)?;
    }
    Ok(u8::from(found.is_empty()))
}

fn of_revision(local: &Local, rev: &str, paths: Vec<String>) -> Result<Vec<Uri>, Abort> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let params = ManifestParams {
            root: None,
            rev: rev.to_owned(),
            paths: paths.clone(),
            sizes: false,
            limit: u32::MAX,
            cursor,
        };
        let page = handlers::manifest(&local.context, params)?;
        found.extend(page.files.into_iter().map(|file| file.uri));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

fn of_working_copy(local: &Local, paths: Vec<String>) -> Result<Vec<Uri>, Abort> {
    use StatusCode::{A, C, M, Missing};
    let include = vec![M, A, C, Missing];
    let params = StatusParams { paths, include, limit: u32::MAX, ..StatusParams::default() };
    let mut found: Vec<Uri> =
        handlers::status(&local.context, params)?.entries.into_iter().map(|entry| entry.uri).collect();
    found.sort_by_cached_key(|uri| local.path(uri));
    Ok(found)
}

/// The content of files; as in hg, exit code 1 when none was there.
pub fn cat(local: &Local, options: &Cat, output: &mut Output) -> Result<u8, Abort> {
    let rev = handlers::lookup(&local.context, RevParams { root: None, rev: options.rev.clone() })?.changeset.node;
    let mut printed = false;
    for file in &options.files {
        let files = match file.is_dir() {
            true => of_revision(local, &rev, local.paths(std::slice::from_ref(file)))?,
            false => vec![local.uri(file)],
        };
        for uri in files {
            let text_document = TextDocument { uri: uri.clone() };
            let params = CatParams { text_document, rev: rev.clone(), conflict: None };
            let content = match handlers::cat(&local.context, params) {
                Ok(content) => content,
                Err(failure) if failure.kind == ErrorKind::NotTracked => {
                    let name = local.relative(&uri);
                    let name = String::from_utf8_lossy(&name);
                    output.warn(&format!("{name}: no such file in rev {}", short(&rev)))?;
                    continue;
                }
                Err(failure) => return Err(failure.into()),
            };
            let bytes = match (content.text, content.base64) {
                (Some(text), _) => text.into_bytes(),
                (None, base64) => {
                    BASE64.decode(base64.unwrap_or_default()).map_err(|error| abort(error.to_string()))?
                }
            };
            output.bytes(&bytes)?;
            printed = true;
        }
    }
    Ok(u8::from(!printed))
}
