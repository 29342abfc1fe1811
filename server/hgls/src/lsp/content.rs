//! Documents of the scheme `hgls`: a file at a revision, and a changeset as a patch. Text only.
//!
//! `hgls:///home/me/project/file.c?rev=NODE` is the file; `hgls:///home/me/project?changeset=NODE` the changeset.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::handlers::{self, Context};
use crate::protocol::{CatParams, DiffParams, ErrorKind, Failure, RevParams, TextDocument, Uri};

/// The scheme.
pub const SCHEME: &str = "hgls";

/// The document of a changeset of the repository that `file` is in.
pub fn of_changeset(file: &str, rev: &str) -> Option<String> {
    let path = file.strip_prefix("file:")?;
    let path = path.split(['?', '#']).next()?;
    Some(format!("{SCHEME}:{path}?changeset={}", utf8_percent_encode(rev, NON_ALPHANUMERIC)))
}

/// The text of a document.
pub fn text(context: &Context, uri: &str) -> Result<String, Failure> {
    let unknown = || Failure::invalid(format!("not a document of ours: {uri}"));
    let (path, query) = uri.strip_prefix("hgls:").and_then(|rest| rest.split_once('?')).ok_or_else(unknown)?;
    let file = Uri(format!("file:{path}"));
    let (name, value) = query.split_once('=').ok_or_else(unknown)?;
    let rev = percent_decode_str(value).decode_utf8_lossy().into_owned();
    match name {
        "rev" => file_at(context, file, rev),
        "changeset" => changeset(context, file, rev),
        _ => Err(unknown()),
    }
}

fn file_at(context: &Context, uri: Uri, rev: String) -> Result<String, Failure> {
    let content =
        handlers::cat(context, CatParams { text_document: TextDocument { uri: uri.clone() }, rev, conflict: None })?;
    content.text.filter(|_| !content.binary).ok_or_else(|| {
        Failure::new(ErrorKind::BinaryFile, format!("{uri}: binary file")).with_hint("hg/cat gives its bytes")
    })
}

fn changeset(context: &Context, inside: Uri, rev: String) -> Result<String, Failure> {
    let root = Some(inside);
    let found = handlers::lookup(context, RevParams { root: root.clone(), rev })?.changeset;
    let diff = DiffParams { root, change: Some(found.node.clone()), ..DiffParams::default() };
    let patch = handlers::diff(context, diff)?.patch.unwrap_or_default();
    Ok(format!("{}\n\n{patch}", super::text::plain(&found)))
}
