//! Random edits of random indexes, done here and by libgit2, which makes every entry anew: git finds the same in both.

use std::fs;
use std::path::Path;

use git2::{IndexEntry, IndexTime, Oid};

use super::{Draft, Index, Tracked};
use crate::git::Error;
use crate::git::filters::native;
use crate::git::testing::Scratch;
use crate::ids::{FileNode, Mode, RepoPath};
use crate::objects::Entry;
use crate::stat::{Stamp, Stat};
use crate::testing::Random;

/// Paths that stand side by side, in each other's way, and in an order that is not that of their folders.
const PATHS: [&str; 14] =
    ["a", "a/b", "a/b/c", "a/b/d", "a/b/d/e", "a-b", "a.c", "a/b-c", "a0", "b", "b/\u{e9} x", "z/1", "z/2", "z/y/3"];

/// What indexes and edits are made of.
struct Maker {
    random: Random,
    nodes: Vec<FileNode>,
    /// Of 4095 bytes: longer than an entry can say, and the longest that libgit2 takes.
    long: RepoPath,
}

impl Maker {
    fn below(&mut self, limit: usize) -> usize {
        self.random.below(limit)
    }

    fn path(&mut self) -> RepoPath {
        let at = self.below(PATHS.len() + 1);
        PATHS.get(at).map_or_else(|| self.long.clone(), |path| RepoPath::new(*path).expect("a path"))
    }

    fn entry(&mut self) -> Entry {
        let modes = [Mode::File, Mode::File, Mode::Executable, Mode::Symlink];
        Entry { node: self.nodes[self.random.below(self.nodes.len())], mode: modes[self.below(modes.len())] }
    }

    fn tracked(&mut self, path: RepoPath) -> Tracked {
        let entry = self.entry();
        let mut number = || self.random.next() as u32;
        let mut stamp = || Stamp { seconds: number(), nanoseconds: number() % 1_000_000_000 };
        let (changed, modified) = (stamp(), stamp());
        let [device, inode, user, group, size] = [(); 5].map(|()| number());
        let stat = Stat { changed, modified, device, inode, user, group, size };
        let [assume_unchanged, skip_worktree, intent_to_add] = [(); 3].map(|()| self.below(5) == 0);
        Tracked { stat, assume_unchanged, skip_worktree, intent_to_add, ..Tracked::new(path, entry) }
    }

    /// Makes an index by git's own commands.
    fn index(&mut self, scratch: &Scratch) {
        let mut script = format!(
            "git config index.recordEndOfIndexEntries {}\ngit config index.recordOffsetTable {}
             git config index.threads 2\ngit config index.skipHash {}\ngit config core.untrackedCache {}
             rm -f .git/index\ngit read-tree --empty
             git update-index --index-version {}\ngit update-index --index-info <<'END'\n",
            self.below(2) == 0,
            self.below(2) == 0,
            self.below(4) == 0,
            self.below(3) == 0,
            2 + self.below(3),
        );
        let has_conflicts = self.below(3) == 0;
        let mut listed: Vec<RepoPath> = Vec::new();
        for _ in 0..self.below(14) {
            let path = self.path();
            if listed.iter().any(|other| other.is_within(&path) || path.is_within(other)) {
                continue;
            }
            let stages = if has_conflicts && self.below(2) == 0 { [1, 2, 3].as_slice() } else { &[0] };
            for stage in stages {
                if *stage < 2 || self.below(3) > 0 {
                    let Entry { node, mode } = self.entry();
                    script.push_str(&format!("{:o} {node} {stage}\t{path}\n", mode.to_git()));
                }
            }
            listed.push(path);
        }
        script.push_str("END\n");
        for flag in ["--skip-worktree", "--assume-unchanged"] {
            for path in &listed {
                if self.below(5) == 0 {
                    // Not of one in conflict.
                    script.push_str(&format!("git update-index {flag} '{path}' 2>/dev/null || true\n"));
                }
            }
        }
        if self.below(2) == 0 {
            // A path that is only intended to be added, and conflicts that are on record as resolved.
            script.push_str("git add -A . && git rm -q --cached new && git add -N new && git status >/dev/null\n");
        }
        if self.below(2) == 0 {
            // Trees, where there are no conflicts.
            script.push_str("git write-tree >/dev/null 2>&1 || true\n");
        }
        scratch.sh(&script);
    }

