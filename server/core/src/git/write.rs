//! Objects written: files, folders, commits. What is written is nobody's until a reference is moved to it. Knows nothing
//! of why.

use std::collections::BTreeMap;
use std::iter::Peekable;

use super::{Error, Handle};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::{FileNode, ID_LENGTH, Node, RepoPath, TreeNode};
use crate::objects::{Entry, Objects};

/// What becomes of paths: a new entry, or `None` where the path goes away.
pub type TreeEdits = BTreeMap<RepoPath, Option<Entry>>;

impl Handle {
    /// Writes a file's content as it is.
    pub fn write_file(&self, content: &[u8]) -> Result<FileNode, Error> {
        Ok(FileNode(self.write(git2::ObjectType::Blob, content)?))
    }

    /// Writes a commit from the bytes of its object.
    ///
    /// # Errors
    /// When they are no sound commit.
    pub fn write_commit(&self, raw: &[u8]) -> Result<Node, Error> {
        Ok(Node(self.write(git2::ObjectType::Commit, raw)?))
    }

    /// The id that the commit of these bytes has.
    pub fn commit_id(&self, raw: &[u8]) -> Result<Node, Error> {
        Ok(super::refs::node_of(git2::Oid::hash_object(git2::ObjectType::Commit, raw)?))
    }

    /// Whether there is such an object, of whatever kind.
    pub fn has_object(&self, id: &[u8; ID_LENGTH]) -> Result<bool, Error> {
        Ok(self.repository.odb()?.exists(git2::Oid::from_bytes(id)?))
    }

    /// Writes the manifest that differs from `base` by `edits`, folders that have nothing left excluded. A file takes the
    /// place of a folder and the other way round.
    pub fn write_manifest(
        &self,
        objects: &Objects,
        base: Option<TreeNode>,
        edits: &TreeEdits,
        cancel: &Cancel,
    ) -> Result<TreeNode> {
        let mut edits = edits.iter().map(|(path, entry)| (path.as_bytes(), *entry)).peekable();
        let base = base.unwrap_or(TreeNode::EMPTY);
        let written = Builder { handle: self, objects, cancel }.folder(base, b"", &mut edits)?;
        match written {
            Some(root) => Ok(root),
            None => Ok(TreeNode(self.write(git2::ObjectType::Tree, b"")?)),
        }
    }

    fn write(&self, kind: git2::ObjectType, content: &[u8]) -> Result<[u8; ID_LENGTH], Error> {
        let id = self.repository.odb()?.write(kind, content)?;
        Ok(super::refs::node_of(id).0)
    }
}

/// What a folder's listing says of a name: the mode as git writes it, and the id.
type Listed = (u32, [u8; ID_LENGTH]);

/// Writes the folders that change, from the deepest up.
struct Builder<'a> {
    handle: &'a Handle,
    objects: &'a Objects,
    cancel: &'a Cancel,
}

impl Builder<'_> {
    /// The folder at `prefix` (empty, or ending in a slash) with those edits that lie below it; `None` when nothing is
    /// left in it.
    fn folder<'e>(
        &self,
        base: TreeNode,
        prefix: &[u8],
        edits: &mut Peekable<impl Iterator<Item = (&'e [u8], Option<Entry>)>>,
    ) -> Result<Option<TreeNode>> {
        self.cancel.check()?;
        let mut entries: BTreeMap<Vec<u8>, Listed> = BTreeMap::new();
        if base != TreeNode::EMPTY {
            for entry in self.objects.tree(base)?.entries() {
                entries.insert(entry.name.to_vec(), (entry.mode_bits, entry.id));
            }
        }
        while let Some((path, entry)) = edits.peek().copied() {
            let Some(rest) = path.strip_prefix(prefix) else { break };
            let Some(slash) = rest.iter().position(|byte| *byte == b'/') else {
                edits.next();
                match entry {
                    Some(entry) => _ = entries.insert(rest.to_vec(), (entry.mode.to_git(), entry.node.0)),
                    // Where a folder stands, the file is gone already.
                    None if entries.get(rest).is_some_and(|(mode, _)| is_folder(*mode)) => {}
                    None => _ = entries.remove(rest),
                }
                continue;
            };
            let (name, below) = (&rest[..slash], &path[..prefix.len() + slash + 1]);
            let old = entries.get(name).copied();
            let base = old.filter(|(mode, _)| is_folder(*mode)).map_or(TreeNode::EMPTY, |(_, id)| TreeNode(id));
            match self.folder(base, below, edits)? {
                Some(folder) => _ = entries.insert(name.to_vec(), (FOLDER, folder.0)),
                // Files that went away from where a file stands by now.
                None if old.is_some_and(|(mode, _)| !is_folder(mode)) => {}
                None => _ = entries.remove(name),
            }
        }
        if entries.is_empty() {
            return Ok(None);
        }
        let mut sorted: Vec<(Vec<u8>, Listed)> = entries.into_iter().collect();
        // git's order: a folder counts as if its name ended in a slash.
        let slash = |mode: u32| if is_folder(mode) { b"/".as_slice() } else { b"" };
        sorted.sort_by(|(one, (one_mode, _)), (two, (two_mode, _))| {
            one.iter().chain(slash(*one_mode)).cmp(two.iter().chain(slash(*two_mode)))
        });
        let mut raw = Vec::new();
        for (name, (mode, id)) in sorted {
            raw.extend_from_slice(format!("{mode:o} ").as_bytes());
            raw.extend_from_slice(&name);
            raw.push(0);
            raw.extend_from_slice(&id);
        }
        Ok(Some(TreeNode(self.handle.write(git2::ObjectType::Tree, &raw)?)))
    }
}

