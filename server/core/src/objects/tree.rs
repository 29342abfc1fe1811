//! git's tree objects: the listing of one folder, read as the raw bytes that git stores.
//! Format: `gitformat-pack` and git's `tree-walk.c`. Knows nothing of where the bytes come from.

use crate::ids::{FileNode, ID_LENGTH, Mode, TreeNode};

/// What a manifest says of one path: which content, and of what kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The content (of a submodule: its commit).
    pub node: FileNode,
    /// What it is.
    pub mode: Mode,
}

/// The listing of one folder.
#[derive(Debug)]
pub struct Tree {
    raw: Box<[u8]>,
}

/// One entry of a listing: a file, a link, a submodule or a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeEntry<'a> {
    /// A single component.
    pub name: &'a [u8],
    /// git's mode as written.
    pub mode_bits: u32,
    /// Of a blob, a tree or a commit.
    pub id: [u8; ID_LENGTH],
}

impl TreeEntry<'_> {
    /// The folder; `None` for anything else.
    pub fn as_folder(&self) -> Option<TreeNode> {
        Mode::from_git(self.mode_bits).is_none().then_some(TreeNode(self.id))
    }

    /// The file, link or submodule; `None` for a folder.
    pub fn as_file(&self) -> Option<Entry> {
        Mode::from_git(self.mode_bits).map(|mode| Entry { node: FileNode(self.id), mode })
    }
}

impl Tree {
    /// The id of the folder that has nothing in it.
    pub const EMPTY: TreeNode = TreeNode([
        0x4b, 0x82, 0x5d, 0xc6, 0x42, 0xcb, 0x6e, 0xb9, 0xa0, 0x60, 0xe5, 0x4b, 0xf8, 0xd6, 0x92, 0x88, 0xfb, 0xee,
        0x49, 0x04,
    ]);

    /// `None` when the bytes are not a sequence of whole entries.
    pub fn parse(raw: Vec<u8>) -> Option<Self> {
        let mut rest = raw.as_slice();
        while !rest.is_empty() {
            (_, rest) = split_entry(rest)?;
        }
        Some(Self { raw: raw.into_boxed_slice() })
    }

    /// Bytes that this takes in memory.
    pub fn size(&self) -> usize {
        self.raw.len() + 2 * std::mem::size_of::<Self>()
    }

    /// The entries in git's order: by bytes, where a folder counts as if its name ended in a slash.
    pub fn entries(&self) -> impl Iterator<Item = TreeEntry<'_>> {
        let mut rest = &*self.raw;
        std::iter::from_fn(move || {
            let (entry, after) = split_entry(rest)?;
            rest = after;
            Some(entry)
        })
    }

    /// The entry of that name.
    pub fn find(&self, name: &[u8]) -> Option<TreeEntry<'_>> {
        self.entries().find(|entry| entry.name == name)
    }
}

fn split_entry(raw: &[u8]) -> Option<(TreeEntry<'_>, &[u8])> {
    let mut mode_bits = 0u32;
    let mut at = 0;
    loop {
        match raw.get(at)? {
            digit @ b'0'..=b'7' => mode_bits = mode_bits.checked_mul(8)?.checked_add(u32::from(digit - b'0'))?,
            b' ' => break,
            _ => return None,
        }
        at += 1;
    }
    let rest = &raw[at + 1..];
    let end = rest.iter().position(|byte| *byte == 0)?;
    let id = rest.get(end + 1..end + 1 + ID_LENGTH)?.try_into().ok()?;
    if end == 0 {
        return None;
    }
    Some((TreeEntry { name: &rest[..end], mode_bits, id }, &rest[end + 1 + ID_LENGTH..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_in_order() {
        let raw = [b"100644 a\0".as_slice(), &[1; 20], b"40000 b\0", &[2; 20], b"120000 c d\0", &[3; 20]].concat();
        let tree = Tree::parse(raw).expect("a sound tree");
        let names: Vec<_> = tree.entries().map(|entry| entry.name).collect();
        assert_eq!(names, [b"a".as_slice(), b"b", b"c d"]);
        assert_eq!(tree.find(b"b").and_then(|entry| entry.as_folder()), Some(TreeNode([2; 20])));
        let link = Entry { node: FileNode([3; 20]), mode: Mode::Symlink };
        assert_eq!(tree.find(b"c d").and_then(|entry| entry.as_file()), Some(link));
        assert_eq!(tree.find(b"c"), None);
    }

    #[test]
    fn damaged_trees_are_refused() {
        for raw in [b"100644 a".as_slice(), b"100644 a\0short", b"x a\0", b"77777777777777 a\0", b"100644 \0"] {
            let raw = if raw.ends_with(b"\0") { [raw, &[1; 20]].concat() } else { raw.to_vec() };
            assert!(Tree::parse(raw.clone()).is_none(), "{raw:?}");
        }
        assert!(Tree::parse(Vec::new()).is_some());
    }
}