    fn edits(&mut self) -> Vec<Edit> {
        let one = |maker: &mut Self| {
            let path = maker.path();
            match maker.below(5) {
                0 | 1 => Edit::Remove(path),
                2 => Edit::Conflict(path, [(); 3].map(|()| (maker.below(3) > 0).then(|| maker.entry()))),
                _ => Edit::Put(maker.tracked(path)),
            }
        };
        (0..=self.below(6)).map(|_| one(self)).collect()
    }
}

/// What is done to an index.
#[derive(Clone, Debug)]
enum Edit {
    Put(Tracked),
    Conflict(RepoPath, [Option<Entry>; 3]),
    Remove(RepoPath),
}

fn ours(path: &Path, edits: &[Edit]) -> Result<Vec<u8>, Error> {
    let mut draft = Draft::read(path)?;
    for edit in edits {
        match edit.clone() {
            Edit::Put(tracked) => draft.put(tracked)?,
            Edit::Conflict(path, stages) => {
                draft.remove(&path);
                for (stage, entry) in (1..).zip(stages) {
                    entry.map_or(Ok(()), |entry| draft.put(Tracked { stage, ..Tracked::new(path.clone(), entry) }))?;
                }
            }
            Edit::Remove(path) => draft.remove(&path),
        }
    }
    draft.bytes()
}

fn by_libgit2(path: &Path, edits: &[Edit]) -> Result<(), git2::Error> {
    let mut index = git2::Index::open(path)?;
    let put = |index: &mut git2::Index, tracked: &Tracked| {
        // libgit2 makes room for a folder where a file was, not for a file where a folder was.
        if index.find_prefix([tracked.path.as_bytes(), b"/"].concat()).is_ok() {
            for stage in 0..=3 {
                index.remove_dir(&native(&tracked.path), stage)?;
            }
        }
        let time = |stamp: Stamp| IndexTime::new(stamp.seconds.cast_signed(), stamp.nanoseconds);
        let bit = |is_set, bit: u16| if is_set { bit } else { 0 };
        let flags_extended = bit(tracked.intent_to_add, 1 << 13) | bit(tracked.skip_worktree, 1 << 14);
        index.add(&IndexEntry {
            ctime: time(tracked.stat.changed),
            mtime: time(tracked.stat.modified),
            dev: tracked.stat.device,
            ino: tracked.stat.inode,
            mode: tracked.entry.mode.to_git(),
            uid: tracked.stat.user,
            gid: tracked.stat.group,
            file_size: tracked.stat.size,
            id: Oid::from_bytes(tracked.entry.node.as_bytes())?,
            flags: u16::from(tracked.stage) << 12
                | bit(tracked.assume_unchanged, 1 << 15)
                | bit(flags_extended != 0, 1 << 14),
            flags_extended,
            path: tracked.path.to_vec(),
        })
    };
    for edit in edits {
        match edit {
            Edit::Put(tracked) => {
                // Moves a conflict to the record of resolved ones, which adding alone does not.
                index.remove_path(&native(&tracked.path))?;
                put(&mut index, tracked)?;
            }
            Edit::Conflict(path, stages) => {
                index.remove_path(&native(path))?;
                for (stage, entry) in (1..).zip(stages) {
                    entry.map_or(Ok(()), |entry| {
                        put(&mut index, &Tracked { stage, ..Tracked::new(path.clone(), entry) })
                    })?;
                }
            }
            Edit::Remove(path) => index.remove_path(&native(path))?,
        }
    }
    index.write()
}

/// All that git says of an index.
fn shown(scratch: &Scratch, index: &Path) -> String {
    scratch.sh(&format!(
        "export GIT_INDEX_FILE='{}'
         git ls-files --stage --debug; git ls-files -v; git ls-files -f; git ls-files --resolve-undo
         git status --porcelain=v2 2>&1; git diff-index --cached HEAD; git fsck --strict --no-dangling 2>&1
         git write-tree 2>&1 || true; git diff-index --cached HEAD; git ls-files --stage | sha1sum",
        index.display()
    ))
}

#[test]
fn random_edits_of_random_indexes_are_those_of_libgit2() {
    (0..3).for_each(compare);
}

