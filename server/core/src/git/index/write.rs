//! git's index written again with some entries changed. What was not changed is copied as it lies there; knows nothing of
//! why an entry changes.
//!
//! Of what stands behind the entries, trees that still hold stay, the record of resolved conflicts and libgit2's of renamed
//! ones too. The rest may be left out: it tells where entries lie in the file, or what lies in folders (caches of untracked
//! files and of file system monitors), and git makes it anew.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::Tracked;
use super::read::{ASSUME_UNCHANGED, EXTENDED, Flaw, INTENT_TO_ADD, Reader, SKIP_WORKTREE, STAGE};
use crate::ids::{ID_LENGTH, RepoPath};
use crate::objects::{self, Entry};

/// What is to become of an index.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// By path all entries that it has then, in the order of their stages.
    pub entries: BTreeMap<RepoPath, Vec<Tracked>>,
    /// Entries that look as their files do, and are not to be believed: git compares what it has no size of.
    pub distrusted: BTreeSet<RepoPath>,
    /// Conflicts that are resolved by that.
    pub resolved: BTreeMap<RepoPath, [Option<Entry>; 3]>,
}

/// An index in which nothing is tracked. Its checksum is not looked at.
pub(super) const EMPTY: &[u8] = b"DIRC\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// Where an entry has the size of its file.
const SIZE: std::ops::Range<usize> = 36..40;

/// `original` with `changes`.
pub(super) fn written(original: &[u8], changes: &Changes) -> Result<Vec<u8>, Flaw> {
    let (mut reader, header) = Reader::open(original)?;
    let mut writer = Writer::new(header.version, original.len());
    let mut changed = changes.entries.iter().peekable();
    let mut path = Vec::new();
    for _ in 0..header.count {
        let fixed = reader.raw_entry(header.version, &mut path)?;
        while let Some((_, entries)) = changed.next_if(|(changed, _)| changed.as_bytes() < path.as_slice()) {
            entries.iter().for_each(|tracked| writer.entry(&fixed_part(tracked), tracked.path.as_bytes()));
        }
        // What it is now comes with the first entry of a later path.
        if changed.peek().is_none_or(|(changed, _)| changed.as_bytes() != path.as_slice()) {
            writer.entry(fixed, &path);
            if changes.distrusted.contains(path.as_slice()) {
                writer.forget_size();
            }
        }
    }
    for (_, entries) in changed {
        entries.iter().for_each(|tracked| writer.entry(&fixed_part(tracked), tracked.path.as_bytes()));
    }
    let mut resolved = BTreeMap::new();
    while let Some((name, content)) = reader.extension()? {
        match name {
            b"TREE" => {
                // What makes no sense git takes for absent as well.
                if let Ok(trees) = trees_that_hold(content, changes) {
                    writer.extension(name, &trees);
                }
            }
            b"REUC" => {
                Reader::new(content).resolutions(|path, _, record| _ = resolved.insert(path, record.to_vec()))?;
            }
            b"NAME" => writer.extension(name, content),
            _ => {}
        }
    }
    resolved.extend(changes.resolved.iter().map(|(path, sides)| (path.clone(), resolved_record(path, sides))));
    if !resolved.is_empty() {
        writer.extension(b"REUC", &resolved.into_values().flatten().collect::<Vec<u8>>());
    }
    writer.finish()
}

/// Puts an index together from front to back.
struct Writer {
    bytes: Vec<u8>,
    version: u32,
    count: u32,
    /// The path of the entry before, from which that of the next goes on in version 4.
    previous: Vec<u8>,
    /// Where the last entry begins.
    last: usize,
    is_extended: bool,
}

impl Writer {
    fn new(version: u32, capacity: usize) -> Self {
        let mut bytes = Vec::with_capacity(capacity + 1024);
        bytes.extend_from_slice(&EMPTY[..12]);
        Self { bytes, version, count: 0, previous: Vec::new(), last: 0, is_extended: false }
    }

    /// Adds an entry, of which `fixed` is everything but its path.
    fn entry(&mut self, fixed: &[u8], path: &[u8]) {
        self.last = self.bytes.len();
        self.count += 1;
        self.is_extended |= fixed.len() > FIXED;
        self.bytes.extend_from_slice(fixed);
        if self.version == 4 {
            let common = self.previous.iter().zip(path).take_while(|(one, two)| one == two).count();
            self.varint(self.previous.len() - common);
            self.bytes.extend_from_slice(&path[common..]);
            self.bytes.push(0);
            self.previous.truncate(common);
            self.previous.extend_from_slice(&path[common..]);
        } else {
            self.bytes.extend_from_slice(path);
            // Up to eight zeros: the end of the path, and what is missing from a multiple of eight.
            let length = self.bytes.len() - self.last;
            self.bytes.resize(self.last + (length + 1).next_multiple_of(8), 0);
        }
    }

