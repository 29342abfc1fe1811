//! git's tree objects: the listing of one folder, read as the raw bytes that git stores.
//! Format: `gitformat-pack` and git's `tree-walk.c`. Knows nothing of where the bytes come from.

use std::sync::Arc;

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
    /// Shared with whoever else keeps the object.
    raw: Arc<Vec<u8>>,
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
    /// `None` when the bytes are not a sequence of whole entries.
    pub fn parse(raw: Arc<Vec<u8>>) -> Option<Self> {
        let mut at = 0;
        while at < raw.len() {
            at += entry_length(&raw[at..])?;
        }
        Some(Self { raw })
    }

    /// Bytes that this takes in memory.
    pub fn size(&self) -> usize {
        self.raw.len() + 2 * std::mem::size_of::<Self>()
    }

    /// The entries in git's order: by bytes, where a folder counts as if its name ended in a slash.
    pub fn entries(&self) -> Entries<'_> {
        Entries { rest: &self.raw }
    }

    /// The entry of that name.
    pub fn find(&self, name: &[u8]) -> Option<TreeEntry<'_>> {
        self.entries().find(|entry| entry.name == name)
    }
}

/// The entries of a listing, or what is still to come of them.
#[derive(Clone, Debug, Default)]
pub struct Entries<'a> {
    rest: &'a [u8],
}

impl<'a> Entries<'a> {
    /// Those of a listing as it is stored. They end where it is not sound.
    pub(super) fn of(raw: &'a [u8]) -> Self {
        Self { rest: raw }
    }

    /// Whether nothing is left, sound or not.
    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next entry, which stays the next.
    pub fn peek(&self) -> Option<TreeEntry<'a>> {
        split_entry(self.rest).map(|(entry, _)| entry)
    }

    /// Passes over the entries that both begin with, without reading more of them than where they end.
    pub fn skip_common(&mut self, other: &mut Self) {
        let same = common_length(self.rest, other.rest);
        let mut skipped = 0;
        if same == self.rest.len() {
            skipped = same;
        } else {
            // An entry ends 20 bytes after its first zero.
            while let Some(name_end) = zero(&self.rest[..same], skipped) {
                let next = name_end + 1 + ID_LENGTH;
                if next > same {
                    break;
                }
                skipped = next;
            }
        }
        self.rest = &self.rest[skipped..];
        other.rest = &other.rest[skipped..];
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = TreeEntry<'a>;

    fn next(&mut self) -> Option<TreeEntry<'a>> {
        let (entry, rest) = split_entry(self.rest)?;
        self.rest = rest;
        Some(entry)
    }
}

/// How many bytes two slices have in common at their beginning.
fn common_length(one: &[u8], other: &[u8]) -> usize {
    // Arrays, unlike slices, are compared without a call.
    const BLOCK: usize = 32;
    let (blocks, other_blocks) = (one.as_chunks::<BLOCK>().0, other.as_chunks::<BLOCK>().0);
    let start = BLOCK * blocks.iter().zip(other_blocks).take_while(|(a, b)| a == b).count();
    start + one[start..].iter().zip(&other[start..]).take_while(|(a, b)| a == b).count()
}

/// Where the first entry ends; `None` when it is not sound. As [`split_entry`], without looking at what it is.
fn entry_length(raw: &[u8]) -> Option<usize> {
    let name = match raw {
        // Nearly all of them.
        [b'1', b'0', b'0', b'6', b'4', b'4', b' ', ..] => 7,
        [b'4', b'0', b'0', b'0', b'0', b' ', ..] => 6,
        _ => {
            let mode = raw.iter().take(8).position(|byte| *byte == b' ')?;
            raw[..mode].iter().all(|digit| matches!(digit, b'0'..=b'7')).then_some(mode + 1)?
        }
    };
    let end = zero(raw, name).filter(|end| *end > name)?;
    let length = end + 1 + ID_LENGTH;
    (length <= raw.len()).then_some(length)
}

/// Where the first zero is, from `start` on. Names are short: looking for their ends eight bytes at a time is quicker than
/// a call.
fn zero(raw: &[u8], start: usize) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    let mut at = start;
    while let Some(eight) = raw.get(at..).and_then(|rest| rest.first_chunk()) {
        let eight = u64::from_le_bytes(*eight);
        // The highest bit of each zero byte, and perhaps of ones after the first.
        let zeros = eight.wrapping_sub(ONES) & !eight & ONES << 7;
        if zeros != 0 {
            return Some(at + zeros.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    Some(at + raw.get(at..)?.iter().position(|byte| *byte == 0)?)
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
    let end = zero(rest, 0)?;
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
        let tree = Tree::parse(Arc::new(raw)).expect("a sound tree");
        let names: Vec<_> = tree.entries().map(|entry| entry.name).collect();
        assert_eq!(names, [b"a".as_slice(), b"b", b"c d"]);
        assert_eq!(tree.find(b"b").and_then(|entry| entry.as_folder()), Some(TreeNode([2; 20])));
        let link = Entry { node: FileNode([3; 20]), mode: Mode::Symlink };
        assert_eq!(tree.find(b"c d").and_then(|entry| entry.as_file()), Some(link));
        assert_eq!(tree.find(b"c"), None);
    }

    #[test]
    fn common_entries_are_passed_over_whole() {
        let entry = |name: &str, id: u8| [b"100644 ", name.as_bytes(), b"\0", &[id; 20]].concat();
        let many: Vec<u8> = (10..60).flat_map(|at| entry(&format!("file{at}"), 0)).collect();
        let tree = |entries: &[&[u8]]| Tree::parse(Arc::new(entries.concat())).expect("a sound tree");
        let one = tree(&[&many, &entry("m", 1), &entry("z", 0)]);
        let other = tree(&[&many, &entry("m", 2), &entry("z", 0)]);
        let (mut a, mut b) = (one.entries(), other.entries());
        a.skip_common(&mut b);
        assert_eq!((a.next().map(|entry| entry.id), b.next().map(|entry| entry.id)), (Some([1; 20]), Some([2; 20])));
        a.skip_common(&mut b);
        assert_eq!((a.next(), b.next()), (None, None));
        let shorter = tree(&[&many]);
        let (mut a, mut b) = (one.entries(), shorter.entries());
        a.skip_common(&mut b);
        assert_eq!((a.peek().map(|entry| entry.name), b.peek()), (Some(b"m".as_slice()), None));
    }

    #[test]
    fn zeros_are_found_wherever_they_are() {
        for length in 0..40 {
            for filler in [1, 0x7f, 0x80, 0xff] {
                for place in 0..length {
                    let mut raw = vec![filler; length];
                    raw[place] = 0;
                    raw[place + 1..].iter_mut().step_by(3).for_each(|byte| *byte = 0);
                    for start in 0..=place {
                        assert_eq!(zero(&raw, start), Some(place));
                    }
                }
                assert_eq!(zero(&vec![filler; length], length / 2), None);
            }
        }
    }

    #[test]
    fn damaged_trees_are_refused() {
        for raw in [b"100644 a".as_slice(), b"100644 a\0short", b"x a\0", b"77777777777777 a\0", b"100644 \0"] {
            let raw = if raw.ends_with(b"\0") { [raw, &[1; 20]].concat() } else { raw.to_vec() };
            assert!(Tree::parse(Arc::new(raw.clone())).is_none(), "{raw:?}");
        }
        assert!(Tree::parse(Arc::default()).is_some());
    }
}
