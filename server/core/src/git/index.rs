//! git's index, read and never written: which paths are tracked, what the files looked like when they were last
//! compared, and which conflicts were resolved. Knows nothing of what status makes of that.
//!
//! Read here rather than through libgit2, which has no door to the record of resolved conflicts and copies and
//! checksums the whole file each time. The layout is that of git's `Documentation/gitformat-index.txt`.

use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::time::SystemTime;

use super::Error;
use crate::ids::{FileNode, ID_LENGTH, Mode, RepoPath, TreeNode};
use crate::objects::Entry;
use crate::stat::{Stamp, Stat};

/// One entry of the index. A path in conflict has up to three, one a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracked {
    /// Where.
    pub path: RepoPath,
    /// What was staged. For a path that is only intended to be added the content is not known.
    pub entry: Entry,
    /// 0, or in a conflict 1 for the common ancestor, 2 for ours and 3 for theirs.
    pub stage: u8,
    /// The file of the working copy when it was last found equal to `entry`.
    pub stat: Stat,
    /// `git update-index --assume-unchanged`.
    pub assume_unchanged: bool,
    /// Outside of a sparse checkout: the working copy need not have it.
    pub skip_worktree: bool,
    /// `git add --intent-to-add`: tracked, with no content yet.
    pub intent_to_add: bool,
}

/// A conflict that was resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Where.
    pub path: RepoPath,
    /// What the common ancestor, ours and theirs had.
    pub sides: [Option<Entry>; 3],
}

/// The index of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// Ordered by path, then stage.
    pub tracked: Vec<Tracked>,
    /// Conflicts that were resolved since the merge began, ordered by path.
    pub resolved: Vec<Resolved>,
    /// When it was written; `None` when there is none yet.
    pub written: Option<Stamp>,
    /// Where the files stand that have attributes.
    attributes: Vec<usize>,
    /// Of folders, by their prefixes, how many entries they have and which tree those make, where git knows.
    trees: HashMap<Vec<u8>, (usize, TreeNode)>,
}

impl Index {
    /// Reads the index of the worktree whose git folder is given. One that does not exist is empty.
    ///
    /// # Errors
    /// [`Error::Index`] for a split or sparse index, [`Error::Damaged`] when it makes no sense.
    pub fn read(git_dir: &Path) -> Result<Self, Error> {
        Self::read_file(&git_dir.join("index"))
    }

