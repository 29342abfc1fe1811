//! What operations note in files of their own, for whoever takes them up when they are killed: how a file's entry is
//! written there, and how such a file is read and removed. Knows no operation.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::git;
use crate::ids::{FileNode, Mode};
use crate::objects::Entry;

/// What stands for a file that is not there.
const NOTHING: &str = "-";

/// An entry in a note. It has neither NUL nor newline.
pub fn written(entry: Option<Entry>) -> String {
    match entry {
        Some(Entry { node, mode }) => format!("{:o} {}", mode.to_git(), node.to_hex()),
        None => NOTHING.to_owned(),
    }
}

/// The reverse; the outer `None` for what no entry is.
pub fn parsed(text: &[u8]) -> Option<Option<Entry>> {
    if text == NOTHING.as_bytes() {
        return Some(None);
    }
    let (mode, node) = text.split_at_checked(text.iter().position(|byte| *byte == b' ')?)?;
    let mode = Mode::from_git(u32::from_str_radix(std::str::from_utf8(mode).ok()?, 8).ok()?)?;
    Some(Some(Entry { node: FileNode::from_hex(node.strip_prefix(b" ")?)?, mode }))
}

/// What is noted in the file; `None` where there is none.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, git::Error> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(git::Error::Io { path: path.to_owned(), source }),
    }
}

/// Removes the file, if it is there.
pub fn remove(path: &Path) -> Result<(), git::Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(git::Error::Io { path: path.to_owned(), source: error })
        }
        _ => Ok(()),
    }
}
