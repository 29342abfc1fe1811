//! git's index: which paths are tracked, what the files looked like when they were last compared, and which conflicts
//! were resolved. Knows nothing of what status makes of that.
//!
//! Read and written here rather than through libgit2, which has no door to the record of resolved conflicts, and makes
//! each entry anew, and its checksum twice, where one of a hundred thousand is to change. The layout is that of git's
//! `Documentation/gitformat-index.txt`.

#[cfg(test)]
mod beside_libgit2;
mod draft;
mod read;
mod write;

pub(super) use draft::Draft;

use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::time::SystemTime;

use super::Error;
use crate::ids::{FileNode, RepoPath, TreeNode};
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

impl Tracked {
    /// Of which nothing is known but what it is: git compares the file.
    pub(super) fn new(path: RepoPath, entry: Entry) -> Self {
        let stat = Stat::default();
        Self { path, entry, stage: 0, stat, assume_unchanged: false, skip_worktree: false, intent_to_add: false }
    }
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
        let io = |source| Error::Io { path: path.to_owned(), source };
        // A pipe or a device has no end.
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Error::Damaged { path: path.to_owned() });
        }
        let mut file = match fs::File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(io(error)),
        };
        let metadata = file.metadata().map_err(io)?;
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
        std::io::Read::read_to_end(&mut file, &mut bytes).map_err(io)?;
        let mut index = Self::parse(&bytes).map_err(|flaw| flaw.at(path))?;
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