    /// Reads the index in a file of any name.
    ///
    /// # Errors
    /// As [`Index::read`].
    pub fn read_file(path: &Path) -> Result<Self, Error> {
        let path = path.to_owned();
        let io = |source| Error::Io { path: path.clone(), source };
        // A pipe or a device has no end.
        if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Error::Damaged { path });
        }
        let mut file = match fs::File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(io(error)),
        };
        let metadata = file.metadata().map_err(io)?;
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
        std::io::Read::read_to_end(&mut file, &mut bytes).map_err(io)?;
        let mut index = Self::parse(&bytes).map_err(|flaw| match flaw {
            Flaw::Damaged => Error::Damaged { path: path.clone() },
            Flaw::Unsupported { what, remedy } => Error::Index { path: path.clone(), what, remedy },
        })?;
        index.written = Some(Stamp::from(metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH)));
        Ok(index)
    }

    /// Where the entries below the folder `path` stand, however deep.
    pub fn range_within(&self, path: &RepoPath) -> Range<usize> {
        let bound = |end: u8| {
            let bound = [path.as_bytes(), &[end]].concat();
            self.tracked.partition_point(|tracked| tracked.path.as_bytes() < bound.as_slice())
        };
        bound(b'/')..bound(b'/' + 1)
    }

    /// Where the entries of exactly this path stand: one, up to three in a conflict, none when it is not tracked.
    pub fn range_of(&self, path: &RepoPath) -> Range<usize> {
        let start = self.tracked.partition_point(|tracked| tracked.path < *path);
        let length = self.tracked[start..].iter().take_while(|tracked| tracked.path == *path).count();
        start..start + length
    }

    /// The entries of exactly this path.
    pub fn find(&self, path: &RepoPath) -> &[Tracked] {
        &self.tracked[self.range_of(path)]
    }

    /// git's three stages of `path`, from the first; `None` where it is in no conflict.
    pub fn conflict(&self, path: &RepoPath) -> Option<[Option<Entry>; 3]> {
        let entries = self.find(path);
        let stage = |number| entries.iter().find(|tracked| tracked.stage == number).map(|tracked| tracked.entry);
        entries.iter().any(|tracked| tracked.stage > 0).then(|| [1, 2, 3].map(stage))
    }

    /// The content staged for `path`: in a conflict ours. `None` when there is none, or none yet.
    pub fn staged(&self, path: &RepoPath) -> Option<FileNode> {
        let mut entries = self.find(path).iter().filter(|tracked| !tracked.intent_to_add);
        entries.find(|tracked| tracked.stage == 0 || tracked.stage == 2).map(|tracked| tracked.entry.node)
    }

    /// The conflict that was at `path` before it was resolved, where that was recorded.
    pub fn recorded_conflict(&self, path: &RepoPath) -> Option<[Option<Entry>; 3]> {
        self.resolved.iter().find(|resolved| resolved.path == *path).map(|resolved| resolved.sides)
    }

    /// The tree that the entries at `range` make, all those of the folder whose path with a slash at its end, or nothing
    /// for the root, is `prefix`. `None` when git did not leave word of it.
    pub fn tree_of(&self, prefix: &[u8], range: &Range<usize>) -> Option<TreeNode> {
        let (count, tree) = self.trees.get(prefix)?;
        (*count == range.len()).then_some(*tree)
    }

    /// The entries of `.gitattributes`, in all folders.
    pub fn attribute_files(&self) -> impl Iterator<Item = &Tracked> {
        self.attributes.iter().filter_map(|at| self.tracked.get(*at))
    }

    fn parse(bytes: &[u8]) -> Result<Self, Flaw> {
        let body = bytes.len().checked_sub(ID_LENGTH).ok_or(Flaw::Damaged)?;
        let mut reader = Reader { bytes: &bytes[..body], at: 0 };
        if reader.take(4)? != b"DIRC" {
            return Err(Flaw::Damaged);
        }
        let version = reader.number()?;
        if !(2..=4).contains(&version) {
            return Err(Flaw::Unsupported { what: format!("an index of version {version}"), remedy: Flaw::PLAIN });
        }
        let count = reader.number()? as usize;
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
        reader.extensions(&mut index)?;
        Ok(index)
    }
}

/// Names go on from each other, and a few bytes of an index that nobody wrote so could make any number of them in memory:
/// so many times its length they may be together.
const MOST_NAMED: usize = 64;

/// Why an index could not be understood.
#[derive(Debug)]
enum Flaw {
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
}

