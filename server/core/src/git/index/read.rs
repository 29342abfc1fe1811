//! git's index taken apart, front to back. Knows the layout of the file and nothing of what its entries are for.

use std::collections::HashMap;
use std::path::Path;

use super::{Index, Resolved, Tracked};
use crate::git::Error;
use crate::ids::{FileNode, ID_LENGTH, Mode, RepoPath, TreeNode};
use crate::objects::Entry;
use crate::stat::{Stamp, Stat};

/// Names go on from each other, and a few bytes of an index that nobody wrote so could make any number of them in memory:
/// so many times its length they may be together.
const MOST_NAMED: usize = 64;

/// Why an index could not be understood.
#[derive(Debug)]
pub(super) enum Flaw {
    Damaged,
    Unsupported { what: String, remedy: &'static str },
}

impl Flaw {
    const PLAIN: &'static str = "git update-index --index-version 2 --force-write-index";

    fn sparse() -> Self {
        Self::Unsupported { what: "a sparse index".to_owned(), remedy: "git sparse-checkout reapply --no-sparse-index" }
    }

    fn split() -> Self {
        Self::Unsupported { what: "a split index".to_owned(), remedy: "git update-index --no-split-index" }
    }

    /// The same of the index at `path`.
    pub fn at(self, path: &Path) -> Error {
        let path = path.to_owned();
        match self {
            Self::Damaged => Error::Damaged { path },
            Self::Unsupported { what, remedy } => Error::Index { path, what, remedy },
        }
    }
}

impl Index {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Flaw> {
        let (mut reader, Header { version, count }) = Reader::open(bytes)?;
        let mut tracked: Vec<Tracked> = Vec::with_capacity(count.min(bytes.len() / 64));
        let mut previous = Vec::new();
        let mut named = 0;
        for _ in 0..count {
            tracked.push(reader.entry(version, &mut previous)?);
            named += previous.len();
            if named > MOST_NAMED * bytes.len() {
                return Err(Flaw::Damaged);
            }
        }
        if !tracked.is_sorted_by(|one, two| (&one.path, one.stage) <= (&two.path, two.stage)) {
            return Err(Flaw::Damaged);
        }
        let is_attributes = |tracked: &Tracked| tracked.path.ends_with(b".gitattributes");
        let attributes = (0..tracked.len()).filter(|at| is_attributes(&tracked[*at])).collect();
        let mut index = Self { tracked, attributes, ..Self::default() };
        reader.understand_extensions(&mut index)?;
        Ok(index)
    }
}

/// What an index begins with.
pub(super) struct Header {
    /// 2, 3 or 4.
    pub version: u32,
    /// How many entries follow.
    pub count: usize,
}

/// What stands behind the entries: its name, four bytes, and its content.
type Extension<'a> = (&'a [u8], &'a [u8]);

/// One folder of git's "cache tree".
pub(super) struct Folder<'a> {
    /// Its path with a slash at its end; nothing for the root.
    pub prefix: &'a [u8],
    /// As it lies in the file.
    pub bytes: &'a [u8],
    /// Its name there.
    pub name: &'a [u8],
    /// How many folders of those that follow stand in it.
    pub folders: usize,
    /// How many entries it has, and which tree they make; `None` where something changed below.
    pub tree: Option<(usize, TreeNode)>,
}