const FOLDER: u32 = 0o040000;

fn is_folder(mode: u32) -> bool {
    mode & 0o170000 == FOLDER
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;
    use crate::git::{Location, file_node};
    use crate::ids::Mode;
    use crate::objects::{CacheSizes, ObjectStore};
    use crate::testing::Random;

    /// The manifest made of that of `HEAD` by edits, each `+path` or `-path`.
    fn edited(scratch: &Scratch, edits: &[String]) -> String {
        let location = Location::discover(scratch.path()).expect("a repository");
        let handle = Handle::open(&location).expect("open");
        let objects = ObjectStore::open(&location.common_dir.join("objects"), Vec::new()).expect("objects");
        let objects = objects.reader(CacheSizes::REQUEST);
        let node = handle.write_file(b"new\n").expect("written");
        assert_eq!(node, file_node(b"new\n").expect("an id"));
        let base = TreeNode(scratch.node("HEAD^{tree}").0);
        let edits = edits.iter().map(|edit| {
            let entry = edit.starts_with('+').then_some(Entry { node, mode: Mode::Executable });
            (RepoPath::new(&edit[1..]).expect("a path"), entry)
        });
        let written = handle.write_manifest(&objects, Some(base), &edits.collect(), &Cancel::new()).expect("written");
        written.to_hex()
    }

    /// The same by git's own commands, removals first.
    fn by_git(scratch: &Scratch, edits: &[String]) -> String {
        let mut script = "export GIT_INDEX_FILE=.git/other; rm -f .git/other; git read-tree HEAD\n".to_owned();
        for sign in ['-', '+'] {
            for edit in edits.iter().filter(|edit| edit.starts_with(sign)) {
                let path = &edit[1..];
                script += &match sign {
                    '-' => format!("git update-index --force-remove -- {path}\n"),
                    _ => format!(
                        "git update-index --add --replace --cacheinfo 100755,$(echo new | git hash-object -w --stdin),{path}\n"
                    ),
                };
            }
        }
        scratch.sh(&format!("{script} git write-tree")).trim().to_owned()
    }

    #[test]
    fn manifests_are_those_that_git_writes() {
        let names = ["a", "a/b", "a/c", "a-b", "a.c", "a0", "d/e/f", "d/e", "d/g", "z", "d/e/f/h"];
        let mut random = Random::new(7);
        for round in 0..12 {
            let scratch = Scratch::new();
            scratch.sh("git init -q -b main .");
            for _ in 0..6 {
                let name = names[random.below(names.len())];
                scratch.sh(&format!("mkdir -p $(dirname {name}) 2>/dev/null && echo x > {name} || true"));
            }
            scratch.sh("git add -A && git commit -q --allow-empty -m 1");
            let mut edits = BTreeMap::new();
            for _ in 0..random.below(8) {
                let name = names[random.below(names.len())];
                edits.insert(name, if random.below(2) == 0 { '+' } else { '-' });
            }
            // A path cannot be a file and a folder.
            let added: Vec<&str> = edits.iter().filter(|(_, sign)| **sign == '+').map(|(name, _)| *name).collect();
            let above = |name: &str, other: &str| other.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
            edits.retain(|name, sign| *sign == '-' || !added.iter().any(|other| above(name, other)));
            let edits: Vec<String> = edits.iter().map(|(name, sign)| format!("{sign}{name}")).collect();
            assert_eq!(edited(&scratch, &edits), by_git(&scratch, &edits), "round {round}: {edits:?}");
        }
    }

    #[test]
    fn nothing_left_is_the_empty_manifest() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && mkdir -p a/b && touch a/b/c && git add . && git commit -q -m 1");
        assert_eq!(edited(&scratch, &["-a/b/c".to_owned()]), TreeNode::EMPTY.to_hex());
        scratch.sh("git fsck --strict");
    }
}