/// Takes the file apart from front to back.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
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

    fn entry(&mut self, version: u32, previous: &mut Vec<u8>) -> Result<Tracked, Flaw> {
        let start = self.at;
        let changed = Stamp { seconds: self.number()?, nanoseconds: self.number()? };
        let modified = Stamp { seconds: self.number()?, nanoseconds: self.number()? };
        let _device = self.number()?;
        let inode = self.number()?;
        let mode = self.number()?;
        let (user, group, size) = (self.number()?, self.number()?, self.number()?);
        let node = FileNode::from_bytes(self.take(ID_LENGTH)?).ok_or(Flaw::Damaged)?;
        let flags = self.short()?;
        let extended = if flags & 0x4000 != 0 { self.short()? } else { 0 };
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
        if previous.is_empty() {
            return Err(Flaw::split()); // Replaces an entry of the shared part.
        }
        if mode & 0o170000 == 0o040000 {
            return Err(Flaw::sparse());
        }
        Ok(Tracked {
            path: RepoPath::new(previous.as_slice()).ok_or(Flaw::Damaged)?,
            entry: Entry { node, mode: Mode::from_git(mode).ok_or(Flaw::Damaged)? },
            stage: (flags >> 12 & 3) as u8,
            stat: Stat { changed, modified, inode, user, group, size },
            assume_unchanged: flags & 0x8000 != 0,
            skip_worktree: extended & 0x4000 != 0,
            intent_to_add: extended & 0x2000 != 0,
        })
    }

    /// What stands behind the entries. An extension whose name starts with a capital letter may be ignored.
    fn extensions(&mut self, index: &mut Index) -> Result<(), Flaw> {
        while self.at < self.bytes.len() {
            let name = self.take(4)?;
            let length = self.number()? as usize;
            let content = self.take(length)?;
            match name {
                b"REUC" => index.resolved = Reader { bytes: content, at: 0 }.resolved()?,
                // It only saves work.
                b"TREE" => index.trees = Reader { bytes: content, at: 0 }.trees().unwrap_or_default(),
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

    /// git's "cache tree": folder by folder, each before those in it.
    fn trees(&mut self) -> Result<HashMap<Vec<u8>, (usize, TreeNode)>, Flaw> {
        let mut trees = HashMap::new();
        let mut named = 0;
        // Folders that are not complete: their prefixes, and how many in them are to come.
        let mut above: Vec<(Vec<u8>, usize)> = Vec::new();
        loop {
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
            // A negative count: something changed below, and the tree was not made anew.
            if let Ok(count) = usize::try_from(count) {
                let tree = TreeNode::from_bytes(self.take(ID_LENGTH)?).ok_or(Flaw::Damaged)?;
                trees.insert(prefix.clone(), (count, tree));
            }
            above.push((prefix, usize::try_from(folders).map_err(|_| Flaw::Damaged)?));
            while let Some((_, left)) = above.last_mut() {
                if let Some(less) = left.checked_sub(1) {
                    *left = less;
                    break;
                }
                above.pop();
            }
            if above.is_empty() {
                return Ok(trees);
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
        while self.at < self.bytes.len() {
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
            conflicts.push(Resolved { path, sides });
        }
        conflicts.sort_by(|one: &Resolved, two| one.path.cmp(&two.path));
        Ok(conflicts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;

    fn read(scratch: &Scratch) -> Result<Index, Error> {
        Index::read(&scratch.path().join(".git"))
    }

    fn listed(index: &Index) -> String {
        let line = |tracked: &Tracked| {
            let Entry { node, mode } = tracked.entry;
            format!("{:06o} {node} {}\t{}\n", mode.to_git(), tracked.stage, tracked.path)
        };
        index.tracked.iter().map(line).collect()
    }

    #[test]
    fn every_version_of_the_format_says_what_git_says() {
        for version in [2, 3, 4] {
            let scratch = Scratch::new();
            scratch.sh(&format!(
                "git init -q . && git config index.version {version} && git update-index --index-version {version}
                 mkdir -p a/b/c zz && echo 1 > a/b/c/file && echo 2 > a/b/other && echo 3 > zz/x && echo 4 > a.txt
                 ln -s a.txt link && chmod +x zz/x && git add . && echo 5 > late && git add -N late
                 git update-index --skip-worktree a.txt && git update-index --assume-unchanged zz/x"
            ));
            let index = read(&scratch).expect("an index");
            assert_eq!(listed(&index), scratch.sh("git ls-files -s"), "version {version}");
            let having = |what: fn(&Tracked) -> bool| {
                index.tracked.iter().filter(|tracked| what(tracked)).map(|tracked| tracked.path.to_string()).collect()
            };
            let (late, skipped, assumed): (Vec<_>, Vec<_>, Vec<_>) = (
                having(|tracked| tracked.intent_to_add),
                having(|tracked| tracked.skip_worktree),
                having(|tracked| tracked.assume_unchanged),
            );
            assert_eq!((late, skipped, assumed), (vec!["late".into()], vec!["a.txt".into()], vec!["zz/x".into()]));
        }
    }

    #[test]
    fn what_git_left_word_of_are_the_trees_that_the_folders_make() {
        let scratch = Scratch::new();
        scratch.sh(
            "git init -q . && mkdir -p a/b/c a/d e && touch a/b/c/1 a/b/2 a/d/3 e/4 5 && git add . && git commit -qm 1
             echo x > a/d/3 && git add a/d/3",
        );
        let index = read(&scratch).expect("an index");
        let of = |prefix: &str, range| index.tree_of(prefix.as_bytes(), &range).map(|tree| tree.to_hex());
        let tree = |path: &str| Some(scratch.sh(&format!("git rev-parse HEAD:{path}")).trim().to_owned());
        assert_eq!((of("a/b/", 1..3), of("a/b/c/", 2..3), of("e/", 4..5)), (tree("a/b"), tree("a/b/c"), tree("e")));
        assert_eq!((of("", 0..5), of("a/", 1..4), of("a/d/", 3..4), of("e/", 4..6)), (None, None, None, None));
        scratch.sh("git write-tree");
        let index = read(&scratch).expect("an index");
        assert_eq!(
            index.tree_of(b"", &(0..5)).map(|tree| tree.to_hex()),
            Some(scratch.sh("git write-tree").trim().to_owned())
        );
    }

    #[test]
    fn a_folder_and_a_path_are_found() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && mkdir a b && touch a/1 a/2 a-b a.c b/1 && git add .");
        let index = read(&scratch).expect("an index");
        let path = |text: &str| RepoPath::new(text).expect("a path");
        assert_eq!((index.range_within(&path("a")), index.range_within(&path("c")).len()), (2..4, 0));
        assert_eq!(
            (index.find(&path("a-b")).len(), index.find(&path("a")).len(), index.find(&path("z")).len()),
            (1, 0, 0)
        );
    }

    #[test]
    fn conflicts_have_stages_and_leave_a_record_when_resolved() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && echo base > f && echo base > g && git add . && git commit -qm base
             git checkout -qb other && echo theirs > f && echo theirs > g && git commit -qam theirs
             git checkout -q main && echo ours > f && echo ours > g && git commit -qam ours
             git merge -q other >/dev/null || true");
        let index = read(&scratch).expect("an index");
        assert_eq!(listed(&index), scratch.sh("git ls-files -s"));
        assert!(index.tracked.iter().map(|tracked| tracked.stage).eq([1, 2, 3, 1, 2, 3]));
        scratch.sh("echo done > f && git add f");
        let index = read(&scratch).expect("an index");
        let resolved: Vec<_> = index.resolved.iter().map(|resolved| resolved.path.to_string()).collect();
        assert_eq!(resolved, ["f"]);
        let sides = index.resolved[0].sides.map(|side| side.map(|entry| entry.node.to_hex()));
        let blob = |rev: &str| Some(scratch.sh(&format!("git rev-parse {rev}:f")).trim().to_owned());
        assert_eq!(sides, [blob("$(git merge-base HEAD MERGE_HEAD)"), blob("HEAD"), blob("MERGE_HEAD")]);
    }

    #[test]
    fn what_cannot_be_read_is_said_plainly() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && touch a && git add a && git update-index --split-index");
        assert!(matches!(read(&scratch), Err(Error::Index { .. })), "split");
        let scratch = Scratch::new();
        scratch.sh("git init -q . && mkdir a b && touch a/1 b/1 && git add . && git commit -qm 1
             git sparse-checkout init --cone --sparse-index && git sparse-checkout set a");
        assert!(matches!(read(&scratch), Err(Error::Index { .. })), "sparse");
        let scratch = Scratch::new();
        scratch.sh("git init -q .");
        assert!(read(&scratch).expect("nothing yet").tracked.is_empty());
        scratch.sh("touch a b c && git add . && head -c 150 .git/index > cut && cp cut .git/index");
        assert!(matches!(read(&scratch), Err(Error::Damaged { .. })), "cut");
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let scratch = Scratch::new();
        scratch.sh("git init -q . && touch a b c && git add . && git update-index --index-version 4");
        let sound = fs::read(scratch.path().join(".git/index")).expect("an index");
        for at in 0..sound.len() {
            for value in [0, 1, 0x40, 0x7f, 0x80, 0xff] {
                let mut bytes = sound.clone();
                bytes[at] = value;
                let _ = Index::parse(&bytes);
                let _ = Index::parse(&bytes[..at]);
            }
        }
    }
}