    /// Has git compare the file of the entry that was added last.
    fn forget_size(&mut self) {
        if let Some(size) = self.bytes.get_mut(self.last..).and_then(|entry| entry.get_mut(SIZE)) {
            size.fill(0);
        }
    }

    fn varint(&mut self, mut value: usize) {
        let start = self.bytes.len();
        self.bytes.push((value & 0x7f) as u8);
        while value > 0x7f {
            value = (value >> 7) - 1;
            self.bytes.push((value & 0x7f) as u8 | 0x80);
        }
        self.bytes[start..].reverse();
    }

    fn extension(&mut self, name: &[u8], content: &[u8]) {
        self.bytes.extend_from_slice(name);
        self.bytes.extend_from_slice(&(content.len() as u32).to_be_bytes());
        self.bytes.extend_from_slice(content);
    }

    fn finish(mut self) -> Result<Vec<u8>, Flaw> {
        let version = match self.version {
            4 => 4,
            _ if self.is_extended => 3,
            _ => 2,
        };
        self.bytes[4..8].copy_from_slice(&u32::to_be_bytes(version));
        self.bytes[8..12].copy_from_slice(&self.count.to_be_bytes());
        let checksum = objects::checksum(&self.bytes).ok_or(Flaw::Damaged)?;
        self.bytes.extend_from_slice(&checksum);
        Ok(self.bytes)
    }
}

/// The length of all that stands before the path of an entry which has no more than the flags of version 2.
const FIXED: usize = 10 * 4 + ID_LENGTH + 2;

/// All that stands before the path of an entry.
fn fixed_part(tracked: &Tracked) -> Vec<u8> {
    let Tracked { path, entry, stage, stat, .. } = tracked;
    let (changed, modified) = (stat.changed, stat.modified);
    let mut fixed = Vec::with_capacity(FIXED + 2);
    for number in [
        changed.seconds,
        changed.nanoseconds,
        modified.seconds,
        modified.nanoseconds,
        stat.device,
        stat.inode,
        entry.mode.to_git(),
        stat.user,
        stat.group,
        stat.size,
    ] {
        fixed.extend_from_slice(&number.to_be_bytes());
    }
    fixed.extend_from_slice(entry.node.as_bytes());
    let bit = |is_set: bool, bit: u16| if is_set { bit } else { 0 };
    let more = bit(tracked.intent_to_add, INTENT_TO_ADD) | bit(tracked.skip_worktree, SKIP_WORKTREE);
    let length = path.as_bytes().len().min(0xfff) as u16;
    let flags = u16::from(*stage) << STAGE | bit(tracked.assume_unchanged, ASSUME_UNCHANGED) | length;
    fixed.extend_from_slice(&(flags | bit(more != 0, EXTENDED)).to_be_bytes());
    if more != 0 {
        fixed.extend_from_slice(&more.to_be_bytes());
    }
    fixed
}

/// git's "cache tree" without the trees of folders in which something changes.
fn trees_that_hold(content: &[u8], changes: &Changes) -> Result<Vec<u8>, Flaw> {
    let changed: HashSet<&[u8]> = changes.entries.keys().flat_map(prefixes).collect();
    let mut trees = Vec::with_capacity(content.len());
    Reader::new(content).folders(|folder| {
        if changed.contains(folder.prefix) {
            trees.extend_from_slice(folder.name);
            trees.extend_from_slice(format!("\0-1 {}\n", folder.folders).as_bytes());
        } else {
            trees.extend_from_slice(folder.bytes);
        }
    })?;
    Ok(trees)
}

/// The folders that a path stands in, each with a slash at its end; the root is nothing.
fn prefixes(path: &RepoPath) -> impl Iterator<Item = &[u8]> {
    let path = path.as_bytes();
    let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at + 1);
    std::iter::once(0).chain(slashes).map(|end| &path[..end])
}

/// A resolved conflict as git records it: the path, three modes in octal, and the ids of those that there are.
fn resolved_record(path: &RepoPath, sides: &[Option<Entry>; 3]) -> Vec<u8> {
    let mut record = [path.as_bytes(), b"\0"].concat();
    for side in sides {
        record.extend_from_slice(format!("{:o}\0", side.map_or(0, |entry| entry.mode.to_git())).as_bytes());
    }
    sides.iter().flatten().for_each(|entry| record.extend_from_slice(entry.node.as_bytes()));
    record
}
