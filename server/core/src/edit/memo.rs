//! What operations note in files of their own, for whoever takes them up when they are killed: how a file's entry is
//! written there. Knows no operation.

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