/// Takes the file apart from front to back.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads the header of an index, and stands before its first entry then. The checksum is not looked at.
    pub fn open(index: &'a [u8]) -> Result<(Self, Header), Flaw> {
        let body = index.len().checked_sub(ID_LENGTH).ok_or(Flaw::Damaged)?;
        let mut reader = Self::new(&index[..body]);
        if reader.take(4)? != b"DIRC" {
            return Err(Flaw::Damaged);
        }
        let version = reader.number()?;
        if !(2..=4).contains(&version) {
            return Err(Flaw::Unsupported { what: format!("an index of version {version}"), remedy: Flaw::PLAIN });
        }
        let count = reader.number()? as usize;
        Ok((reader, Header { version, count }))
    }

    /// Of a part of an index.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Flaw> {
        let end = self.at.checked_add(length).ok_or(Flaw::Damaged)?;
        let taken = self.bytes.get(self.at..end).ok_or(Flaw::Damaged)?;
        self.at = end;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, Flaw> {
        Ok(u32::from_be_bytes(self.take(4)?.try_into().map_err(|_| Flaw::Damaged)?))
    }

    fn short(&mut self) -> Result<u16, Flaw> {
        Ok(u16::from_be_bytes(self.take(2)?.try_into().map_err(|_| Flaw::Damaged)?))
    }

    /// Up to the next byte of value zero, which is skipped.
    fn string(&mut self) -> Result<&'a [u8], Flaw> {
        let rest = self.bytes.get(self.at..).ok_or(Flaw::Damaged)?;
        let length = rest.iter().position(|byte| *byte == 0).ok_or(Flaw::Damaged)?;
        self.at += length + 1;
        Ok(&rest[..length])
    }

    /// The variable-length number that version 4 shortens paths by, as in git's pack files.
    fn varint(&mut self) -> Result<usize, Flaw> {
        let mut byte = self.take(1)?[0];
        let mut value = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.take(1)?[0];
            let shifted = value.checked_add(1).and_then(|value| value.checked_mul(128)).ok_or(Flaw::Damaged)?;
            value = shifted | usize::from(byte & 0x7f);
        }
        Ok(value)
    }

    /// One entry as it lies in the file, without its path, which `previous` is then.
    pub fn raw_entry(&mut self, version: u32, previous: &mut Vec<u8>) -> Result<&'a [u8], Flaw> {
        let start = self.at;
        self.take(FLAGS)?;
        if self.short()? & EXTENDED != 0 {
            self.short()?;
        }
        let fixed = &self.bytes[start..self.at];
        if version == 4 {
            let kept = previous.len().checked_sub(self.varint()?).ok_or(Flaw::Damaged)?;
            previous.truncate(kept);
            previous.extend_from_slice(self.string()?);
        } else {
            previous.clear();
            previous.extend_from_slice(self.string()?);
            // Entries are padded to eight bytes, the zero at the end of the path included.
            let length = self.at - start;
            self.take(length.next_multiple_of(8) - length)?;
        }
        Ok(fixed)
    }

    fn entry(&mut self, version: u32, previous: &mut Vec<u8>) -> Result<Tracked, Flaw> {
        let mut fields = Reader::new(self.raw_entry(version, previous)?);
        let changed = Stamp { seconds: fields.number()?, nanoseconds: fields.number()? };
        let modified = Stamp { seconds: fields.number()?, nanoseconds: fields.number()? };
        let (device, inode, mode) = (fields.number()?, fields.number()?, fields.number()?);
        let (user, group, size) = (fields.number()?, fields.number()?, fields.number()?);
        let node = FileNode::from_bytes(fields.take(ID_LENGTH)?).ok_or(Flaw::Damaged)?;
        let flags = fields.short()?;
        let extended = if flags & EXTENDED != 0 { fields.short()? } else { 0 };
        if previous.is_empty() {
            return Err(Flaw::split()); // Replaces an entry of the shared part.
        }
        if mode & 0o170000 == 0o040000 {
            return Err(Flaw::sparse());
        }
        Ok(Tracked {
            path: RepoPath::new(previous.as_slice()).ok_or(Flaw::Damaged)?,
            entry: Entry { node, mode: Mode::from_git(mode).ok_or(Flaw::Damaged)? },
            stage: (flags >> STAGE & 3) as u8,
            stat: Stat { changed, modified, device, inode, user, group, size },
            assume_unchanged: flags & ASSUME_UNCHANGED != 0,
            skip_worktree: extended & SKIP_WORKTREE != 0,
            intent_to_add: extended & INTENT_TO_ADD != 0,
        })
    }

    /// The next of what stands behind the entries.
    pub fn extension(&mut self) -> Result<Option<Extension<'a>>, Flaw> {
        if self.at >= self.bytes.len() {
            return Ok(None);
        }
        let name = self.take(4)?;
        let length = self.number()? as usize;
        Ok(Some((name, self.take(length)?)))
    }

    /// An extension whose name starts with a capital letter may be ignored.
    fn understand_extensions(&mut self, index: &mut Index) -> Result<(), Flaw> {
        while let Some((name, content)) = self.extension()? {
            match name {
                b"REUC" => index.resolved = Reader::new(content).resolved()?,
                // It only saves work.
                b"TREE" => index.trees = Reader::new(content).trees().unwrap_or_default(),
                // Says that folders may stand as one entry; harmless where none does.
                b"sdir" => {}
                b"link" => return Err(Flaw::split()),
                _ if name[0].is_ascii_uppercase() => {}
                _ => {
                    let what = format!("an index with the extension '{}'", name.escape_ascii());
                    return Err(Flaw::Unsupported { what, remedy: Flaw::PLAIN });
                }
            }
        }
        Ok(())
    }

    fn trees(&mut self) -> Result<HashMap<Vec<u8>, (usize, TreeNode)>, Flaw> {
        let mut trees = HashMap::new();
        self.folders(|folder| {
            if let Some(tree) = folder.tree {
                trees.insert(folder.prefix.to_vec(), tree);
            }
        })?;
        Ok(trees)
    }

    /// git's "cache tree": folder by folder, each before those in it.
    pub fn folders(&mut self, mut each: impl FnMut(&Folder<'_>)) -> Result<(), Flaw> {
        let mut named = 0;
        // Folders that are not complete: their prefixes, and how many in them are to come.
        let mut above: Vec<(Vec<u8>, usize)> = Vec::new();
        loop {
            let start = self.at;
            let name = self.string()?;
            let mut prefix = above.last().map(|(prefix, _)| prefix.clone()).unwrap_or_default();
            if !above.is_empty() {
                prefix.extend_from_slice(name);
                prefix.push(b'/');
            }
            named += prefix.len();
            if named > MOST_NAMED * self.bytes.len() {
                return Err(Flaw::Damaged);
            }
            let (count, folders) = (self.decimal(b' ')?, self.decimal(b'\n')?);
            let folders = usize::try_from(folders).map_err(|_| Flaw::Damaged)?;
            // A negative count: something changed below, and the tree was not made anew.
            let tree = match usize::try_from(count) {
                Ok(count) => Some((count, TreeNode::from_bytes(self.take(ID_LENGTH)?).ok_or(Flaw::Damaged)?)),
                Err(_) => None,
            };
            each(&Folder { prefix: &prefix, bytes: &self.bytes[start..self.at], name, folders, tree });
            above.push((prefix, folders));
            while let Some((_, left)) = above.last_mut() {
                if let Some(less) = left.checked_sub(1) {
                    *left = less;
                    break;
                }
                above.pop();
            }
            if above.is_empty() {
                return Ok(());
            }
        }
    }

    /// A number in decimal digits, up to `end`, which is skipped.
    fn decimal(&mut self, end: u8) -> Result<i64, Flaw> {
        let rest = self.bytes.get(self.at..).ok_or(Flaw::Damaged)?;
        let length = rest.iter().position(|byte| *byte == end).ok_or(Flaw::Damaged)?;
        self.at += length + 1;
        std::str::from_utf8(&rest[..length]).ok().and_then(|text| text.parse().ok()).ok_or(Flaw::Damaged)
    }

    fn resolved(&mut self) -> Result<Vec<Resolved>, Flaw> {
        let mut conflicts = Vec::new();
        self.resolutions(|path, sides, _| conflicts.push(Resolved { path, sides }))?;
        conflicts.sort_by(|one: &Resolved, two| one.path.cmp(&two.path));
        Ok(conflicts)
    }

    /// The record of resolved conflicts: of each its path, its sides, and the bytes that say so.
    pub fn resolutions(&mut self, mut each: impl FnMut(RepoPath, [Option<Entry>; 3], &'a [u8])) -> Result<(), Flaw> {
        while self.at < self.bytes.len() {
            let start = self.at;
            let path = RepoPath::new(self.string()?).ok_or(Flaw::Damaged)?;
            let mut modes = [0; 3];
            for mode in &mut modes {
                let digits = std::str::from_utf8(self.string()?).map_err(|_| Flaw::Damaged)?;
                *mode = u32::from_str_radix(digits, 8).map_err(|_| Flaw::Damaged)?;
            }
            let mut sides = [None; 3];
            for (side, mode) in sides.iter_mut().zip(modes).filter(|(_, mode)| *mode != 0) {
                let node = FileNode::from_bytes(self.take(ID_LENGTH)?).ok_or(Flaw::Damaged)?;
                *side = Mode::from_git(mode).map(|mode| Entry { node, mode });
            }
            each(path, sides, &self.bytes[start..self.at]);
        }
        Ok(())
    }
}

/// How many bytes of an entry stand before its flags.
const FLAGS: usize = 10 * 4 + ID_LENGTH;
/// Bits of the flags: more of them follow; the file is not looked at. The two of the stage begin at [`STAGE`].
pub(super) const EXTENDED: u16 = 1 << 14;
pub(super) const ASSUME_UNCHANGED: u16 = 1 << 15;
pub(super) const STAGE: u32 = 12;
/// Bits of those that follow.
pub(super) const INTENT_TO_ADD: u16 = 1 << 13;
pub(super) const SKIP_WORKTREE: u16 = 1 << 14;