fn compare(seed: u64) {
    let scratch = Scratch::new();
    let nodes = scratch.sh("git init -q . && git commit -q --allow-empty -m root && mkdir -p a/b z && echo 1 > a/b/c
         echo 2 > z/1 && echo 3 > new && for content in 1 2 3 4; do echo $content | git hash-object -w --stdin; done");
    let nodes = nodes.lines().map(|hex| FileNode::from_hex(hex.as_bytes()).expect("an id")).collect();
    let long = RepoPath::new(format!("{}/", "l".repeat(204)).repeat(19) + &"l".repeat(200)).expect("a path");
    let mut maker = Maker { random: Random::new(seed), nodes, long };
    let place = |name: &str| scratch.path().join(".git").join(name);
    let [index, left, right] = ["index", "left", "right"].map(place);
    for round in 0..12 {
        maker.index(&scratch);
        let edits = maker.edits();
        let context = format!("seed {seed}, round {round}: {edits:?}");
        fs::copy(&index, &right).expect("a copy");
        fs::write(&left, ours(&index, &edits).expect("edited")).expect("written");
        by_libgit2(&right, &edits).expect("edited by libgit2");
        let [one, other] = [&left, &right].map(|path| Index::read_file(path).expect("an index"));
        assert_eq!(one.tracked, other.tracked, "{context}");
        assert_eq!(one.resolved, other.resolved, "{context}");
        assert_eq!(one.trees, other.trees, "{context}");
        let header = |path: &Path| fs::read(path).expect("an index")[..12].to_vec();
        assert_eq!(header(&left), header(&right), "{context}");
        assert_eq!(shown(&scratch, &left), shown(&scratch, &right), "{context}");
    }
}

#[test]
fn an_index_whose_checksum_is_wrong_is_not_written_again() {
    let scratch = Scratch::new();
    scratch.sh("git init -q . && touch a b && git add .");
    let path = scratch.path().join(".git/index");
    let mut bytes = fs::read(&path).expect("an index");
    bytes[20] ^= 1;
    fs::write(&path, &bytes).expect("written");
    assert!(Index::read_file(&path).is_ok());
    assert!(matches!(Draft::read(&path), Err(Error::Damaged { .. })));
    let end = bytes.len() - crate::ids::ID_LENGTH;
    bytes[end..].fill(0);
    fs::write(&path, &bytes).expect("written");
    let written = Draft::read(&path).and_then(|draft| draft.bytes()).expect("an index");
    assert_eq!((&written[..end], &written[end..] == [0; 20].as_slice()), (&bytes[..end], false));
}

#[test]
fn what_was_not_changed_stays_to_the_byte() {
    for version in [2, 3, 4] {
        let scratch = Scratch::new();
        scratch.sh(&format!(
            "git init -q . && git config index.version {version} && mkdir -p a/b && touch a/b/c a/b/d a/x z && git add .
             git update-index --index-version {version} --skip-worktree z && git commit -q -m 1"
        ));
        let path = scratch.path().join(".git/index");
        let (bytes, draft) = (fs::read(&path).expect("an index"), Draft::read(&path).expect("an index"));
        assert_eq!(draft.bytes().expect("an index"), bytes, "version {version}");
    }
}

#[test]
fn split_and_sparse_indexes_are_refused() {
    for script in [
        "touch a && git add a && git update-index --split-index",
        "mkdir a b && touch a/1 b/1 && git add . && git commit -qm 1
         git sparse-checkout init --cone --sparse-index && git sparse-checkout set a",
    ] {
        let scratch = Scratch::new();
        scratch.sh(&format!("git init -q .\n{script}"));
        let refused = Draft::read(&scratch.path().join(".git/index"));
        assert!(matches!(refused, Err(Error::Index { .. })), "{script}");
    }
}

#[test]
fn what_leads_into_git_s_folder_is_not_tracked() {
    let entry = Entry { node: FileNode([1; 20]), mode: Mode::File };
    for name in [".git/config", "a/.GIT/hooks/x", "git~1/x"] {
        let mut draft = Draft::read(Path::new("no such index")).expect("an empty one");
        let refused = draft.put(Tracked::new(RepoPath::new(name).expect("a path"), entry));
        assert!(matches!(refused, Err(Error::IllegalPath { .. })) && !draft.is_changed(), "{name}");
    }
}
