//! `hg/cat` and `hg/manifest`: what a revision holds.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hgls_core::model::{cat as model, manifest as files, text};
use hgls_core::{Node, RepoPath};

use super::{Context, limit};
use crate::protocol::{CatParams, CatResult, Failure, ManifestFile, ManifestParams, ManifestResult};

const MOST: u32 = 100_000;

/// Answers `hg/cat`.
pub fn cat(context: &Context, params: CatParams) -> Result<CatResult, Failure> {
    let file = context.look_at(&params.text_document)?;
    let content = match params.conflict {
        Some(side) => model::cat_conflict(&file.target.snapshot, &file.path, side.into(), text::TOO_LARGE)?,
        None => {
            let (file, [node]) = file.resolve(context, [Some(&params.rev)])?;
            model::cat(&file.target.snapshot, node.unwrap_or(Node::NULL), &file.path, text::TOO_LARGE)?
        }
    };
    let (size, binary, flags) = (content.bytes.len() as u64, content.binary, content.mode.flags().to_owned());
    let (text, base64) = split(content.bytes);
    Ok(CatResult { text, base64, size, binary, flags })
}

/// Bytes as text, or in base64 when they are not UTF-8.
pub(super) fn split(bytes: Vec<u8>) -> (Option<String>, Option<String>) {
    match String::from_utf8(bytes) {
        Ok(text) => (Some(text), None),
        Err(error) => (None, Some(BASE64.encode(error.as_bytes()))),
    }
}

/// Answers `hg/manifest`.
pub fn manifest(context: &Context, params: ManifestParams) -> Result<ManifestResult, Failure> {
    let target = context.look(params.root.as_ref())?;
    let cursor = params.cursor.as_deref().map(Cursor::parse).transpose()?;
    // Further pages show the same revision, whatever its name stands for by then.
    let name = cursor.as_ref().map_or_else(|| params.rev.clone(), |cursor| cursor.node.to_hex());
    let (target, [node]) = target.resolve(context, [Some(&name)])?;
    let node = node.unwrap_or(Node::NULL);
    let request = files::Request {
        paths: &target.paths(&params.paths)?,
        after: cursor.as_ref().map(|cursor| &cursor.path),
        limit: limit(params.limit, MOST)?,
        sizes: params.sizes,
    };
    let page = files::manifest(&target.snapshot, node, &request)?;
    let next = page.files.last().filter(|_| page.more).map(|last| Cursor { node, path: last.path.clone() });
    let convert = |file: files::File| {
        let (path, uri) = target.name(&file.path);
        let flags = file.entry.mode.flags().to_owned();
        ManifestFile { path, uri, node: file.entry.node.to_hex(), flags, size: file.size }
    };
    Ok(ManifestResult {
        files: page.files.into_iter().map(convert).collect(),
        next_cursor: next.map(|cursor| cursor.to_string()),
    })
}

/// Where a page of a manifest ends.
struct Cursor {
    node: Node,
    path: RepoPath,
}

impl Cursor {
    fn parse(text: &str) -> Result<Self, Failure> {
        let parse = || {
            let (node, path) = text.split_once('/')?;
            let path = BASE64.decode(path).ok()?;
            Some(Self { node: Node::from_hex(node.as_bytes())?, path: RepoPath::new(path)? })
        };
        parse().ok_or_else(|| Failure::invalid("cursor: not one that hgls gave"))
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.node, BASE64.encode(self.path.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn cursors_are_read_as_they_were_written_and_others_refused() {
        let path = RepoPath::new(b"a/\xe9/ b".as_slice()).unwrap();
        let cursor = Cursor::parse(&Cursor { node: Node::WDIR, path: path.clone() }.to_string()).unwrap();
        assert_eq!((cursor.node, cursor.path), (Node::WDIR, path));
        for text in ["", "/", "ff/YQ==", "1"] {
            assert!(Cursor::parse(text).is_err(), "{text}");
        }
    }
}
